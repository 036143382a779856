"""Real time and real chance, for a running program."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time


class SystemClock:
    """Seconds since the epoch that never jump: the wall clock once, the monotonic one from then on."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        return self._offset + time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0.0))

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        if event.is_set():
            return True
        try:
            async with asyncio.timeout(seconds):
                return await event.wait()
        except TimeoutError:
            return False


class SystemChance:
    def __init__(self) -> None:
        self._chance = secrets.SystemRandom()

    def token(self) -> str:
        """80 bits."""
        return base64.b32encode(secrets.token_bytes(10)).decode().lower()

    def uniform(self, low: float, high: float) -> float:
        return self._chance.uniform(low, high)
