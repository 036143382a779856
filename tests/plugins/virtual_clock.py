"""Time that passes only while nobody has anything to do: minutes of waiting in milliseconds, the same way each time.

    def test_something() -> None:
        async def scene() -> None:
            clock = VirtualClock()
            await clock.sleep(3600)

        in_virtual_time(scene())

The event loop itself runs on virtual time, so time-outs and sleeps of anything inside are virtual as well. Where nothing is left to
wait for, the scene ends with `Stuck` instead of hanging. Nothing in a scene may wait for a socket or a thread.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

START = 1_700_000_000.0


class Stuck(RuntimeError):
    """Everybody waits for somebody else."""


class _Selector(selectors.SelectSelector):
    """Instead of waiting, says how long it would have."""

    loop: _Loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise Stuck
        if not ready and timeout:
            self.loop.passed += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.passed = 0.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.passed


class VirtualClock:
    """`bridge.ports.Clock` inside a scene."""

    def now(self) -> float:
        return START + asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True


def in_virtual_time(scene: Coroutine[Any, Any, Result]) -> Result:
    """Run a scene to its end and give what it returns."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(scene)
