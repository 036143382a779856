"""A door for strangers beside the health page: whatever comes there is bounded in size and time before anybody looks at it.

Who is behind it, and whether what comes is genuine, is the matter of whoever hands in the application.
"""

from __future__ import annotations

import asyncio

from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1024 * 1024
"""Of one request's body: the events of chat platforms are far below."""
WITHIN = 10.0
"""Seconds for the whole body to come."""


class Bounded:
    """Reads the body before it passes the request on; a body too large, or too slow, is answered here."""

    def __init__(self, inner: ASGIApp, most: int = MOST_BYTES, within: float = WITHIN) -> None:
        self._inner = inner
        self._most = most
        self._within = within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._within):
                body = await self._body(receive)
        except TimeoutError:
            await PlainTextResponse("That took too long.", 408)(scope, receive, send)
            return
        if body is None:
            await PlainTextResponse("That is too much.", 413)(scope, receive, send)
            return
        await self._inner(scope, _again(body, receive), send)

    async def _body(self, receive: Receive) -> bytes | None:
        """None: more than is taken, or nobody is there any more to hear an answer."""
        body = b""
        while True:
            message = await receive()
            body += bytes(message.get("body", b""))
            if len(body) > self._most or message["type"] == "http.disconnect":
                return None
            if not message.get("more_body"):
                return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, and then whatever comes."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


def below(path: str, inner: ASGIApp) -> BaseRoute:
    """Everything below a path, which is handed on whole."""
    return Route(f"{path}/{{rest:path}}", Bounded(inner), methods=["GET", "POST"])
