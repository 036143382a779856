"""Entries of the ledger can be added and nothing else, whoever holds the pen."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SAID = "entries are only ever added"


def upgrade() -> None:
    for statement in POSTGRESQL_UP if _postgresql() else SQLITE_UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in POSTGRESQL_DOWN if _postgresql() else SQLITE_DOWN:
        op.execute(statement)


def _postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


SQLITE_UP = tuple(
    f"CREATE TRIGGER entries_no_{verb.lower()} BEFORE {verb} ON entries BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    for verb in ("UPDATE", "DELETE")
)
SQLITE_DOWN = ("DROP TRIGGER entries_no_update", "DROP TRIGGER entries_no_delete")

POSTGRESQL_UP = (
    f"CREATE FUNCTION entries_stay() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION entries_stay()",
)
POSTGRESQL_DOWN = ("DROP TRIGGER entries_stay ON entries", "DROP FUNCTION entries_stay()")
