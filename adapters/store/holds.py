"""Transaction bodies of a hold that was taken: sent, settled, released, doubted, expired. Joining Poe's rows is in `books`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    Text,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)

from adapters.store import rows
from adapters.store.accounts import standing_rows
from adapters.store.schema import accounts, entries, holds, turns
from bridge.values.errors import StoreError
from bridge.values.ids import HoldId
from bridge.values.points import EntryKind, HoldState, Points, Resolution, Standing, Usage
from bridge.values.turn import TurnState

OPEN = (HoldState.HELD.value, HoldState.SENT.value, HoldState.UNCERTAIN.value)
_legs_of_hold = (
    select(entries.c.account)
    .where(entries.c.hold == bindparam("of"), entries.c.kind == EntryKind.HOLD.value)
    .order_by(entries.c.id)
)
_of_hold = standing_rows().where(accounts.c.id.in_(_legs_of_hold)).order_by(accounts.c.id)


_send = (
    update(holds)
    .where(holds.c.id == bindparam("of"), holds.c.state == HoldState.HELD.value)
    .values(state=HoldState.SENT.value, sent_at=bindparam("now"))
    .returning(holds.c.turn)
)
_send_turn = (
    update(turns)
    .where(
        turns.c.id == bindparam("of"),
        turns.c.state.in_((TurnState.RECEIVED.value, TurnState.HELD.value)),
    )
    .values(state=TurnState.SENT.value)
)
_told: dict[str, ColumnElement[int]] = {
    "input": func.coalesce(bindparam("told_input"), holds.c.input),
    "output": func.coalesce(bindparam("told_output"), holds.c.output),
    "cached": func.coalesce(bindparam("told_cached"), holds.c.cached),
    "reasoning": func.coalesce(bindparam("told_reasoning"), holds.c.reasoning),
}
_of_state = (
    update(holds)
    .where(holds.c.id == bindparam("of"), holds.c.state.in_(bindparam("states", expanding=True)))
    .values(state=bindparam("becomes"), ended_at=func.coalesce(holds.c.ended_at, bindparam("now")), **_told)
)
_doubt = _of_state.values(settled=None)
_conclude = _of_state.values(settled=bindparam("points")).returning(holds.c.amount, holds.c.turn)
_charge = (
    update(accounts)
    .where(accounts.c.id.in_(_legs_of_hold))
    .values(spent=accounts.c.spent + bindparam("charged"), held=accounts.c.held - bindparam("freed"))
)
_count = (
    update(turns)
    .where(turns.c.id == bindparam("of"))
    .values(
        points=func.coalesce(turns.c.points, 0) + bindparam("charged"),
        tokens=func.coalesce(bindparam("told"), turns.c.tokens),
    )
)
_entry_per_leg = insert(entries).from_select(
    ["account", "hold", "kind", "granted", "spent", "held", "at"],
    select(
        entries.c.account,
        entries.c.hold,
        bindparam("why", type_=Text),
        literal(0),
        bindparam("charged", type_=BigInteger),
        bindparam("freed", type_=BigInteger),
        bindparam("now", type_=Double),
    )
    .where(entries.c.hold == bindparam("of"), entries.c.kind == EntryKind.HOLD.value)
    .order_by(entries.c.id),
)


def sent(conn: Connection, hold: HoldId, now: float) -> None:
    """The request is about to leave."""
    turn = conn.execute(_send, {"of": hold, "now": now}).scalar()
    if turn is None:
        raise StoreError(
            "The points set aside for this question were given back before it was asked. Please ask again.",
            detail="hold is not held",
        )
    conn.execute(_send_turn, {"of": turn})


def settle(
    conn: Connection, hold: HoldId, points: Points, usage: Usage | None, now: float
) -> tuple[Standing, ...]:
    """Charge an open hold; how its accounts stand now, whether or not it was open."""
    resolve_open(conn, hold, EntryKind.SETTLE, points, usage, now)
    return _standings(conn, hold)


def _standings(conn: Connection, hold: HoldId) -> tuple[Standing, ...]:
    found = conn.execute(_of_hold, {"of": hold}).all()
    return tuple(rows.standing(row, frozen=row.frozen) for row in found)


def release(conn: Connection, hold: HoldId, now: float) -> None:
    resolve_open(conn, hold, EntryKind.RELEASE, 0, None, now)


def resolve_open(
    conn: Connection,
    hold: HoldId,
    kind: EntryKind,
    points: Points,
    usage: Usage | None,
    now: float,
    states: tuple[str, ...] = OPEN,
) -> bool:
    """Settle or release a hold that is in one of these states, in the accounts it was taken from. False: it was not."""
    settled = kind is EntryKind.SETTLE
    becomes = HoldState.SETTLED if settled else HoldState.RELEASED
    moving = _moving(hold, states, becomes, usage, now) | {"points": points if settled else None}
    closed = conn.execute(_conclude, moving).first()
    if closed is None:
        return False
    conn.execute(_charge, {"of": hold, "charged": points, "freed": closed.amount})
    write_legs(conn, hold, kind, charged=points, freed=-closed.amount, now=now)
    if settled:
        add_to_turn(conn, closed.turn, points, usage)
    return True


def _moving(
    hold: HoldId, states: tuple[str, ...], becomes: HoldState, usage: Usage | None, now: float
) -> rows.Fields:
    told = rows.usage_fields(usage)
    return {"of": hold, "states": list(states), "becomes": becomes.value, "now": now, **told}


def write_legs(
    conn: Connection, hold: HoldId, kind: EntryKind, *, charged: Points, freed: Points, now: float
) -> None:
    """One entry for every leg of the hold: what it adds to spent, and to held."""
    given = {"of": hold, "why": kind.value, "charged": charged, "freed": freed, "now": now}
    conn.execute(_entry_per_leg, given)


def add_to_turn(conn: Connection, turn: str, points: Points, usage: Usage | None) -> None:
    told = None if usage is None else usage.input + usage.output
    conn.execute(_count, {"of": turn, "charged": points, "told": told})


def doubt(conn: Connection, hold: HoldId, now: float, usage: Usage | None) -> None:
    """An open hold becomes uncertain, with the moment its call ended."""
    conn.execute(_doubt, _moving(hold, OPEN, HoldState.UNCERTAIN, usage, now))


def resolve(conn: Connection, end: Resolution, now: float) -> tuple[Standing, ...]:
    """Whichever of the three it is; how the accounts of the hold stand then."""
    if end.state is HoldState.UNCERTAIN:
        doubt(conn, end.hold, now, end.usage)
    elif end.state is HoldState.RELEASED:
        release(conn, end.hold, now)
    else:
        return settle(conn, end.hold, end.points, end.usage, now)
    return _standings(conn, end.hold)


def expire(conn: Connection, now: float) -> tuple[HoldId, ...]:
    """Release the unsent holds whose time is over."""
    held = (HoldState.HELD.value,)
    due = select(holds.c.id).where(holds.c.state.in_(held), holds.c.expires_at <= now).order_by(holds.c.id)
    found = [HoldId(id) for id in conn.scalars(due)]
    return tuple(id for id in found if resolve_open(conn, id, EntryKind.RELEASE, 0, None, now, held))
