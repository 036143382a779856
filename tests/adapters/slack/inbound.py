"""A simulated Slack with our manifest, the whole adapter in front of it, and a door that remembers what came in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from adapters.sim.slack import Message, Person, SlackServer, World
from adapters.slack import Options, Slack
from adapters.slack.manifest import manifest
from bridge.ports import Installations
from bridge.values.command import Reply
from bridge.values.home import Home
from bridge.values.ids import Platform, WorkspaceId
from bridge.values.inbound import Choice, Commanded, Inbound, Place, Suggesting
from bridge.values.inbound import Person as Known
from bridge.values.installation import Installation
from bridge.values.notices import Notice, Trouble
from tests.adapters.slack.outbound import Time
from tests.adapters.slack.specs import SPECS

WITHIN = 15.0


@dataclass
class Hall:
    """The other side of the door: what came in, and what was asked."""

    inbound: list[Inbound] = field(default_factory=list)
    asked: list[Suggesting] = field(default_factory=list)
    homes: list[tuple[Known, Place]] = field(default_factory=list)
    home_shown: Home = field(default_factory=Home)
    suggestion: Callable[[Suggesting], Awaitable[tuple[Choice, ...]]] | None = None
    keeping: asyncio.Event = field(default_factory=asyncio.Event)  # cleared: nothing is on disk yet
    threads: set[str] = field(default_factory=set)  # in which an answer of ours stands
    failing: list[Exception] = field(default_factory=list)  # raised instead, one by one
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def receive(self, inbound: Inbound) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.inbound.append(inbound)
        self.came.set()

    async def suggest(self, asking: Suggesting) -> tuple[Choice, ...]:
        self.asked.append(asking)
        return await self.suggestion(asking) if self.suggestion is not None else ()

    async def home(self, person: Known, place: Place) -> Home:
        self.homes.append((person, place))
        if self.failing:
            raise self.failing.pop(0)
        return self.home_shown

    async def kept(self, event: str) -> None:
        await self.keeping.wait()

    async def ours(self, place: Place) -> bool:
        return place.channel in self.threads

    async def next(self, number: int = 1) -> Any:
        """The `number`th thing that came in."""
        async with asyncio.timeout(WITHIN):
            while len(self.inbound) < number:
                self.came.clear()
                await self.came.wait()
        return self.inbound[number - 1]

    def __post_init__(self) -> None:
        self.keeping.set()

    @property
    def commanded(self) -> list[Commanded]:
        return [one for one in self.inbound if isinstance(one, Commanded)]

    @property
    def events(self) -> list[str]:
        return [one.event for one in self.inbound]


@dataclass
class Kept:
    """Installations, as long as a test lasts."""

    there: dict[WorkspaceId, Installation] = field(default_factory=dict)
    failing: Exception | None = None

    async def install(self, installation: Installation) -> None:
        if self.failing is not None:
            raise self.failing
        self.there[installation.workspace] = installation

    async def installed(self, platform: Platform) -> tuple[Installation, ...]:
        return tuple(self.there.values())

    async def uninstall(self, platform: Platform, workspace: WorkspaceId) -> bool:
        return self.there.pop(workspace, None) is not None


@dataclass
class House:
    """Everything a test touches."""

    slack: SlackServer
    bot: Slack
    hall: Hall
    time: Time
    notices: list[Notice]
    serving: asyncio.Future[None] | None = None

    @property
    def world(self) -> World:
        return self.slack.world

    @property
    def team(self) -> WorkspaceId:
        return WorkspaceId(self.world.team("Harbour").id)

    def person(self, name: str = "ada") -> Person:
        return self.slack.as_person(name)

    def id(self, name: str) -> str:
        return self.world.user(name).id

    def channel(self, name: str = "lab") -> str:
        return self.world.channel(name).id

    def said(self, where: Any = "lab", *, ephemeral: bool = False) -> list[str]:
        """What we said there, oldest first."""
        return [one.shown for one in self.world.from_bot(where, ephemeral=ephemeral)]

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [one.body for one in self.world.exchanges if one.method == method]

    @property
    def troubles(self) -> list[Trouble]:
        return [notice for notice in self.notices if isinstance(notice, Trouble)]

    async def until(self, predicate: Callable[[], Any]) -> Any:
        return await self.world.until(predicate, WITHIN)

    async def settled(self) -> None:
        """Until Slack waits for no acknowledgement and nothing is on its way."""
        await self.until(lambda: all(parcel.done for parcel in self.slack.deliveries.sent))

    async def whispered(self, name: str = "ada", where: Any = "lab", number: int = 1) -> str:
        """The `number`th thing that only this person sees there."""
        person = self.world.user(name)

        def found() -> list[Message]:
            return [one for one in self.world.from_bot(where, ephemeral=True) if one.seen_by == person.id]

        await self.until(lambda: len(found()) >= number)
        return found()[number - 1].shown

    async def answer(self, commanded: Commanded, text: str) -> None:
        """What the house does once a command was carried out."""
        await self.bot.chat.reply(commanded.answer, Reply(text=text))


@asynccontextmanager
async def a_slack(**rules: Any) -> AsyncIterator[SlackServer]:
    """A Slack whose app has our manifest; afterwards nothing was asked of it that Slack does not have."""
    world = World()
    for name, value in rules.items():
        setattr(world.rules, name, value)
    async with SlackServer(world=world) as slack:
        slack.apply_manifest(manifest(SPECS))
        yield slack
    assert slack.world.violations == []


def options(slack: SlackServer, **chosen: Any) -> Options:
    here = {
        "bot_token": slack.token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
        "api_url": slack.api_url,
        "restart_seconds": 0.01,
    }
    return Options(**(here | chosen))


@asynccontextmanager
async def a_house(
    slack: SlackServer, installations: Installations | None = None, *, ready: bool = True, **chosen: Any
) -> AsyncIterator[House]:
    """The adapter in front of this Slack, up and ready."""
    clock, notices, hall = Time(), list[Notice](), Hall()
    bot = Slack(
        clock=clock,
        notify=notices.append,
        specs=SPECS,
        options=options(slack, **chosen),
        installations=installations,
    )
    house = House(slack=slack, bot=bot, hall=hall, time=clock, notices=notices)
    house.serving = serving = asyncio.ensure_future(bot.run(hall))  # noqa: TID251  # awaited below
    try:
        if ready:
            await up(house)
        yield house
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await serving
        await bot.close()


async def up(house: House) -> None:
    """Until it is ready, with both sockets where it has any; or the error it ends with."""
    assert house.serving is not None
    waiting = asyncio.ensure_future(house.bot.ready.wait())  # noqa: TID251  # awaited here
    await asyncio.wait((house.serving, waiting), timeout=WITHIN, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if house.serving.done():
        await house.serving
    assert house.bot.ready.is_set()
    if house.bot.health.last_heartbeat is not None:
        await house.until(lambda: len(house.slack.deliveries.lines) >= 2)
