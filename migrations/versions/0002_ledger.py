"""The ledger: budgets, accounts, holds and the entries that add up to them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _budgets()
    _freezes()
    _warnings()
    _accounts()
    _holds()
    _entries()
    _usage_rows()


def downgrade() -> None:
    for table in TABLES[::-1]:
        op.drop_table(table)


TABLES = ("budgets", "freezes", "warnings", "accounts", "holds", "entries", "usage_rows")


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_budgets_points")),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        sa.UniqueConstraint("kind", "scope", "workspace", "share", name="uq_budgets_kind"),
    )


def _freezes() -> None:
    op.create_table(
        "freezes",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "scope", "workspace", name="pk_freezes"),
    )


def _warnings() -> None:
    op.create_table(
        "warnings",
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Double(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("budget", "holder", "span_start", "percent", name="pk_warnings"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("budget", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Double(), nullable=False),
        sa.Column("span_end", sa.Double(), nullable=True),
        sa.Column("granted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("forgiven", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("held >= 0", name=op.f("ck_accounts_held")),
        sa.ForeignKeyConstraint(["budget"], ["budgets.id"], name="fk_accounts_budget"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("budget", "holder", "span_start", name="uq_accounts_budget"),
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("input", sa.BigInteger(), nullable=True),
        sa.Column("output", sa.BigInteger(), nullable=True),
        sa.Column("cached", sa.BigInteger(), nullable=True),
        sa.Column("reasoning", sa.BigInteger(), nullable=True),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_holds_amount")),
        sa.ForeignKeyConstraint(["turn"], ["turns.id"], name="fk_holds_turn"),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_index("ix_holds_ended", "holds", ["ended_at"], unique=False)
    op.create_index(
        "ix_holds_open",
        "holds",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state IN ('held', 'sent', 'uncertain')"),
        postgresql_where=sa.text("state IN ('held', 'sent', 'uncertain')"),
    )
    op.create_index("ix_holds_turn", "holds", ["turn"], unique=False)


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("hold", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_entries_account"),
        sa.ForeignKeyConstraint(["hold"], ["holds.id"], name="fk_entries_hold"),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
    )
    op.create_index("ix_entries_account", "entries", ["account"], unique=False)
    op.create_index("ix_entries_hold", "entries", ["hold"], unique=False)
    op.create_index(
        "uq_entries_resolution",
        "entries",
        ["hold", "account"],
        unique=True,
        sqlite_where=sa.text("kind IN ('settle', 'release')"),
        postgresql_where=sa.text("kind IN ('settle', 'release')"),
    )


def _usage_rows() -> None:
    op.create_table(
        "usage_rows",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("usd", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["hold"], ["holds.id"], name="fk_usage_rows_hold"),
        sa.PrimaryKeyConstraint("id", name="pk_usage_rows"),
        sa.UniqueConstraint("hold", name="uq_usage_rows_hold"),
    )
