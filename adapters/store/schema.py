"""The tables, as the newest migration leaves them. How they came about is in `migrations/`; who fills them, in the bodies.

Times are seconds since the epoch in double precision, as everywhere in the house: what goes in comes out bit by bit, and the start of a
span, which is part of a key, is a whole number. Points are 64-bit integers. JSON is text, enums are text: both databases agree on them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in a column declared INTEGER."""

claims = Table(
    "claims",
    metadata,
    Column("event", Text, primary_key=True),
    Column("turn", Text),  # null: a command or a button
    Column("at", Double, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("started_at", Double, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=True),  # the order in which they came
    Column("id", Text, nullable=False, unique=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("parent", ForeignKey("turns.id")),
    Column("state", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("preset", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("closed_at", Double),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("private", Boolean(create_constraint=False), nullable=False),
    Column("message", Text),  # the asker's own
    Column("prompt", Text, nullable=False),  # JSON
    Column("response", Text),
    Column("text", Text, nullable=False, server_default=""),
    Column("ending", Text, nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("footer", Text, nullable=False, server_default=""),
    Column("notes", Text, nullable=False, server_default="[]"),  # JSON; our sentences under the answer
    Column("delivered", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    Column("points", BigInteger),
    Column("tokens", BigInteger),  # input and output of the last call
    Column("forgotten", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    Index("ix_turns_place", "channel", "seq"),
    Index("ix_turns_message", "channel", "message"),
    Index("ix_turns_person", "person"),
    Index("ix_turns_parent", "parent"),
    Index(
        "ix_turns_open",
        "seq",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

items = Table(
    "items",
    metadata,
    Column("turn", ForeignKey("turns.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("role", Text, nullable=False),
    Column("parts", Text, nullable=False),  # JSON; images by their sha256
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

blob_uses = Table(
    "blob_uses",
    metadata,
    Column("turn", ForeignKey("turns.id"), primary_key=True),
    Column("sha256", ForeignKey("blobs.sha256"), primary_key=True),
    Index("ix_blob_uses_sha256", "sha256"),
)

pages = Table(
    "pages",
    metadata,
    Column("turn", ForeignKey("turns.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("ref", Text, nullable=False),  # JSON
    Column("destination", Text, nullable=False),  # JSON
    Index("ix_pages_message", "channel", "message"),
)

fresh_starts = Table(
    "fresh_starts",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("at", Double, nullable=False),
)

budgets = Table(
    "budgets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("share", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("period", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("removed", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    UniqueConstraint("kind", "scope", "workspace", "share"),
    CheckConstraint("points >= 0", name="points"),
)

freezes = Table(
    "freezes",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("at", Double, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("budget", ForeignKey("budgets.id"), nullable=False),
    Column("holder", Text, nullable=False),
    Column("span_start", Double, nullable=False),
    Column("span_end", Double),
    Column("granted", BigInteger, nullable=False, server_default="0"),
    Column(
        "forgiven", BigInteger, nullable=False, server_default="0"
    ),  # the part of granted that resets gave
    Column("spent", BigInteger, nullable=False, server_default="0"),
    Column("held", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("budget", "holder", "span_start"),
    CheckConstraint("held >= 0", name="held"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("turn", ForeignKey("turns.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("model", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("sent_at", Double),
    Column("ended_at", Double),
    Column("input", BigInteger),
    Column("output", BigInteger),
    Column("cached", BigInteger),
    Column("reasoning", BigInteger),
    Column("settled", BigInteger),
    CheckConstraint("amount >= 0", name="amount"),
    Index("ix_holds_turn", "turn"),
    Index(
        "ix_holds_open",
        "state",
        sqlite_where=text("state IN ('held', 'sent', 'uncertain')"),
        postgresql_where=text("state IN ('held', 'sent', 'uncertain')"),
    ),
    Index("ix_holds_ended", "ended_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("account", ForeignKey("accounts.id"), nullable=False),
    Column("hold", ForeignKey("holds.id")),  # its entries of kind hold are its legs
    Column("kind", Text, nullable=False),
    Column("granted", BigInteger, nullable=False),  # what this entry adds to the account's three sums
    Column("spent", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("ceiling", BigInteger),  # of a hold: the budget's points when it was admitted
    Column("at", Double, nullable=False),
    Column("actor", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_entries_account", "account"),
    Index("ix_entries_hold", "hold"),
    Index(
        "uq_entries_resolution",  # a hold resolves at most once
        "hold",
        "account",
        unique=True,
        sqlite_where=text("kind IN ('settle', 'release')"),
        postgresql_where=text("kind IN ('settle', 'release')"),
    ),
)

usage_rows = Table(
    "usage_rows",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hold", ForeignKey("holds.id"), nullable=False, unique=True),
    Column("at", Double, nullable=False),
    Column("model", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("usd", Text),
    Column("key", Text),
    Column("joined_at", Double, nullable=False),
)

warnings = Table(
    "warnings",
    metadata,
    Column("budget", Text, primary_key=True),
    Column("holder", Text, primary_key=True),
    Column("span_start", Double, primary_key=True),
    Column("percent", Integer, primary_key=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("detail", Text, nullable=False),
)

model_facts = Table(
    "model_facts",
    metadata,
    Column("model", Text, primary_key=True),
    Column("fact", Text, primary_key=True),
    Column("until", Double, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

installations = Table(
    "installations",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # JSON
    Column("at", Double, nullable=False),
    Column("key", Text, nullable=False),  # the name of the key that sealed the token
    Column("token", LargeBinary, nullable=False),
)

ratings = Table(
    "ratings",
    metadata,
    Column("turn", ForeignKey("turns.id"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("good", Boolean(create_constraint=False), nullable=False),
    Column("at", Double, nullable=False),
)
