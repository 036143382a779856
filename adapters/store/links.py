"""Links to a database: a body goes in, runs in a transaction of its own, its result comes out.

SQLite is reached through aiosqlite's connection and thread. The whole transaction is one visit to that thread: SQLAlchemy's asyncio
extension makes about four visits for every statement, which cost ten times the CPU of the SQL. A cancelled caller leaves a whole
transaction behind, never half a one.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from adapters.store.place import Where

BUSY_SECONDS = 5.0
READERS = 2

Found = TypeVar("Found")

WRITING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what is sent must be on disk, also after a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is forgotten is overwritten
    "PRAGMA journal_size_limit = 16777216",
)
MIGRATING = (
    *WRITING,
    "PRAGMA foreign_keys = OFF",
)  # a table that is built anew would take its children along
READING = ("PRAGMA query_only = ON",)


class Link(Protocol):
    async def transact(self, body: Callable[[Connection], Found]) -> Found:
        """Run a body in a transaction. Raises what the body and the driver raise; then nothing was written."""

    async def tidy(self) -> None:
        """Leave nothing behind of what was erased."""

    async def close(self) -> None: ...


def writing(place: Where) -> Link:
    """The link of the one writer."""
    if not place.sqlite:
        return _Postgres(place, 1)
    return _Sqlite(_target(place), "BEGIN IMMEDIATE", WRITING)


def migrating(place: Where) -> Link:
    """A link for changing the schema."""
    if not place.sqlite:
        return _Postgres(place, 1)
    return _Sqlite(_target(place), "BEGIN IMMEDIATE", MIGRATING)


def reading(place: Where) -> Link | None:
    """Links that can't write; None where only the writer's own connection sees the database (SQLite in memory)."""
    if not place.sqlite:
        return _Postgres(place, READERS)
    if place.path is None:
        return None
    target = f"{place.path.resolve().as_uri()}?mode=ro"
    return _Several([_Sqlite(target, "BEGIN", READING) for _ in range(READERS)])


@asynccontextmanager
async def closing(link: Link) -> AsyncIterator[Link]:
    """A link for a while."""
    try:
        yield link
    finally:
        await link.close()


def _target(place: Where) -> str:
    return place.path.resolve().as_uri() if place.path else ":memory:"


class _Sqlite:
    """One connection and its thread, made when first needed and again after the disk failed under it."""

    def __init__(self, target: str, begin: str, pragmas: tuple[str, ...]) -> None:
        self._target = target
        self._begin = begin
        self._pragmas = pragmas
        self._connection: aiosqlite.Connection | None = None
        self._engine: Engine | None = None
        self._connecting = asyncio.Lock()

    async def transact(self, body: Callable[[Connection], Found]) -> Found:
        async with self._connecting:
            connection = self._connection or await self._connect()
        try:
            return await _there(connection, partial(self._run, body))
        except DBAPIError as exc:
            if str(getattr(exc.orig, "sqlite_errorname", "")).startswith("SQLITE_IOERR"):
                await self.close()
            raise

    def _run(self, body: Callable[[Connection], Found]) -> Found:
        assert self._engine is not None
        with self._engine.begin() as conn:
            return body(conn)

    async def _connect(self) -> aiosqlite.Connection:
        connection = aiosqlite.connect(self._target, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
        try:
            await connection
        except BaseException:
            # aiosqlite stops its thread then, but does not wait for it; it would call into a loop that may be gone.
            await asyncio.to_thread(connection._thread.join)
            raise
        try:
            self._engine = await _there(connection, partial(self._prepare, connection._conn))
        except BaseException:
            await connection.close()
            raise
        self._connection = connection
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> Engine:
        for pragma in self._pragmas:
            connection.execute(pragma).close()
        engine = create_engine(
            "sqlite://", creator=lambda: connection, poolclass=StaticPool, hide_parameters=True
        )
        event.listen(engine, "begin", partial(_begin, self._begin))
        return engine

    async def tidy(self) -> None:
        """Empty the log, which still has the pages as they were. It comes between two transactions: each is one visit."""
        if self._connection is not None:
            raw = self._connection._conn
            await _there(self._connection, lambda: raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close())

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


async def _there(connection: aiosqlite.Connection, visit: Callable[[], Found]) -> Found:
    """Run something in the connection's thread. aiosqlite keeps its door for that to itself; SQLAlchemy uses it too."""
    found: Found = await connection._execute(visit)  # type: ignore[no-untyped-call]
    return found


def _begin(statement: str, conn: Connection) -> None:
    """The driver begins nothing by itself; and a write that began as a read could not wait for its lock later."""
    conn.exec_driver_sql(statement)


class _Several:
    """Some links of a kind; whoever comes takes one that is free."""

    def __init__(self, links: list[_Sqlite]) -> None:
        self._links = links
        self._free: asyncio.LifoQueue[_Sqlite] = asyncio.LifoQueue()
        for link in links:
            self._free.put_nowait(link)

    async def transact(self, body: Callable[[Connection], Found]) -> Found:
        link = await self._free.get()
        try:
            return await link.transact(body)
        finally:
            self._free.put_nowait(link)

    async def tidy(self) -> None:
        """Those who only look leave nothing."""

    async def close(self) -> None:
        for link in self._links:
            await link.close()


class _Postgres:
    def __init__(self, place: Where, connections: int) -> None:
        options: dict[str, Any] = {"pool_size": connections, "max_overflow": 0}
        self._engine = create_async_engine(place.url, hide_parameters=True, **options)

    async def transact(self, body: Callable[[Connection], Found]) -> Found:
        async with self._engine.begin() as conn:
            return await conn.run_sync(body)

    async def tidy(self) -> None:
        """PostgreSQL's vacuum does."""

    async def close(self) -> None:
        await self._engine.dispose()
