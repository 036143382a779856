"""The one timer over many waits."""

from __future__ import annotations

import asyncio

import pytest

from adapters.poe.watch import Watch

SOON = 0.02
LATE = 30.0


def watch(*, first: float = LATE, idle: float = LATE, total: float = LATE) -> Watch:
    now = asyncio.get_running_loop().time()
    return Watch(ends_at=now + total, first_at=now + first, idle=idle)


async def waited(watch: Watch, event: asyncio.Event) -> None:
    with watch:
        await event.wait()


async def quick(watch: Watch) -> None:
    with watch:
        await asyncio.sleep(0)


async def test_the_first_wait_has_its_own_time() -> None:
    guard = watch(first=SOON)

    with pytest.raises(TimeoutError):
        await waited(guard, asyncio.Event())
    assert not guard.ended
    guard.close()


async def test_a_later_wait_has_less() -> None:
    guard = watch(idle=SOON)
    await quick(guard)

    with pytest.raises(TimeoutError):
        await waited(guard, asyncio.Event())
    guard.close()


async def test_the_end_is_moved_by_nothing() -> None:
    guard = watch(total=SOON)

    with pytest.raises(TimeoutError):
        while True:
            await quick(guard)
            await waited(guard, asyncio.Event())
    assert guard.ended
    guard.close()


async def test_time_between_waits_does_not_count() -> None:
    guard, event = watch(first=SOON), asyncio.Event()
    await quick(guard)
    await asyncio.sleep(3 * SOON)  # the timer rings, and nobody waits

    asyncio.get_running_loop().call_later(SOON, event.set)
    await waited(guard, event)
    guard.close()


async def test_a_task_goes_on_after_its_time_out() -> None:
    guard = watch(first=SOON)
    with pytest.raises(TimeoutError):
        await waited(guard, asyncio.Event())

    task = asyncio.current_task()

    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)
    guard.close()


async def test_a_cancellation_by_others_stays_one() -> None:
    guard, waiting = watch(), asyncio.Event()

    async def scene() -> None:
        with guard:
            waiting.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(scene())
        await waiting.wait()
        task.cancel()
    assert task.cancelled()
    guard.close()


async def test_other_errors_pass() -> None:
    guard = watch()

    with pytest.raises(KeyError), guard:
        raise KeyError
    guard.close()
