"""How budgets look."""

from __future__ import annotations

from bridge.commands.budget_page import Shown, account, amounts, freezes, others, page
from bridge.values.ids import BudgetId, WorkspaceId
from bridge.values.points import Budget, Period, PeriodKind, Points, Scope, ScopeKind, Share, Span, Standing

SERVER = Scope(kind=ScopeKind.WORKSPACE, id="7", workspace=WorkspaceId("7"))


def standing(holder: str = "", spent: Points = 0, held: Points = 0, **more: object) -> Standing:
    budget = Budget(
        id=BudgetId("b"),
        scope=SERVER,
        share=Share.EACH,
        limit=1_000,
        period=Period(kind=PeriodKind.NEVER),
    )
    span = Span(start=0.0, end=None)
    return Standing(budget=budget, holder=holder, span=span, spent=spent, held=held, **more)  # type: ignore[arg-type]


def test_only_what_there_is_is_counted_up() -> None:
    assert amounts(standing(spent=5)) == "5 spent · **995 left**"
    assert amounts(standing(spent=1_200, held=300, granted=100)) == (
        "1,200 spent · 300 set aside · **0 left** · 100 granted on top · 400 too many spent"
    )


def test_an_account_of_a_general_rule_names_both() -> None:
    assert account(standing("1", frozen=True), {"1": "Ada"}) == (
        "**Ada**, as each person on this server: 1,000 points\n"
        "▱▱▱▱▱▱▱▱▱▱ 0 spent · **1,000 left**\n"
        "**Frozen**: nothing can be spent. It does not renew by itself; an admin can grant more."
    )


def test_only_the_heaviest_users_are_listed_and_the_others_counted() -> None:
    people = tuple(standing(str(number), spent=number) for number in range(30))
    text = page([Shown(rule=standing(), people=people)], {"29": "x" * 50})
    assert "29 people spent 435 points in this period." in text
    assert text.count("\n") == 12
    assert f"\n1. {'x' * 50}: 29 spent" in text


def test_an_unused_rule_says_so() -> None:
    assert page([Shown(rule=standing(), people=(standing("1"),))], {}).endswith(
        "Nobody has used it in this period yet."
    )


def test_a_page_of_many_rules_fits_into_one_message_each() -> None:
    people = tuple(
        standing("9" * 20, spent=10**15, held=10**15, granted=10**15, frozen=True) for _ in range(50)
    )
    assert len(page([Shown(rule=standing(), people=people)], {})) < 2_000


def test_long_lists_of_rules_and_freezes_are_cut_and_counted() -> None:
    scopes = [Scope(kind=ScopeKind.ROLE, id=str(number)) for number in range(12)]
    text = freezes(scopes, {})
    assert text.count("\n- everyone with the role") == 10
    assert text.endswith("\n- and 2 more")
    assert freezes((), {}) == others((), {}) == ""
