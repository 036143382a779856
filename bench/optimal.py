"""The best schedule in hindsight: how little unseen text a rate limit allows, had everything been known beforehand. Pure.

Staleness is what has arrived and is not visible yet, integrated over time. Here it is for answers that begin together and grow at one
character a second; whoever asks multiplies. The limit is a fixed window, as Discord's: it opens with the first write after the last one
ended and allows `writes` in `seconds`. Round trips are the caller's to add: they delay every character alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import inf

FINE = 0.125
"""Steps, in parts of a write's even share of a window, in which the first window's opening is tried."""
ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    writes: int = 5
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class _Slot:
    """A moment for a write, and how far it may be moved."""

    at: float
    low: float
    high: float


def crowding(spans: Sequence[tuple[float, float]], usual: float, overall: float) -> float:
    """What a limit over all buckets adds to the best of each: while more answers run than it can give `usual` writes a second each,
    they share its `overall` writes a second evenly. `spans` are the beginnings and ends of answers that have a bucket of their own.
    """
    moments = sorted({moment for span in spans for moment in span})
    added = 0.0
    for now, then in pairwise(moments):
        running = sum(began <= now < ended for began, ended in spans)
        rate = min(usual, overall / running) if running else usual
        added += running * (1 / rate - 1 / usual) / 2 * (then - now)
    return added


@cache
def best(answers: int, seconds: float, window: Window, *, at_once: bool = False) -> float:
    """Character seconds of so many answers in one bucket, each `seconds` long, the last text of each included.

    Every plan of windows is tried: when the first opens, and how many writes are left for the end; each plan's writes are given to the
    answers in the best way (an assignment problem, solved exactly), then moved to where they help most, and given again.
    `at_once`: only plans that show each answer's first word when it comes, which spends a write on hardly any text.
    """
    share = window.seconds / window.writes
    openings = [0.0] if at_once else [step * FINE * share for step in range(int(2 / FINE) + 1)]
    spent = min(answers, window.writes) if at_once else 0
    found = inf
    for opening in openings:
        for last in range(window.writes + 1):
            slots, finals = _plan(answers, seconds, window, opening, last, spent)
            found = min(found, _improved(answers, seconds, slots, finals))
    return found


def _plan(
    answers: int, end: float, window: Window, opening: float, last: int, spent: int
) -> tuple[list[_Slot], list[float]]:
    """Moments while the answers grow, and moments for their ends: `last` of the window in which they end go before it.

    `spent` writes of the first window are gone as it opens.
    """
    slots: list[_Slot] = []
    while opening + window.seconds <= end:
        slots += _spread(opening, opening + window.seconds, window.writes - spent, opened=spent > 0)
        opening += window.seconds
        spent = 0
    finals: list[float] = []
    if opening < end and (last or spent):
        last = min(last, window.writes - spent)
        slots += _spread(opening, end, last, opened=spent > 0)
        finals = [end] * (window.writes - spent - last)
        opening += window.seconds
    later = max(opening, end)
    while len(finals) < answers:
        finals += [later] * window.writes
        later += window.seconds
    return slots, finals[:answers]


def _spread(opening: float, end: float, count: int, *, opened: bool) -> list[_Slot]:
    """Evenly; where the window has not been opened before, the first one opens it and stays."""
    gap = (end - opening) / (count + opened) if count else 0.0
    moments = [opening + gap * (number + opened) for number in range(count)]
    return [_Slot(at, opening, end if number or opened else opening) for number, at in enumerate(moments)]


def _improved(answers: int, end: float, slots: list[_Slot], finals: list[float]) -> float:
    found = inf
    for _ in range(ROUNDS):
        total, followers = _assigned(answers, end, [slot.at for slot in slots], finals)
        if total >= found - 1e-9:
            break
        found = total
        slots = _moved(slots, finals, followers, answers)
    return found


def _moved(slots: list[_Slot], finals: list[float], followers: list[int], answers: int) -> list[_Slot]:
    """Each write to the middle between those before and after it of the same answer, as far as its window lets it."""
    before: dict[int, float] = {}
    for row, goal in enumerate(followers):
        if goal < len(slots) and row - answers != goal:
            before[goal] = 0.0 if row < answers else slots[row - answers].at
    times = [*[slot.at for slot in slots], *finals]
    moved = []
    for number, slot in enumerate(slots):
        if number not in before:
            moved.append(slot)
            continue
        middle = (before[number] + times[followers[answers + number]]) / 2
        moved.append(_Slot(min(max(middle, slot.low), slot.high), slot.low, slot.high))
    return moved


def _assigned(answers: int, end: float, slots: list[float], finals: list[float]) -> tuple[float, list[int]]:
    """The least sum over all ways to give the writes to the answers, and for each beginning and write what follows it."""
    starts = [*[0.0] * answers, *slots]
    goals = [*slots, *finals]

    def cost(row: int, column: int) -> float:
        at, then = starts[row], goals[column]
        if column < len(slots):
            if row - answers == column:
                return 0.0  # this write is left out
            if then < at or row - answers > column:
                return 1e9
        return (min(then, end) - at) ** 2 / 2 + (end - at) * max(0.0, then - end)

    size = len(starts)
    costs = [[cost(row, column) for column in range(size)] for row in range(size)]
    chosen = assignment(costs)
    return sum(costs[row][column] for row, column in enumerate(chosen)), chosen


def assignment(costs: list[list[float]]) -> list[int]:
    """For each row of a square matrix its column, no column twice, the sum the least possible (Kuhn, shortest augmenting paths)."""
    size = len(costs)
    row_price, column_price = [0.0] * (size + 1), [0.0] * (size + 1)
    owner = [size] * (size + 1)  # of each column; the last column is where a new row starts
    for row in range(size):
        owner[size] = row
        path = _path(costs, row_price, column_price, owner)
        column = path.pop()
        while path:
            before = path.pop()
            owner[column] = owner[before]
            column = before
        owner[size] = size
    chosen = [0] * size
    for column in range(size):
        chosen[owner[column]] = column
    return chosen


def _path(
    costs: list[list[float]], row_price: list[float], column_price: list[float], owner: list[int]
) -> list[int]:
    """Columns from the new row's to a free one, along the cheapest way; prices are adjusted so that it costs nothing."""
    size = len(costs)
    slack, came = [inf] * size, [size] * size
    used = [False] * (size + 1)
    column = size
    while owner[column] != size:
        used[column] = True
        row = owner[column]
        nearest, step = size, inf
        for other in range(size):
            if used[other]:
                continue
            lower = costs[row][other] - row_price[row] - column_price[other]
            if lower < slack[other]:
                slack[other], came[other] = lower, column
            if slack[other] < step:
                nearest, step = other, slack[other]
        for other in range(size + 1):
            if used[other]:
                row_price[owner[other]] += step
                column_price[other] -= step
            elif other < size:
                slack[other] -= step
        column = nearest
    path = [column]
    while column != size:
        column = came[column]
        path.append(column)
    return path[::-1]
