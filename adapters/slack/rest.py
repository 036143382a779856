"""Slack's Web API: the SDK's client, one for each token. What is written through it is said in `ways`, `streams` and `uploads`.

The SDK sends a call again when its connection drops, and Slack may have done it the first time: every client here is told to send once.
All share one pool of connections, opened by the first call.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bridge.values.errors import ChatBroken, ChatError, ChatForbidden, ConfigError
from bridge.values.ids import PersonId, WorkspaceId

from . import refusals
from .tokens import Bearer, Tokens
from .writes import Json

_SECONDS = 20.0
_FILE_SECONDS = 90.0  # for what carries a file
_RESPONSE_HOST = "hooks.slack.com"
_NO_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "account_inactive", "token_expired"})

_QUIET = logging.getLogger("adapters.slack.sdk")
_QUIET.setLevel(logging.WARNING)
"""The SDK writes down what people say, where somebody wants to see everything."""

_LOST = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    RuntimeError,
    ValueError,
    AttributeError,
    SlackClientError,
)
"""Connections dropped or never made, a session closed under us, a body that is not the JSON it claims to be."""


class Rest:
    """Calls of Slack's Web API. `api_url` is where Slack is when it is not at its own address; `configured` is a token whose workspace
    is asked for with the first call."""

    def __init__(self, tokens: Tokens, *, api_url: str = "", configured: str = "") -> None:
        self.tokens = tokens
        self.api_url = f"{api_url.rstrip('/')}/" if api_url else AsyncWebClient.BASE_URL
        self._own = bool(api_url)
        self._configured = configured.strip()
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}
        self._introducing = asyncio.Lock()
        tokens.on_parting(self._part)

    # -- who we are ------------------------------------------------------------------------------

    async def bearer(self, workspace: WorkspaceId) -> Bearer:
        """Who we are there. Raises ChatError."""
        if self.tokens.get(workspace) is None and self._configured:
            async with self._introducing:
                if self._configured and self.tokens.get(workspace) is None:
                    try:
                        await self.introduce(self._configured)
                    except ConfigError as error:
                        raise ChatForbidden(refusals.REFUSED_LOGIN, detail="auth.test") from error
        return self.tokens.of(workspace)

    async def introduce(self, token: str) -> Bearer:
        """Ask Slack whose token this is, and act by it there from now on. Raises ConfigError for one Slack does not know, ChatError."""
        token = token.strip()
        client = self._client(token)
        try:
            told = await client.api_call("auth.test")
        except SlackApiError as error:
            refused = _refusal("auth.test", error)
            if refusals.code(refused) in _NO_TOKEN:
                raise ConfigError((refusals.REFUSED_LOGIN,)) from error
            raise refused from error
        except _LOST as error:
            raise ChatBroken(detail=f"auth.test: {type(error).__name__}") from error
        bearer = _bearer(token, told.data, told.headers)
        if token == self._configured:
            self._configured = ""  # known from here on, and not taken up again once it was forgotten
        self.tokens.put(bearer)
        self._clients[token] = client
        return bearer

    # -- calls -----------------------------------------------------------------------------------

    async def call(self, workspace: WorkspaceId, method: str, body: Json, *, read: bool = False) -> Json:
        """One call, sent once. `read`: of a method that takes a form, as all do that read.

        Raises a ChatError: ChatBroken when nobody knows what came of it.
        """
        client = self.client(await self.bearer(workspace))
        given: dict[str, Any] = {"data": _form(body)} if read else {"json": body}
        try:
            told = await client.api_call(method, **given)
        except SlackApiError as error:
            raise _refusal(method, error) from error
        except _LOST as error:
            raise ChatBroken(detail=f"{method}: {type(error).__name__}") from error
        return told.data if isinstance(told.data, dict) else {}

    async def respond(self, url: str, body: Json) -> None:
        """Say something through a command's or button's own address. Raises ChatError; ChatGone when its uses or its time are over."""
        if not self._ours(url, _RESPONSE_HOST):
            raise ChatForbidden(detail="response_url: foreign host")
        status, text = await self._post(url, "response_url", _SECONDS, json=body)
        if status != 200:
            raise refusals.refusal("response_url", status, _json(text), {})

    async def upload(self, url: str, data: bytes) -> None:
        """Send the bytes of a file where Slack said. Nobody sees them yet. Raises ChatError."""
        if not self._ours(url, "files.slack.com"):
            raise ChatForbidden(detail="upload_url: foreign host")
        status, text = await self._post(url, "upload_url", _FILE_SECONDS, data=data)
        if status != 200:
            raise refusals.refusal("upload_url", status, _json(text), {})

    def client(self, bearer: Bearer) -> AsyncWebClient:
        """The SDK's client for this workspace."""
        client = self._clients.get(bearer.token)
        if client is None:
            client = self._clients[bearer.token] = self._client(bearer.token)
        client.session = self._open()
        return client

    async def close(self) -> None:
        """What is called afterwards opens a new pool."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _client(self, token: str) -> AsyncWebClient:
        client = AsyncWebClient(
            token=token,
            base_url=self.api_url,
            session=self._open(),
            retry_handlers=[],
            timeout=int(_SECONDS),
            logger=_QUIET,
        )
        # The SDK would send every call through the proxy of the environment, also those that must not go there.
        client.proxy = None
        return client

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
                trust_env=not self._own,
            )
        return self._session

    async def _post(self, url: str, what: str, seconds: float, **given: Any) -> tuple[int, str]:
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._open().post(url, timeout=timeout, allow_redirects=False, **given) as response:
                return response.status, await response.text()
        except _LOST as error:
            raise ChatBroken(detail=f"{what}: {type(error).__name__}") from error

    def _ours(self, url: str, host: str) -> bool:
        """Slack's own address for this, or wherever Slack was said to be."""
        try:
            parts = urlsplit(url)
            own = urlsplit(self.api_url)
            if self._own and (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
                return parts.scheme == "https" or loopback(parts.hostname or "")
            return parts.scheme == "https" and parts.netloc == host
        except ValueError:
            return False

    def _part(self, bearer: Bearer) -> None:
        self._clients.pop(bearer.token, None)


def loopback(host: str) -> bool:
    """Whether this is the machine we are on."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def field(data: object, name: str) -> Any:
    """A field every confirmed answer of Slack's has; one without it did not come from Slack."""
    if not isinstance(data, Mapping) or name not in data:
        raise ChatBroken(detail=f"an answer without {name}")
    return data[name]


def _bearer(token: str, told: object, headers: Mapping[str, str]) -> Bearer:
    scopes = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return Bearer(
        workspace=WorkspaceId(str(field(told, "team_id"))),
        user=PersonId(str(field(told, "user_id"))),
        token=token,
        bot=str(told.get("bot_id") or "") if isinstance(told, Mapping) else "",
        name=str(told.get("team") or "") if isinstance(told, Mapping) else "",
        scopes=None if scopes is None else frozenset(filter(None, map(str.strip, scopes.split(",")))),
    )


def _refusal(method: str, error: SlackApiError) -> ChatError:
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    headers = getattr(response, "headers", None) or {}
    return refusals.refusal(method, int(status), getattr(response, "data", None), headers)


def _form(body: Json) -> dict[str, str]:
    """Arguments as a form has them: what is no text goes as JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in body.items()
        if value is not None
    }


def _json(text: str) -> object:
    """What was told with a status; often a bare word."""
    try:
        return json.loads(text)
    except ValueError:
        return {"error": text.strip()}
