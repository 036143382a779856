"""Transaction bodies of what people look back at: their last answers, and what they thought of one."""

from __future__ import annotations

from sqlalchemy import Connection, select

from adapters.store import rows
from adapters.store.dialect import put
from adapters.store.schema import ratings, turns
from bridge.values.home import PastAnswer
from bridge.values.ids import ModelId, PersonId, TurnId
from bridge.values.inbound import Place
from bridge.values.turn import TurnState

LONGEST = 140
"""Characters of a question that are shown."""
ANSWERED = (TurnState.SETTLED.value, TurnState.STOPPED.value, TurnState.UNCERTAIN.value)


def of_person(conn: Connection, person: PersonId, here: Place, limit: int) -> tuple[PastAnswer, ...]:
    """What was forgotten is not there, nor what was said privately in some place: who looks here may be seen by others.

    Nor what was asked in another workspace: it is no business of this one, and an id may be somebody else's there.
    """
    theirs = select(turns).where(
        turns.c.person == person,
        turns.c.platform == here.platform,
        turns.c.workspace == here.workspace,
        turns.c.private.is_(False),
        turns.c.forgotten.is_(False),
        turns.c.state.in_(ANSWERED),
    )
    found = conn.execute(theirs.order_by(turns.c.seq.desc()).limit(limit))
    return tuple(_past_answer(row) for row in found)


def rate(conn: Connection, turn: TurnId, person: PersonId, good: bool, now: float) -> None:
    """Of a turn that is not known there is nothing to think."""
    if conn.execute(select(turns.c.id).where(turns.c.id == turn)).first() is not None:
        fields: rows.Fields = {"turn": turn, "person": person, "good": good, "at": now}
        put(conn, ratings, fields, key=("turn", "person"))


def _past_answer(row: rows.AnyRow) -> PastAnswer:
    return PastAnswer(
        question=_beginning(row), model=ModelId(row.model), points=row.points, at=row.created_at
    )


def _beginning(row: rows.AnyRow) -> str:
    """One line of the question; of one without words, the names of its files."""
    prompt = rows.prompt_of(row.prompt)
    line = " ".join((prompt.text or ", ".join(file.name for file in prompt.files)).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
