"""``/usage``: the balance and the points history, in both spellings.

Here: bodies.  Not here: the rows themselves (``world``).
https://creator.poe.com/docs/resources/usage-api; the documented spelling is that of the third-party OpenAPI
file (``created_at``, ``bot``, ``cost_breakdown``, ``next_cursor``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.sim.poe.billing import POINTS_PER_USD
from adapters.sim.poe.errors import Refusal
from adapters.sim.poe.world import Row, World

MICROSECONDS = 1_000_000
DAY = 86_400


def balance(world: World) -> dict[str, Any]:
    """The body of ``GET /usage/current_balance``."""
    points = world.balance
    if not world.profile.whole_balance:
        return {"current_point_balance": points}
    plan = min(points, 10_000)
    today = int(world.clock()) // DAY * DAY
    return {
        "current_point_balance": points,
        "plan_points_balance": plan,
        "addon_point_balance": points - plan,
        "plan_balance_usd": _usd(plan),
        "addon_balance_usd": _usd(points - plan),
        "total_balance_usd": _usd(points),
        "points_cycle_start_time": (today - 10 * DAY) * MICROSECONDS,
        "next_daily_grant_time": (today + DAY) * MICROSECONDS,
        "next_daily_grant_amount": 10_000,
        "next_monthly_grant_time": (today + 20 * DAY) * MICROSECONDS,
        "next_monthly_grant_amount": 0,
        "auto_recharge": {
            "enabled": False,
            "status": "never_enabled",
            "threshold_points": 0,
            "threshold_usd": "0.00",
            "refill_points": 0,
            "refill_usd": "0.00",
            "last_recharge_failure_time": None,
        },
    }


def _usd(points: int) -> str:
    return f"{points / POINTS_PER_USD:.2f}"


def history(world: World, query: Mapping[str, str]) -> dict[str, Any]:
    """The body of ``GET /usage/points_history``: newest first.  Raises ``Refusal`` (400)."""
    limit = _limit(query.get("limit", "20"))
    now = world.clock()
    rows = [row for row in reversed(world.rows) if row.shown_at <= now and row.created_at > now - 30 * DAY]
    after = query.get("starting_after")
    if after is not None:
        places = [place for place, row in enumerate(rows) if row.query_id == after]
        if not places:
            raise Refusal(400, f"No entry with query_id '{after}'.", param="starting_after")
        rows = rows[places[0] + 1 :]
    page, more = rows[:limit], len(rows) > limit
    if world.profile.documented_history:
        cursor = page[-1].query_id if more else None
        return {"data": [_documented(row, now) for row in page], "has_more": more, "next_cursor": cursor}
    return {"has_more": more, "length": len(page), "data": [_observed(row, now) for row in page]}


def _limit(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise Refusal(400, "limit must be between 1 and 100", param="limit")
    return int(text)


def _observed(row: Row, now: float) -> dict[str, Any]:
    priced = row.priced_at <= now
    return {
        "query_id": row.query_id,
        "bot_name": row.bot_name,
        "creation_time": int(row.created_at * MICROSECONDS),
        "cost_points": row.points if priced else 0,
        "cost_usd": row.usd if priced else "0",
        "cost_breakdown_in_points": row.breakdown if priced else {},
        "usage_type": row.usage_type,
        "api_key_name": row.api_key_name,
        "chat_name": row.chat_name,
        "canvas_tab_name": row.canvas_name,
    }


def _documented(row: Row, now: float) -> dict[str, Any]:
    priced = row.priced_at <= now
    return {
        "query_id": row.query_id,
        "bot": row.bot_name,
        "created_at": int(row.created_at),
        "cost_usd": float(row.usd) if priced else 0.0,
        "cost_points": row.points if priced else 0,
        "cost_breakdown": row.breakdown if priced else {},
        "usage_type": row.usage_type,
        "chat_name": row.chat_name,
        "api_key_name": row.api_key_name,
        "canvas_app_name": row.canvas_name,
    }
