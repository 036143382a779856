"""A simulated Discord, the adapter in front of it, and a door that remembers what came in."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

with warnings.catch_warnings():
    # discord.py imports `audioop` for voice, which we do not use; Python 3.11 warns that 3.13 has it no more.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401

from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import Discord, Options
from adapters.discord.ids import DIRECT, PLATFORM
from adapters.sim.discord import DiscordServer
from bridge.values.command import CommandSpec, Kind, Needs, OptionSpec
from bridge.values.draft import Action, Button, Page
from bridge.values.ids import ChannelId, MessageId, PersonId, TurnId, WorkspaceId
from bridge.values.inbound import Choice, Destination, Inbound, Place, PlaceKind, Suggesting
from bridge.values.notices import Notice
from bridge.values.parts import OutFile
from tests.plugins import discord_openapi, waiting
from tests.plugins.waiting import PATIENCE

SPECS = (
    CommandSpec(
        name="ask",
        help="Ask a model",
        options=(
            OptionSpec(name="prompt", help="Your question", required=True),
            OptionSpec(name="model", help="Which model", suggests=True),
            OptionSpec(name="attachment", help="A file", kind=Kind.FILE),
            OptionSpec(name="private", help="For your eyes only", kind=Kind.SWITCH),
        ),
        asks=True,
        about_message="Ask about this",
    ),
    CommandSpec(name="points", help="What is left of your budget"),
    CommandSpec(
        name="budget show",
        help="Show a budget",
        needs=Needs.ADMIN,
        options=(
            OptionSpec(name="person", help="Whose", kind=Kind.PERSON),
            OptionSpec(name="role", help="Whose", kind=Kind.ROLE),
            OptionSpec(name="channel", help="Where", kind=Kind.CHANNEL),
        ),
    ),
    CommandSpec(
        name="budget set",
        help="Set a budget",
        needs=Needs.ADMIN,
        options=(
            OptionSpec(name="period", help="How long it lasts", choices=("day", "month")),
            OptionSpec(name="points", help="How many", kind=Kind.WHOLE, required=True),
        ),
    ),
)


class Time:
    """The real time, and as much more as a test says has passed."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        return time.time() + self.passed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
        return event.is_set()


@dataclass
class Hall:
    """The other side of the door: what came in, and what was suggested."""

    inbound: list[Inbound] = field(default_factory=list)
    asked: list[Suggesting] = field(default_factory=list)
    suggestion: Callable[[Suggesting], Any] | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def receive(self, inbound: Inbound) -> None:
        self.inbound.append(inbound)
        self.came.set()

    async def suggest(self, asking: Suggesting) -> tuple[Choice, ...]:
        self.asked.append(asking)
        if self.suggestion is None:
            return ()
        return await self.suggestion(asking)

    async def next(self, number: int = 1, within: float = PATIENCE) -> Any:
        """The `number`th thing that came in."""
        async with asyncio.timeout(within):
            while len(self.inbound) < number:
                self.came.clear()
                await self.came.wait()
        return self.inbound[number - 1]


@dataclass
class House:
    """Everything a test touches."""

    dc: DiscordServer
    discord: Discord
    hall: Hall
    time: Time
    notices: list[Notice]

    @property
    def world(self) -> Any:
        return self.dc.world

    @property
    def chat(self) -> Any:
        return self.discord.chat

    def shown(self, where: Any = "lab") -> list[str]:
        """What our messages say there, oldest first."""
        return [message.content for message in self.dc.world.from_bot(where)]

    def writes(self, method: str | None = None, part: str = "") -> list[Any]:
        """Requests that crossed the wire, oldest first."""
        return [
            one
            for one in self.dc.world.exchanges
            if (method is None or one.method == method) and part in one.template
        ]


