"""What admins do to the rules, and the audit of it."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from adapters.store import admission, budgets, holds
from bridge.rules import budget as rules
from bridge.values.errors import StoreError
from bridge.values.points import MOST_POINTS, Period, PeriodKind, Scope, ScopeKind, Share


def test_a_rule_replaced_keeps_its_id_and_what_was_spent(transact, make: SimpleNamespace):
    first = make.budget(limit=1000, named="first")
    transact(budgets.put_budget, first, "boss", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (first,))
    transact(admission.admit, turn, hold, make.payer(), make.NOW)
    transact(budgets.put_budget, replace(first, id="second", limit=50), "boss", make.NOW)
    (now,) = transact(budgets.find, first.scope)
    assert now == replace(first, limit=50)
    (standing,) = transact(budgets.accounts_of, now, hold.legs[0].span.start)
    assert (standing.held, standing.left) == (100, -50)


def test_an_allotment_and_a_pool_of_one_scope_are_two_rules(transact, make: SimpleNamespace):
    each, pool = make.budget(share=Share.EACH), make.budget(share=Share.POOL)
    for rule in (each, pool):
        transact(budgets.put_budget, rule, "boss", make.NOW)
    assert set(transact(budgets.find, each.scope)) == {each, pool}


def test_a_removed_rule_is_gone_until_it_is_set_again(transact, make: SimpleNamespace):
    rule = make.budget()
    transact(budgets.put_budget, rule, "boss", make.NOW)
    for _ in range(2):
        transact(budgets.remove, rule.id, "boss", make.NOW)
    assert transact(budgets.find, rule.scope) == ()
    transact(budgets.put_budget, rule, "boss", make.NOW)
    assert transact(budgets.find, rule.scope) == (rule,)


@pytest.mark.parametrize("points", [-5, MOST_POINTS + 1, 10**30])
def test_a_budget_has_sensible_points(transact, make: SimpleNamespace, points: int):
    with pytest.raises(StoreError, match="between 0 and 1,000,000,000,000,000 points"):
        transact(budgets.put_budget, make.budget(limit=points), "boss", make.NOW)


def test_a_grant_is_an_entry_with_actor_and_reason(transact, make: SimpleNamespace):
    rule = make.budget(limit=10)
    transact(budgets.put_budget, rule, "boss", make.NOW)
    ((_, leg),) = rules.legs((rule,), make.payer(), make.NOW)
    standing = transact(budgets.grant, rule, leg, 25, "boss", "for the workshop", make.NOW)
    assert (standing.granted, standing.left, standing.holder) == (25, 35, "ann")
    standing = transact(budgets.grant, rule, leg, -5, "boss", "", make.NOW)
    assert standing.left == 30
    told = [row.detail for row in transact(budgets.read_audit, 2)]
    assert told == ["-5 points to ann", "25 points to ann: for the workshop"]
    with pytest.raises(StoreError, match="grants"):
        transact(budgets.grant, rule, leg, MOST_POINTS, "boss", "", make.NOW)


def test_a_reset_grants_back_what_was_spent_once(transact, make: SimpleNamespace):
    rule = make.budget()
    transact(budgets.put_budget, rule, "boss", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (rule,))
    transact(admission.admit, turn, hold, make.payer(), make.NOW)
    transact(holds.settle, hold.id, 60, None, make.NOW)
    nobody = replace(hold.legs[0], holder="nobody")
    assert transact(budgets.reset, rule, (*hold.legs, nobody), "boss", make.NOW) == 60
    assert transact(budgets.reset, rule, hold.legs, "boss", make.NOW) == 0
    (standing,) = transact(budgets.accounts_of, rule, hold.legs[0].span.start)
    assert (standing.left, standing.spent) == (1000, 60)


def test_a_frozen_scope_shows_in_its_accounts(transact, make: SimpleNamespace):
    rule = make.budget(ScopeKind.ROLE, "gold")
    transact(budgets.put_budget, rule, "boss", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (rule,), who=make.payer(roles=("gold",)))
    transact(admission.admit, turn, hold, make.payer(), make.NOW)

    def frozen() -> bool:
        return transact(budgets.accounts_of, rule, hold.legs[0].span.start)[0].frozen

    assert not frozen()
    for scope in (rule.scope, make.budget(ScopeKind.PERSON, "ann").scope):
        for _ in range(2):
            transact(budgets.freeze, scope, True, "boss", make.NOW)
        assert frozen()
        transact(budgets.freeze, scope, False, "boss", make.NOW)
        assert not frozen()


def test_a_warning_is_given_once_per_span(transact, make: SimpleNamespace):
    rule = make.budget()
    transact(budgets.put_budget, rule, "boss", make.NOW)
    ((_, leg),) = rules.legs((rule,), make.payer(), make.NOW)
    standing = transact(budgets.grant, rule, leg, 1, "boss", "", make.NOW)
    assert [transact(budgets.warn_once, standing, percent) for percent in (80, 80, 100)] == [
        True,
        False,
        True,
    ]
    ((_, later),) = rules.legs((rule,), make.payer(), make.NOW + make.DAY)
    assert transact(budgets.warn_once, replace(standing, span=later.span), 80)


def test_every_change_is_told_the_newest_first(transact, make: SimpleNamespace):
    rule = make.budget(ScopeKind.ROLE, "gold", limit=10)
    transact(budgets.put_budget, rule, "boss", make.NOW)
    weekly = replace(
        rule, limit=20, period=Period(kind=PeriodKind.WEEK, zone="Europe/Berlin"), share=Share.EACH
    )
    transact(budgets.put_budget, weekly, "boss", make.NOW + 1)
    transact(budgets.freeze, rule.scope, True, "boss", make.NOW + 2)
    transact(budgets.freeze, rule.scope, False, "boss", make.NOW + 3)
    transact(budgets.remove, rule.id, "boss", make.NOW + 4)
    told = [(row.action, row.scope, row.detail) for row in transact(budgets.read_audit, 10)]
    assert told == [
        ("budget remove", "role gold in w1", "20 points per week for each (Europe/Berlin)"),
        ("budget unfreeze", "role gold in w1", ""),
        ("budget freeze", "role gold in w1", ""),
        (
            "budget set",
            "role gold in w1",
            "20 points per week for each (Europe/Berlin), was 10 points per day for each (UTC)",
        ),
        ("budget set", "role gold in w1", "10 points per day for each (UTC)"),
    ]
    assert len(transact(budgets.read_audit, 2)) == 2


def test_rules_and_freezes_are_listed_by_their_server(transact, make: SimpleNamespace):
    rules_here = (
        make.budget(ScopeKind.PERSON, "ann"),
        make.budget(ScopeKind.ROLE, "gold"),
        make.budget(ScopeKind.CHANNEL, "general"),
    )
    for rule in (*rules_here, make.budget(ScopeKind.WORKSPACE, "w1"), make.budget(ScopeKind.HOUSE)):
        transact(budgets.put_budget, rule, "boss", make.NOW)
    assert set(transact(budgets.made_on, "w1")) == set(rules_here)
    assert transact(budgets.made_on, "w2") == transact(budgets.made_on, "") == ()
    role, everywhere = rules_here[1].scope, Scope(kind=ScopeKind.PERSON, id="ann")
    for number, scope in enumerate((role, rules_here[0].scope, everywhere)):
        transact(budgets.freeze, scope, True, "boss", make.NOW + number)
    assert transact(budgets.freezes_on, "w1") == (role, rules_here[0].scope)
    assert transact(budgets.freezes_on, "") == (everywhere,)


def test_a_freeze_on_another_server_does_not_show_in_an_account(transact, make: SimpleNamespace):
    rule = make.budget(ScopeKind.HOUSE)
    transact(budgets.put_budget, rule, "boss", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (rule,))
    transact(admission.admit, turn, hold, make.payer(), make.NOW)

    def frozen() -> bool:
        return transact(budgets.accounts_of, rule, hold.legs[0].span.start)[0].frozen

    transact(budgets.freeze, Scope(kind=ScopeKind.PERSON, id="ann", workspace="w2"), True, "boss", make.NOW)
    assert not frozen()
    transact(budgets.freeze, Scope(kind=ScopeKind.PERSON, id="ann"), True, "boss", make.NOW)
    assert frozen()
