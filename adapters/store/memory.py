"""Transaction bodies of small facts, settings, and of forgetting: words are erased, the ledger is kept."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, delete, select, update

from adapters.store import pieces, rows
from adapters.store.budgets import note
from adapters.store.dialect import put
from adapters.store.schema import blob_uses, blobs, items, model_facts, settings, turns
from bridge.values.ids import ModelId, PersonId, TurnId
from bridge.values.points import Scope, ScopeKind
from bridge.values.turn import Prompt, TurnState

AT_ONCE = 200
"""Turns forgotten in one transaction: short enough that nobody waits long behind it."""


def remember(conn: Connection, model: ModelId, fact: str, until: float) -> None:
    put(conn, model_facts, {"model": model, "fact": fact, "until": until}, key=("model", "fact"))


def remembers(conn: Connection, model: ModelId, fact: str, now: float) -> bool:
    known = select(model_facts.c.until).where(model_facts.c.model == model, model_facts.c.fact == fact)
    until = conn.scalar(known)
    return until is not None and until > now


def setting(conn: Connection, scope: Scope, key: str) -> str | None:
    return conn.scalar(select(settings.c.value).where(*_at(scope, key)))


def set_setting(conn: Connection, scope: Scope, key: str, value: str | None, actor: str, now: float) -> None:
    """None takes the setting away. What people choose for themselves is nobody's to audit."""
    if value is None:
        conn.execute(delete(settings).where(*_at(scope, key)))
    else:
        fields = rows.scope_fields(scope) | {"key": key, "value": value}
        put(conn, settings, fields, key=("kind", "scope", "workspace", "key"))
    if not (scope.kind is ScopeKind.PERSON and scope.id == actor):
        note(conn, now, actor, "setting", scope, f"{key}: {'default' if value is None else value}")


def _at(scope: Scope, key: str) -> list[ColumnElement[bool]]:
    fields = rows.scope_fields(scope) | {"key": key}
    return [settings.c[name] == value for name, value in fields.items()]


def forget_person(conn: Connection, person: PersonId, now: float) -> int:
    """Erase up to `AT_ONCE` turns of this person; how many. What still waits is stopped, what is being answered keeps nothing."""
    waiting = update(turns).where(turns.c.person == person, turns.c.state == TurnState.RECEIVED.value)
    conn.execute(waiting.values(state=TurnState.STOPPED.value, closed_at=now))
    count = _forget(conn, turns.c.person == person, chain=False)
    own = (settings.c.kind == ScopeKind.PERSON.value, settings.c.scope == person)
    conn.execute(delete(settings).where(*own))
    return count


def forget_quotes(conn: Connection, person: PersonId) -> int:
    """Erase what others quoted of this person, in up to `AT_ONCE` of their questions; in how many."""
    quoting = turns.c.prompt.contains(f'"by":{rows.to_json(person)}', autoescape=True)
    found = conn.execute(select(turns.c.id, turns.c.prompt).where(quoting).limit(AT_ONCE)).all()
    for row in found:
        prompt = rows.prompt_of(row.prompt)
        kept = replace(prompt, quoted=tuple(each for each in prompt.quoted if each.by != person))
        # What the server remembers of this answer begins with the quote: it is not chained to any more.
        unquoted = {"prompt": rows.to_json(kept), "response": None}
        conn.execute(update(turns).where(turns.c.id == row.id).values(unquoted))
        _unquote(conn, TurnId(row.id), person)
    _drop_unused(conn)
    return len(found)


def _unquote(conn: Connection, turn: TurnId, person: PersonId) -> None:
    """The same in what the turn was asked."""
    used: set[str] = set()
    for row in conn.execute(select(items).where(items.c.turn == turn)).all():
        left, pictures = pieces.without(row.parts, person)
        used |= pictures
        this = (items.c.turn == turn, items.c.number == row.number)
        if left is None:
            conn.execute(delete(items).where(*this))
        else:
            conn.execute(update(items).where(*this).values(parts=left))
    conn.execute(delete(blob_uses).where(blob_uses.c.turn == turn, blob_uses.c.sha256.not_in(used)))


def forget_older(conn: Connection, before: float) -> int:
    """Erase up to `AT_ONCE` turns closed before then; how many. Poe may still know their chain, and it can be continued."""
    return _forget(conn, turns.c.closed_at < before, chain=True)


def note_forgotten(
    conn: Connection, person: PersonId, count: int, quoting: int, actor: str, now: float
) -> None:
    told = f"{count} turns" + (f", and quotes in {quoting}" if quoting else "")
    note(conn, now, actor, "forget", Scope(kind=ScopeKind.PERSON, id=person), told)


def _forget(conn: Connection, which: ColumnElement[bool], *, chain: bool) -> int:
    wanted = select(turns.c.id, turns.c.prompt, turns.c.response).where(which, turns.c.forgotten.is_(False))
    found = conn.execute(wanted.order_by(turns.c.seq).limit(AT_ONCE)).all()
    for row in found:
        emptied = {
            "prompt": rows.to_json(_emptied(rows.prompt_of(row.prompt))),
            "text": "",
            "response": row.response if chain else None,
            "notes": "[]",
            "delivered": True,  # what is left of it is nothing to send
            "forgotten": True,
        }
        conn.execute(update(turns).where(turns.c.id == row.id).values(emptied))
    ids = [row.id for row in found]
    conn.execute(delete(items).where(items.c.turn.in_(ids)))
    conn.execute(delete(blob_uses).where(blob_uses.c.turn.in_(ids)))
    _drop_unused(conn)
    return len(found)


def _drop_unused(conn: Connection) -> None:
    conn.execute(delete(blobs).where(blobs.c.sha256.not_in(select(blob_uses.c.sha256))))


def _emptied(prompt: Prompt) -> Prompt:
    """Ids stay, so that replies, buttons and books still find their turn; words, names and files go."""
    return replace(
        prompt,
        text="",
        person=replace(prompt.person, name=""),
        to=replace(prompt.to, via=None),
        files=(),
        quoted=(),
    )
