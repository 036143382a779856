"""The way of a request to Slack and back: distance, a connection that is cut, an answer that takes long."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from adapters.sim.slack.faults import Fault

if TYPE_CHECKING:
    from adapters.sim.slack.server import SlackServer


class Lost(Exception):
    """The connection is cut instead of answered."""


class Page(Exception):
    """The answer is a page, not JSON, as from a proxy in front of Slack."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status
        self.text = f"<html><head><title>{status}</title></head><body>Server Error</body></html>"


class Way:
    """The way to one server."""

    def __init__(self, server: "SlackServer") -> None:
        self._server = server

    async def there_and_back(self, request: Request, deed: Coroutine[Any, Any, Response]) -> Response:
        """Half the distance, the deed, the other half."""
        try:
            await self._pass(self._server.rtt / 2)
            response = await deed
            await self._pass(self._server.rtt / 2)
        except (Lost, ClientDisconnect):
            deed.close()
            await self._cut(request)
            return Response(status_code=500)
        return response

    async def early(self, fault: Fault) -> None:
        """What a fault does before anything is done. Raises Lost."""
        if fault.effect == "drop":
            raise Lost
        if fault.effect == "slow":
            await self._pass(fault.seconds)

    async def _pass(self, seconds: float) -> None:
        """Let time pass; a server that closes meanwhile loses the request."""
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._server.closing.wait()
        except TimeoutError:
            return
        raise Lost

    async def _cut(self, request: Request) -> None:
        """End the connection without an answer, and wait until that is noticed."""
        self._server.cut(request.scope)
        while (await request.receive())["type"] != "http.disconnect":
            pass
