"""Transaction bodies that let a turn in: claim, turn and hold together, or nothing.

A body runs inside one transaction, does no I/O of its own and takes the time as an argument. It writes nothing before it knows its
verdict, so a refusal needs no rollback; the UPDATE that takes points carries its guard all the same, because on PostgreSQL another
process may come between.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from adapters.store import rows
from adapters.store.accounts import frozen_scopes, narrowest, rules_of, standing_of, sums_of, take
from adapters.store.dialect import Overtaken, put_new
from adapters.store.rows import AnyRow
from adapters.store.schema import claims, conversations, entries, holds, turns
from bridge.ports import Admitted, Claimed, Denied, Verdict
from bridge.values.ids import BudgetId
from bridge.values.points import (
    Budget,
    EntryKind,
    Hold,
    Leg,
    Payer,
    Period,
    PeriodKind,
    Points,
    Scope,
    Share,
    Span,
    Standing,
)
from bridge.values.turn import Turn, TurnState

_claim = (
    select(claims.c.turn, turns.c.state)
    .outerjoin_from(claims, turns, claims.c.turn == turns.c.id)
    .where(claims.c.event == bindparam("of"))
)


def admit(conn: Connection, turn: Turn, hold: Hold, payer: Payer, now: float) -> Verdict:
    """Claim, turn and hold, or nothing."""
    claim = _claim_of(conn, turn)
    if claim is not None and (claim.turn != turn.id or claim.state != TurnState.RECEIVED.value):
        return Claimed()
    before = _look(conn, hold, payer)
    if isinstance(before, Standing):
        return Denied(standing=before)
    if claim is None:
        begin(conn, turn, TurnState.HELD, now)
    else:
        fields = rows.turn_fields(turn) | {"state": TurnState.HELD.value}
        put_conversation(conn, turn)
        conn.execute(update(turns).where(turns.c.id == turn.id).values(fields))
    _hold(conn, hold, before, now)
    return Admitted(hold=hold)


def hold_again(conn: Connection, hold: Hold, payer: Payer, now: float) -> Verdict:
    """Another hold of a turn that is still open."""
    taken = conn.execute(select(holds.c.id).where(holds.c.id == hold.id)).first()
    still = select(turns.c.id).where(turns.c.id == hold.turn, turns.c.closed_at.is_(None))
    if taken is not None or conn.execute(still).first() is None:
        return Claimed()
    before = _look(conn, hold, payer)
    if isinstance(before, Standing):
        return Denied(standing=before)
    _hold(conn, hold, before, now)
    return Admitted(hold=hold)


def _claim_of(conn: Connection, turn: Turn) -> AnyRow | None:
    return conn.execute(_claim, {"of": turn.prompt.event}).first()


def begin(conn: Connection, turn: Turn, state: TurnState, now: float) -> None:
    """Claim the event and write the turn down; the caller has looked whether the event is free."""
    if not put_new(conn, claims, {"event": turn.prompt.event, "turn": turn.id, "at": now}):
        raise Overtaken
    put_conversation(conn, turn)
    conn.execute(turns.insert(), rows.turn_fields(turn) | {"state": state.value})


def put_conversation(conn: Connection, turn: Turn) -> None:
    place = turn.prompt.place
    fields: rows.Fields = {
        "id": turn.conversation,
        "platform": place.platform,
        "workspace": place.workspace,
        "channel": place.channel,
        "started_at": turn.created_at,
    }
    put_new(conn, conversations, fields)


def _look(conn: Connection, hold: Hold, payer: Payer) -> Standing | dict[Leg, Standing]:
    """The standing that refuses the hold, or how all its legs stand."""
    rules = rules_of(conn, hold.legs)
    known = sums_of(conn, hold.legs)
    legs = {leg: standing_of(rules[leg.budget], leg, known) for leg in hold.legs}
    frozen = frozen_scopes(conn, payer)
    if frozen:
        return _frozen_leg(frozen, legs)
    refusing = [standing for standing in legs.values() if hold.amount > standing.left]
    return min(refusing, key=lambda standing: standing.left) if refusing else legs


def _frozen_leg(frozen: frozenset[Scope], legs: dict[Leg, Standing]) -> Standing:
    """The leg a freeze is about; or, where no rule has that scope, a standing that names the scope."""
    for leg, standing in legs.items():
        if standing.budget.scope in frozen:
            return standing_of(standing.budget, leg, {}, frozen=standing.budget.scope)
    scope = narrowest(frozen)
    assert scope is not None
    period = Period(kind=PeriodKind.NEVER)
    rule = Budget(id=BudgetId(""), scope=scope, share=Share.POOL, limit=0, period=period)
    return Standing(budget=rule, holder="", span=Span(start=0.0, end=None), frozen=True)


def _hold(conn: Connection, hold: Hold, before: dict[Leg, Standing], now: float) -> None:
    taken = {leg: take(conn, leg, hold.amount) for leg in sorted(hold.legs, key=_lock_order)}
    conn.execute(holds.insert(), rows.hold_fields(hold))
    if not taken:
        return
    lines = [
        _entry(account=taken[leg], hold=hold, ceiling=before[leg].budget.limit, now=now) for leg in hold.legs
    ]
    conn.execute(entries.insert(), lines)


def _lock_order(leg: Leg) -> tuple[str, str]:
    """Everybody takes accounts in the same order, or two processes wait for each other."""
    return leg.budget, leg.holder


def _entry(*, account: int, hold: Hold, ceiling: Points, now: float) -> rows.Fields:
    return {
        "account": account,
        "hold": hold.id,
        "kind": EntryKind.HOLD.value,
        "granted": 0,
        "spent": 0,
        "held": hold.amount,
        "ceiling": ceiling,
        "at": now,
    }
