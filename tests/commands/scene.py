"""A scene for commands: the people and places of the tests, the small ports by hand, and a desk on the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from adapters.store.store import Store
from bridge import commands
from bridge.commands import Desk
from bridge.ports import LiveStanding
from bridge.rules.budget import legs
from bridge.values.capabilities import Capabilities, Rate
from bridge.values.command import Reply
from bridge.values.errors import BridgeError, ChatForbidden
from bridge.values.ids import (
    BudgetId,
    ChannelId,
    ConversationId,
    EventId,
    HoldId,
    KeyName,
    ModelId,
    PersonId,
    Platform,
    RoleId,
    TurnId,
    WorkspaceId,
)
from bridge.values.inbound import Commanded, Destination, Option, Person, Place, PlaceKind
from bridge.values.models import ModelCard
from bridge.values.notices import Notice
from bridge.values.points import (
    Balance,
    Budget,
    Hold,
    Payer,
    Period,
    PeriodKind,
    Price,
    Scope,
    ScopeKind,
    Share,
    UsageRow,
)
from bridge.values.settings import Settings
from bridge.values.turn import Follow, Prompt, Turn

NOON = 1_774_872_000.0
"""Monday 30 March 2026, 12:00 UTC."""

SERVER = WorkspaceId("7")
GENERAL = Place(
    platform=Platform("discord"), workspace=SERVER, channel=ChannelId("50"), kind=PlaceKind.CHANNEL
)
THREAD = replace(GENERAL, channel=ChannelId("51"), kind=PlaceKind.THREAD, parent=ChannelId("50"), ours=True)
DIRECT = replace(GENERAL, workspace=WorkspaceId("@me"), channel=ChannelId("52"), kind=PlaceKind.DIRECT)

ADA = Person(id=PersonId("1"), name="Ada", roles=(RoleId("90"),))
BOB = Person(id=PersonId("2"), name="Bob")
ROOT = Person(id=PersonId("3"), name="Root", admin=True)  # manages the server
OWNER = Person(id=PersonId("4"), name="Olga")  # an admin of the bridge
NAMES = {"1": "Ada", "2": "Bob", "3": "Root", "50": "#general", "90": "mods", "91": "a*b_c"}

HAIKU = ModelCard(
    id=ModelId("claude-haiku-4.5"),
    name="Claude-Haiku-4.5",
    price=Price(prompt=Decimal("0.00000085"), completion=Decimal("0.0000043")),
)
SONNET = ModelCard(
    id=ModelId("claude-sonnet-4.6"),
    name="Claude-Sonnet-4.6",
    price=Price(prompt=Decimal("0.0000026"), completion=Decimal("0.000013")),
)
SECRET = ModelCard(id=ModelId("secret-pro"), name="Secret-Pro", price=SONNET.price)
VEO = ModelCard(id=ModelId("veo-3.1"), name="Veo-3.1")
ASSISTANT = ModelCard(id=ModelId("assistant"), name="Assistant")


class FixedClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None: ...

    async def wait(self, event: Any, seconds: float | None) -> bool:
        return event.is_set()


class Catalog:
    def __init__(self) -> None:
        self.all: tuple[ModelCard, ...] = (SONNET, HAIKU, SECRET, VEO, ASSISTANT)

    async def cards(self) -> tuple[ModelCard, ...]:
        return self.all

    async def refresh(self) -> None: ...

    def points_per_usd(self) -> float:
        return 33_333.0


class Books:
    """Poe's side of the money; an error put here is raised."""

    def __init__(self) -> None:
        self.found: Balance | BridgeError = Balance(points=1500)

    async def balance(self, key: KeyName) -> Balance:
        if isinstance(self.found, BridgeError):
            raise self.found
        return self.found

    async def history(self, key: KeyName, since: float) -> AsyncIterator[UsageRow]:
        for row in ():
            yield row


class Chat:
    """A platform that only opens threads."""

    platform = Platform("discord")

    def __init__(self, *, threads: bool = True, allowed: bool = True) -> None:
        self.capabilities = Capabilities(
            text_limit=2000,
            file_bytes=10**7,
            files=10,
            rate=Rate(writes=5, seconds=5.0),
            typing_seconds=10.0,
            mention="<@{}>",
            threads=threads,
        )
        self.allowed = allowed
        self.opened: list[str] = []

    async def open_thread(self, to: Destination, title: str) -> Place:
        if not self.allowed:
            raise ChatForbidden
        self.opened.append(title)
        return THREAD


