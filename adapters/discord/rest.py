"""Discord's HTTP side: discord.py's own client, with two seams. What is written through it is said in `speak` and `interactions`.

It is a client of its own, beside the one that listens, so that answers go on while the gateway is down or being restarted.

Why discord.py's client is not used as it is (2.7.1, each shown in reference by running it):
* the call that takes the last token of a bucket sleeps inside its own await until the bucket resets, though it has succeeded;
* a 429 is slept out and sent again inside the call, a global one stops every other channel meanwhile;
* 500, 502 and 504 are sent again for up to 25 seconds, while the text grows older;
* the headers of an answer, which our scheduler lives by, are not handed out.
All four are the scheduler's business here. The seams:
* `get_ratelimit`, the one place where the library looks up a bucket, yields one that never waits;
* aiohttp's `raise_for_status` hook, which `HTTPClient.request` passes on, sees every answer before discord.py acts on it: it keeps the
  headers and raises our error for 400 and more.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
from discord.http import HTTPClient, Ratelimit, Route

from bridge.values.errors import ChatBroken, ChatForbidden, ConfigError
from bridge.values.parts import OutFile

from . import refusals
from .writes import Json

REFUSED_LOGIN = (
    "Discord does not accept the bot token. Copy a fresh one from your application's page "
    "(Bot → Reset Token) into the configuration."
)

_TIMEOUT = aiohttp.ClientTimeout(total=20.0)
_FILE_SECONDS = 90.0  # for what carries files


_LOST = (aiohttp.ClientError, OSError, TimeoutError, RuntimeError, ValueError)
"""Connections dropped or never made, a session closed under us, a body that is not the JSON it claims to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A confirmed answer: its JSON, and its headers."""

    data: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the token makes us."""

    me: int
    application: int


class _OpenGate(Ratelimit):
    """A bucket nobody waits at, before a request or after."""

    async def acquire(self) -> None:
        return

    async def __aexit__(
        self, type: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return


class _Client(HTTPClient):
    """discord.py's client at an open gate, with every answer looked at first."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._gate = _OpenGate(None)

    def get_ratelimit(self, key: str) -> Ratelimit:
        return self._gate

    async def request(self, route: Route, **given: Any) -> Any:
        return await super().request(route, **{"raise_for_status": _raise, "timeout": _TIMEOUT, **given})


async def _raise(response: aiohttp.ClientResponse) -> None:
    """Our error, before discord.py waits or tries again."""
    if response.status >= 400:
        raise refusals.refusal(response.status, await response.text(), response.headers)


class Rest:
    """Calls of Discord's HTTP interface; opens itself with the first one."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._client: _Client | None = None
        self._identity: Identity | None = None
        self._opening = asyncio.Lock()

    async def identity(self) -> Identity:
        """Raises ConfigError for a token Discord does not know, ChatError when Discord can't be asked."""
        await self._open()
        assert self._identity is not None
        return self._identity

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def call(
        self,
        verb: str,
        path: str,
        where: Mapping[str, str] | None = None,
        *,
        body: Json | list[Json] | None = None,
        files: Sequence[OutFile] = (),
        query: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Heard:
        """One request, sent once; `where` fills the path. Raises a ChatError: ChatBroken when nobody knows what became of it."""
        client = await self._open()
        told: list[Mapping[str, str]] = []

        async def look(response: aiohttp.ClientResponse) -> None:
            told.append(response.headers)
            await _raise(response)

        extra: dict[str, Any] = {"raise_for_status": look, **_payload(body, files)}
        if seconds or files:
            extra["timeout"] = aiohttp.ClientTimeout(total=seconds or _FILE_SECONDS)
        if query:
            extra["params"] = query
        try:
            data = await client.request(Route(verb, path, metadata=None, **(where or {})), **extra)
        except _LOST as error:
            raise ChatBroken(detail=type(error).__name__) from error
        except ChatForbidden as error:
            if files:
                raise refusals.of_files(error) from error
            raise
        return Heard(data=data, headers=told[-1])

    async def _open(self) -> _Client:
        async with self._opening:
            if self._client is None:
                client = _Client(asyncio.get_running_loop())
                try:
                    self._identity = await _login(client, self._token)
                except BaseException:
                    await client.close()
                    raise
                self._client = client
            return self._client


async def _login(client: _Client, token: str) -> Identity:
    try:
        me = await client.static_login(token.strip())
        application = await client.application_info()
        return Identity(me=int(me["id"]), application=int(application["id"]))
    except ChatForbidden as error:
        raise ConfigError((REFUSED_LOGIN,)) from error
    except _LOST as error:
        raise ChatBroken(detail=type(error).__name__) from error


def _payload(body: Json | list[Json] | None, files: Sequence[OutFile]) -> dict[str, Any]:
    """The arguments of HTTPClient.request: JSON, or a form with the JSON in one part and the files in others.

    https://docs.discord.com/developers/reference#uploading-files
    """
    if not files:
        return {} if body is None else {"json": body}
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body)}]
    for number, file in enumerate(files):
        form.append(
            {
                "name": f"files[{number}]",
                "value": io.BytesIO(file.data),
                "filename": file.name,
                "content_type": file.mime or "application/octet-stream",
            }
        )
    return {"form": form}
