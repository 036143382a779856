"""What the tables themselves refuse, whatever the bodies do."""

import pytest
from sqlalchemy import BigInteger, Double, Integer
from sqlalchemy.exc import IntegrityError

from adapters.store.schema import metadata

ACCOUNT = "INSERT INTO accounts (budget, holder, span_start, held) VALUES ('b', '', 0, {held})"
BUDGET = (
    "INSERT INTO budgets (id, kind, scope, workspace, share, points, period, zone) "
    "VALUES ('{id}', 'house', '', '', 'each', {points}, 'day', 'UTC')"
)


def sql(*statements: str):
    return lambda conn: [conn.exec_driver_sql(statement) for statement in statements]


@pytest.mark.parametrize(
    "statements",
    [
        (BUDGET.format(id="b", points=1), ACCOUNT.format(held=-1)),
        (BUDGET.format(id="b", points=1), ACCOUNT.format(held=0), ACCOUNT.format(held=0)),
        (BUDGET.format(id="b", points=-1),),
        (BUDGET.format(id="b", points=1), BUDGET.format(id="c", points=1)),
        (ACCOUNT.format(held=0),),
        ("INSERT INTO items (turn, number, role, parts) VALUES ('nobody', 0, 'user', '[]')",),
    ],
    ids=["less than nothing", "twice the account", "debt", "two rules of a scope", "no rule", "no turn"],
)
def test_the_tables_refuse_nonsense(transact, statements: tuple[str, ...]):
    with pytest.raises(IntegrityError):
        transact(sql(*statements))


def test_points_are_whole_and_times_are_seconds_in_every_table():
    kinds = {column.name: column.type for table in metadata.sorted_tables for column in table.columns}
    for name in ("points", "amount", "spent", "held", "granted", "settled"):
        assert isinstance(kinds[name], (BigInteger, Integer)), name
    for name in (
        "at",
        "created_at",
        "closed_at",
        "span_start",
        "span_end",
        "sent_at",
        "ended_at",
        "expires_at",
    ):
        assert isinstance(kinds[name], Double), name


def test_constraints_have_the_names_the_schema_gives_them(transact):
    with pytest.raises(IntegrityError, match="CHECK constraint failed: ck_accounts_held"):
        transact(sql(BUDGET.format(id="b", points=1), ACCOUNT.format(held=-1)))
