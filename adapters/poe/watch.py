"""Time-outs for something awaited thousands of times, at the price of one timer.

Here: the watch over one body. `asyncio.timeout` makes and cancels a timer each time, which costs more than decoding an event; this
one sets a time and looks again when its only timer rings.
"""

from __future__ import annotations

import asyncio
from types import TracebackType


class Watch:
    """`with watch: await ...` raises TimeoutError when the wait takes too long.

    As with `asyncio.timeout`, the task is cancelled, and the cancellation taken back on the way out unless somebody else cancelled too.
    """

    def __init__(self, *, ends_at: float, first_at: float, idle: float) -> None:
        """In the running loop's time: the end of all waiting, and until when the first wait may take; `idle` seconds for each later."""
        self._loop = asyncio.get_running_loop()
        self._now = self._loop.time
        self._ends_at = ends_at
        self._idle = idle
        self._until = min(first_at, ends_at)
        self._begun = False
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._waiting: asyncio.Task[object] | None = None
        self._cancelling = 0  # requests of others, when it rang
        self._rang = False

    @property
    def ended(self) -> bool:
        """The end is passed, not just one wait."""
        return self._now() >= self._ends_at

    def close(self) -> None:
        """No timer is left behind."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def __enter__(self) -> None:
        if self._begun:
            self._until = min(self._now() + self._idle, self._ends_at)
        self._waiting = asyncio.current_task()
        if self._timer is None or self._rings_at > self._until:
            self._set()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task, self._waiting = self._waiting, None
        self._begun = True
        if not self._rang:
            return
        self._rang = False
        assert task is not None, "only a wait is rung at"
        if task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _set(self) -> None:
        self.close()
        self._rings_at = self._until
        self._timer = self._loop.call_at(self._until, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._waiting is None:
            return  # the next wait sets it
        if self._now() < self._until:
            self._set()
        else:
            self._rang = True
            self._cancelling = self._waiting.cancelling()
            self._waiting.cancel()
