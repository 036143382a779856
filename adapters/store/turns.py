"""Transaction bodies of turns: received, shown, closed, and found again. What a turn may spend is in `admission` and `holds`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, literal, or_, select, update

from adapters.store import holds, pieces, rows
from adapters.store.admission import begin
from adapters.store.dialect import put, put_new
from adapters.store.schema import blob_uses, blobs, claims, fresh_starts, items, pages, turns
from bridge.values.ids import EventId, PersonId, TurnId
from bridge.values.inbound import MessageRef, Place
from bridge.values.parts import Item
from bridge.values.points import Resolution, Standing
from bridge.values.turn import Closing, Past, ShownPage, Turn, TurnRecord, TurnState

_record = select(turns).where(turns.c.id == bindparam("of"))
_close = (
    update(turns)
    .where(turns.c.id == bindparam("of"), turns.c.closed_at.is_(None))
    .values(
        state=bindparam("how"),
        closed_at=bindparam("at"),
        response=case((turns.c.forgotten, None), else_=bindparam("answer_id")),
        text=case((turns.c.forgotten, ""), else_=bindparam("answer")),
        ending=bindparam("end"),
        error=bindparam("problem"),
        footer=bindparam("under"),
        notes=bindparam("sentences"),
    )
    .returning(turns.c.forgotten, turns.c.prompt)
)


_show = (
    update(turns)
    .where(turns.c.id == bindparam("of"), turns.c.state == TurnState.SENT.value)
    .values(state=TurnState.SHOWING.value)
)


_footnote = (
    update(turns)
    .where(
        turns.c.id == bindparam("of"),
        turns.c.closed_at.is_not(None),
        turns.c.delivered.is_(False),
        turns.c.forgotten.is_(False),
    )
    .values(footer=bindparam("under"), notes=bindparam("sentences"))
)
_delivered = update(turns).where(turns.c.id == bindparam("of")).values(delivered=True)


NOT_YET = (TurnState.RECEIVED.value, TurnState.HELD.value)
"""States of turns that still wait."""


def receive(conn: Connection, turn: Turn) -> bool:
    if seen(conn, turn.prompt.event):
        return False
    begin(conn, turn, TurnState.RECEIVED, turn.created_at)
    return True


def seen(conn: Connection, event: EventId) -> bool:
    return conn.execute(select(claims.c.event).where(claims.c.event == event)).first() is not None


def claim(conn: Connection, event: EventId, now: float) -> bool:
    return put_new(conn, claims, {"event": event, "turn": None, "at": now})


def showing(conn: Connection, turn: TurnId) -> None:
    conn.execute(_show, {"of": turn})


def close(conn: Connection, closing: Closing) -> None:
    """The first closing counts; of a turn that was never written down there is nothing to close."""
    closed = conn.execute(
        _close,
        {
            "of": closing.turn,
            "how": closing.state.value,
            "at": closing.at,
            "answer_id": closing.response,
            "answer": closing.text,
            "end": closing.ending.value,
            "problem": closing.error,
            "under": closing.footer,
            "sentences": rows.notes_of(closing.notes),
        },
    ).first()
    if closed is not None and not closed.forgotten:
        _keep_items(conn, closing.turn, _still_quoted(closing.items, closed.prompt))


def _still_quoted(said: Sequence[Item], prompt: str) -> list[Item]:
    """Without the words of those who were forgotten while this was answered: they are in its prompt no more."""
    if not any(part.by for item in said for part in item.parts):
        return list(said)
    known = {None, *(each.by for each in rows.prompt_of(prompt).quoted)}
    kept = (replace(item, parts=tuple(part for part in item.parts if part.by in known)) for item in said)
    return [item for item in kept if item.parts]


def conclude(conn: Connection, end: Resolution, closing: Closing, now: float) -> tuple[Standing, ...]:
    """The hold of the last call and the turn, together or not at all."""
    standings = holds.resolve(conn, end, now)
    close(conn, closing)
    return standings


def footnote(conn: Connection, turn: TurnId, footer: str, notes: Sequence[str]) -> None:
    conn.execute(_footnote, {"of": turn, "under": footer, "sentences": rows.notes_of(notes)})


def _keep_items(conn: Connection, turn: TurnId, said: Sequence[Item]) -> None:
    if not said:
        return
    lines: list[rows.Fields] = []
    data: dict[str, bytes] = {}
    for number, item in enumerate(said):
        fields, found = pieces.item_fields(turn, number, item)
        lines.append(fields)
        data |= found
    conn.execute(items.insert(), lines)
    for sha256, content in data.items():
        put_new(conn, blobs, {"sha256": sha256, "data": content})
        put_new(conn, blob_uses, {"turn": turn, "sha256": sha256})


def get(conn: Connection, turn: TurnId) -> TurnRecord | None:
    row = conn.execute(_record, {"of": turn}).first()
    return None if row is None else rows.record(row)


def left_open(conn: Connection) -> tuple[TurnRecord, ...]:
    found = conn.execute(select(turns).where(turns.c.closed_at.is_(None)).order_by(turns.c.seq))
    return tuple(rows.record(row) for row in found)


def delivered(conn: Connection, turn: TurnId) -> None:
    conn.execute(_delivered, {"of": turn})


def undelivered(conn: Connection) -> tuple[TurnRecord, ...]:
    owed = select(turns).where(turns.c.closed_at.is_not(None), turns.c.delivered.is_(False))
    return tuple(rows.record(row) for row in conn.execute(owed.order_by(turns.c.seq)))


def of_message(conn: Connection, ref: MessageRef) -> TurnRecord | None:
    ours = select(pages.c.turn).where(pages.c.channel == ref.channel, pages.c.message == ref.message)
    asked = (turns.c.channel == ref.channel) & (turns.c.message == ref.message)
    for which in (turns.c.id.in_(ours), asked):
        row = conn.execute(select(turns).where(which).order_by(turns.c.seq.desc()).limit(1)).first()
        if row is not None:
            return rows.record(row)
    return None


def present(conn: Connection, place: Place) -> bool:
    return any(conn.scalar(found.limit(1)) is not None for found in _standing(place, None))


def _standing(place: Place, person: PersonId | None) -> tuple[Select[tuple[str]], Select[tuple[str]]]:
    """Turns that were asked in a place, and those whose pages stand there."""
    here = (turns.c.platform == place.platform, turns.c.state.not_in(NOT_YET), _visible_to(person))
    asked = select(turns.c.id).where(turns.c.channel == place.channel, *here)
    shown = select(turns.c.id).join(pages, pages.c.turn == turns.c.id)
    return asked, shown.where(pages.c.channel == place.channel, *here)


def newest(conn: Connection, place: Place, person: PersonId | None) -> TurnRecord | None:
    """Those that still wait are no part of a conversation yet; private turns only of their own person's."""
    since = select(fresh_starts.c.at).where(
        fresh_starts.c.platform == place.platform, fresh_starts.c.channel == place.channel
    )
    asked, shown = (
        found.where(turns.c.created_at > func.coalesce(since.scalar_subquery(), 0.0))
        for found in _standing(place, person)
    )
    # By when they were begun, not by when they came: one that waited was begun later than its neighbour.
    latest = [
        found.order_by(turns.c.created_at.desc(), turns.c.seq.desc()).limit(1) for found in (asked, shown)
    ]
    ids = [conn.scalar(found) for found in latest]
    row = conn.execute(
        select(turns)
        .where(turns.c.id.in_(ids))
        .order_by(turns.c.created_at.desc(), turns.c.seq.desc())
        .limit(1)
    ).first()
    return None if row is None else rows.record(row)


