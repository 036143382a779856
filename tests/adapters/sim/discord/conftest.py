"""A server per test, a plain HTTP client as the bot, and the real discord.py connected to it."""

import asyncio
import sys
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import httpx
import pytest
import yarl

from adapters.sim.discord import DiscordServer
from tests.plugins import discord_openapi
from tests.plugins.waiting import PATIENCE

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # discord.py imports audioop for voice
    import discord
    from discord import app_commands

Handler = Callable[[discord.Message], Awaitable[Any]]


@pytest.fixture
async def dc() -> AsyncIterator[DiscordServer]:
    """A server; afterwards nothing unknown was asked, and all that crossed the wire is as Discord says."""
    async with DiscordServer() as server:
        yield server
    assert server.world.violations == []
    oracle = discord_openapi.load()
    if oracle is not None:
        oracle.check(server.world.exchanges)


@pytest.fixture
async def http(dc: DiscordServer) -> AsyncIterator[httpx.AsyncClient]:
    """The bot's side over plain HTTP."""
    headers = {"Authorization": f"Bot {dc.token}"}
    async with httpx.AsyncClient(
        base_url=dc.api_url, headers=headers, verify=False, timeout=PATIENCE
    ) as client:
        yield client


class Bot(discord.Client):
    """discord.py itself; it keeps what it saw and what went wrong, and answers as the test says."""

    def __init__(self, dc: DiscordServer, answer: Handler | None = None, **options: Any) -> None:
        content = options.pop("content", True)
        settings: dict[str, Any] = {
            "intents": discord.Intents.default(),
            "guild_ready_timeout": 0.02,
            "allowed_mentions": discord.AllowedMentions.none(),
        }
        settings["intents"].message_content = content
        super().__init__(**(settings | options))
        self.dc = dc
        self.answer = answer
        self.tree = app_commands.CommandTree(self)
        self.seen: list[discord.Message] = []
        self.heard: list[str] = []
        self.answered = 0
        self.ending = False
        self.errors: list[BaseException] = []
        self.task: asyncio.Task[None] | None = None
        self.tree.error(self._tree_error)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A second identify need not wait five seconds here."""

    async def _tree_error(self, interaction: discord.Interaction, error: Exception) -> None:
        self._note(error)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.heard.append(event)
        super().dispatch(event, *args, **kwargs)
        self.dc.world.changes.nudge()

    async def on_message(self, message: discord.Message) -> None:
        if message.author == self.user:
            return
        self.seen.append(message)
        self.dc.world.changes.nudge()
        if self.answer is not None:
            await self.answer(message)
            self.answered += 1
            self.dc.world.changes.nudge()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        self._note(sys.exc_info()[1] or RuntimeError(event_method))

    def _note(self, error: BaseException) -> None:
        if not self.ending:  # what the end of the test cuts off is no error
            self.errors.append(error)

    async def hears(self, event: str, times: int = 1) -> None:
        """Wait until discord.py dispatched this event so many times."""
        await self.dc.world.until(lambda: self.heard.count(event) >= times)

    async def sync(self) -> None:
        """Register the commands of the tree."""
        await self.tree.sync()

    async def begin(self) -> None:
        """Connect and wait until ready."""
        self.task = asyncio.create_task(self.start(self.dc.token))  # noqa: TID251  (awaited in end)
        await self.hears("ready")

    async def end(self) -> None:
        """Close, and let what went wrong in handlers fail the test."""
        self.ending = True
        await self.close()
        if self.task is not None:
            await asyncio.gather(self.task, return_exceptions=True)


Connect = Callable[..., Awaitable[Bot]]


@pytest.fixture
async def connect(dc: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connect]:
    """`bot = await connect(answer)`: the real discord.py, pointed at the server by its two addresses."""
    monkeypatch.setattr(discord.http.Route, "BASE", dc.api_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(dc.gateway_url))
    bots: list[Bot] = []

    async def make(answer: Handler | None = None, *, begin: bool = True, **options: Any) -> Bot:
        bot = Bot(dc, answer, **options)
        bots.append(bot)
        if begin:
            await bot.begin()
        return bot

    yield make
    for bot in bots:
        await bot.end()
    assert [error for bot in bots for error in bot.errors] == []


class RawGateway:
    """A gateway client that does only what it is told."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.sequence = 0

    async def send(self, op: int, data: Any) -> None:
        """Send one payload."""
        await self.socket.send_json({"op": op, "d": data})

    async def next(self) -> dict[str, Any]:
        """The next payload."""
        async with asyncio.timeout(PATIENCE):
            payload: dict[str, Any] = await self.socket.receive_json()
        self.sequence = payload["s"] or self.sequence
        return payload

    async def event(self, name: str) -> dict[str, Any]:
        """The data of the next dispatch with this name; others are passed over."""
        while (payload := await self.next())["t"] != name:
            pass
        data: dict[str, Any] = payload["d"]
        return data

    async def closed(self) -> int | None:
        """The code the server closes with."""
        async with asyncio.timeout(PATIENCE):
            while not self.socket.closed:
                await self.socket.receive()
        return self.socket.close_code


@pytest.fixture
async def gateway(dc: DiscordServer) -> AsyncIterator[Callable[..., Awaitable[RawGateway]]]:
    """`raw = await gateway(intents)`; with None it stays unidentified after the hello."""
    async with aiohttp.ClientSession() as session:

        async def connect(intents: int | None = 1 | 1 << 9 | 1 << 12 | 1 << 15, **extra: Any) -> RawGateway:
            raw = RawGateway(await session.ws_connect(dc.gateway_url))
            assert (await raw.next())["op"] == 10
            if intents is not None:
                known = len(dc.gateway.sessions)
                await raw.send(2, {"token": dc.token, "intents": intents, "properties": {}} | extra)
                await dc.world.until(lambda: len(dc.gateway.sessions) > known)
            return raw

        yield connect
