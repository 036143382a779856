"""Poe's own books: the balance and the rows of the points history, in either spelling.

Here: field names, units, and what a point is worth. Not here: fetching and paging (`feed`), which row belongs to which call (the core).
Documented: `bot`, `created_at` in seconds, `cost_usd` a number, `next_cursor`. Observed: `bot_name`, `creation_time` in microseconds,
`cost_usd` a string, `cost_points` sometimes negative, costs broken down in sentences.
https://creator.poe.com/docs/resources/usage-api
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from adapters.poe.bodies import Fields, decoded, fields, listed, words
from adapters.poe.models import amount
from bridge.values.ids import KeyName
from bridge.values.points import MOST_POINTS, Balance, UsageRow

POINTS_PER_USD = 100_000 / 3
"""About 30 USD per million points, where nothing better is known."""

_RICHEST = Decimal(10**9)  # USD
_ENOUGH_POINTS = 300  # below, rounding to whole points and cents says more than the rate
_ODD = 10.0  # a rate this many times off is somebody's mistake

_BROKEN_DOWN = re.compile(r"\s*(-?\d[\d,]*)\s*points?(?:\s*\((\d[\d,]*)\s*tokens?\))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """One page, newest row first. `after` is where the next one starts, None when there is none."""

    rows: tuple[UsageRow, ...]
    after: str | None
    unreadable: int = 0


def balance_in(body: bytes) -> Balance | None:
    """The balance; None when the body tells none."""
    told = fields(decoded(body))
    points = whole_points(told.get("current_point_balance"))
    if points is None:
        return None
    return Balance(
        points=points,
        plan=whole_points(told.get("plan_points_balance")),
        addon=whole_points(told.get("addon_point_balance")),
        usd=amount(told.get("total_balance_usd"), _RICHEST),
    )


def page_in(body: bytes) -> HistoryPage | None:
    """A page of history; None when the body is none."""
    told = fields(decoded(body))
    if not isinstance(told.get("data"), list):
        return None
    entries = list(listed(told["data"]))
    found = [row_of(entry) for entry in entries]
    rows = tuple(row for row in found if row is not None)
    return HistoryPage(rows=rows, after=_after(told, entries), unreadable=len(told["data"]) - len(rows))


def _after(told: Fields, entries: list[Fields]) -> str | None:
    cursor = words(told.get("next_cursor"))
    if cursor:
        return cursor
    last = words(entries[-1].get("query_id")) if entries else ""
    return last if told.get("has_more") is True and last else None


def row_of(entry: Fields) -> UsageRow | None:
    """One entry; None without an id or a time."""
    name, at = words(entry.get("query_id")), _seconds(entry)
    if not name or at is None:
        return None
    broken_down = fields(entry.get("cost_breakdown_in_points") or entry.get("cost_breakdown"))
    points = whole_points(entry.get("cost_points"))
    key = words(entry.get("api_key_name"))
    return UsageRow(
        id=name,
        at=at,
        model=words(entry.get("bot_name")) or words(entry.get("bot")),
        # A row without points is one that is not filled in yet, as is one with 0.
        points=abs(points or 0),
        usd=_cost(entry.get("cost_usd")),
        key=KeyName(key) if key else None,
        kind=words(entry.get("usage_type")),
        input=_tokens(broken_down, "input"),
        output=_tokens(broken_down, "output"),
    )


def whole_points(value: object) -> int | None:
    """Points, negative ones too; None when it is no number of them."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_POINTS:
        return None
    return int(value)


def _cost(value: object) -> Decimal | None:
    if isinstance(value, str):
        return amount(value.removeprefix("-"))
    return amount(abs(value) if isinstance(value, int | float) else None)


def _seconds(entry: Fields) -> float | None:
    """Seconds since the epoch, from microseconds, milliseconds or seconds: they are a thousandfold apart."""
    told = entry.get("creation_time", entry.get("created_at"))
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told < 1e18:
        return None
    for unit in (1e6, 1e3):
        if told > 1e8 * unit:
            return told / unit
    return float(told)


def _tokens(broken_down: Fields, name: str) -> int | None:
    """The tokens of a line such as "450 points (5290 tokens)"; None where they are not told."""
    line = next((value for key, value in broken_down.items() if key.lower() == name), None)
    found = _BROKEN_DOWN.match(line) if isinstance(line, str) else None
    return int(found.group(2).replace(",", "")) if found and found.group(2) else None


def rate_of_rows(rows: Iterable[UsageRow]) -> float | None:
    """Points per USD by what was really charged; None while too little was."""
    priced = [row for row in rows if row.usd and row.points]
    points = sum(row.points for row in priced)
    usd = float(sum(row.usd for row in priced if row.usd is not None))
    return _believable(points, usd)


def rate_of_balance(balance: Balance) -> float | None:
    """Points per USD by what the account is worth; None where Poe does not say."""
    return _believable(balance.points, float(balance.usd or 0))


def _believable(points: int, usd: float) -> float | None:
    if points < _ENOUGH_POINTS or usd <= 0:
        return None
    rate = points / usd
    return rate if POINTS_PER_USD / _ODD < rate < POINTS_PER_USD * _ODD else None
