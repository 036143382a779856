from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bridge.turn.lanes import Gate, Lanes, Waiting
from bridge.values.errors import TooBusy
from bridge.values.settings import Settings

SETTINGS = Settings(presets={}, queue_person=2, queue_conversation=3, queue_all=4)


class Work:
    """Questions that are answered when the test says so; `places` is what each was told of its place."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.places: dict[str, list[int]] = {}
        self.go: dict[str, asyncio.Event] = {}

    def of(self, name: str, person: str = "ada") -> Waiting:
        self.go[name] = asyncio.Event()
        told = self.places.setdefault(name, [])

        async def work() -> None:
            self.order.append(name)
            await self.go[name].wait()

        return Waiting(turn=name, person=person, work=work, place=told.append)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_lane_answers_one_after_the_other_and_tells_each_its_place():
    work = Work()
    async with asyncio.TaskGroup() as group:
        lanes = Lanes(SETTINGS, group)
        for name in ("one", "two", "three"):
            lanes.enter("lane", work.of(name))
        await settled()
        assert work.order == ["one"]
        assert (lanes.waiting, work.places["two"], work.places["three"]) == (2, [1], [2])

        for name in ("one", "two", "three"):
            work.go[name].set()
            await settled()
        assert work.order == ["one", "two", "three"]
        assert work.places["three"] == [2, 1]
        assert not lanes.busy("lane")


async def test_two_lanes_do_not_wait_for_each_other():
    work = Work()
    async with asyncio.TaskGroup() as group:
        lanes = Lanes(SETTINGS, group)
        lanes.enter("a", work.of("one"))
        lanes.enter("b", work.of("two"))
        await settled()
        assert work.order == ["one", "two"]
        work.go["one"].set()
        work.go["two"].set()


@pytest.mark.parametrize(
    ("settings", "people", "words"),
    [
        (SETTINGS, ["ada", "ada", "ada"], "already have 2 questions waiting"),
        (SETTINGS, ["a", "b", "c", "d"], "waiting in this conversation"),
        (replace(SETTINGS, queue_conversation=9), ["a", "b", "c", "d", "e"], "too many questions waiting"),
    ],
)
async def test_every_queue_has_a_bound_and_says_which(settings, people, words):
    work = Work()
    async with asyncio.TaskGroup() as group:
        lanes = Lanes(settings, group)
        lanes.enter("lane", work.of("first", "zoe"))
        *fine, last = people
        for number, person in enumerate(fine):
            lanes.enter("lane", work.of(f"{number}", person))
        with pytest.raises(TooBusy, match=words):
            lanes.enter("lane", work.of("last", last))
        for event in work.go.values():
            event.set()


async def test_a_closed_house_starts_nothing_new():
    work = Work()
    async with asyncio.TaskGroup() as group:
        lanes = Lanes(SETTINGS, group)
        lanes.enter("lane", work.of("one"))
        lanes.enter("lane", work.of("two"))
        await settled()
        lanes.closed = True
        work.go["one"].set()
    assert work.order == ["one"]


async def test_the_gate_lets_so_many_through_and_keeps_the_order():
    gate = Gate(2)
    inside: list[int] = []
    told: dict[int, list[int]] = {number: [] for number in range(5)}
    leave = [asyncio.Event() for _ in range(5)]

    async def visit(number: int) -> None:
        async with gate.passed(f"t{number}", told[number].append):
            inside.append(number)
            await leave[number].wait()

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(visit(number))
        await settled()
        assert (inside, gate.inside, gate.waiting) == ([0, 1], 2, 3)
        leave[1].set()
        await settled()
        assert inside == [0, 1, 2]
        assert told[4] == [3, 2]
        for event in leave:
            event.set()
    assert inside == [0, 1, 2, 3, 4]
    assert (gate.inside, gate.waiting) == (0, 0)


async def test_somebody_who_leaves_the_queue_frees_no_place_that_was_not_theirs():
    gate = Gate(1)
    leave = asyncio.Event()

    async def visit() -> None:
        async with gate.passed("t", lambda ahead: None):
            await leave.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(visit())
        await settled()
        impatient = group.create_task(visit())
        patient = group.create_task(visit())
        await settled()
        impatient.cancel()
        await settled()
        assert (gate.inside, gate.waiting) == (1, 1)
        leave.set()
        await patient
    assert (gate.inside, gate.waiting) == (0, 0)


async def test_one_that_leaves_its_lane_is_done_at_once_and_the_others_move_up():
    work = Work()
    async with asyncio.TaskGroup() as group:
        lanes = Lanes(SETTINGS, group)
        for name in ("one", "two", "three"):
            lanes.enter("lane", work.of(name))
        await settled()
        lanes.leave("two")
        lanes.leave("nobody")
        await settled()
        assert work.order == ["one", "two"]
        assert (lanes.waiting, work.places["three"]) == (1, [2, 1])
        lanes.enter("lane", work.of("four"))  # one of its person's places is free again
        for event in work.go.values():
            event.set()
    assert work.order == ["one", "two", "three", "four"]


async def test_one_that_leaves_the_gate_goes_on_outside_and_frees_no_place():
    gate = Gate(1)
    leave, outside, told = asyncio.Event(), [], []

    async def visit(name: str, place) -> None:
        async with gate.passed(name, place):
            outside.append((name, gate.inside))
            await leave.wait()

    async with asyncio.TaskGroup() as group:
        for name in ("first", "second", "third"):
            group.create_task(visit(name, told.append))
            await settled()
        gate.leave("second")
        gate.leave("nobody")
        await settled()
        assert outside == [("first", 1), ("second", 1)]
        assert (gate.waiting, told) == (1, [1, 2, 1])
        leave.set()
    assert outside[-1] == ("third", 1)
    assert (gate.inside, gate.waiting) == (0, 0)
