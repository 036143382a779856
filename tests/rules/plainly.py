"""`rules.reconcile.match` as plainly as it can be written: every row is held against every call. For comparison only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bridge.rules.reconcile import Matching, Resolved
from bridge.rules.windows import Call
from bridge.values.ids import HoldId
from bridge.values.points import HoldState, OpenHold, UsageRow


def match(
    holds: Sequence[OpenHold], rows: Sequence[UsageRow], now: float, how: Matching
) -> tuple[Resolved, ...]:
    """Verdicts over uncertain and settled holds; `holds` must also contain the ones still open, `rows` no row joined before.

    Give it every row since the oldest of these holds was sent: a hold is given up because its row is not there.
    """
    known = {one.hold.id: one for one in holds}
    calls = _calls(known.values(), how)
    closed = [call for call in calls if call.of.state is not HoldState.SENT]
    ready = [row for row in _distinct(rows) if _ready(row, calls, now, how)]
    owners = {row.id: _owners(row, closed, how) for row in ready}
    joined = _join(ready, owners)
    wanted = Counter(call.of.hold.id for possible in owners.values() for call in possible)
    verdicts = [
        Resolved(hold=id, points=row.points, row=row, guessed=len(owners[row.id]) > 1 or wanted[id] > 1)
        for id, row in joined.items()
    ]
    return (*verdicts, *_given_up(known.values(), joined, now, how))


def _join(ready: Sequence[UsageRow], owners: Mapping[str, Sequence[Call]]) -> dict[HoldId, UsageRow]:
    """As many rows as can be joined, each to one hold: equal tokens first, then the window that closes first."""
    joined: dict[HoldId, UsageRow] = {}
    for row in ready:
        for call in owners[row.id]:
            if call.of.hold.id not in joined and _same_tokens(call, row):
                joined[call.of.hold.id] = row
                break
    placed = {row.id for row in joined.values()}
    for row in ready:
        if row.id not in placed:
            _place(row, owners, joined, set())
    return joined


def _place(
    row: UsageRow,
    owners: Mapping[str, Sequence[Call]],
    joined: dict[HoldId, UsageRow],
    tried: set[HoldId],
) -> bool:
    """Join a row, moving others to another of their owners where that makes room (an augmenting path)."""
    possible = [call.of.hold.id for call in owners[row.id]]
    for id in [*(i for i in possible if i not in joined), *(i for i in possible if i in joined)]:
        if id in tried:
            continue
        tried.add(id)
        if id not in joined or _place(joined[id], owners, joined, tried):
            joined[id] = row
            return True
    return False


def _calls(holds: Iterable[OpenHold], how: Matching) -> list[Call]:
    """Every call that could own a row, the one whose window closes first in front."""
    calls = []
    for one in holds:
        if one.sent_at is None or one.state in (HoldState.HELD, HoldState.RELEASED):
            continue
        ended = float("inf") if one.state is HoldState.SENT or one.ended_at is None else one.ended_at
        calls.append(Call(of=one, opens=one.sent_at - how.slack, closes=ended + how.slack))
    return sorted(calls, key=lambda call: (call.closes, call.opens, call.of.hold.id))


def _distinct(rows: Sequence[UsageRow]) -> list[UsageRow]:
    """Each row of the API once, oldest first; read twice while it was filled in, it is the later, dearer one."""
    best: dict[str, UsageRow] = {}
    for row in rows:
        if row.kind.casefold() == "api" and (row.id not in best or row.points > best[row.id].points):
            best[row.id] = row
    return sorted(best.values(), key=lambda row: (row.at, row.id))


def _ready(row: UsageRow, calls: Sequence[Call], now: float, how: Matching) -> bool:
    """Settled, and so is every call that could own it. A row still worth 0 is given as long as a missing one."""
    patience = how.settle if row.points > 0 else how.give_up
    last = max((call.closes for call in calls if _could_own(call, row, how)), default=row.at)
    return row.at + patience <= now and last + how.settle <= now


def _could_own(call: Call, row: UsageRow, how: Matching) -> bool:
    named = row.model.casefold()
    return (
        call.opens <= row.at <= call.closes
        and how.models.get(named, named) == call.of.hold.model.casefold()
        and (not how.keys or how.keys.get(row.key or "") == call.of.hold.key)
    )


def _owners(row: UsageRow, closed: Sequence[Call], how: Matching) -> list[Call]:
    return [call for call in closed if _could_own(call, row, how) and not _contradicts(call, row)]


def _same_tokens(call: Call, row: UsageRow) -> bool:
    usage = call.of.usage
    if usage is None or row.input is None:
        return False
    return not _contradicts(call, row) and row.output in (usage.output, None)


def _contradicts(call: Call, row: UsageRow) -> bool:
    """Both sides tell the input, and differ. Poe may print cached tokens on a line of their own."""
    usage = call.of.usage
    return usage is not None and row.input not in (usage.input, usage.input - usage.cached, None)


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
