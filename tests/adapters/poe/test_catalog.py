"""When the catalogue is read, and what is known when it can't be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.poe.catalog import AFTER_TROUBLE, HOUR, WITHOUT_COPY, Catalog
from adapters.poe.fetch import Fetch
from adapters.poe.limits import Limiter
from adapters.poe.link import Link
from bridge.values.errors import KeyRefused
from bridge.values.notices import Trouble
from tests.adapters.poe.stage import QUICK, EvenChance, HandClock, Script, Server, Told, reply, serving


def listing(*models: str) -> Script:
    return reply(200, {"object": "list", "data": [{"id": model} for model in models]})


@asynccontextmanager
async def catalog_of(
    *scripts: Script, clock: HandClock, told: Told | None = None
) -> AsyncIterator[tuple[Catalog, Server]]:
    async with serving(*scripts) as server, Link(QUICK) as link:
        fetch = Fetch(link, Limiter(clock), HandClock(hurried=True), EvenChance())
        yield Catalog(server.url, "k", fetch, clock, told or Told()), server


async def names(catalog: Catalog) -> list[str]:
    return [card.id for card in await catalog.cards()]


async def test_it_is_read_once_an_hour() -> None:
    clock = HandClock()
    async with catalog_of(listing("a"), listing("b"), clock=clock) as (catalog, server):
        assert [await names(catalog), await names(catalog)] == [["a"], ["a"]]
        clock.at += HOUR
        assert await names(catalog) == ["b"]
    assert [got.path for got in server.got] == ["/models", "/models"]


async def test_many_at_once_read_it_once() -> None:
    async with catalog_of(listing("a"), clock=HandClock()) as (catalog, server):
        assert await asyncio.gather(*(names(catalog) for _ in range(20))) == [["a"]] * 20
    assert len(server.got) == 1


async def test_the_last_good_copy_stays_and_the_trouble_is_told() -> None:
    clock, told = HandClock(), Told()
    bad = reply(400, {"error": {"message": "no"}})
    async with catalog_of(listing("a"), bad, reply(200, b"<html>"), listing("b"), clock=clock, told=told) as (
        catalog,
        _,
    ):
        await names(catalog)
        for _ in range(2):
            clock.at += HOUR
            assert await names(catalog) == ["a"]
        assert await names(catalog) == ["a"]
        clock.at += AFTER_TROUBLE
        assert await names(catalog) == ["b"]
    assert [notice.error for notice in told.notices if isinstance(notice, Trouble)] == [
        "BadRequest",
        "UpstreamBroken",
    ]


async def test_while_it_could_never_be_read_whoever_asks_is_told_why() -> None:
    clock = HandClock()
    bad = reply(401, {"error": {"message": "no", "type": "authentication_error"}})
    async with catalog_of(bad, listing("a"), clock=clock) as (catalog, server):
        for _ in range(2):
            with pytest.raises(KeyRefused):
                await catalog.cards()
        assert len(server.got) == 1
        clock.at += WITHOUT_COPY
        assert await names(catalog) == ["a"]


async def test_a_server_without_a_list_has_an_empty_one() -> None:
    told = Told()
    async with catalog_of(reply(404, b"not found"), clock=HandClock(), told=told) as (catalog, server):
        assert [await names(catalog), await names(catalog)] == [[], []]
    assert (len(server.got), told.notices) == (1, [])


async def test_refreshing_reads_it_now() -> None:
    async with catalog_of(listing("a"), listing("b"), clock=HandClock()) as (catalog, _):
        await catalog.refresh()
        await catalog.refresh()
        assert await names(catalog) == ["b"]


async def test_doubt_reads_it_again_but_not_more_than_once_a_minute() -> None:
    clock = HandClock()
    async with catalog_of(listing("a"), listing("b"), clock=clock) as (catalog, server):
        await names(catalog)
        catalog.doubt()
        assert await names(catalog) == ["a"]
        clock.at += AFTER_TROUBLE
        assert await names(catalog) == ["b"]
    assert len(server.got) == 2


async def test_it_is_kept_fresh_in_the_background() -> None:
    clock = HandClock()

    async def until(server: Server, reads: int) -> None:
        async with asyncio.timeout(30):
            while len(server.got) < reads:
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.02)

    async with catalog_of(listing("a"), clock=clock) as (catalog, server), asyncio.TaskGroup() as group:
        keeping = group.create_task(catalog.keep_fresh())
        await until(server, 1)
        await clock.turn_to(HOUR)
        await until(server, 2)
        catalog.doubt()
        await clock.turn_to(HOUR + AFTER_TROUBLE)
        await until(server, 3)
        keeping.cancel()
    assert len(server.got) == 3
