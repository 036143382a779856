"""What SQLite and PostgreSQL say differently, so that the bodies need not know which one is below."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


class Overtaken(Exception):
    """Another process came between our look and our write: run the body again in a new transaction."""


Insert = sqlite.Insert | postgresql.Insert


def insert(conn: Connection, into: Table) -> Insert:
    """An INSERT that can say ON CONFLICT."""
    return _inserting(into, conn.dialect.name)


def _inserting(into: Table, dialect: str) -> Insert:
    return postgresql.insert(into) if dialect == "postgresql" else sqlite.insert(into)


def put(conn: Connection, into: Table, fields: dict[str, object], *, key: tuple[str, ...]) -> None:
    """Insert a row, or replace what the row of that key says."""
    rest = tuple(name for name in fields if name not in key)
    conn.execute(_replacing(into, conn.dialect.name, key, rest), fields)


def put_new(conn: Connection, into: Table, fields: dict[str, object]) -> bool:
    """Insert a row unless its key is taken; whether it was inserted."""
    return conn.execute(_adding(into, conn.dialect.name), fields).rowcount == 1


@cache
def _replacing(into: Table, dialect: str, key: tuple[str, ...], rest: tuple[str, ...]) -> Insert:
    statement = _inserting(into, dialect)
    said = {name: statement.excluded[name] for name in rest}
    return statement.on_conflict_do_update(index_elements=key, set_=said)


@cache
def _adding(into: Table, dialect: str) -> Insert:
    return _inserting(into, dialect).on_conflict_do_nothing()
