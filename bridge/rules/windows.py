"""Whose call a moment lies in: calls of one kind by their windows, so that no moment is held against every call there ever was."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bridge.values.points import OpenHold


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A hold whose request may have left, and the time in which its row can lie; seconds since the epoch."""

    of: OpenHold
    opens: float
    closes: float  # infinite while the call is open


def order(call: Call) -> tuple[float, float, str]:
    """The window that closes first in front."""
    return call.closes, call.opens, call.of.hold.id


class Windows:
    """Calls in `order`."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = calls
        self._closes = [call.closes for call in calls]
        # The earliest opening among a call and all that close after it: where that is too late, nobody further on fits.
        self._earliest = list(accumulate((call.opens for call in reversed(calls)), min))[::-1]
        opening = sorted(calls, key=lambda call: call.opens)
        self._opens = [call.opens for call in opening]
        self._latest = list(accumulate((call.closes for call in opening), max))

    def around(self, at: float) -> Iterator[Call]:
        """The calls whose windows this moment lies in, in `order`."""
        for number in range(bisect_left(self._closes, at), len(self._calls)):
            if self._earliest[number] > at:
                return
            if self._calls[number].opens <= at:
                yield self._calls[number]

    def last(self, at: float) -> float | None:
        """When the last of these windows closes; None where the moment lies in none."""
        opened = bisect_right(self._opens, at)
        latest = self._latest[opened - 1] if opened else None
        return latest if latest is not None and latest >= at else None
