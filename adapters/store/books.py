"""Transaction bodies that make our books agree with Poe's: holds to reconcile, rows joined, corrections.

Which row belongs to which hold is decided by the core; here it is written down, at most once each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from adapters.store import rows
from adapters.store.dialect import put_new
from adapters.store.holds import OPEN, add_to_turn, resolve_open, write_legs
from adapters.store.rows import AnyRow
from adapters.store.schema import accounts, entries, holds, usage_rows
from bridge.values.errors import StoreError
from bridge.values.ids import HoldId
from bridge.values.points import EntryKind, HoldState, Leg, OpenHold, Points, UsageRow

_joined = exists().where(usage_rows.c.hold == holds.c.id)


def open_holds(conn: Connection) -> tuple[OpenHold, ...]:
    return _holds(conn, holds.c.state.in_(OPEN))


def reconcilable(conn: Connection, since: float) -> tuple[OpenHold, ...]:
    """Every uncertain hold, however old, and the settled ones that ended after `since` and have no row yet."""
    settled = and_(holds.c.state == HoldState.SETTLED.value, holds.c.ended_at > since, ~_joined)
    return _holds(conn, or_(holds.c.state == HoldState.UNCERTAIN.value, settled))


def _holds(conn: Connection, which: ColumnElement[bool]) -> tuple[OpenHold, ...]:
    wanted = select(entries.c.hold, accounts.c.budget, accounts.c.holder, accounts.c.span_start)
    wanted = wanted.add_columns(accounts.c.span_end).join_from(entries, accounts)
    wanted = wanted.join(holds, entries.c.hold == holds.c.id)
    legs: dict[str, list[Leg]] = defaultdict(list)
    held = entries.c.kind == EntryKind.HOLD.value
    for row in conn.execute(wanted.where(which, held).order_by(entries.c.id)):
        legs[row.hold].append(rows.leg(row))
    found = conn.execute(select(holds).where(which).order_by(holds.c.id))
    return tuple(rows.open_hold(row, legs[row.id]) for row in found)


def matched_rows(conn: Connection, ids: Sequence[str]) -> frozenset[str]:
    return frozenset(conn.scalars(select(usage_rows.c.id).where(usage_rows.c.id.in_(ids))))


def resolve(conn: Connection, hold: HoldId, points: Points, row: UsageRow | None, now: float) -> None:
    """Poe's books told. Told again, or told of a row that is joined elsewhere: nothing is done."""
    known = conn.execute(select(holds).where(holds.c.id == hold)).first()
    if known is None or known.state == HoldState.HELD.value:
        raise StoreError(detail="resolved a hold that was never sent")
    if row is None:
        if known.state == HoldState.UNCERTAIN.value:
            _conclude(conn, hold, points, now)
    elif _join(conn, hold, row, now):
        if known.state in OPEN:
            resolve_open(conn, hold, EntryKind.SETTLE, points, None, now)
        else:
            _correct(conn, known, points, now)


def _conclude(conn: Connection, hold: HoldId, points: Points, now: float) -> None:
    """Without a row: nothing was spent, or what an admin says was."""
    kind = EntryKind.SETTLE if points else EntryKind.RELEASE
    resolve_open(conn, hold, kind, points, None, now, (HoldState.UNCERTAIN.value,))


def _join(conn: Connection, hold: HoldId, row: UsageRow, now: float) -> bool:
    taken = or_(usage_rows.c.id == row.id, usage_rows.c.hold == hold)
    if conn.execute(select(usage_rows.c.id).where(taken)).first() is not None:
        return False
    return put_new(conn, usage_rows, rows.usage_row_fields(row, hold, now))


def _correct(conn: Connection, known: AnyRow, points: Points, now: float) -> None:
    """The difference, in the accounts and the span of the hold. A hold thought free of charge is settled by its row."""
    difference = points - (known.settled or 0)
    resolved = {"settled": points, "state": HoldState.SETTLED.value}
    conn.execute(update(holds).where(holds.c.id == known.id).values(resolved))
    if difference:
        legs = select(entries.c.account).where(
            entries.c.hold == known.id, entries.c.kind == EntryKind.HOLD.value
        )
        conn.execute(
            update(accounts).where(accounts.c.id.in_(legs)).values(spent=accounts.c.spent + difference)
        )
        write_legs(conn, known.id, EntryKind.CORRECT, charged=difference, freed=0, now=now)
    add_to_turn(conn, known.turn, difference, None)
