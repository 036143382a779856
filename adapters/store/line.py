"""Bodies stand in line: those who wait together share a transaction, and nobody hears of success before the commit.

A body that fails takes nobody along: its transaction is rolled back and the others are run again, each in its own. That is safe because
a body touches nothing but the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from adapters.store import faults
from adapters.store.dialect import Overtaken
from adapters.store.links import Link
from bridge.values.errors import BridgeError, StoreBusy

TOGETHER = 64
"""Bodies in one transaction, at most: what they share is the wait for the disk."""
QUEUE = 4_096
ATTEMPTS = 3

Body = Callable[[Connection], Any]
Found = TypeVar("Found")


@dataclass(slots=True)
class _Job:
    body: Body
    done: asyncio.Future[Any]


class Line:
    """Runs transaction bodies in as many transactions at a time as there are workers; one, where the bodies write."""

    def __init__(self, link: Link, workers: int = 1) -> None:
        self._link = link
        self._jobs: asyncio.Queue[_Job | None] = asyncio.Queue(QUEUE)
        self._closing = False
        self._workers = [
            asyncio.create_task(self._work())  # noqa: TID251 - `close` awaits them
            for _ in range(workers)
        ]

    async def run(self, body: Callable[[Connection], Found]) -> Found:
        """The result of the body, once it is on disk. Raises StoreError, and what the body raises."""
        if self._closing:
            raise StoreBusy("The bridge is shutting down, its database is closed.")
        job = _Job(body, asyncio.get_running_loop().create_future())
        await self._jobs.put(job)
        found: Found = await job.done
        return found

    async def tidy(self) -> None:
        """Overwrite what was erased."""
        try:
            await self._link.tidy()
        except faults.EXPECTED as exc:
            raise faults.translated(exc) from exc

    async def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        if not self._closing:
            self._closing = True
            for _ in self._workers:
                await self._jobs.put(None)
        await asyncio.gather(*self._workers)
        await self._link.close()

    async def _work(self) -> None:
        while (first := await self._jobs.get()) is not None:
            jobs = [first]
            while len(jobs) < TOGETHER and not self._jobs.empty():
                job = self._jobs.get_nowait()
                if job is None:
                    self._jobs.put_nowait(None)  # meant for the next who looks: this one, after its jobs
                    break
                jobs.append(job)
            await self._run(jobs)

    async def _run(self, jobs: list[_Job]) -> None:
        try:
            found = await self._transaction([job.body for job in jobs])
        except Exception as exc:
            if len(jobs) == 1:
                _fail(jobs[0], exc)
                return
            for job in jobs:
                await self._run([job])
        else:
            for job, result in zip(jobs, found, strict=True):
                if not job.done.done():  # whoever asked may have given up
                    job.done.set_result(result)

    async def _transaction(self, bodies: list[Body]) -> list[Any]:
        for attempt in range(ATTEMPTS):
            try:
                return await self._link.transact(partial(_all, bodies=bodies))
            except Overtaken:
                if len(bodies) > 1 or attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError


def _all(conn: Connection, bodies: list[Body]) -> list[Any]:
    return [body(conn) for body in bodies]


def _fail(job: _Job, error: Exception) -> None:
    if job.done.done():
        return
    if isinstance(error, (BridgeError, *faults.EXPECTED)):
        translated = faults.translated(error)
        translated.__cause__ = error if translated is not error else error.__cause__
        job.done.set_exception(translated)
    elif isinstance(error, Overtaken):
        job.done.set_exception(StoreBusy("The bridge's database is too busy.", detail="overtaken"))
    else:
        job.done.set_exception(error)
