"""The whole program between servers: embedded Discord, embedded Poe, a real SQLite file, and the house in the middle.

Slack is there for tests that ask for it: `make_whole(slack=True)`, alone with `discord=False`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from adapters.sim.discord import DiscordServer
from adapters.sim.poe import PoeServer
from adapters.sim.slack import SlackServer
from bridge import config
from bridge.values.notices import Notice
from bridge.values.settings import Settings
from bridge.wiring.house import House, built
from bridge.wiring.serving import serving
from tests.plugins.in_slack import InSlack
from tests.plugins.waiting import PATIENCE

FOR_POE = ("profile", "speed", "balance", "chaining", "row_after", "cost_after", "rate_limit")
FOR_DISCORD = ("rtt", "extra_routes")


@dataclass
class Whole:
    """`house` is the running bridge; `restart` ends it and starts another on the same database."""

    dc: DiscordServer
    poe: PoeServer
    folder: Path
    slack: SlackServer
    platforms: tuple[str, ...] = ("discord",)
    settings: dict[str, Any] = field(default_factory=dict)  # replaces fields of the Settings
    env: dict[str, str] = field(default_factory=dict)  # added to the environment
    notices: list[Notice] = field(default_factory=list)
    running: House | None = None
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)  # ended with the stage
    _open: AsyncExitStack | None = None
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    def environment(self) -> dict[str, str]:
        return {
            "POEBRIDGE_POE__BASE_URL": self.poe.base_url,
            "POEBRIDGE_POE__USAGE_URL": self.poe.usage_url,
            "POEBRIDGE_POE__KEY": self.poe.api_key,
            "POEBRIDGE_STORE__URL": f"sqlite:///{self.folder / 'poebridge.sqlite3'}",
            **(self._discord() if "discord" in self.platforms else {}),
            **(self._slack() if "slack" in self.platforms else {}),
            **self.env,
        }

    def _discord(self) -> dict[str, str]:
        return {
            "POEBRIDGE_DISCORD__API_URL": self.dc.api_url,
            "POEBRIDGE_DISCORD__GATEWAY_URL": self.dc.gateway_url,
            "POEBRIDGE_DISCORD__TOKEN": self.dc.token,
        }

    def _slack(self) -> dict[str, str]:
        return {
            "POEBRIDGE_SLACK__API_URL": self.slack.api_url,
            "POEBRIDGE_SLACK__BOT_TOKEN": self.slack.token,
            "POEBRIDGE_SLACK__APP_TOKEN": self.slack.app_token,
        }

    def config(self) -> config.Config:
        read = config.load(None, self.environment())
        settings: Settings = replace(read.settings, **{"stop_grace": 0.2, **self.settings})
        return replace(read, settings=settings)

    @property
    def in_slack(self) -> InSlack:
        return InSlack(self.slack)

    @property
    def house(self) -> House:
        assert self.running is not None
        return self.running

    async def start(self) -> House:
        assert self._open is None
        self._open = AsyncExitStack()
        self.running = await self._open.enter_async_context(built(self.config(), self.hear))
        await self._open.enter_async_context(serving(self.running))
        for wing in self.running.wings:
            await wing.adapter.ready.wait()
        return self.running

    async def stop(self) -> None:
        if self._open:
            running, self._open = self._open, None
            await running.aclose()
            self.running = None

    async def restart(self) -> House:
        await self.stop()
        return await self.start()

    def hear(self, notice: Notice) -> None:
        self.notices.append(notice)
        self._heard.set()

    async def hears(self, kind: type, count: int = 1, within: float = PATIENCE) -> list[Any]:
        """Wait until the bridge has told of so many; all of them."""
        async with asyncio.timeout(within):
            while len(self.told(kind)) < count:
                self._heard.clear()
                await self._heard.wait()
        return self.told(kind)

    def told(self, kind: type) -> list[Any]:
        return [notice for notice in self.notices if isinstance(notice, kind)]

    def finished(self, place: str = "general") -> list[Any]:
        """The bot's messages that carry a button for afterwards."""
        return [
            message
            for message in self.dc.world.from_bot(place)
            if "pb:regenerate:" in str(message.components)
        ]

    async def answered(self, place: str = "general", count: int = 1) -> list[Any]:
        """Wait until so many answers of the bot stand finished there; its messages with buttons, oldest first."""
        found: list[Any] = await self.dc.world.until(
            lambda: self.finished(place) if len(self.finished(place)) >= count else None
        )
        return found

    async def ask(self, who: str, place: str, text: str, **more: Any) -> Any:
        """Say it, mentioning the bot unless told otherwise, and wait for the finished answer."""
        more.setdefault("mention_bot", place != "dm" and "reply_to" not in more)
        if place == "dm":
            place = self.dc.world.dm(who).id
        count = len(self.finished(place)) + 1
        self.dc.as_person(who).say(place, text, **more)
        return (await self.answered(place, count))[-1]

    async def told_privately(self, interaction: Any) -> str:
        """What a command said."""
        message = await self.dc.world.until(
            lambda: interaction.original if interaction.original and interaction.original.content else None
        )
        return str(message.content)


@asynccontextmanager
async def staged(folder: Path, **more: Any) -> AsyncIterator[Whole]:
    """Servers up, bridge not started. Fails at the end if anything was asked of a platform that it does not know."""
    to_poe = {"speed": 0.0, "chaining": True, **{key: more.pop(key) for key in FOR_POE if key in more}}
    to_discord = {key: more.pop(key) for key in FOR_DISCORD if key in more}
    asked = {"discord": more.pop("discord", True), "slack": more.pop("slack", False)}
    dc, slack = (
        DiscordServer(port=0, **to_discord),
        SlackServer(port=0, rtt=to_discord.get("rtt", 0.0), extra_routes=more.pop("slack_routes", ())),
    )
    # The platforms' own three seconds would measure the machine.
    dc.world.rules.callback_seconds = PATIENCE
    slack.world.rules.ack_seconds = slack.world.rules.trigger_seconds = PATIENCE
    async with PoeServer(port=0, **to_poe) as poe, AsyncExitStack() as stack:
        for name, server in (("discord", dc), ("slack", slack)):
            if asked[name]:
                await stack.enter_async_context(server)
        platforms = tuple(name for name, wanted in asked.items() if wanted)
        whole = Whole(dc=dc, poe=poe, slack=slack, folder=folder, platforms=platforms, **more)
        try:
            yield whole
        finally:
            await whole.stop()
            for process in whole.processes:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        assert dc.world.violations == []
        assert slack.world.violations == []


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    """Running; answers come as fast as they can, and chaining works."""
    async with staged(tmp_path) as stage:
        await stage.start()
        yield stage


@pytest.fixture
def make_whole(tmp_path: Path) -> Callable[..., contextlib.AbstractAsyncContextManager[Whole]]:
    """Not started: for other settings, or to start it twice."""

    def make(**more: Any) -> contextlib.AbstractAsyncContextManager[Whole]:
        return staged(tmp_path, **more)

    return make
