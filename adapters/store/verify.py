"""The books checked against themselves: what must hold after every transaction, as questions to the database."""

from __future__ import annotations

from sqlalchemy import Connection, Exists, Select, exists, func, or_, select

from adapters.store.schema import accounts, entries, holds
from bridge.values.points import EntryKind, HoldState

Question = Select[tuple[object, ...]]

_RESOLVING = (EntryKind.SETTLE.value, EntryKind.RELEASE.value)
_OPEN = (HoldState.HELD.value, HoldState.SENT.value, HoldState.UNCERTAIN.value)


def broken(conn: Connection) -> tuple[str, ...]:
    """The invariants that do not hold, each with how often; none in good books."""
    found = []
    for name, question in _questions():
        times = conn.scalar(select(func.count()).select_from(question.subquery()))
        if times:
            found.append(f"{name} ({times})")
    if conn.dialect.name == "sqlite" and len(_guards(conn)) != 2:
        found.append("I8: entries can be changed, their triggers are missing")
    return tuple(found)


def _questions() -> tuple[tuple[str, Question], ...]:
    """Each finds the rows that break its invariant."""
    return (
        ("I1: points held are not the open holds", _unequal_held()),
        ("I2: points spent are not the settled holds", _unequal_spent()),
        ("I3: less than nothing is held", select(accounts.c.id).where(accounts.c.held < 0)),
        ("I4: a hold was admitted over its budget", _overdrawn()),
        ("I5: a hold is resolved twice, or not as its state says", _misresolved()),
        ("I9: a charge is not in the account of its hold", _astray()),
        ("I12, I14: the entries do not add up to the balances", _not_replayed()),
    )


def _leg(*states: str) -> Select[tuple[object, ...]]:
    """Holds in these states beside the accounts they were taken from."""
    leg = entries.alias("leg")
    return (
        select(func.coalesce(func.sum(holds.c.amount), 0))
        .join_from(leg, holds, leg.c.hold == holds.c.id)
        .where(leg.c.kind == EntryKind.HOLD.value, leg.c.account == accounts.c.id)
        .where(holds.c.state.in_(states))
        .correlate(accounts)
    )


def _unequal_held() -> Question:
    return select(accounts.c.id).where(accounts.c.held != _leg(*_OPEN).scalar_subquery())


def _unequal_spent() -> Question:
    settled = _leg(HoldState.SETTLED.value).with_only_columns(func.coalesce(func.sum(holds.c.settled), 0))
    return select(accounts.c.id).where(accounts.c.spent != settled.scalar_subquery())


def _overdrawn() -> Question:
    used = entries.c.spent + entries.c.held - entries.c.granted
    running = func.sum(used).over(partition_by=entries.c.account, order_by=entries.c.id)
    told = select(entries.c.kind, entries.c.ceiling, running.label("used")).subquery()
    return select(told.c.used).where(told.c.kind == EntryKind.HOLD.value, told.c.used > told.c.ceiling)


def _misresolved() -> Question:
    leg = entries.alias("leg")
    times = (
        select(func.count())
        .where(entries.c.hold == leg.c.hold, entries.c.account == leg.c.account)
        .where(entries.c.kind.in_(_RESOLVING))
        .correlate(leg)
        .scalar_subquery()
    )
    is_open = holds.c.state.in_(_OPEN)
    return (
        select(leg.c.id)
        .join(holds, leg.c.hold == holds.c.id)
        .where(leg.c.kind == EntryKind.HOLD.value)
        .where(or_(is_open & (times != 0), ~is_open & (times != 1)))
    )


def _astray() -> Question:
    leg = entries.alias("leg")
    taken: Exists = exists().where(
        leg.c.hold == entries.c.hold,
        leg.c.account == entries.c.account,
        leg.c.kind == EntryKind.HOLD.value,
    )
    return select(entries.c.id).where(entries.c.hold.is_not(None), ~taken)


def _not_replayed() -> Question:
    summed = select(entries.c.account)
    for name in ("granted", "spent", "held"):
        summed = summed.add_columns(func.sum(entries.c[name]).label(name))
    replay = summed.group_by(entries.c.account).subquery()
    differs = [accounts.c[name] != func.coalesce(replay.c[name], 0) for name in ("granted", "spent", "held")]
    return select(accounts.c.id).outerjoin(replay, replay.c.account == accounts.c.id).where(or_(*differs))


def _guards(conn: Connection) -> list[str]:
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'"
    return [row[0] for row in conn.exec_driver_sql(named)]
