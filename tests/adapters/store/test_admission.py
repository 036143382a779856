"""Who is let in: claim, turn and hold together, or nothing."""

from types import SimpleNamespace

from adapters.store import admission, budgets, holds, turns
from bridge.ports import Admitted, Claimed, Denied
from bridge.values.points import ScopeKind, Share
from bridge.values.turn import Closing, TurnState


def test_a_turn_is_claimed_written_and_held_at_once(transact, make: SimpleNamespace):
    rules = (make.budget(), make.budget(ScopeKind.WORKSPACE, "w1", share=Share.POOL, limit=500))
    for rule in rules:
        transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, rules)
    assert transact(admission.admit, turn, hold, make.payer(), make.NOW) == Admitted(hold=hold)
    record = transact(turns.get, turn.id)
    assert (record.turn, record.state) == (turn, TurnState.HELD)
    for rule, leg in zip(rules, hold.legs, strict=True):
        (standing,) = transact(budgets.accounts_of, rule, leg.span.start)
        assert (standing.held, standing.spent, standing.span) == (100, 0, leg.span)


def test_the_same_event_is_admitted_once(transact, make: SimpleNamespace):
    turn = make.turn()
    again = make.turn("t2", event=turn.prompt.event)
    assert isinstance(transact(admission.admit, turn, make.hold(turn, ()), make.payer(), make.NOW), Admitted)
    for other in (turn, again):
        verdict = transact(admission.admit, other, make.hold(other, ()), make.payer(), make.NOW)
        assert verdict == Claimed()
    assert transact(turns.get, again.id) is None


def test_a_turn_that_waited_is_admitted_as_it_became(transact, make: SimpleNamespace):
    parent, turn = make.turn("t0"), make.turn("t1", text="as it was received")
    transact(turns.receive, parent)
    transact(turns.receive, turn)
    later = make.turn("t1", parent="t0", text="as it was received")
    verdict = transact(admission.admit, later, make.hold(later, ()), make.payer(), make.NOW)
    assert isinstance(verdict, Admitted)
    record = transact(turns.get, turn.id)
    assert (record.turn, record.state) == (later, TurnState.HELD)


def test_a_turn_that_waited_and_was_closed_is_not_admitted(transact, make: SimpleNamespace):
    turn = make.turn()
    transact(turns.receive, turn)
    transact(turns.close, Closing(turn=turn.id, state=TurnState.STOPPED, at=make.NOW))
    verdict = transact(admission.admit, turn, make.hold(turn, ()), make.payer(), make.NOW)
    assert verdict == Claimed()


def test_a_denial_names_the_tightest_leg_and_leaves_nothing_behind(transact, make: SimpleNamespace):
    wide = make.budget(limit=1000)
    pool = make.budget(ScopeKind.CHANNEL, "general", share=Share.POOL, limit=90)
    for rule in (wide, pool):
        transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (wide, pool))
    verdict = transact(admission.admit, turn, hold, make.payer(), make.NOW)
    assert isinstance(verdict, Denied)
    assert verdict.standing.budget == pool
    assert transact(turns.get, turn.id) is None
    assert not transact(turns.seen, turn.prompt.event)
    assert transact(budgets.accounts_of, wide, hold.legs[0].span.start) == ()


def test_a_denied_turn_that_waited_keeps_its_row(transact, make: SimpleNamespace):
    rule = make.budget(limit=90)
    transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    transact(turns.receive, turn)
    assert isinstance(
        transact(admission.admit, turn, make.hold(turn, (rule,)), make.payer(), make.NOW), Denied
    )
    assert transact(turns.get, turn.id).state is TurnState.RECEIVED


def test_the_last_point_can_be_held_and_not_one_more(transact, make: SimpleNamespace):
    rule = make.budget(limit=200)
    transact(budgets.put_budget, rule, "admin", make.NOW)
    for id, amount, expected in (
        ("a", 120, Admitted),
        ("b", 81, Denied),
        ("c", 80, Admitted),
        ("d", 1, Denied),
    ):
        turn = make.turn(id)
        hold = make.hold(turn, (rule,), amount=amount)
        assert isinstance(transact(admission.admit, turn, hold, make.payer(), make.NOW), expected)


def test_a_grant_makes_room(transact, make: SimpleNamespace):
    rule = make.budget(limit=10)
    transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (rule,), amount=60)
    assert isinstance(transact(admission.admit, turn, hold, make.payer(), make.NOW), Denied)
    transact(budgets.grant, rule, hold.legs[0], 50, "admin", "", make.NOW)
    assert isinstance(transact(admission.admit, turn, hold, make.payer(), make.NOW), Admitted)


def test_a_frozen_budget_is_the_one_that_is_named(transact, make: SimpleNamespace):
    person = make.budget()
    pool = make.budget(ScopeKind.CHANNEL, "general", share=Share.POOL)
    for rule in (person, pool):
        transact(budgets.put_budget, rule, "admin", make.NOW)
    transact(budgets.freeze, pool.scope, True, "admin", make.NOW)
    turn = make.turn()
    verdict = transact(admission.admit, turn, make.hold(turn, (person, pool)), make.payer(), make.NOW)
    assert isinstance(verdict, Denied)
    assert (verdict.standing.budget, verdict.standing.frozen) == (pool, True)


def test_a_frozen_person_is_refused_even_where_no_budget_applies(transact, make: SimpleNamespace):
    ann = make.budget(ScopeKind.PERSON, "ann").scope
    transact(budgets.freeze, ann, True, "admin", make.NOW)
    turn = make.turn()
    verdict = transact(admission.admit, turn, make.hold(turn, ()), make.payer(), make.NOW)
    assert isinstance(verdict, Denied)
    assert (verdict.standing.budget.scope, verdict.standing.frozen) == (ann, True)
    bob = make.turn("t2", person="bob")
    assert isinstance(
        transact(admission.admit, bob, make.hold(bob, ()), make.payer("bob"), make.NOW), Admitted
    )


def test_a_second_call_has_a_hold_of_its_own_while_the_turn_is_open(transact, make: SimpleNamespace):
    rule = make.budget(limit=250)
    transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    first, second = (make.hold(turn, (rule,), call=call) for call in (1, 2))
    transact(admission.admit, turn, first, make.payer(), make.NOW)
    assert transact(admission.hold_again, second, make.payer(), make.NOW) == Admitted(hold=second)
    assert transact(admission.hold_again, second, make.payer(), make.NOW) == Claimed()
    third = make.hold(turn, (rule,), call=3)
    assert isinstance(transact(admission.hold_again, third, make.payer(), make.NOW), Denied)
    transact(holds.release, first.id, make.NOW)
    transact(turns.close, Closing(turn=turn.id, state=TurnState.FAILED, at=make.NOW))
    assert transact(admission.hold_again, third, make.payer(), make.NOW) == Claimed()
