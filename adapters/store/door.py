"""The store of a running bridge, opened for a command of the shell.

SQLite is written by one process. A second one (`poebridge budget set` beside a running bridge) therefore asks the first, over a Unix
socket beside the database that is its owner's alone (mode 0600): whoever may open it may read the file anyway. One line of JSON asks,
one answers. Only what the shell needs is offered; nobody can hold or settle points through it.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from inspect import signature
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from adapters.store.store import Store
from bridge.values import errors

OFFERED = (
    "budgets",
    "standings",
    "frozen",
    "open_holds",
    "verify",
    "find",
    "made_on",
    "freezes",
    "set",
    "remove",
    "accounts",
    "grant",
    "reset",
    "freeze",
    "audit",
    "setting",
    "set_setting",
    "forget",
)
ANSWERED_WITHIN = 60.0
LONGEST_LINE = 16 * 1024 * 1024
LONGEST_PATH = 100
"""Unix sockets have short names: 108 bytes on Linux, https://man7.org/linux/man-pages/man7/unix.7.html"""


class Asked(msgspec.Struct):
    method: str
    arguments: list[Any]


class Told(msgspec.Struct, omit_defaults=True):
    """Either a value, or the class and the sentence of an error."""

    value: Any = None
    error: str = ""
    say: str = ""


def beside(database: Path) -> Path:
    return database.with_name(database.name + ".door")


@asynccontextmanager
async def opened(store: Store, path: Path) -> AsyncIterator[None]:
    """Answer there while the block lasts; a socket left by a dead process is replaced. A path too long for a socket has no door."""
    if len(os.fsencode(path)) > LONGEST_PATH:
        yield
        return
    visits: set[asyncio.Task[None] | None] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.add(asyncio.current_task())
        try:
            await _visit(store, reader, writer)
        finally:
            visits.discard(asyncio.current_task())

    server = await asyncio.start_unix_server(visit, sock=_bound(path), limit=LONGEST_LINE)
    try:
        async with server:
            yield
    finally:
        _remove(path)
        await _ended([task for task in visits if task is not None])


async def _ended(visits: list[asyncio.Task[None]]) -> None:
    """Nobody is left inside: in Python 3.11 a server that is closed does not look after who came in before."""
    for visit in visits:
        visit.cancel()
    await asyncio.gather(*visits, return_exceptions=True)


def _bound(path: Path) -> socket.socket:
    _remove(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    return listener


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _visit(store: Store, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(ANSWERED_WITHIN):
            while line := await reader.readline():
                writer.write(msgspec.json.encode(await _answer(store, line)) + b"\n")
                await writer.drain()
    except (TimeoutError, ConnectionError, ValueError):
        pass  # the visitor has gone, or was no visitor of ours
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _answer(store: Store, line: bytes) -> Told:
    try:
        asked = msgspec.json.decode(line, type=Asked)
        if asked.method not in OFFERED:
            return Told(error="BridgeError", say="The running bridge does not offer that.")
        method: Callable[..., Awaitable[Any]] = getattr(store, asked.method)
        return Told(value=msgspec.to_builtins(await method(*_arguments(asked))))
    except errors.BridgeError as error:
        return Told(error=type(error).__name__, say=error.say)
    except (msgspec.MsgspecError, TypeError):
        return Told(
            error="BridgeError", say="The running bridge did not understand; is it of the same version?"
        )


def _arguments(asked: Asked) -> list[Any]:
    kinds = _kinds(asked.method)
    names = [name for name in signature(getattr(Store, asked.method)).parameters if name != "self"]
    return [msgspec.convert(value, kinds[name]) for name, value in zip(names, asked.arguments, strict=False)]


def _kinds(method: str) -> dict[str, Any]:
    return get_type_hints(getattr(Store, method))


class Visitor:
    """Speaks like a Store, for the methods that are offered. Raises what the store raised."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        if method not in OFFERED:
            raise AttributeError(method)

        async def ask(*arguments: Any) -> Any:
            asked = Asked(method=method, arguments=[msgspec.to_builtins(each) for each in arguments])
            self._writer.write(msgspec.json.encode(asked) + b"\n")
            await self._writer.drain()
            return _value(method, await self._reader.readline())

        return ask


def _value(method: str, line: bytes) -> Any:
    if not line:
        raise errors.StoreBusy("The running bridge ended before it answered. Please look whether it runs.")
    told = msgspec.json.decode(line, type=Told)
    if told.error:
        kind = getattr(errors, told.error, errors.BridgeError)
        raise kind(told.say)
    return msgspec.convert(told.value, _kinds(method)["return"])


@asynccontextmanager
async def visiting(path: Path) -> AsyncIterator[Visitor]:
    """Raises OSError when nobody is behind the door."""
    reader, writer = await asyncio.open_unix_connection(str(path), limit=LONGEST_LINE)
    try:
        yield Visitor(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()
