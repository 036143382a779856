"""Which line of Poe's usage history belongs to which hold: the join that makes our books agree with Poe's.

No id connects the two, so a row is joined by key, model, time and, where both sides tell them, tokens. Only the join lives here;
reading the history is `UsageFeed`'s matter, and writing the verdicts down `Ledger.resolve`'s.

The order of the steps is what makes totals exact after calls were cut off: wait until a row has settled (Poe's rows come late and
are first worth 0), leave a row alone while any call that could own it may still end, join equal token counts first, and give what
remains to the call whose window closes first. Which of several calls cut off together cost what stays a guess, and is marked as one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from bridge.rules.windows import Call, Windows, order
from bridge.values.ids import HoldId, KeyName, ModelId
from bridge.values.points import HoldState, OpenHold, Points, UsageRow

_Kind = tuple[str, KeyName | None]
"""Model and key; None where keys are not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How patient and how strict to be; times in seconds."""

    settle: float = 600.0  # a row younger than this may still change, or be joined by a sibling
    slack: float = 120.0  # how far a row's time may lie outside its call: clocks differ, requests wait
    give_up: float = 86_400.0  # an uncertain hold without a row by then cost nothing
    models: Mapping[str, ModelId] = field(
        default_factory=dict
    )  # lower-case display name -> id, where they differ
    keys: Mapping[str, KeyName] = field(
        default_factory=dict
    )  # Poe's name of a key -> ours; empty: don't compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What Poe's books say of a hold. Without a row: nothing was spent. `guessed`: several calls could own this row."""

    hold: HoldId
    points: Points
    row: UsageRow | None
    guessed: bool = False


def match(
    holds: Sequence[OpenHold], rows: Sequence[UsageRow], now: float, how: Matching
) -> tuple[Resolved, ...]:
    """Verdicts over uncertain and settled holds; `holds` must also contain the ones still open, `rows` no row joined before.

    Give it every row since the oldest of these holds was sent: a hold is given up because its row is not there.
    """
    known = {one.hold.id: one for one in holds}
    kinds = _kinds(_calls(known.values(), how), how)
    ready = [row for row in _distinct(rows) if _ready(row, kinds.get(_kind(row, how)), now, how)]
    owners = {row.id: _owners(row, kinds.get(_kind(row, how))) for row in ready}
    joined = _join(ready, owners)
    wanted = Counter(call.of.hold.id for possible in owners.values() for call in possible)
    verdicts = [
        Resolved(hold=id, points=row.points, row=row, guessed=len(owners[row.id]) > 1 or wanted[id] > 1)
        for id, row in joined.items()
    ]
    return (*verdicts, *_given_up(known.values(), joined, now, how))


def reach(holds: Sequence[OpenHold], since: float, slack: float) -> tuple[tuple[OpenHold, ...], float]:
    """The holds that can own a row younger than `since`, and since when rows are needed: since the oldest of these was sent.

    A call that began earlier, without its own row, would take that of a later one. Rows that old have further possible owners, and so on.
    """
    while True:
        near = tuple(one for one in holds if one.ended_at is None or one.ended_at + 2 * slack >= since)
        oldest = min((one.sent_at for one in near if one.sent_at is not None), default=since)
        if oldest >= since:
            return near, since
        since = oldest


def _join(ready: Sequence[UsageRow], owners: Mapping[str, Sequence[Call]]) -> dict[HoldId, UsageRow]:
    """As many rows as can be joined, each to one hold: equal tokens first, then the window that closes first."""
    joined: dict[HoldId, UsageRow] = {}
    for row in ready:
        for call in owners[row.id] if row.input is not None else ():
            if call.of.hold.id not in joined and _same_tokens(call, row):
                joined[call.of.hold.id] = row
                break
    placed = {row.id for row in joined.values()}
    hopeless: set[HoldId] = set()
    for row in ready:
        if row.id not in placed:
            _place(row, owners, joined, hopeless)
    return joined


def _place(
    row: UsageRow,
    owners: Mapping[str, Sequence[Call]],
    joined: dict[HoldId, UsageRow],
    hopeless: set[HoldId],
) -> None:
    """Join a row, moving others to another of their owners where that makes room (an augmenting path).

    Where none makes room, none will later: the holds that were tried are `hopeless` from then on.
    """
    tried: set[HoldId] = set()
    way = [(row, _freest(row, owners, joined))]
    wanted: list[HoldId] = []  # by each row of the way; the next row has it
    while way:
        id = next((one for one in way[-1][1] if one not in tried and one not in hopeless), None)
        if id is None:
            way.pop()
            del wanted[-1:]
            continue
        tried.add(id)
        wanted.append(id)
        if id not in joined:
            joined.update(zip(wanted, (moving for moving, _ in way), strict=True))
            return
        way.append((joined[id], _freest(joined[id], owners, joined)))
    hopeless |= tried


