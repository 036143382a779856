"""Another program at the door of a running bridge: what it may ask, and what it can't."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from inspect import iscoroutinefunction
from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters.store import door
from adapters.store.store import Store
from bridge.values.errors import StoreBusy, StoreError
from bridge.values.points import Scope, ScopeKind


@pytest.fixture
async def path(store: Store, tmp_path: Path) -> AsyncIterator[Path]:
    """The door of an open store."""
    where = door.beside(tmp_path / "bridge.db")
    async with door.opened(store, where):
        yield where


async def line(path: Path, text: bytes) -> dict[str, object]:
    """What the store's side answers to raw bytes."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(text + b"\n")
    told = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    await writer.wait_closed()
    return dict(json.loads(told)) if told else {}


@pytest.mark.parametrize("method", door.OFFERED)
def test_everything_that_is_offered_is_there(method: str):
    assert iscoroutinefunction(getattr(Store, method))
    assert "return" in door._kinds(method)


async def test_a_rule_goes_in_and_comes_out_whole(store: Store, path: Path, make: SimpleNamespace):
    rule = make.budget(limit=250)
    async with door.visiting(path) as visitor:
        await visitor.set(rule, "shell", make.NOW)
        assert await visitor.find(rule.scope) == (rule,)
        (leg,) = make.hold(make.turn(), (rule,)).legs
        (standing,) = await visitor.standings([(rule, leg)], make.payer())
        assert await visitor.verify() == ()
    assert await store.find(rule.scope) == (rule,)
    assert standing.left == 250


async def test_what_the_store_refuses_is_raised_on_the_other_side(path: Path, make: SimpleNamespace):
    async with door.visiting(path) as visitor:
        with pytest.raises(StoreError, match="between 0 and"):
            await visitor.set(make.budget(limit=-1), "shell", make.NOW)
        assert await visitor.find(Scope(kind=ScopeKind.HOUSE)) == ()


async def test_nobody_holds_or_settles_through_it(path: Path):
    assert not {"admit", "hold_again", "sent", "settle", "release", "doubt", "resolve"} & set(door.OFFERED)
    async with door.visiting(path) as visitor:
        with pytest.raises(AttributeError):
            _ = visitor.settle
    told = await line(path, b'{"method": "settle", "arguments": []}')
    assert told == {"error": "BridgeError", "say": "The running bridge does not offer that."}


@pytest.mark.parametrize(
    "text",
    [
        b"hello",
        b"[]",
        b'{"method": "find"}',
        b'{"method": "find", "arguments": []}',
        b'{"method": "find", "arguments": [5]}',
        b'{"method": "audit", "arguments": ["many"]}',
    ],
)
async def test_what_is_not_understood_is_said_and_ends_nothing(path: Path, text: bytes):
    told = await line(path, text)

    assert "did not understand" in str(told["say"])
    async with door.visiting(path) as visitor:
        assert await visitor.verify() == ()


async def test_a_visitor_who_leaves_in_the_middle_is_forgotten(path: Path):
    _, writer = await asyncio.open_unix_connection(str(path))
    writer.write(b'{"method": "ver')
    writer.close()
    await writer.wait_closed()
    async with door.visiting(path) as visitor:
        assert await visitor.verify() == ()


async def test_a_bridge_that_ends_before_it_answers_is_said(tmp_path: Path):
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    where = tmp_path / "ended.door"
    async with await asyncio.start_unix_server(leave, path=where), door.visiting(where) as visitor:
        with pytest.raises(StoreBusy, match="ended before it answered"):
            await visitor.verify()


async def test_only_its_owner_may_open_it_and_it_goes_with_the_bridge(store: Store, tmp_path: Path):
    where = door.beside(tmp_path / "bridge.db")
    where.touch()  # left by a process that died
    async with door.opened(store, where):
        assert stat.S_ISSOCK(where.stat().st_mode)
        assert stat.S_IMODE(where.stat().st_mode) == 0o600
    assert not where.exists()
    with pytest.raises(OSError):
        async with door.visiting(where):
            pass


async def test_a_path_too_long_for_a_socket_has_no_door(store: Store, tmp_path: Path):
    where = tmp_path / ("x" * 120)
    async with door.opened(store, where):
        assert not where.exists()


async def test_whoever_is_still_inside_is_let_out_when_the_bridge_ends(store: Store, tmp_path: Path):
    where = door.beside(tmp_path / "ending.db")
    async with door.opened(store, where):
        reader, writer = await asyncio.open_unix_connection(str(where))
        writer.write(b"{}\n")
        await reader.readline()

    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
