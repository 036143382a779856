"""A desk of real parts: the store on a file, Poe's client and its embedded server, the delivery; only the chat is in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.poe.client import PoeClient
from adapters.sim.poe import PoeServer
from adapters.store.store import Store, open_store
from bridge.turn.desk import Desk, Living
from bridge.turn.show import Delivery, Showing
from bridge.values.errors import TooLarge
from bridge.values.inbound import Destination, Person, Place, PlaceKind
from bridge.values.models import Preset
from bridge.values.notices import Notice
from bridge.values.parts import FileRef
from bridge.values.points import Budget, Period, PeriodKind, Scope, ScopeKind, Share
from bridge.values.settings import Settings
from bridge.values.turn import Follow, Prompt, Turn
from bridge.wiring.system import SystemChance, SystemClock
from tests.plugins.stage import FakeChat


@dataclass
class Shelf:
    """Implements Files from a dict."""

    held: dict[str, bytes] = field(default_factory=dict)

    async def read(self, file: FileRef, limit: int) -> bytes:
        data = self.held[file.url]
        if len(data) > limit:
            raise TooLarge
        return data


@dataclass
class Kit:
    desk: Desk
    store: Store
    poe: PoeServer
    chat: FakeChat
    shelf: Shelf
    notices: list[Notice]

    def told(self, kind: type) -> list[Any]:
        return [notice for notice in self.notices if isinstance(notice, kind)]

    def with_settings(self, **more: Any) -> Desk:
        return replace(self.desk, settings=replace(self.desk.settings, **more))

    def place(self, kind: PlaceKind = PlaceKind.CHANNEL, channel: str = "general") -> Place:
        return Place(platform="stage", workspace="w", channel=channel, kind=kind)  # type: ignore[arg-type]

    def prompt(self, text: str = "Why is the sky blue? In 20 words", **more: Any) -> Prompt:
        place = more.pop("place", None) or self.place()
        number = len(more) + len(self.notices) + int(self.desk.clock.now() * 1e6) % 10**9
        given: dict[str, Any] = {
            "event": f"e{number}",
            "place": place,
            "person": Person(id="ann", name="Ann"),  # type: ignore[arg-type]
            "to": Destination(place=place, person="ann", reply_to=f"q{number}"),  # type: ignore[arg-type]
            "text": text,
            "at": self.desk.clock.now(),
            "follow": Follow.FRESH,
            "message": f"q{number}",
            **more,
        }
        return Prompt(**given)

    def turn(self, prompt: Prompt | None = None, **more: Any) -> Turn:
        id_ = self.desk.chance.token()
        given: dict[str, Any] = {
            "id": id_,
            "conversation": id_,
            "parent": None,
            "prompt": prompt or self.prompt(),
            "model": "claude-haiku-4.5",
            "preset": "default",
            "created_at": self.desk.clock.now(),
            **more,
        }
        return Turn(**given)

    def begun(self, turn: Turn) -> tuple[Living, Showing]:
        living = Living(turn=turn.id, place=turn.prompt.place, person=turn.prompt.person.id)
        return living, self.desk.delivery.open(turn.prompt.to, turn.id)

    def standing(self) -> list[str]:
        """What the chat shows, oldest first."""
        return [page.text for page in self.chat.pages.values()]


HOUSE = Budget(
    id="house/each",  # type: ignore[arg-type]
    scope=Scope(kind=ScopeKind.HOUSE),
    share=Share.EACH,
    limit=50_000,
    period=Period(kind=PeriodKind.DAY),
)


@pytest.fixture
def make_kit(tmp_path: Any) -> Callable[..., Any]:
    @asynccontextmanager
    async def make(**for_poe: Any) -> AsyncIterator[Kit]:
        clock, chance, notices = SystemClock(), SystemChance(), []  # type: ignore[var-annotated]
        options = {"speed": 0.0, "chaining": True, **for_poe}
        async with (
            PoeServer(port=0, **options) as poe,
            await open_store(f"sqlite:///{tmp_path / 'books.sqlite3'}") as store,
            PoeClient(
                poe.base_url,
                f"{poe.usage_url}/usage",
                {"default": poe.api_key},
                clock,
                chance,
                notices.append,
            ) as client,
        ):
            await store.set(HOUSE, "test", clock.now())
            chat, shelf = FakeChat(clock=clock, round_trip=0.0), Shelf()
            delivery = Delivery(chat, clock, notices.append, store.shown, max_pages=5)
            presets = {"default": Preset(name="default", model="claude-haiku-4.5")}  # type: ignore[arg-type]
            desk = Desk(
                chat=chat,
                files=shelf,
                model=client,
                catalog=client,
                ledger=store,
                turns=store,
                memory=store,
                delivery=delivery,
                clock=clock,
                chance=chance,
                settings=Settings(presets=presets, stop_grace=0.1, row_settles=0.5),
                notify=notices.append,
            )
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(delivery.run())
                yield Kit(desk=desk, store=store, poe=poe, chat=chat, shelf=shelf, notices=notices)
                writing.cancel()
            assert await store.verify() == ()

    return make


@pytest.fixture
async def kit(make_kit: Callable[..., Any]) -> AsyncIterator[Kit]:
    async with make_kit() as made:
        yield made
