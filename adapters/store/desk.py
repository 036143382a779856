"""Where transactions are handed in: writes go to the one writer, looks to a few readers that cannot write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from adapters.store import guard, links, migrate
from adapters.store.line import Line
from adapters.store.links import Link
from adapters.store.place import Where, where
from bridge.values.errors import StoreBusy, StoreError

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Desk:
    """A checked, migrated, locked database. Only `open` makes one."""

    def __init__(self, writer: Line | None, readers: Line | None, lock: guard.ProcessLock) -> None:
        self._writer = writer
        self._readers = readers
        self._lock = lock
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, read_only: bool) -> Desk:
        place = where(url)
        await migrate.check(place)
        if read_only:
            return cls(None, _looking(await _readers(place)), guard.ProcessLock(None))
        lock = guard.ProcessLock(place.path)
        lock.take()
        try:
            guard.make(place.path)
            return cls(Line(await _migrated(place)), _looking(links.reading(place)), lock)
        except BaseException:
            lock.drop()
            raise

    async def write(
        self, body: Callable[Concatenate[Connection, Given], Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Run a body in a transaction of the writer; its result, once it is on disk. Raises StoreError."""
        if self._writer is None:
            raise StoreError("The database was opened for looking only.")
        return await self._writer.run(lambda conn: body(conn, *args, **kwargs))

    async def read(
        self, body: Callable[Concatenate[Connection, Given], Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Run a body that only looks. What was written before is seen. Raises StoreError."""
        if self._closed:
            raise StoreBusy("The bridge is shutting down, its database is closed.")
        if self._readers is None:
            return await self.write(body, *args, **kwargs)
        return await self._readers.run(lambda conn: body(conn, *args, **kwargs))

    async def tidy(self) -> None:
        """Let nothing of what was erased stay in the files."""
        if self._writer is not None:
            await self._writer.tidy()

    async def close(self) -> None:
        self._closed = True
        if self._readers is not None:
            await self._readers.close()
        if self._writer is not None:
            await self._writer.close()
        self._lock.drop()


def _looking(link: Link | None) -> Line | None:
    return None if link is None else Line(link, links.READERS)


async def _migrated(place: Where) -> Link:
    """The writer's link to a database that is up to date."""
    writing = links.writing(place)
    if place.in_memory:  # there is no second connection to change the schema through
        await migrate.upgrade(writing)
        return writing
    async with links.closing(links.migrating(place)) as migrating:
        await migrate.upgrade(migrating)
    return writing


async def _readers(place: Where) -> Link:
    """Readers alone, of a database that must be there and up to date."""
    readers = links.reading(place)
    if readers is None or (place.path is not None and not place.path.exists()):
        raise StoreError("There is no database yet. It is made when the bridge runs for the first time.")
    try:
        await migrate.require_newest(readers)
    except BaseException:
        await readers.close()
        raise
    return readers
