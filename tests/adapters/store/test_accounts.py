"""How budgets stand, and that the database gives the verdict the rules give."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.store import accounts, admission, budgets, holds
from bridge.ports import Admitted, Denied
from bridge.rules import budget as rules
from bridge.values.errors import StoreError
from bridge.values.points import Scope, ScopeKind, Share


def test_an_account_never_used_stands_at_zero(transact, make: SimpleNamespace):
    rule = make.budget()
    transact(budgets.put_budget, rule, "admin", make.NOW)
    legs = rules.legs((rule,), make.payer(), make.NOW)
    (standing,) = transact(accounts.standings, legs, make.payer())
    assert (standing.budget, standing.left, standing.frozen) == (rule, 1000, False)


def test_standings_come_in_the_order_asked_for(transact, make: SimpleNamespace):
    person = make.budget()
    pool = make.budget(ScopeKind.CHANNEL, "general", share=Share.POOL)
    for rule in (person, pool):
        transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    transact(admission.admit, turn, make.hold(turn, (person, pool)), make.payer(), make.NOW)
    legs = rules.legs((pool, person), make.payer(), make.NOW)
    assert [one.held for one in transact(accounts.standings, legs, make.payer())] == [100, 100]
    backwards = transact(accounts.standings, legs[::-1], make.payer())
    assert [one.budget for one in backwards] == [pool, person]


def test_every_scope_of_the_payer_is_looked_up(transact, make: SimpleNamespace):
    wanted = (
        make.budget(ScopeKind.PERSON, "ann"),
        make.budget(ScopeKind.ROLE, "gold"),
        make.budget(ScopeKind.CHANNEL, "general"),
        make.budget(ScopeKind.WORKSPACE, "w1"),
        make.budget(ScopeKind.HOUSE),
        make.budget(ScopeKind.KEY, "default"),
    )
    others = (make.budget(ScopeKind.PERSON, "bob"), make.budget(ScopeKind.ROLE, "mods"))
    for rule in (*wanted, *others):
        transact(budgets.put_budget, rule, "admin", make.NOW)
    payer = make.payer(roles=("gold",))
    assert set(transact(budgets.of_payer, payer)) == set(wanted)
    assert accounts.scopes(payer) == rules.scopes(payer)


def test_rules_for_everywhere_are_looked_up_too(transact, make: SimpleNamespace):
    wanted = tuple(
        replace(
            make.budget(kind, id),
            id=f"{kind.value}-everywhere",
            scope=Scope(kind=kind, id=id),
        )
        for kind, id in (
            (ScopeKind.PERSON, "ann"),
            (ScopeKind.ROLE, "gold"),
            (ScopeKind.CHANNEL, "general"),
        )
    )
    for rule in wanted:
        transact(budgets.put_budget, rule, "admin", make.NOW)
    assert set(transact(budgets.of_payer, make.payer(roles=("gold",)))) == set(wanted)


def test_directly_a_persons_own_rules_of_every_server_are_looked_up(transact, make: SimpleNamespace):
    of_ann = replace(
        make.budget(), id="elsewhere", scope=Scope(kind=ScopeKind.PERSON, id="ann", workspace="w2")
    )
    of_bob = replace(make.budget(), id="of-bob", scope=Scope(kind=ScopeKind.PERSON, id="bob", workspace="w2"))
    for rule in (of_ann, of_bob):
        transact(budgets.put_budget, rule, "admin", make.NOW)
    assert transact(budgets.of_payer, make.payer()) == ()
    directly = replace(make.payer(), workspace="directly", direct=True)
    assert transact(budgets.of_payer, directly) == (of_ann,)


def test_a_person_frozen_on_one_server_is_frozen_there_and_directly(transact, make: SimpleNamespace):
    rule = replace(make.budget(ScopeKind.HOUSE), id="house")
    transact(budgets.put_budget, rule, "admin", make.NOW)
    elsewhere = Scope(kind=ScopeKind.PERSON, id="ann", workspace="w2")
    transact(budgets.freeze, elsewhere, True, "admin", make.NOW)
    directly = replace(make.payer(), workspace="directly", direct=True)
    there = replace(make.payer(), workspace="w2")
    for number, (who, frozen) in enumerate(((make.payer(), False), (there, True), (directly, True))):
        legs = rules.legs((rule,), who, make.NOW)
        ((standing),) = transact(accounts.standings, legs, who)
        assert (standing.frozen, standing.frozen_scope) == (frozen, elsewhere if frozen else None)
        turn = make.turn(f"t{number}")
        verdict = transact(admission.admit, turn, make.hold(turn, (rule,), who=who), who, make.NOW)
        assert isinstance(verdict, Denied if frozen else Admitted)
        assert not frozen or verdict.standing.frozen
    transact(budgets.freeze, Scope(kind=ScopeKind.PERSON, id="ann", workspace="w1"), False, "admin", make.NOW)
    assert transact(accounts.frozen_scopes, directly) == {elsewhere}
    transact(budgets.freeze, Scope(kind=ScopeKind.PERSON, id="ann"), False, "operator", make.NOW)
    assert transact(accounts.frozen_scopes, directly) == set()


def test_a_freeze_marks_the_budget_it_is_about_or_all_of_them(transact, make: SimpleNamespace):
    person = make.budget()
    pool = make.budget(ScopeKind.CHANNEL, "general", share=Share.POOL)
    for rule in (person, pool):
        transact(budgets.put_budget, rule, "admin", make.NOW)
    legs = rules.legs((person, pool), make.payer(), make.NOW)

    def frozen() -> list[bool]:
        return [one.frozen for one in transact(accounts.standings, legs, make.payer())]

    transact(budgets.freeze, pool.scope, True, "admin", make.NOW)
    assert frozen() == [False, True]
    transact(budgets.freeze, make.budget(ScopeKind.PERSON, "ann").scope, True, "admin", make.NOW)
    assert frozen() == [True, True]
    transact(budgets.freeze, make.budget(ScopeKind.PERSON, "ann").scope, False, "admin", make.NOW)
    transact(budgets.freeze, pool.scope, False, "admin", make.NOW)
    assert frozen() == [False, False]


def test_a_rule_that_was_removed_meanwhile_stops_the_turn(transact, make: SimpleNamespace):
    rule = make.budget()
    transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (rule,))
    transact(budgets.remove, rule.id, "admin", make.NOW)
    with pytest.raises(StoreError, match="changed"):
        transact(admission.admit, turn, hold, make.payer(), make.NOW)


numbers = iter(range(10**9))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(0, 300),
    granted=st.integers(-100, 200),
    spent=st.integers(0, 300),
    held=st.integers(0, 300),
    amount=st.integers(0, 400),
    frozen=st.sampled_from((None, "w1", "w2", "")),  # on this server, on another one, everywhere
)
def test_the_database_and_the_rules_agree(transact, make, limit, granted, spent, held, amount, frozen):
    person = f"p{next(numbers)}"
    who = make.payer(person)
    rule = replace(make.budget(ScopeKind.PERSON, person, limit=10**6), id=f"budget-{person}")
    transact(budgets.put_budget, rule, "admin", make.NOW)
    used, waiting, asked = (make.turn(f"{person}-{id}", person=person) for id in ("used", "waiting", "asked"))
    transact(admission.admit, used, make.hold(used, (rule,), amount=spent), who, make.NOW)
    transact(holds.settle, make.hold(used, (rule,)).id, spent, None, make.NOW)
    transact(admission.admit, waiting, make.hold(waiting, (rule,), amount=held), who, make.NOW)
    ((_, leg),) = rules.legs((rule,), who, make.NOW)
    transact(budgets.grant, rule, leg, granted, "admin", "", make.NOW)
    rule = replace(rule, limit=limit)
    transact(budgets.put_budget, rule, "admin", make.NOW)
    if frozen is not None:
        of = Scope(kind=ScopeKind.PERSON, id=person, workspace=frozen)
        transact(budgets.freeze, of, True, "admin", make.NOW)
    (standing,) = transact(accounts.standings, ((rule, leg),), who)
    assert standing.frozen == (frozen in ("w1", ""))
    verdict = transact(admission.admit, asked, make.hold(asked, (rule,), amount=amount), who, make.NOW)
    assert isinstance(verdict, Admitted if rules.verdict(standing, amount) else Denied)