@dataclass
class Lively:
    """What goes on, as told; remembers whom it was asked to stop."""

    answers: int = 1
    now: LiveStanding = field(
        default_factory=lambda: LiveStanding(answers=0, waiting=0, writes_waiting=0, oldest_wait=0.0)
    )
    asked: list[tuple[str, str, bool]] = field(default_factory=list)

    def stop(self, place: Place, person: PersonId, *, anyone: bool) -> int:
        self.asked.append((place.channel, person, anyone))
        return self.answers

    def standing(self) -> LiveStanding:
        return self.now


@dataclass
class Scene:
    """A desk and somebody to give commands."""

    desk: Desk
    store: Store
    clock: FixedClock
    catalog: Catalog
    books: Books
    live: Lively
    notices: list[Notice]
    turns: int = 0

    async def say(
        self, command: str, /, who: Person = ROOT, place: Place = GENERAL, **options: Option
    ) -> str:
        return (await self.reply(command, who, place, **options)).text

    async def reply(
        self, command: str, /, who: Person = ROOT, place: Place = GENERAL, **options: Option
    ) -> Reply:
        return await commands.run(given(command, who, place, **options), self.desk)

    async def house(self, limit: int = 3_000, share: Share = Share.EACH) -> Budget:
        """The rule that comes from the configuration."""
        return await self.rule(Scope(kind=ScopeKind.HOUSE), share, limit)

    async def rule(
        self, scope: Scope, share: Share, limit: int, kind: PeriodKind = PeriodKind.DAY, zone: str = "UTC"
    ) -> Budget:
        budget = Budget(
            id=BudgetId(f"{scope.kind.value}{scope.id}{share.value}"),
            scope=scope,
            share=share,
            limit=limit,
            period=Period(kind=kind, zone=zone),
        )
        await self.store.set(budget, "test", self.clock.now())
        return budget

    async def spend(self, who: Person, points: int, place: Place = GENERAL, *, open_: bool = False) -> TurnId:
        """Let a turn of this person's cost so much in everything that applies; or only hold it."""
        payer = payer_of(who, place, self.desk.settings)
        applying = legs(await self.store.budgets(payer), payer, self.clock.now())
        self.turns += 1
        turn = a_turn(who, place, f"turn{self.turns}")
        hold = Hold(
            id=HoldId(f"{turn.id}.1"),
            turn=turn.id,
            amount=points,
            legs=tuple(leg for _, leg in applying),
            model=turn.model,
            key=self.desk.settings.key,
            expires_at=self.clock.now() + 600,
        )
        verdict = await self.store.admit(turn, hold, payer, self.clock.now())
        assert type(verdict).__name__ == "Admitted", verdict
        if not open_:
            await self.store.sent(hold.id, self.clock.now())
            await self.store.settle(hold.id, points, None, self.clock.now())
        return turn.id


def payer_of(who: Person, place: Place, settings: Settings) -> Payer:
    return Payer(
        person=who.id,
        roles=who.roles,
        channel=place.budget_channel,
        workspace=place.workspace,
        key=settings.key,
        direct=place.kind is PlaceKind.DIRECT,
    )


def a_turn(who: Person, place: Place, name: str) -> Turn:
    prompt = Prompt(
        event=EventId(f"said:{name}"),
        place=place,
        person=who,
        to=Destination(place=place, person=who.id),
        text="why?",
        at=NOON,
        follow=Follow.FRESH,
    )
    return Turn(
        id=TurnId(name),
        conversation=ConversationId(name),
        parent=None,
        prompt=prompt,
        model=HAIKU.id,
        preset="default",
        created_at=NOON,
    )


def given(command: str, /, who: Person = ROOT, place: Place = GENERAL, **options: Option) -> Commanded:
    """A command; an option whose name Python keeps to itself is written with an underline behind it."""
    named: Mapping[str, Option] = {option.rstrip("_"): value for option, value in options.items()}
    return Commanded(
        event=EventId(f"event:{command}"),
        place=place,
        person=who,
        name=command,
        at=NOON,
        options=named,
        answer=Destination(place=place, person=who.id, private=True),
        names=NAMES,
    )
