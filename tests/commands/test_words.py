"""Names, bars and prices."""

from __future__ import annotations

import pytest

from bridge.commands.words import bar, per, priced, someone, typical
from bridge.values.ids import BudgetId
from bridge.values.points import (
    Budget,
    Period,
    PeriodKind,
    Points,
    Scope,
    ScopeKind,
    Share,
    Span,
    Standing,
)
from bridge.values.settings import Settings
from tests.commands.scene import ASSISTANT, HAIKU, SONNET, VEO


def standing(limit: Points, spent: Points = 0, held: Points = 0, granted: Points = 0) -> Standing:
    budget = Budget(
        id=BudgetId("b"),
        scope=Scope(kind=ScopeKind.HOUSE),
        share=Share.EACH,
        limit=limit,
        period=Period(kind=PeriodKind.DAY),
    )
    span = Span(start=0.0, end=None)
    return Standing(budget=budget, holder="1", span=span, spent=spent, held=held, granted=granted)


@pytest.mark.parametrize(
    ("shown", "cells"),
    [
        (standing(100), "▱▱▱▱▱▱▱▱▱▱"),
        (standing(100, spent=1), "▰▱▱▱▱▱▱▱▱▱"),
        (standing(100, spent=50, held=10), "▰▰▰▰▰▨▱▱▱▱"),
        (standing(100, spent=95, held=5), "▰▰▰▰▰▰▰▰▰▰"),
        (standing(100, spent=500, held=5), "▰▰▰▰▰▰▰▰▰▰"),
        (standing(0), "▰▰▰▰▰▰▰▰▰▰"),
        (standing(0, granted=10), "▱▱▱▱▱▱▱▱▱▱"),
        (standing(10, spent=-5), "▱▱▱▱▱▱▱▱▱▱"),
    ],
)
def test_the_bar_has_ten_cells_and_shows_the_least_bit_spent(shown: Standing, cells: str) -> None:
    assert bar(shown) == cells


def test_whom_nobody_named_is_mentioned_as_the_platform_does_it() -> None:
    assert someone("1", {"1": "A*a"}, "<@{}>") == r"A\*a"
    assert someone("1", {}, "<@{}>") == "<@1>"
    assert someone("1", {}, "{}") == "1"


def test_a_price_is_that_of_an_ordinary_answer(settings: Settings) -> None:
    assert typical(HAIKU, settings, 33_333.0) == 58
    assert priced(SONNET, settings, 33_333.0) == "~174 points an answer"
    assert priced(ASSISTANT, settings, 33_333.0) == "~150 points an answer"
    assert priced(VEO, settings, 33_333.0) == "price unknown"


def test_how_often_is_said_behind_the_points() -> None:
    assert [per(Period(kind=kind)) for kind in PeriodKind] == [" a day", " a week", " a month", ""]
