"""One Socket Mode connection: hello, envelopes out, acknowledgements in.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from .nouns import Json

if TYPE_CHECKING:
    from .delivery import Deliveries

LIFE_SECONDS = 18_060


class SocketLine:
    """A socket of the app, from its hello to its end."""

    def __init__(
        self,
        deliveries: "Deliveries",
        websocket: WebSocket,
        cut: Callable[[], None],
        deafen: Callable[[], None],
    ) -> None:
        self._deliveries = deliveries
        self._world = deliveries.world
        self._websocket = websocket
        self._cut, self._deafen = cut, deafen
        self._deaf = False
        self._queue: asyncio.Queue[str | int] = asyncio.Queue()

    def send(self, frame: str) -> None:
        """Queue a text frame."""
        if not self._deaf:
            self._queue.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close after what is queued."""
        self._deliveries.retire(self)
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """Cut the connection without a word."""
        self._deliveries.retire(self)
        self._cut()

    def deafen(self) -> None:
        """Send nothing more, read nothing more, and answer no ping."""
        self._deaf = True
        self._deafen()

    def disconnect(self, reason: str) -> None:
        """Ask the app to come back: `warning` some seconds before, `refresh_requested` at the end."""
        host = "applink-simulated"
        self.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": host}}))

    async def run(self) -> None:
        """Say hello and serve until the end."""
        await self._websocket.accept()
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write())
                self.send(json.dumps(self._hello()))
                self._deliveries.joined(self)
                await self._read()
                writer.cancel()
        finally:
            self._deliveries.left(self)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._deliveries.lines) + 1,
            "debug_info": {
                "host": "applink-simulated",
                "build_number": 1,
                "approximate_connection_time": LIFE_SECONDS,
            },
            "connection_info": {"app_id": self._world.app.id},
        }

    async def _write(self) -> None:
        """Send what is queued, in order; a number closes."""
        while True:
            item = await self._queue.get()
            try:
                if isinstance(item, int):
                    await self._websocket.close(item)
                    return
                await self._websocket.send_text(item)
            except (WebSocketDisconnect, RuntimeError):
                return  # the client has gone; the reader sees it too

    async def _read(self) -> None:
        while True:
            try:
                self._take(await self._websocket.receive_text())
            except WebSocketDisconnect:
                return

    def _take(self, text: str) -> None:
        said = _object(text)
        if said is None or not isinstance(said.get("envelope_id"), str):
            self._world.violation(f"a socket said what is no acknowledgement: {text[:80]!r}")
            return
        if strange := said.keys() - {"envelope_id", "payload"}:
            self._world.violation(f"an acknowledgement has no {sorted(strange)}")
        self._deliveries.acknowledged(said["envelope_id"], said.get("payload"))


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
