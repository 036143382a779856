"""How far readers were behind, and how little behind they could have been: numbers for the bench and for whoever changes the pacing.

    .venv/bin/python -m tests.plugins.staleness

Staleness is the number of characters that have arrived and do not stand on the platform yet, integrated over time (character seconds).
The least possible one is found in hindsight: all arrivals known, writes placed evenly in the windows a fixed-window bucket allows, and
each given to the answer for which the whole sum becomes least (an assignment problem, solved exactly).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf

from bridge.turn.show import Delivery, Shown
from bridge.values.capabilities import Capabilities, Rate
from bridge.values.draft import Draft, DraftState
from bridge.values.ids import MessageId, TurnId
from bridge.values.notices import FirstWord, Notice
from bridge.values.turn import ShownPage
from tests.plugins.stage import FakeChat, destination
from tests.plugins.virtual_clock import VirtualClock, in_virtual_time

WORDS = "The quick brown fox jumps over the lazy dog, and it never tires of it. "
TICK = 0.02  # seconds between two pieces of a stream


@dataclass(frozen=True, kw_only=True)
class Case:
    """So many answers at once, dealt out over so many channels, each as long and as fast."""

    answers: int
    channels: int
    seconds: float = 20.0
    speed: float = 100.0  # characters per second
    stagger: float = 0.0  # seconds between the beginnings of two answers


@dataclass(frozen=True, kw_only=True)
class Measured:
    staleness: float
    least: float
    firsts: tuple[float, ...]  # seconds from the first word to its being visible
    lates: tuple[float, ...]  # seconds from the end to the final text
    writes: int
    http_429: int
    identical: int
    lost: int  # characters

    @property
    def ratio(self) -> float:
        return self.staleness / self.least


def measure(case: Case) -> Measured:
    return in_virtual_time(_scene(case))


async def _scene(case: Case) -> Measured:
    clock = VirtualClock()
    chat = FakeChat(clock)
    notices: list[Notice] = []
    owners: dict[MessageId, TurnId] = {}

    async def remember(page: ShownPage) -> None:
        owners[page.ref.message] = page.turn

    delivery = Delivery(chat, clock, notices.append, remember, max_pages=1000)
    text = (WORDS * ceil(case.seconds * case.speed / len(WORDS)))[: int(case.seconds * case.speed)].strip()
    streams: dict[TurnId, list[tuple[float, int]]] = {}

    async def answer(number: int) -> Shown:
        turn = TurnId(f"turn{number:012d}")
        await clock.sleep(number * case.stagger)
        showing = delivery.open(destination(f"c{number % case.channels}"), turn)
        arrived = streams[turn] = [(clock.now(), 0)]
        for tick in range(1, round(case.seconds / TICK) + 1):
            await clock.sleep(TICK)
            size = min(len(text), int(tick * TICK * case.speed))
            arrived.append((clock.now(), size))
            showing.update(Draft(turn=turn, state=DraftState.WRITING, text=text[:size]))
        return await showing.finish(
            Draft(turn=turn, state=DraftState.DONE, text=text, footer="Model · 12 points")
        )

    running = asyncio.get_running_loop().create_task(delivery.run())
    shown = await asyncio.gather(*map(answer, range(case.answers)))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    visible = {turn: _visible(turn, chat, owners) for turn in streams}
    return Measured(
        staleness=sum(_behind(streams[turn], visible[turn]) for turn in streams),
        least=sum(
            many * least(answers, case, _share(case, chat.capabilities), chat.round_trip)
            for answers, many in Counter(
                len(range(channel, case.answers, case.channels)) for channel in range(case.channels)
            ).items()
        ),
        firsts=tuple(sorted(each.since_word for each in notices if isinstance(each, FirstWord))),
        lates=tuple(sorted(each.late for each in shown)),
        writes=len(chat.happened),
        http_429=chat.busy,
        identical=chat.identical,
        lost=sum(max(0, len(text) - 20 - visible[turn][-1][1]) for turn in streams),
    )


def _visible(turn: TurnId, chat: FakeChat, owners: dict[MessageId, TurnId]) -> list[tuple[float, int]]:
    """(when, characters of text that stand) for one answer. The space at a cut counts for its page."""
    pages: dict[MessageId, int] = {}
    seen = []
    for each in chat.happened:
        if owners.get(each.ref.message) == turn:
            lines = [
                line for line in each.page.text.split("\n") if not line.startswith(chat.capabilities.subtext)
            ]
            pages[each.ref.message] = len("\n".join(lines))
            seen.append((each.at, sum(pages.values()) + len(pages) - 1))
    return seen


def _behind(arrived: Sequence[tuple[float, int]], visible: Sequence[tuple[float, int]]) -> float:
    """Both are steps; what lies between them until both have ended."""
    moments = sorted({at for at, _ in (*arrived, *visible)})
    total, have, see = 0.0, 0, 0
    steps_in, steps_out = dict(arrived), dict(visible)
    for now, then in pairwise(moments):
        have, see = steps_in.get(now, have), steps_out.get(now, see)
        total += max(0, have - see) * (then - now)
    return total


# -- hindsight -------------------------------------------------------------------------------------------


def least(answers: int, case: Case, rate: Rate, round_trip: float) -> float:
    """The least staleness of one channel's answers. Exact for answers that begin together; else a lower bound for them."""
    delay = answers * case.speed * case.seconds * round_trip / 2
    if case.stagger:
        return delay + _bound(answers, case, rate)
    offsets = [rate.seconds / rate.writes * part / 4 for part in range(0, 5, 2)]
    plans = {
        _slots(answers, case.seconds, offset, last, rate.writes, rate.seconds)
        for offset in offsets
        for last in range(rate.writes + 1)
    }
    return delay + case.speed * min(_assigned(answers, case.seconds, plan) for plan in plans)