@contextmanager
def discord_stays_where_it_is() -> Iterator[None]:
    """The addresses are attributes of discord.py's classes: put back what was there."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def a_house(
    dc: DiscordServer, *, listening: bool = True, specs: tuple[CommandSpec, ...] = SPECS, **options: Any
) -> AsyncIterator[House]:
    """The adapter in front of this Discord, up and ready."""
    clock, notices, hall = Time(), [], Hall()
    here = {"api_url": dc.api_url, "gateway_url": dc.gateway_url, "restart_seconds": 0.01}
    chosen = Options(**(here | options))
    with discord_stays_where_it_is():
        bot = Discord(token=dc.token, clock=clock, notify=notices.append, specs=specs, options=chosen)
        house = House(dc=dc, discord=bot, hall=hall, time=clock, notices=notices)
        serving = asyncio.ensure_future(bot.run(hall)) if listening else None  # noqa: TID251  # awaited below
        try:
            if serving is not None:
                ready = asyncio.ensure_future(bot.ready.wait())  # noqa: TID251  # awaited here
                await asyncio.wait((serving, ready), timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
                ready.cancel()
                if serving.done():
                    await serving
                assert bot.ready.is_set()
            yield house
        finally:
            if serving is not None:
                serving.cancel()
                with suppress(asyncio.CancelledError):
                    await serving
            await bot.close()
        assert dc.world.violations == []


@pytest.fixture
async def dc() -> AsyncIterator[DiscordServer]:
    """Whatever a test makes us ask of it is judged by Discord's own OpenAPI file, where that is at hand."""
    async with DiscordServer(port=0) as server:
        yield server
    judge = discord_openapi.load()
    if judge is not None:
        judge.check(server.world.exchanges)


@pytest.fixture
async def house(dc: DiscordServer) -> AsyncIterator[House]:
    async with a_house(dc) as one:
        yield one


@pytest.fixture
async def quiet(dc: DiscordServer) -> AsyncIterator[House]:
    """A house that only speaks."""
    async with a_house(dc, listening=False) as one:
        yield one


@pytest.fixture
def a_house_on() -> Callable[..., Any]:
    """`async with a_house_on(dc, direct=False) as house`: a house of other options."""
    return a_house


@pytest.fixture
def specs() -> tuple[CommandSpec, ...]:
    return SPECS


@pytest.fixture
def until() -> Callable[..., Any]:
    """`await until(lambda: ...)`: looks until it is true."""
    return waiting.until


@pytest.fixture
def page() -> Callable[..., Page]:
    """`page("text", Action.STOP)`: a page with buttons of one turn."""

    def make(
        text: str, *actions: Action, turn: str = "turnturnturnturn", files: tuple[OutFile, ...] = ()
    ) -> Page:
        buttons = tuple(Button(action=one, turn=TurnId(turn), label=one.value) for one in actions)
        return Page(text=text, buttons=buttons, files=files)

    return make


@pytest.fixture
def to(dc: DiscordServer) -> Callable[..., Destination]:
    """`to("lab", "ben", reply_to=message, via=via, private=True)`: a destination in the simulated world."""

    def make(where: str, person: str = "ben", *, reply_to: Any = None, **more: Any) -> Destination:
        direct = where == "dm"
        channel = dc.world.dm(person) if direct else dc.world.channel(where)
        place = Place(
            platform=PLATFORM,
            workspace=DIRECT if direct else WorkspaceId(str(channel.guild_id)),
            channel=ChannelId(str(channel.id)),
            kind=PlaceKind.DIRECT if direct else PlaceKind.CHANNEL,
        )
        answered = MessageId(str(reply_to.id)) if reply_to is not None else None
        who = PersonId(str(dc.world.user(person).id))
        return Destination(place=place, person=who, reply_to=answered, **more)

    return make


@pytest.fixture
def ask(house: House) -> Callable[..., Any]:
    """`asked, commanded = await ask(private=True)`: ben asks in #lab, as Discord and as the house see it."""

    async def run(**options: Any) -> tuple[Any, Any]:
        asked = house.dc.as_person("ben").slash("ask", {"prompt": "hi", **options}, where="lab")
        return asked, await house.hall.next(len(house.hall.inbound) + 1)

    return run
