"""Claims, conversations, turns with their words and messages, and the small facts around them.

SQLite and PostgreSQL get the same tables: text for JSON and for enums, double precision for times, 64 bits for points.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _audit()
    _blobs()
    _claims()
    _conversations()
    _fresh_starts()
    _model_facts()
    _settings()
    _turns()
    _blob_uses()
    _items()
    _pages()


def downgrade() -> None:
    for table in TABLES[::-1]:
        op.drop_table(table)


TABLES = (
    "audit",
    "blobs",
    "claims",
    "conversations",
    "fresh_starts",
    "model_facts",
    "settings",
    "turns",
    "blob_uses",
    "items",
    "pages",
)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )


def _blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_claims"),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )


def _fresh_starts() -> None:
    op.create_table(
        "fresh_starts",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "channel", name="pk_fresh_starts"),
    )


def _model_facts() -> None:
    op.create_table(
        "model_facts",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("model", "fact", name="pk_model_facts"),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "scope", "workspace", "key", name="pk_settings"),
    )


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("seq", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("closed_at", sa.Double(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("footer", sa.Text(), server_default="", nullable=False),
        sa.Column("notes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("delivered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("tokens", sa.BigInteger(), nullable=True),
        sa.Column("forgotten", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name="fk_turns_conversation"),
        sa.ForeignKeyConstraint(["parent"], ["turns.id"], name="fk_turns_parent"),
        sa.PrimaryKeyConstraint("seq", name="pk_turns"),
        sa.UniqueConstraint("id", name="uq_turns_id"),
    )
    op.create_index("ix_turns_message", "turns", ["channel", "message"], unique=False)
    op.create_index(
        "ix_turns_open",
        "turns",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_turns_parent", "turns", ["parent"], unique=False)
    op.create_index("ix_turns_person", "turns", ["person"], unique=False)
    op.create_index("ix_turns_place", "turns", ["channel", "seq"], unique=False)


def _blob_uses() -> None:
    op.create_table(
        "blob_uses",
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_blob_uses_sha256"),
        sa.ForeignKeyConstraint(["turn"], ["turns.id"], name="fk_blob_uses_turn"),
        sa.PrimaryKeyConstraint("turn", "sha256", name="pk_blob_uses"),
    )
    op.create_index("ix_blob_uses_sha256", "blob_uses", ["sha256"], unique=False)


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["turn"], ["turns.id"], name="fk_items_turn"),
        sa.PrimaryKeyConstraint("turn", "number", name="pk_items"),
    )


def _pages() -> None:
    op.create_table(
        "pages",
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["turn"], ["turns.id"], name="fk_pages_turn"),
        sa.PrimaryKeyConstraint("turn", "number", name="pk_pages"),
    )
    op.create_index("ix_pages_message", "pages", ["channel", "message"], unique=False)
