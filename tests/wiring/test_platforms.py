"""One platform's part of the house: what it says of itself, and that it takes nobody down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from bridge.turn.lanes import Gate
from bridge.values.errors import ConfigError
from bridge.values.ids import Platform, TurnId
from bridge.values.notices import Notice, Trouble
from bridge.wiring.house import House, built
from bridge.wiring.platforms import Visited, Wing, nobody_left, overview
from tests.plugins.stage import FakeChat
from tests.wiring.test_house import read

REVOKED = ConfigError(("Slack does not accept the bot token any more. Set a valid one.",))


@dataclass
class Ends:
    """An adapter that ends with an error as soon as it runs."""

    error: Exception
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    health: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(connected=True))
    limits_now: tuple[str, ...] = ("Slack allows no files here.",)

    async def run(self, door: object) -> None:
        raise self.error


@pytest.fixture
def notices() -> list[Notice]:
    return []


@pytest.fixture
async def house(tmp_path: Path, notices: list[Notice]) -> AsyncIterator[House]:
    """Open and not served."""
    async with built(read(tmp_path), notices.append) as opened:
        yield opened


def beside(house: House, error: Exception = REVOKED) -> Wing:
    """Another wing of the same house."""
    (first,) = house.wings
    return Wing(
        platform=Platform("slack"),
        adapter=Ends(error),  # type: ignore[arg-type]
        delivery=first.delivery,
        desk=first.desk,
        inbox=first.inbox,
        command=first.command,
        counters=first.counters,
    )


async def test_one_that_can_not_go_on_says_why_and_raises_nothing(house: House, notices: list[Notice]):
    wing = beside(house)
    assert (wing.limits(), wing.unwell()) == (("Slack allows no files here.",), ())
    await wing.listen()

    assert wing.lost is REVOKED
    assert wing.limits() == wing.unwell() == (f"Slack is not connected: {REVOKED.say}",)
    assert notices == [Trouble(where="slack", error="ConfigError", detail=REVOKED.say)]


@pytest.mark.parametrize(
    "error", [RuntimeError("somebody's words"), ExceptionGroup("several", [RuntimeError("somebody's words")])]
)
async def test_a_mistake_of_ours_is_told_without_anybody_s_words(
    house: House, notices: list[Notice], error: Exception
):
    wing = beside(house, error)
    await wing.listen()

    assert wing.limits() == ("Slack is not connected: Something went wrong that should not (RuntimeError).",)
    assert "words" not in repr(notices)


async def test_the_house_ends_only_when_every_platform_is_lost(house: House):
    wings = (*house.wings, beside(house))
    await wings[1].listen()
    assert nobody_left(wings) is None

    wings[0].lost = ConfigError(("Discord does not accept the token.",))
    ending = nobody_left(wings)
    assert isinstance(ending, ConfigError)
    assert ending.problems == ("Discord does not accept the token.", REVOKED.say)


async def test_all_platforms_together_are_counted_once(house: House):
    gate, wings = house.gate, (*house.wings, beside(house))
    async with gate.passed(TurnId("t"), lambda ahead: None):
        seen = overview(wings, gate, house.problems)

    assert (seen.answers, seen.waiting, seen.writes_waiting, seen.oldest_wait) == (1, 0, 0, 0.0)
    assert seen.limits == ("Slack: Slack allows no files here.",)


async def test_whoever_waits_at_the_gate_waits_once(house: House):
    gate = house.gate
    taken = [gate.passed(TurnId(f"t{number}"), lambda ahead: None) for number in range(gate.width + 1)]
    async with asyncio.TaskGroup() as group:
        inside = asyncio.Event()

        async def enter(which: object) -> None:
            async with which:  # type: ignore[attr-defined]
                await inside.wait()

        for each in taken:
            group.create_task(enter(each))
        async with asyncio.timeout(20):
            while not gate.waiting:
                await asyncio.sleep(0)
        assert overview((*house.wings, beside(house)), gate, house.problems).waiting == 1
        inside.set()


async def test_a_platform_alone_is_not_named_in_its_limits(house: House):
    assert overview([beside(house)], Gate(1), house.problems).limits == ("Slack allows no files here.",)


def test_an_adapter_nobody_visits_is_no_door():
    assert not isinstance(FakeChat, Visited)
