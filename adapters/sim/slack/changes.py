"""Telling who listens that the world changed: the deliveries, a page, a waiting test."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 60.0
LOOK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that happened. `kind` is like `message.created`; `subject` is the noun it happened to."""

    kind: str
    at: float
    subject: Any
    channel_id: str | None = None
    team_id: str | None = None
    detail: Any = None


class Changes:
    """The listeners of one world."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []
        self._waiters: list[asyncio.Future[None]] = []
        self.recent: deque[str] = deque(maxlen=12)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call `listener` on every change, at once; the returned function ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: Change) -> None:
        """Hand a change to everyone who listens or waits."""
        self.recent.append(change.kind)
        for listener in tuple(self._listeners):
            listener(change)
        self.nudge()

    def nudge(self) -> None:
        """Let everyone who waits look again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[AsyncIterator[Change]]:
        """`async with changes.watch() as seen: async for change in seen: ...`"""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        stop = self.subscribe(queue.put_nowait)
        try:
            yield _drain(queue)
        finally:
            stop()

    async def until(self, predicate: Callable[[], T], within: float = PATIENCE) -> T:
        """What `predicate` returns once it is true; looked at after every change, and now and then: it may be about another world.

        Raises TimeoutError naming the last changes when it stays false for `within` seconds.
        """
        try:
            async with asyncio.timeout(within):
                waiter = self._waiter()
                while not (found := predicate()):
                    await asyncio.wait((waiter,), timeout=LOOK)
                    waiter = self._waiter() if waiter.done() else waiter
        except TimeoutError:
            raise TimeoutError(
                f"not seen within {within} s; last changes: {', '.join(self.recent)}"
            ) from None
        return found

    def _waiter(self) -> asyncio.Future[None]:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        return waiter


async def _drain(queue: asyncio.Queue[Change]) -> AsyncIterator[Change]:
    while True:
        yield await queue.get()
