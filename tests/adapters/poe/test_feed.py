"""Poe's books, fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.poe.feed import Feed
from adapters.poe.fetch import Fetch
from adapters.poe.limits import Limiter
from adapters.poe.link import Link
from adapters.poe.usage import POINTS_PER_USD
from bridge.values import errors
from bridge.values.ids import KeyName
from bridge.values.notices import Trouble
from tests.adapters.poe.stage import NOW, QUICK, EvenChance, HandClock, Script, Server, Told, reply, serving

KEY = KeyName("default")


def entry(name: str, age: float = 0.0, **fields: Any) -> dict[str, Any]:
    return {
        "query_id": name,
        "bot_name": "M",
        "creation_time": int((NOW - age) * 1e6),
        "cost_points": 1,
        **fields,
    }


def page(*entries: dict[str, Any], **fields: Any) -> Script:
    return reply(200, {"data": list(entries), "has_more": True, **fields})


@asynccontextmanager
async def feed_of(*scripts: Script, told: Told | None = None) -> AsyncIterator[tuple[Feed, Server]]:
    clock = HandClock(hurried=True)
    async with serving(*scripts) as server, Link(QUICK) as link:
        fetch = Fetch(link, Limiter(clock), clock, EvenChance())
        yield Feed(f"{server.url}/usage/", {KEY: "k"}, fetch, told or Told()), server


async def rows(feed: Feed, since: float = 0.0) -> list[str]:
    return [row.id async for row in feed.history(KEY, since)]


async def test_pages_are_walked_to_the_end() -> None:
    async with feed_of(page(entry("a"), entry("b")), page(entry("c"), has_more=False)) as (feed, server):
        assert await rows(feed) == ["a", "b", "c"]
    assert [got.path for got in server.got] == [
        "/usage/points_history?limit=100",
        "/usage/points_history?limit=100&starting_after=b",
    ]
    assert server.got[0].headers["authorization"] == "Bearer k"


async def test_a_cursor_is_followed_where_there_is_one() -> None:
    async with feed_of(page(entry("a"), next_cursor="c1"), page(entry("b"), has_more=False)) as (
        feed,
        server,
    ):
        assert await rows(feed) == ["a", "b"]
    assert server.got[1].path.endswith("starting_after=c1")


async def test_the_walk_stops_at_since() -> None:
    async with feed_of(page(entry("a"), entry("b", 100)), page(entry("c", 200))) as (feed, server):
        assert await rows(feed, NOW - 50) == ["a"]
    assert len(server.got) == 1


async def test_rows_that_come_twice_are_told_once() -> None:
    async with feed_of(page(entry("a"), entry("b")), page(entry("b"), entry("c"), has_more=False)) as (
        feed,
        _,
    ):
        assert await rows(feed) == ["a", "b", "c"]


async def test_a_page_that_repeats_itself_ends_the_walk() -> None:
    async with feed_of(page(entry("a"), entry("b"))) as (feed, server):
        assert await rows(feed) == ["a", "b"]
    assert len(server.got) == 2


async def test_unreadable_rows_are_told_and_passed_over() -> None:
    told = Told()
    async with feed_of(page(entry("a"), {"query_id": "x"}, has_more=False), told=told) as (feed, _):
        assert await rows(feed) == ["a"]
    assert told.notices == [
        Trouble(where="adapters.poe.feed", error="UnreadableRow", detail="1 rows could not be read")
    ]


async def test_the_balance_is_asked_under_the_usage_address() -> None:
    async with feed_of(reply(200, {"current_point_balance": 1500})) as (feed, server):
        assert (await feed.balance(KEY)).points == 1500
    assert server.got[0].path == "/usage/current_balance"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}"])
async def test_books_that_cannot_be_read_are_said_so(body: bytes) -> None:
    async with feed_of(reply(200, body)) as (feed, _):
        with pytest.raises(errors.UpstreamBroken, match="read"):
            await feed.balance(KEY)
        with pytest.raises(errors.UpstreamBroken, match="read"):
            await rows(feed)


async def test_a_wrong_key_is_said_so() -> None:
    body = {
        "error": {"message": "Incorrect API key", "type": "authentication_error", "code": "invalid_api_key"}
    }
    async with feed_of(reply(401, body)) as (feed, _):
        with pytest.raises(errors.KeyRefused):
            await feed.balance(KEY)
        with pytest.raises(errors.KeyRefused):
            await feed.balance(KeyName("another"))


async def test_a_server_without_books_is_said_so() -> None:
    async with feed_of(reply(404, b"")) as (feed, _):
        with pytest.raises(errors.UpstreamError, match="no books"):
            await feed.balance(KEY)


async def test_without_an_address_there_are_no_rows_and_no_balance() -> None:
    clock = HandClock(hurried=True)
    async with Link(QUICK) as link:
        feed = Feed("", {KEY: "k"}, Fetch(link, Limiter(clock), clock, EvenChance()), Told())
        assert await rows(feed) == []
        with pytest.raises(errors.UpstreamError, match="no books"):
            await feed.balance(KEY)


async def test_what_a_point_is_worth_is_learned() -> None:
    balance = reply(200, {"current_point_balance": 654141, "total_balance_usd": "19.82"})
    charged = page(entry("a", cost_points=40_000, cost_usd="1.00"), has_more=False)
    async with feed_of(balance, charged) as (feed, _):
        assert feed.points_per_usd() == POINTS_PER_USD
        await feed.balance(KEY)
        assert feed.points_per_usd() == pytest.approx(33004, rel=0.001)
        await rows(feed)
        assert feed.points_per_usd() == pytest.approx(40_000)
