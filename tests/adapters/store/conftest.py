"""A real database file for every test, and short ways to make the values it holds."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, create_engine, event

from adapters.store import migrate, verify
from adapters.store.store import Store, open_store
from bridge.rules import budget as rule
from bridge.values.ids import (
    BudgetId,
    ChannelId,
    ConversationId,
    EventId,
    HoldId,
    KeyName,
    MessageId,
    ModelId,
    PersonId,
    Platform,
    RoleId,
    TurnId,
    WorkspaceId,
)
from bridge.values.inbound import Destination, MessageRef, Person, Place, PlaceKind
from bridge.values.points import (
    Budget,
    Hold,
    Payer,
    Period,
    PeriodKind,
    Scope,
    ScopeKind,
    Share,
    UsageRow,
)
from bridge.values.turn import Follow, Prompt, ShownPage, Turn

NOW = 1_795_214_600.25  # 2026-11-20 22:43 UTC
DAY = 86_400.0
HERE = WorkspaceId("w1")


def place(channel: str = "general", kind: PlaceKind = PlaceKind.CHANNEL) -> Place:
    return Place(platform=Platform("discord"), workspace=HERE, channel=ChannelId(channel), kind=kind)


def payer(person: str = "ann", roles: tuple[str, ...] = (), channel: str = "general") -> Payer:
    return Payer(
        person=PersonId(person),
        roles=tuple(RoleId(role) for role in roles),
        channel=ChannelId(channel),
        workspace=HERE,
        key=KeyName("default"),
    )


def turn(
    id: str = "t1",
    *,
    person: str = "ann",
    at: float = NOW,
    parent: str | None = None,
    conversation: str | None = None,
    where: Place | None = None,
    to: Place | None = None,
    private: bool = False,
    text: str = "what is a monad?",
    event: str | None = None,
) -> Turn:
    where = where or place()
    asker = Person(id=PersonId(person), name=f"{person} the asker")
    prompt = Prompt(
        event=EventId(event or f"event-{id}"),
        place=where,
        person=asker,
        to=Destination(place=to or where, person=asker.id, private=private),
        text=text,
        at=at,
        follow=Follow.FRESH,
        message=MessageId(f"asked-{id}"),
    )
    return Turn(
        id=TurnId(id),
        conversation=ConversationId(conversation or parent or id),
        parent=TurnId(parent) if parent else None,
        prompt=prompt,
        model=ModelId("claude-sonnet-4.6"),
        preset="default",
        created_at=at,
    )


def hold(
    of: Turn,
    budgets: tuple[Budget, ...],
    *,
    amount: int = 100,
    now: float = NOW,
    call: int = 1,
    who: Payer | None = None,
) -> Hold:
    legs = rule.legs(budgets, who or payer(of.prompt.person.id, channel=of.prompt.place.channel), now)
    return Hold(
        id=HoldId(f"{of.id}:{call}"),
        turn=of.id,
        amount=amount,
        legs=tuple(leg for _, leg in legs),
        model=of.model,
        key=KeyName("default"),
        expires_at=now + 600,
    )


def budget(
    kind: ScopeKind = ScopeKind.HOUSE,
    id: str = "",
    *,
    share: Share = Share.EACH,
    limit: int = 1000,
    period: PeriodKind = PeriodKind.DAY,
    named: str | None = None,
) -> Budget:
    alone = kind in (ScopeKind.HOUSE, ScopeKind.KEY)
    return Budget(
        id=BudgetId(named or f"{kind.value}-{id}-{share.value}"),
        scope=Scope(kind=kind, id=id, workspace=WorkspaceId("") if alone else HERE),
        share=share,
        limit=limit,
        period=Period(kind=period),
    )


def page(of: Turn, number: int = 0, message: str | None = None, channel: str | None = None) -> ShownPage:
    stands = ChannelId(channel or of.prompt.to.place.channel)
    shown = MessageId(message or f"answer-{of.id}-{number}")
    return ShownPage(
        turn=of.id, number=number, ref=MessageRef(channel=stands, message=shown), to=of.prompt.to
    )


def row(id: str, points: int, *, at: float = NOW + 1) -> UsageRow:
    return UsageRow(
        id=id, at=at, model="Claude-Sonnet-4.6", points=points, usd=None, key=KeyName("default"), kind="API"
    )


@pytest.fixture
def make() -> SimpleNamespace:
    """Short ways to make values."""
    return SimpleNamespace(
        NOW=NOW,
        DAY=DAY,
        HERE=HERE,
        place=place,
        payer=payer,
        turn=turn,
        hold=hold,
        budget=budget,
        page=page,
        row=row,
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was migrated once, to be copied."""
    path = tmp_path_factory.mktemp("store") / "template.db"
    asyncio.run(migrate.move(f"sqlite:///{path}"))
    return path


@pytest.fixture
def url(template: Path, tmp_path: Path) -> str:
    """A database of the test's own, up to date and empty."""
    shutil.copy(template, tmp_path / "bridge.db")
    return f"sqlite:///{tmp_path / 'bridge.db'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An open store; whatever a test did to it, its books are good at the end."""
    async with await open_store(url) as opened:
        yield opened
        assert await opened.verify() == ()


@pytest.fixture
def transact(url: str) -> Iterator[Callable[..., object]]:
    """Run a body in a transaction of its own, without a loop and without a store; the books are good at the end."""
    engine = create_engine(url, connect_args={"isolation_level": None})

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in ("foreign_keys = ON", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")

    def run(body: Callable[..., object], *args: object) -> object:
        with engine.begin() as conn:
            return body(conn, *args)

    yield run
    assert run(verify.broken) == ()
    engine.dispose()
