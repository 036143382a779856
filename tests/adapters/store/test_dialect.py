"""The two ways to insert that both databases understand."""

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql

from adapters.store import dialect
from adapters.store.schema import metadata, model_facts, turns


def test_a_row_is_put_and_replaced(transact):
    def both(conn: Connection) -> list[tuple[object, ...]]:
        for until in (1.0, 2.0):
            fields = {"model": "m", "fact": "f", "until": until}
            dialect.put(conn, model_facts, fields, key=("model", "fact"))
        return [tuple(row) for row in conn.execute(select(model_facts))]

    assert transact(both) == [("m", "f", 2.0)]


def test_a_row_is_added_once(transact):
    fields = {"model": "m", "fact": "f", "until": 1.0}
    assert transact(dialect.put_new, model_facts, fields)
    assert not transact(dialect.put_new, model_facts, fields | {"until": 2.0})


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_postgresql_would_understand_the_same(table):
    statement = dialect._adding(table, "postgresql").values({column.name: None for column in table.columns})
    assert "ON CONFLICT DO NOTHING" in str(statement.compile(dialect=postgresql.dialect()))


def test_a_replacement_says_so_in_postgresql_too():
    statement = dialect._replacing(turns, "postgresql", ("id",), ("state",)).values(id="a", state="b")
    said = str(statement.compile(dialect=postgresql.dialect()))
    assert "ON CONFLICT (id) DO UPDATE SET state = excluded.state" in said