def _freest(
    row: UsageRow, owners: Mapping[str, Sequence[Call]], joined: Mapping[HoldId, UsageRow]
) -> Iterator[HoldId]:
    """Its owners, those without a row first."""
    possible = [call.of.hold.id for call in owners[row.id]]
    return chain((id for id in possible if id not in joined), (id for id in possible if id in joined))


def _calls(holds: Iterable[OpenHold], how: Matching) -> list[Call]:
    """Every call that could own a row, the one whose window closes first in front."""
    calls = []
    for one in holds:
        if one.sent_at is None or one.state in (HoldState.HELD, HoldState.RELEASED):
            continue
        ended = float("inf") if one.state is HoldState.SENT or one.ended_at is None else one.ended_at
        calls.append(Call(of=one, opens=one.sent_at - how.slack, closes=ended + how.slack))
    return sorted(calls, key=order)


@dataclass(slots=True)
class _Calls:
    """The calls of one model and key, each list in order."""

    every: Windows
    closed: Windows
    told: dict[int | None, Windows]  # closed ones by the input they told: with and without what was cached


def _kinds(calls: Iterable[Call], how: Matching) -> dict[_Kind, _Calls]:
    kinds: dict[_Kind, list[Call]] = defaultdict(list)
    for call in calls:
        hold = call.of.hold
        kinds[hold.model.casefold(), hold.key if how.keys else None].append(call)
    return {kind: _by_input(of) for kind, of in kinds.items()}


def _by_input(calls: Sequence[Call]) -> _Calls:
    closed = [call for call in calls if call.of.state is not HoldState.SENT]
    told: dict[int | None, list[Call]] = defaultdict(list)
    for call in closed:
        usage = call.of.usage
        for tokens in {usage.input, usage.input - usage.cached} if usage else {None}:
            told[tokens].append(call)
    by_input = {tokens: Windows(of) for tokens, of in told.items()}
    return _Calls(every=Windows(calls), closed=Windows(closed), told=by_input)


def _kind(row: UsageRow, how: Matching) -> _Kind:
    named = row.model.casefold()
    return how.models.get(named, named), how.keys.get(row.key or "") if how.keys else None


def _distinct(rows: Sequence[UsageRow]) -> list[UsageRow]:
    """Each row of the API once, oldest first; read twice while it was filled in, it is the later, dearer one."""
    best: dict[str, UsageRow] = {}
    for row in rows:
        if row.kind.casefold() == "api" and (row.id not in best or row.points > best[row.id].points):
            best[row.id] = row
    return sorted(best.values(), key=lambda row: (row.at, row.id))


def _ready(row: UsageRow, calls: _Calls | None, now: float, how: Matching) -> bool:
    """Settled, and so is every call that could own it. A row still worth 0 is given as long as a missing one."""
    patience = how.settle if row.points > 0 else how.give_up
    last = calls.every.last(row.at) if calls else None
    return row.at + patience <= now and (row.at if last is None else last) + how.settle <= now


def _owners(row: UsageRow, calls: _Calls | None) -> list[Call]:
    """The calls whose row it can be: not those that told another input. Poe may print cached tokens on a line of their own."""
    if calls is None:
        return []
    if row.input is None:
        return list(calls.closed.around(row.at))
    fitting = (calls.told[tokens] for tokens in (None, row.input) if tokens in calls.told)
    return sorted((call for one in fitting for call in one.around(row.at)), key=order)


def _same_tokens(call: Call, row: UsageRow) -> bool:
    """Of an owner, which told the same input or none."""
    usage = call.of.usage
    return usage is not None and row.output in (usage.output, None)


def _given_up(
    holds: Iterable[OpenHold], joined: Mapping[HoldId, UsageRow], now: float, how: Matching
) -> list[Resolved]:
    """Uncertain holds whose window is long over, and Poe wrote nothing down."""
    return [
        Resolved(hold=one.hold.id, points=0, row=None)
        for one in holds
        if one.state is HoldState.UNCERTAIN
        and one.hold.id not in joined
        and one.ended_at is not None
        and one.ended_at + how.slack + how.give_up <= now
    ]
