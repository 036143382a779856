"""A delivery on a stage, for scenes in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bridge.turn.show import Delivery, Showing
from bridge.values.draft import Draft, DraftState
from bridge.values.ids import TurnId
from bridge.values.notices import Notice
from bridge.values.turn import ShownPage
from tests.plugins.stage import FakeChat, destination
from tests.plugins.virtual_clock import VirtualClock, in_virtual_time

SENTENCE = "A quick brown fox jumps over the lazy dog. "


@dataclass
class Stage:
    clock: VirtualClock
    chat: FakeChat
    delivery: Delivery
    running: asyncio.Task[None]
    notices: list[Notice] = field(default_factory=list)
    remembered: list[ShownPage] = field(default_factory=list)

    def open(self, name: str = "t", channel: str = "general", **more: object) -> Showing:
        return self.delivery.open(destination(channel), TurnId(name), **more)  # type: ignore[arg-type]

    def told(self, kind: type[Notice]) -> list[Notice]:
        return [notice for notice in self.notices if isinstance(notice, kind)]


def writing(showing: Showing, text: str) -> Draft:
    return Draft(turn=showing.turn, state=DraftState.WRITING, text=text)


def done(showing: Showing, text: str, **more: object) -> Draft:
    return Draft(turn=showing.turn, state=DraftState.DONE, text=text, **more)  # type: ignore[arg-type]


async def stream(stage: Stage, showing: Showing, text: str, seconds: float, have: int = 0) -> None:
    """Let the text arrive evenly, after so many characters of it."""
    steps = max(1, round(seconds / 0.05))
    for step in range(1, steps + 1):
        await stage.clock.sleep(seconds / steps)
        showing.update(writing(showing, text[: have + (len(text) - have) * step // steps]))


@asynccontextmanager
async def staged(
    *,
    max_pages: int = 5,
    patience: float = 600.0,
    remember: object = None,
    chat_type: type[FakeChat] = FakeChat,
    **chat: object,
) -> AsyncIterator[Stage]:
    clock = VirtualClock()
    remembered: list[ShownPage] = []

    async def keep(page: ShownPage) -> None:
        remembered.append(page)

    platform = chat_type(clock, **chat)  # type: ignore[arg-type]
    notices: list[Notice] = []
    delivery = Delivery(
        platform,
        clock,
        notices.append,
        remember or keep,
        max_pages=max_pages,
        patience=patience,  # type: ignore[arg-type]
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(delivery.run())
        yield Stage(
            clock=clock,
            chat=platform,
            delivery=delivery,
            running=running,
            notices=notices,
            remembered=remembered,
        )
        running.cancel()


Scene = Callable[[Stage], Awaitable[None]]


@pytest.fixture
def play() -> Callable[..., None]:
    """Play a scene on a fresh stage to its end, in virtual time."""

    def play(scene: Scene, **setting: object) -> None:
        async def whole() -> None:
            async with staged(**setting) as stage:  # type: ignore[arg-type]
                await scene(stage)

        in_virtual_time(whole())

    return play