def _share(case: Case, capabilities: Capabilities) -> Rate:
    """What one channel may write if all of them write all the time: its bucket's rate, or its part of the limit over all."""
    rate = capabilities.rate
    return Rate(
        writes=rate.writes,
        seconds=max(rate.seconds, rate.writes * case.channels / capabilities.overall_writes),
    )


def _bound(answers: int, case: Case, rate: Rate) -> float:
    """If every write of the time that an answer runs could be dealt out in parts: no schedule is better."""
    span = case.seconds + (answers - 1) * case.stagger * case.channels
    writes = rate.writes * ceil(span / rate.seconds)
    return case.speed * (answers * case.seconds) ** 2 / (2 * (writes + answers))


def _slots(
    answers: int, end: float, offset: float, last: int, writes: int, seconds: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """When writes may go: evenly while the answers run, `last` of them in the window in which they end; then one final for each."""
    before: list[float] = []
    opened = offset
    while opened + seconds <= end:
        before += [opened + seconds * number / writes for number in range(writes)]
        opened += seconds
    rest = max(0.0, end - opened)
    before += [opened + rest * number / (last + 1) for number in range(last)] if rest else []
    finals = [end] * (writes - last if rest else 0)
    window = opened + seconds if rest else max(opened, end)
    while len(finals) < answers:
        finals += [max(window, end)] * writes
        window += seconds
    return tuple(before), tuple(finals[:answers])


def _assigned(answers: int, end: float, plan: tuple[tuple[float, ...], tuple[float, ...]]) -> float:
    """Least sum over all ways to give the writes to the answers, for one character a second each."""
    before, finals = plan
    starts = (*[0.0] * answers, *before)
    goals = (*before, *finals)

    def cost(row: int, column: int) -> float:
        at, then = starts[row], goals[column]
        if row >= answers and column < len(before) and row - answers == column:
            return 0.0  # this write is left out
        if then <= at and column < len(before):
            return inf
        return (min(then, end) - at) ** 2 / 2 + (end - at) * max(0.0, then - end)

    size = len(starts)
    return _hungarian([[min(cost(row, column), 1e12) for column in range(size)] for row in range(size)])


def _hungarian(cost: list[list[float]]) -> float:
    """The least sum of a square assignment problem (shortest augmenting paths)."""
    size = len(cost)
    rows, columns = [0.0] * (size + 1), [0.0] * (size + 1)
    match = [0] * (size + 1)
    for row in range(1, size + 1):
        match[0], column = row, 0
        slack, came, used = [inf] * (size + 1), [0] * (size + 1), [False] * (size + 1)
        while match[column]:
            used[column] = True
            line, base = cost[match[column] - 1], rows[match[column]]
            step, nearest = inf, 0
            for other in range(1, size + 1):
                if not used[other]:
                    lower = line[other - 1] - base - columns[other]
                    if lower < slack[other]:
                        slack[other], came[other] = lower, column
                    if slack[other] < step:
                        step, nearest = slack[other], other
            for other in range(size + 1):
                if used[other]:
                    rows[match[other]] += step
                    columns[other] -= step
                else:
                    slack[other] -= step
            column = nearest
        while column:
            match[column], column = match[came[column]], came[column]
    return sum(cost[match[column] - 1][column - 1] for column in range(1, size + 1))


def table(cases: Sequence[Case]) -> str:
    """One line for each case."""
    lines = [
        f"{'answers':>8}{'channels':>9}{'ratio':>7}{'first p95':>10}{'late p50':>9}{'late p95':>9}{'429':>4}{'same':>5}{'lost':>5}"
    ]
    for case in cases:
        it = measure(case)
        first, half, late = (_at(it.firsts, 0.95), _at(it.lates, 0.5), _at(it.lates, 0.95))
        lines.append(
            f"{case.answers:>8}{case.channels:>9}{it.ratio:>7.3f}{first:>10.3f}{half:>9.2f}{late:>9.2f}"
            f"{it.http_429:>4}{it.identical:>5}{it.lost:>5}"
        )
    return "\n".join(lines)


def _at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    shapes = ((1, 1), (8, 1), (8, 2), (8, 8), (64, 16), (64, 64))
    print("One page each, all beginning at once:")
    print(table([Case(answers=n, channels=c, speed=60) for n, c in shapes]))
    print("Several pages each (what a page's end costs is not in the reference):")
    print(table([Case(answers=n, channels=c, speed=250) for n, c in shapes if (n, c) != (8, 1)]))
    print("Beginning 0.37 s apart (the reference is a loose bound where several share a channel):")
    print(table([Case(answers=n, channels=c, speed=60, stagger=0.37) for n, c in shapes]))
