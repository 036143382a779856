from __future__ import annotations

import asyncio

from bridge.wiring.system import SystemChance, SystemClock


async def test_waiting_ends_with_the_event_or_with_time():
    clock = SystemClock()
    event = asyncio.Event()

    assert await clock.wait(event, 0.01) is False
    event.set()
    assert await clock.wait(event, None) is True
    assert await clock.wait(event, 0) is True


async def test_time_goes_forward():
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(-1)
    await clock.sleep(0.01)

    assert clock.now() > before > 1_600_000_000


def test_tokens_are_sixteen_letters_and_never_the_same():
    chance = SystemChance()
    tokens = {chance.token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {16}
    assert 2 <= chance.uniform(2, 3) <= 3
