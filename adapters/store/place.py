"""Which database `[store] url` names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bridge.values.errors import StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A database. `path` is None for PostgreSQL, and for SQLite in memory."""

    url: URL
    path: Path | None

    @property
    def sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def in_memory(self) -> bool:
        return self.sqlite and self.path is None


def where(url: str) -> Where:
    """Read a URL: `sqlite:///file.db`, `sqlite://` (in memory), `postgresql://…`. Raises StoreError for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        raise StoreError("The address of the database is not a URL like sqlite:///poebridge.db.") from exc
    match parsed.get_backend_name():
        case "sqlite":
            named = parsed.database if parsed.database != ":memory:" else None
            return Where(url=parsed.set(drivername="sqlite"), path=Path(named) if named else None)
        case "postgresql":
            return Where(url=parsed.set(drivername="postgresql+psycopg"), path=None)
        case other:
            raise StoreError(f"Poebridge keeps its books in SQLite or PostgreSQL, not in {other}.")
