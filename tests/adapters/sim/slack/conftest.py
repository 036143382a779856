"""A server per test, a plain HTTP client as the app, sockets that do what they are told, and the real slack-bolt."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import httpx
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sim.slack import Message, SlackServer

Json = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """A server; afterwards nothing was asked that Slack does not have, unless the test took note of it and cleared it."""
    async with SlackServer() as server:
        # The machine may be slow; tests of what happens when somebody is late say so.
        server.world.rules.ack_seconds = server.world.rules.trigger_seconds = 10.0
        yield server
    assert server.world.violations == []


class Api:
    """The app over plain HTTP."""

    def __init__(self, slack: SlackServer, http: httpx.AsyncClient) -> None:
        self.slack = slack
        self.http = http
        self.token = slack.token

    async def raw(self, method: str, **args: Any) -> httpx.Response:
        """The whole HTTP answer to a call."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.http.post(self.slack.api_url + method, json=args, headers=headers)

    async def ok(self, method: str, **args: Any) -> Json:
        """The answer to a call that must succeed."""
        answer: Json = (await self.raw(method, **args)).json()
        assert answer["ok"], answer
        return answer

    async def error(self, method: str, **args: Any) -> str:
        """The error string of a call that must be refused."""
        answer: Json = (await self.raw(method, **args)).json()
        assert not answer["ok"], answer
        return str(answer["error"])

    async def post(self, where: str = "general", text: str = "hello", **args: Any) -> Message:
        """A message of the app."""
        channel = self.slack.world.channel(where)
        answer = await self.ok("chat.postMessage", channel=channel.id, text=text, **args)
        return self.slack.world.messages[channel.id, answer["ts"]]

    def channel(self, name: str = "general") -> str:
        """The id of a channel."""
        return self.slack.world.channel(name).id

    def noted(self) -> list[str]:
        """What was noted as a violation so far; the test knows of it now."""
        found = list(self.slack.world.violations)
        self.slack.world.violations.clear()
        return found


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=False) as client:
        yield client


@pytest.fixture
def api(slack: SlackServer, http: httpx.AsyncClient) -> Api:
    return Api(slack, http)


class Socket:
    """A Socket Mode client that does only what it is told."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def next(self) -> Json:
        """The next frame."""
        async with asyncio.timeout(15):
            frame: Json = await self.ws.receive_json()
        return frame

    async def ack(self, envelope: Json, payload: Any = None) -> None:
        """Say that an envelope arrived, with an answer where there is one."""
        body = {"envelope_id": envelope["envelope_id"]}
        await self.ws.send_json(body if payload is None else body | {"payload": payload})

    async def take(self, payload: Any = None) -> Json:
        """The next envelope, acknowledged."""
        envelope = await self.next()
        await self.ack(envelope, payload)
        return envelope


OpenSocket = Callable[[], Awaitable[Socket]]


@pytest.fixture
async def socket(slack: SlackServer) -> AsyncIterator[OpenSocket]:
    """`await socket()`: one more connection, after its hello."""
    opened: list[Socket] = []  # who forgets a socket closes it
    async with aiohttp.ClientSession() as session:

        async def connect() -> Socket:
            headers = {"Authorization": f"Bearer {slack.app_token}"}
            async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as answer:
                url = (await answer.json())["url"]
            opened.append(Socket(await session.ws_connect(url)))
            assert (await opened[-1].next())["type"] == "hello"
            return opened[-1]

        yield connect


class Bolt:
    """The real slack-bolt, in Socket Mode; add listeners to `app`, then `begin`."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.client = AsyncWebClient(token=slack.token, base_url=slack.api_url)
        self.app = AsyncApp(client=self.client)
        self.errors: list[Exception] = []
        self.app.error(self._note)
        self.handlers: list[AsyncSocketModeHandler] = []

    async def _note(self, error: Exception) -> None:
        self.errors.append(error)

    async def begin(self, connections: int = 1) -> None:
        """Connect, and wait until Slack knows of it."""
        there = len(self.slack.deliveries.lines) + connections
        for _ in range(connections):
            web = AsyncWebClient(token=self.slack.app_token, base_url=self.slack.api_url)
            handler = AsyncSocketModeHandler(self.app, self.slack.app_token, web_client=web, ping_interval=1)
            self.handlers.append(handler)
            await handler.connect_async()
        await self.slack.world.until(lambda: len(self.slack.deliveries.lines) >= there)

    async def end(self) -> None:
        """Close, and let what went wrong in listeners fail the test."""
        for handler in self.handlers:
            await handler.close_async()
        assert self.errors == []


@pytest.fixture
async def bolt(slack: SlackServer) -> AsyncIterator[Bolt]:
    made = Bolt(slack)
    yield made
    await made.end()
