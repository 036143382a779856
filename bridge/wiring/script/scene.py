"""What every step of the demo stands on: a platform with people, the embedded Poe, and the house between them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from adapters.sim.poe import PoeServer
from bridge.values.ids import Platform
from bridge.wiring.house import House

PAUSE = 1.5  # seconds, for whoever watches
NAPS = 0.02


class Failure(Exception):
    """A step did not do what it should; says what was seen instead."""


def must(true: object, otherwise: str) -> None:
    if not true:
        raise Failure(otherwise)


class World(Protocol):
    """Of whichever embedded platform."""

    violations: list[Any]
    rate_limited: int

    async def until(self, predicate: Callable[[], Any], within: float) -> Any: ...


@dataclass
class Scene:
    """`meant` counts failures that a step brought about on purpose."""

    platform: Platform
    world: World
    poe: PoeServer
    house: House
    kept: dict[str, Any] = field(default_factory=dict)
    meant: int = 0

    @property
    def counts(self) -> Counter[str]:
        """What the bridge counted on this platform."""
        return self.house.platforms[self.platform].counters.counts

    async def until(self, look: Callable[[], Any], what: str, within: float = 30.0) -> Any:
        try:
            return await self.world.until(look, within=within)
        except TimeoutError as error:
            raise Failure(f"there was no {what}") from error

    async def counted(self, name: str, more_than: int) -> None:
        """Wait until the bridge has counted so many."""
        async with asyncio.timeout(10):
            while self.counts[name] <= more_than:  # noqa: ASYNC110 - a counter, not an event
                await asyncio.sleep(NAPS)

    async def open_holds(self) -> int:
        """Of this platform's turns."""
        holds = await self.house.store.open_holds()
        records = [await self.house.store.get(each.hold.turn) for each in holds]
        return sum(1 for each in records if each and each.turn.prompt.place.platform == self.platform)

    async def tally(self) -> dict[str, int]:
        """What happened here, counted by the bridge, and by the server where it knows better. What was `meant` is no error."""
        counts, shared = self.counts, self.house.counters.counts
        told = {name: counts[name] for name in COUNTED}
        told["rate_limited"] = self.world.rate_limited
        told["open_holds"] = await self.open_holds()
        troubles = counts["troubles"] + shared["troubles"]
        told["errors"] = counts["errors"] - self.meant + troubles + len(self.world.violations)
        return told


COUNTED = (
    "turns",
    "messages",
    "edits",
    "chained",
    "replayed",
    "duplicates_suppressed",
    "rate_limited",
    "points_held",
    "points_settled",
    "points_released",
)

S = TypeVar("S", bound=Scene)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[S]):
    """`play` says what was seen, and raises Failure where it is not what should be."""

    title: str
    play: Callable[[S], Awaitable[str]]


async def books(scene: Scene) -> str:
    """What the stopped answer cost is found in Poe's own records, and every turn has ended."""
    async with asyncio.timeout(60):
        # The house alone reads Poe's books, so that nothing is counted twice.
        while await scene.open_holds() or scene.house.gate.inside:  # noqa: ASYNC110  (no event tells of it)
            await asyncio.sleep(0.3)
    return "every hold is resolved, the stopped one from Poe's own records"


def action_ids(shown: object) -> Iterator[str]:
    """The names of everything that can be pressed in what a platform shows, however deep it lies."""
    if isinstance(shown, dict):
        for name, inner in shown.items():
            if name in ("custom_id", "action_id"):
                yield str(inner)
            else:
                yield from action_ids(inner)
    elif isinstance(shown, list):
        for inner in shown:
            yield from action_ids(inner)


def button(shown: object, action: str) -> str:
    """The name of the button that does this."""
    for found in action_ids(shown):
        if found.startswith(f"pb:{action}:"):
            return found
    raise Failure(f"there is no {action} button")


def offers(shown: object, action: str) -> bool:
    return any(found.startswith(f"pb:{action}:") for found in action_ids(shown))
