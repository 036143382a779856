"""Time, chance, and the ear that hears of everything."""

from __future__ import annotations

import asyncio
from typing import Protocol

from bridge.values.notices import Notice


class Clock(Protocol):
    """Time, passed in."""

    def now(self) -> float:
        """Seconds since the epoch; also used for differences, so it must not jump back."""

    async def sleep(self, seconds: float) -> None: ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait until the event is set (True) or the seconds are over (False)."""


class Chance(Protocol):
    """Randomness, passed in."""

    def token(self) -> str:
        """16 characters of base32, never the same twice."""

    def uniform(self, low: float, high: float) -> float: ...


class Notify(Protocol):
    """Told of everything that happens; never raises, never waits."""

    def __call__(self, notice: Notice) -> None: ...
