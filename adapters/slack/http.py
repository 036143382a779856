"""What comes over HTTP: Slack's payloads, signed, and the browsers of people who install us. Whoever serves it bounds the body before.

Only Slack knows the signing secret; a body without its signature, or with one older than five minutes, is refused with 401.
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from . import answers, install
from .answers import Answer
from .install import Installing
from .listen import Ear
from .lobby import Lobby

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PAYLOADS = frozenset({"/slack/events", "/slack/interactions", "/slack/commands"})


class Web:
    """Everything below /slack."""

    def __init__(self, lobby: Lobby, ear: Ear, installing: Installing) -> None:
        self._lobby = lobby
        self._ear = ear
        self._installing = installing
        self.heard_at: float | None = None
        """When Slack was last here."""

    async def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Whatever is asked there. Header names may be written in any way."""
        lowered = {name.lower(): value for name, value in headers.items()}
        found = await self._answer(method.upper(), path.rstrip("/"), query, lowered, body)
        return found.status, found.headers, found.body

    async def _answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        if path in PAYLOADS and self._lobby.options.http:
            return await self._payload(query, headers, body) if method == "POST" else _only("POST")
        if path in (install.PATH, install.RETURN_PATH) and self._lobby.options.installable:
            if method != "GET":
                return _only("GET")
            if path == install.PATH:
                return self._installing.begin(headers)
            return await self._installing.finish(dict(parse_qsl(query)), headers)
        return answers.plain(404, "There is nothing here.")

    async def _payload(self, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self._lobby.opened is None:
            return answers.plain(503, "Not yet.", {"Retry-After": "5"})  # Slack sends it again
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return answers.plain(400, "That is no text.")
        found = await self._ear.request(text, query, headers)
        if found.status == 200:
            self.heard_at = self._lobby.clock.now()
        sent = {name: ", ".join(values) for name, values in found.headers.items()}
        return Answer(status=found.status, headers=sent, body=(found.body or "").encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The same for a server that speaks ASGI: https://asgi.readthedocs.io/en/latest/specs/www.html"""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope.get("query_string", b"").decode("latin-1")
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = bool(message.get("more_body"))
        status, sent, answer = await self.answer(scope["method"], scope["path"], query, headers, body)
        listed = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
        length = (b"content-length", str(len(answer)).encode())
        kept = [one for one in listed if one[0] != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": [*kept, length]})
        await send({"type": "http.response.body", "body": answer})


def _only(method: str) -> Answer:
    return answers.plain(405, f"Only {method}.", {"Allow": method})
