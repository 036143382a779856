"""Poe's books in both spellings."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.poe import usage
from bridge.values.ids import KeyName
from bridge.values.points import Balance, UsageRow
from tests.adapters.poe.stage import NOW

OBSERVED = {
    "query_id": "ltol8bhnkya9ak3twt",
    "bot_name": "Claude-Sonnet-4.6",
    "creation_time": int(NOW * 1e6),
    "cost_points": -25,
    "cost_usd": "0.00075",
    "cost_breakdown_in_points": {
        "Input": "450 points (5,290 tokens)",
        "Output": "100 points (12 tokens)",
        "Cache discount": "-2 points (100 tokens)",
        "Total": "548 points",
    },
    "usage_type": "API",
    "api_key_name": "bridge",
    "chat_name": None,
}
DOCUMENTED = {
    "query_id": "q1",
    "bot": "Claude-Sonnet-4.6",
    "created_at": int(NOW),
    "cost_points": 25,
    "cost_usd": 0.00075,
    "cost_breakdown": {},
    "usage_type": "API",
    "api_key_name": "bridge",
}


def row(**changes: Any) -> UsageRow:
    found = usage.row_of({**OBSERVED, **changes})
    assert found is not None
    return found


def page(**body: Any) -> usage.HistoryPage:
    found = usage.page_in(json.dumps(body).encode())
    assert found is not None
    return found


def test_the_observed_spelling_is_read() -> None:
    assert row() == UsageRow(
        id="ltol8bhnkya9ak3twt",
        at=NOW,
        model="Claude-Sonnet-4.6",
        points=25,
        usd=Decimal("0.00075"),
        key=KeyName("bridge"),
        kind="API",
        input=5290,
        output=12,
    )


def test_the_documented_spelling_says_the_same() -> None:
    found = usage.row_of(DOCUMENTED)

    assert found == row(query_id="q1", cost_breakdown_in_points={})


@pytest.mark.parametrize("told", [int(NOW), NOW, int(NOW * 1e3), int(NOW * 1e6)])
def test_times_are_recognised_by_their_size(told: float) -> None:
    assert row(creation_time=told).at == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"query_id": ""},
        {"query_id": None},
        {"creation_time": None},
        {"creation_time": "now"},
        {"creation_time": -1},
    ],
)
def test_a_row_without_id_or_time_is_none(changes: dict[str, Any]) -> None:
    assert usage.row_of({**OBSERVED, **changes}) is None


@pytest.mark.parametrize(
    ("told", "points"),
    [(0, 0), (None, 0), ("25", 25), ("-25", 25), (25.0, 25), (True, 0), ("many", 0), (10**40, 0)],
)
def test_points_are_never_negative(told: object, points: int) -> None:
    assert row(cost_points=told).points == points


@pytest.mark.parametrize(
    ("told", "usd"), [("0.5", "0.5"), (-0.5, "0.5"), ("-0.5", "0.5"), (None, None), ("free", None)]
)
def test_costs_are_texts_or_numbers(told: object, usd: str | None) -> None:
    assert row(cost_usd=told).usd == (None if usd is None else Decimal(usd))


@pytest.mark.parametrize("line", [450, "450 points", "much", None, "450 points (many tokens)"])
def test_a_line_without_tokens_tells_none(line: object) -> None:
    assert row(cost_breakdown_in_points={"Input": line}).input is None


def test_one_token_is_a_token() -> None:
    assert row(cost_breakdown_in_points={"input": "1 point (1 token)"}).input == 1


def test_pages_go_on_by_the_last_row_or_by_a_cursor() -> None:
    assert page(data=[OBSERVED, DOCUMENTED], has_more=True).after == "q1"
    assert page(data=[OBSERVED], has_more=False).after is None
    assert page(data=[], has_more=True).after is None
    assert page(data=[OBSERVED], has_more=False, next_cursor="c").after == "c"
    assert page(data=[OBSERVED], next_cursor=None).after is None


def test_unreadable_rows_are_counted() -> None:
    found = page(data=[OBSERVED, {"query_id": "x"}, None])

    assert (len(found.rows), found.unreadable) == (1, 2)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data":5}'])
def test_what_is_no_page_is_none(body: bytes) -> None:
    assert usage.page_in(body) is None


def test_both_balances_are_read() -> None:
    full = {
        "current_point_balance": 654141,
        "plan_points_balance": 10000,
        "addon_point_balance": 644141,
        "total_balance_usd": "19.82",
    }

    assert usage.balance_in(json.dumps(full).encode()) == Balance(
        points=654141, plan=10000, addon=644141, usd=Decimal("19.82")
    )
    assert usage.balance_in(b'{"current_point_balance": 1500}') == Balance(points=1500)
    assert usage.balance_in(b'{"current_point_balance": "lots"}') is None
    assert usage.balance_in(b"") is None


def test_points_per_dollar_are_what_was_charged() -> None:
    rows = [
        row(cost_points=1000, cost_usd="0.03"),
        row(cost_points=0, cost_usd="0.0"),
        row(cost_points=5, cost_usd=None),
    ]

    assert usage.rate_of_rows(rows) == pytest.approx(100_000 / 3)


def test_too_little_or_too_odd_is_no_rate() -> None:
    assert usage.rate_of_rows([]) is None
    assert usage.rate_of_rows([row(cost_points=25, cost_usd="0.00075")]) is None
    assert usage.rate_of_rows([row(cost_points=10_000, cost_usd="0.0003")]) is None


def test_the_balance_tells_a_rate_where_it_tells_dollars() -> None:
    assert usage.rate_of_balance(Balance(points=654141, usd=Decimal("19.82"))) == pytest.approx(
        33004, rel=0.001
    )
    assert usage.rate_of_balance(Balance(points=654141)) is None


values: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just([])
    | st.just({"Input": "1 points (2 tokens)"})
)


@given(st.dictionaries(st.sampled_from([*OBSERVED, *DOCUMENTED]), values))
def test_no_row_is_too_strange(entry: dict[str, Any]) -> None:
    found = usage.row_of(entry)

    assert found is None or found.points >= 0


@given(
    st.dictionaries(
        st.sampled_from(["data", "has_more", "next_cursor"]), values | st.lists(values, max_size=3)
    )
)
def test_no_page_is_too_strange(body: dict[str, Any]) -> None:
    usage.page_in(json.dumps(body).encode())
