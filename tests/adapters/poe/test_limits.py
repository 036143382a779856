"""Our share of the rate, and the line of those who wait."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from hypothesis import given
from hypothesis import strategies as st

from adapters.poe import limits
from adapters.poe.limits import Limiter, Meter, Rate
from bridge.values.answer import Queued
from tests.adapters.poe.stage import NOW, HandClock

RATE = Rate(interval=60 / 450, burst=15)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=700))
def test_no_minute_sees_more_than_the_rate_and_one_burst(gaps: list[float]) -> None:
    meter, now = Meter(), NOW
    left_at: list[float] = []
    for gap in gaps:
        now += gap / 20
        now += limits.wait_for(meter, RATE, now)
        meter = limits.left(meter, RATE, now)
        left_at.append(now)

    for number, first in enumerate(left_at):
        assert sum(first <= at < first + 60 for at in left_at[number:]) <= 465


def test_a_burst_leaves_at_once_and_the_rest_in_steps() -> None:
    meter, waits = Meter(), []
    for _ in range(17):
        waits.append(round(limits.wait_for(meter, RATE, NOW), 3))
        meter = limits.left(meter, RATE, NOW)

    assert waits == [0.0] * 15 + [0.133, 0.267]


def test_a_server_that_says_wait_is_obeyed() -> None:
    meter = limits.pushed_back(Meter(), NOW + 7)

    assert limits.wait_for(meter, RATE, NOW) == 7
    assert limits.wait_for(limits.pushed_back(meter, NOW + 3), RATE, NOW) == 7
    assert limits.wait_for(meter, RATE, NOW + 8) == 0


def test_nothing_left_is_waited_out() -> None:
    meter = limits.told(Meter(), RATE, NOW, remaining=0, reset=30.0)

    assert limits.wait_for(meter, RATE, NOW) == 30


def test_a_few_left_are_spread_over_the_time() -> None:
    meter, now = limits.told(Meter(), RATE, NOW, remaining=5, reset=50.0), NOW
    left_at = []
    while now < NOW + 50:
        now += limits.wait_for(meter, RATE, now)
        meter = limits.left(meter, RATE, now)
        left_at.append(now)

    assert sum(at < NOW + 50 for at in left_at) <= 5 + 1


def test_plenty_left_changes_nothing() -> None:
    meter = limits.told(Meter(), RATE, NOW, remaining=499, reset=60.0)

    assert limits.wait_for(meter, RATE, NOW) == 0
    assert limits.left(meter, RATE, NOW).due == NOW + RATE.interval


Names = list[str]
Places = list[tuple[str, Queued]]


async def walk(
    limiter: Limiter, name: str, left: list[str], told: list[tuple[str, Queued]], ticket: int | None = None
) -> None:
    async for queued in limiter.turn(limiter.ticket() if ticket is None else ticket):
        told.append((name, queued))
    left.append(name)


async def test_first_come_is_first_served() -> None:
    clock, left, told = HandClock(), Names(), Places()
    limiter = Limiter(clock, per_minute=60, burst=1)

    async with asyncio.TaskGroup() as group:
        for name in "abcde":
            group.create_task(walk(limiter, name, left, told))
        await clock.settle()
        assert left == ["a"]
        for second, name in enumerate("bcde", 1):
            await clock.turn_to(second + 0.01)
            assert left[-1] == name
    assert left == list("abcde")
    assert limiter.waiting == 0


async def test_those_who_wait_are_told_their_place_as_it_changes() -> None:
    clock, left, told = HandClock(), Names(), Places()
    limiter = Limiter(clock, per_minute=60, burst=1)

    async with asyncio.TaskGroup() as group:
        for name in "abcd":
            group.create_task(walk(limiter, name, left, told))
        await clock.turn_to(5)
    assert [queued.ahead for name, queued in told if name == "d"] == [2, 1, 0]
    assert next(queued for name, queued in told if name == "d").seconds == 3.0


async def test_a_short_wait_is_not_worth_a_word() -> None:
    clock, left, told = HandClock(), Names(), Places()
    limiter = Limiter(clock, per_minute=600, burst=1)

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(walk(limiter, name, left, told))
        await clock.turn_to(1)
    assert (left, told) == (list("abc"), [])


async def test_whoever_gives_up_leaves_the_line() -> None:
    clock, left, told = HandClock(), Names(), Places()
    limiter = Limiter(clock, per_minute=60, burst=1)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(walk(limiter, name, left, told)) for name in "abcd"]
        await clock.settle()
        tasks[1].cancel()
        await clock.turn_to(1.01)
        assert left == ["a", "c"]
        tasks[3].cancel()
        await clock.turn_to(2)
    assert (left, limiter.waiting) == (["a", "c"], 0)


async def test_closing_the_wait_leaves_the_line() -> None:
    limiter = Limiter(HandClock(), per_minute=60, burst=1)
    await limiter.pass_through()

    async with aclosing(limiter.turn(limiter.ticket())) as waits:
        assert await anext(waits) == Queued(ahead=0, seconds=1.0)
        assert limiter.waiting == 1
    assert limiter.waiting == 0


async def test_a_call_made_again_stands_before_those_who_came_later() -> None:
    clock, left, told = HandClock(), Names(), Places()
    limiter = Limiter(clock, per_minute=60, burst=1)
    early = limiter.ticket()

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(walk(limiter, name, left, told))
        await clock.settle()
        group.create_task(walk(limiter, "early", left, told, early))
        await clock.turn_to(4)
    assert left == ["a", "early", "b", "c"]


async def test_a_push_back_holds_the_whole_line() -> None:
    clock, left, told = HandClock(), Names(), Places()
    limiter = Limiter(clock, per_minute=600, burst=5)
    limiter.push_back(10)

    async with asyncio.TaskGroup() as group:
        for name in "ab":
            group.create_task(walk(limiter, name, left, told))
        await clock.turn_to(9.9)
        assert left == []
        await clock.turn_to(10.2)
    assert left == ["a", "b"]
    assert told[0] == ("a", Queued(ahead=0, seconds=10.0))


async def test_headers_of_a_reply_are_obeyed() -> None:
    clock = HandClock(hurried=True)
    limiter = Limiter(clock)
    limiter.heed({})
    limiter.heed({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20"})

    await limiter.pass_through()

    assert NOW + 20 <= clock.at < NOW + 21
