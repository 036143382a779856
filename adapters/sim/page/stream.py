"""The event stream of one open page. It ends when its reader goes or the server cuts the connection, and waits for nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

BEAT = 0.04  # what changes within it is told at once
STILL_HERE = 15.0
AFTER_ANSWER = (0.2, 1.5)  # the books follow an answer at once, or a moment later

Points = Callable[[], Awaitable[str]]


class Viewer(Protocol):
    """What one open page has not been told yet."""

    wake: asyncio.Event
    answered: asyncio.Event
    points: str | None

    def note(self, change: Any) -> None: ...

    def take(self) -> Iterator[bytes]: ...


class Changes(Protocol):
    """The listeners of one world."""

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]: ...


class Stream(Response):
    """Tells a viewer what changes, for as long as it reads."""

    media_type = "text/event-stream"

    def __init__(self, changes: Changes, viewer: Viewer, points: Points, headers: dict[str, str]) -> None:
        super().__init__(headers=headers | {"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._changes, self._viewer, self._points = changes, viewer, points

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        stop = self._changes.subscribe(self._viewer.note)
        try:
            async with asyncio.TaskGroup() as group:
                telling = group.create_task(self._tell(send))
                reckoning = group.create_task(self._reckon())
                while (await receive())["type"] != "http.disconnect":
                    pass
                telling.cancel()
                reckoning.cancel()
        finally:
            stop()

    async def _tell(self, send: Send) -> None:
        await _write(send, b"retry: 1000\n\n")
        while True:
            try:
                async with asyncio.timeout(STILL_HERE):
                    await self._viewer.wake.wait()
            except TimeoutError:
                await _write(send, b": still here\n\n")
                continue
            self._viewer.wake.clear()
            for frame in self._viewer.take():
                await _write(send, frame)
            await asyncio.sleep(BEAT)

    async def _reckon(self) -> None:
        """Ask for the points after the bot said something, and again a moment later."""
        while True:
            await self._viewer.answered.wait()
            self._viewer.answered.clear()
            for pause in AFTER_ANSWER:
                await self._look_up()
                await asyncio.sleep(pause)
            await self._look_up()

    async def _look_up(self) -> None:
        try:
            self._viewer.points = await self._points()
        except Exception:  # whatever goes wrong in somebody else's books, the conversation goes on
            self._viewer.points = "The points are not known."
        self._viewer.wake.set()


async def _write(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})
