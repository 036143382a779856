"""Our share of the 500 requests a minute, kept by ourselves, because no reply was ever seen to tell how much of it is left.

Here: when the next request may leave (pure, time passed in), and the line of those who wait for it. Not here: what a 429 means for
the call that got it (`retries`). The limit is per account as far as anyone knows, so one limiter serves all keys.
https://creator.poe.com/api-reference/rate-limits

The rate is kept by GCRA: `due` is when the meter would be full again at the steady rate; a request may leave when `due` is at most
`burst - 1` intervals ahead of now. In any minute that lets out `per_minute + burst` at most: 465 of 500 as it is set.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from operator import itemgetter

from adapters.poe.wire import rate_seen
from bridge.ports import Clock
from bridge.values.answer import Queued

PER_MINUTE = 450
BURST = 15
WORTH_SAYING = 0.5  # seconds; shorter waits are not announced
LOOK_AGAIN = 1.0  # seconds between two looks at one's place


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The steady rate. A request takes `interval` seconds of it; `burst` of them may leave at once."""

    interval: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """All that must be remembered, in seconds since the epoch."""

    due: float = 0.0
    blocked_until: float = 0.0  # the server said so
    pace: float = 0.0  # a wider interval than ours, as the server's headers ask
    pace_until: float = 0.0


def wait_for(meter: Meter, rate: Rate, now: float) -> float:
    """Seconds until the next request may leave; 0 when it may now."""
    return max(0.0, meter.blocked_until - now, meter.due - (rate.burst - 1) * rate.interval - now)


def left(meter: Meter, rate: Rate, now: float) -> Meter:
    """A request left now."""
    interval = max(rate.interval, meter.pace) if now < meter.pace_until else rate.interval
    return replace(meter, due=max(meter.due, now) + interval)


def pushed_back(meter: Meter, until: float) -> Meter:
    """Nobody goes before `until`."""
    return replace(meter, blocked_until=max(meter.blocked_until, until))


def told(meter: Meter, rate: Rate, now: float, *, remaining: int, reset: float) -> Meter:
    """A reply said how many requests remain, and in how many seconds the count starts again.

    None left: everybody waits. Fewer than a burst: no bursts, and what is left is spread over the time.
    """
    if remaining <= 0:
        return pushed_back(meter, now + reset)
    spare = (rate.burst - remaining) * rate.interval
    due = max(meter.due, now + spare) if spare > 0 else meter.due
    return replace(meter, due=due, pace=reset / remaining, pace_until=now + reset)


class Limiter:
    """The line: first come, first served. A call that is made again keeps its ticket, and so its place before those who came later."""

    def __init__(self, clock: Clock, *, per_minute: int = PER_MINUTE, burst: int = BURST) -> None:
        self._clock = clock
        self._rate = Rate(interval=60.0 / per_minute, burst=burst)
        self._meter = Meter()
        self._tickets = count()
        self._line: list[tuple[int, asyncio.Event]] = []

    def ticket(self) -> int:
        """A place in the order of coming."""
        return next(self._tickets)

    async def turn(self, ticket: int) -> AsyncGenerator[Queued, None]:
        """Ends when the request may leave; until then tells the place in the line, each time it is another one.

        Whoever closes this early leaves the line.
        """
        woken = asyncio.Event()
        place = (ticket, woken)
        insort(self._line, place, key=itemgetter(0))
        said: int | None = None
        try:
            while True:
                woken.clear()
                ahead = self._line.index(place)
                wait = wait_for(self._meter, self._rate, self._clock.now())
                if wait <= 0 and ahead == 0:
                    break
                about = wait + ahead * self._rate.interval
                if ahead != said and about >= WORTH_SAYING:
                    said = ahead
                    yield Queued(ahead=ahead, seconds=about)
                await self._clock.wait(woken, min(wait, LOOK_AGAIN) if ahead == 0 else LOOK_AGAIN)
            self._meter = left(self._meter, self._rate, self._clock.now())
        finally:
            self._line.remove(place)
            if self._line:
                self._line[0][1].set()

    async def pass_through(self) -> None:
        """Wait for a turn without telling anybody."""
        async for _ in self.turn(self.ticket()):
            pass

    def push_back(self, seconds: float) -> None:
        """The server asked everybody to wait."""
        self._meter = pushed_back(self._meter, self._clock.now() + seconds)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Obey the rate headers of a reply, where there are any."""
        seen = rate_seen(headers)
        if seen is not None:
            now = self._clock.now()
            self._meter = told(self._meter, self._rate, now, remaining=seen.remaining, reset=seen.reset)

    @property
    def waiting(self) -> int:
        """How many stand in the line."""
        return len(self._line)