def _visible_to(person: PersonId | None) -> ColumnElement[bool]:
    return or_(turns.c.private.is_(False), turns.c.person == (person or ""))


def fresh(conn: Connection, place: Place, now: float) -> None:
    fields: rows.Fields = {"platform": place.platform, "channel": place.channel, "at": now}
    put(conn, fresh_starts, fields, key=("platform", "channel"))


def past(conn: Connection, turn: TurnId, limit: int) -> tuple[Past, ...]:
    up = select(turns.c.id, turns.c.parent, literal(1).label("depth")).where(turns.c.id == turn)
    chain = up.cte("chain", recursive=True)
    above = (
        select(turns.c.id, turns.c.parent, chain.c.depth + 1)
        .join(chain, turns.c.id == chain.c.parent)
        .where(chain.c.depth < limit)
    )
    chain = chain.union_all(above)
    found = conn.execute(
        select(turns).join(chain, turns.c.id == chain.c.id).order_by(chain.c.depth.desc())
    ).all()
    said = _items_of(conn, [TurnId(row.id) for row in found])
    return tuple(rows.past(row, said[row.id]) for row in found)


def _items_of(conn: Connection, chain: Sequence[TurnId]) -> dict[str, list[Item]]:
    used = select(blob_uses.c.sha256).where(blob_uses.c.turn.in_(chain))
    data = {row.sha256: row.data for row in conn.execute(select(blobs).where(blobs.c.sha256.in_(used)))}
    said: dict[str, list[Item]] = defaultdict(list)
    wanted = select(items).where(items.c.turn.in_(chain)).order_by(items.c.turn, items.c.number)
    for row in conn.execute(wanted):
        said[row.turn].append(pieces.item(row, data))
    return said


def shown(conn: Connection, page: ShownPage) -> None:
    put(conn, pages, rows.page_fields(page), key=("turn", "number"))


def pages_of(conn: Connection, turn: TurnId) -> tuple[ShownPage, ...]:
    found = conn.execute(select(pages).where(pages.c.turn == turn).order_by(pages.c.number))
    return tuple(rows.page(row) for row in found)
