"""Bring a database to a revision of `migrations/`, which ships beside the packages. What a revision changes is written there."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from adapters.store import faults, guard, links
from adapters.store.links import Link
from adapters.store.place import Where, where
from bridge.values.errors import StoreError

Found = TypeVar("Found")


def revisions() -> tuple[str, ...]:
    """Every revision this program knows, oldest first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(revision.revision for revision in script.walk_revisions())[::-1]


async def check(place: Where) -> str | None:
    """Look without touching; the revision. Raises ForeignDatabase, SchemaTooNew, StoreError."""
    if place.sqlite:
        return None if place.path is None else guard.check_file(place.path, revisions())
    async with links.closing(links.writing(place)) as link:
        tables, revision = await run(link, _contents)
    guard.check_contents(tables, revision, revisions(), named=str(place.url.database))
    return revision


async def upgrade(link: Link, to: str = "head") -> None:
    """Upgrade; nothing happens where it is up to date. The caller has checked the database, and holds its lock."""

    def up(conn: Connection) -> None:
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql(f"PRAGMA application_id = {guard.APPLICATION_ID}")
        command.upgrade(_config(conn), to)

    await run(link, up)


async def goes_back(url: str, to: str) -> bool:
    """Whether `move` would drop tables with everything in them. Looks without touching; raises what `move` raises."""
    known, to = _target(to)
    return known.index(await check(where(url)) or "base") > known.index(to)


async def move(url: str, to: str = "head") -> tuple[str | None, str | None]:
    """Up or down to a revision, "head" (the newest) or "base" (nothing); the revisions before and after.

    What an older revision has no place for is lost. Raises StoreError, also for a revision that does not exist.
    """
    place = where(url)
    known, to = _target(to)
    await check(place)
    async with guard.locked(place.path), links.closing(links.migrating(place)) as link:
        _, before = await run(link, _contents)
        if known.index(before or "base") <= known.index(to):
            await upgrade(link, to)
        else:
            await run(link, lambda conn: command.downgrade(_config(conn), to))
        return before, (await run(link, _contents))[1]


def _target(to: str) -> tuple[tuple[str, ...], str]:
    """Everything one can move to, oldest first, and the one that is meant."""
    known = ("base", *revisions())
    to = known[-1] if to == "head" else to
    if to not in known:
        raise StoreError(f"There is no revision {to}. There are: {', '.join(known)}, head.")
    return known, to


async def run(link: Link, body: Callable[[Connection], Found]) -> Found:
    """One transaction, with a database's complaints in our words."""
    try:
        return await link.transact(body)
    except CommandError as exc:
        raise StoreError(f"The database could not be migrated: {exc}.") from exc
    except faults.EXPECTED as exc:
        raise faults.translated(exc) from exc


async def require_newest(link: Link) -> None:
    """Raises StoreError for an older schema, for those who may not upgrade it."""
    _, revision = await run(link, _contents)
    if revision != revisions()[-1]:
        raise StoreError(
            f"The database has an older schema ({revision}). Start the bridge once to bring it up to date."
        )


def _contents(conn: Connection) -> tuple[int, str | None]:
    """How many tables there are besides Alembic's, and the revision."""
    revision = MigrationContext.configure(conn).get_current_revision()
    return len(set(inspect(conn).get_table_names()) - {"alembic_version"}), revision


def _config(conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config
