"""Up and down with data, and databases that are not ours to touch."""

import hashlib
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from adapters.store import guard, migrate
from adapters.store.schema import metadata
from adapters.store.store import open_store
from bridge.values.errors import ForeignDatabase, SchemaTooNew, StoreError


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ask(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """Run statements; the rows of the last."""
    with closing(sqlite3.connect(path)) as conn, conn:
        found = [conn.execute(statement).fetchall() for statement in statements]
    return found[-1]


async def test_a_new_database_is_made_where_it_is_named(tmp_path: Path):
    path = tmp_path / "made" / "on the way" / "ä 100%?.db"
    assert await migrate.move(f"sqlite:///{quote(str(path))}") == (None, migrate.revisions()[-1])
    assert ask(path, "PRAGMA application_id") == [(guard.APPLICATION_ID,)]


def test_the_migrations_make_what_the_schema_says(template: Path):
    engine = create_engine(f"sqlite:///{template}")
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
        assert conn.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    engine.dispose()


async def test_every_revision_goes_up_and_down_and_keeps_the_data(
    url: str, tmp_path: Path, make: SimpleNamespace
):
    path = tmp_path / "bridge.db"
    rule, turn = make.budget(), make.turn()
    async with await open_store(url) as store:
        await store.set(rule, "boss", make.NOW)
        await store.admit(turn, make.hold(turn, (rule,)), make.payer(), make.NOW)
        await store.settle(make.hold(turn, (rule,)).id, 60, None, make.NOW)
    first, second, third, fourth = migrate.revisions()
    assert await migrate.move(url, third) == (fourth, third)
    assert await migrate.move(url, second) == (third, second)
    assert ask(path, "SELECT sum(held), sum(spent) FROM entries") == [(0, 60)]
    assert await migrate.move(url, second) == (second, second)
    assert await migrate.move(url, first) == (second, first)
    assert ask(path, "SELECT id FROM turns") == [("t1",)]
    assert await migrate.move(url) == (first, fourth)
    async with await open_store(url) as store:
        record = await store.get(turn.id)
        assert record is not None
        assert record.turn == turn
        assert await store.find(rule.scope) == ()
        assert await store.verify() == ()
    assert await migrate.move(url, "base") == (fourth, None)
    assert {row[0] for row in ask(path, "SELECT name FROM sqlite_master WHERE type='table'")} == {
        "alembic_version"
    }
    assert await migrate.move(url) == (None, fourth)


async def test_an_older_database_is_brought_up_to_date_when_it_is_opened(url: str):
    first, *_, last = migrate.revisions()
    await migrate.move(url, first)
    with pytest.raises(StoreError, match=f"older schema \\({first}\\)"):
        await open_store(url, read_only=True)
    async with await open_store(url):
        pass
    assert await migrate.move(url) == (last, last)


async def test_a_revision_that_does_not_exist_is_named(url: str):
    with pytest.raises(StoreError, match=r"There is no revision 9999\. There are: base, 0001"):
        await migrate.move(url, "9999")


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
async def test_a_newer_database_keeps_every_byte(url: str, tmp_path: Path, journal: str):
    path = tmp_path / "bridge.db"
    ask(path, f"PRAGMA journal_mode = {journal}")
    ask(path, "UPDATE alembic_version SET version_num = '9999'")
    before = digest(path)
    for how in (open_store, migrate.move):
        with pytest.raises(SchemaTooNew, match="newer version of Poebridge"):
            await how(url)
    assert digest(path) == before
    assert [file.name for file in tmp_path.iterdir()] == ["bridge.db"]


async def test_a_newer_database_that_was_not_closed_keeps_every_byte(url: str, tmp_path: Path):
    path = tmp_path / "bridge.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        before = digest(path), digest(tmp_path / "bridge.db-wal")
        with pytest.raises(SchemaTooNew):
            await open_store(url)
        assert (digest(path), digest(tmp_path / "bridge.db-wal")) == before


@pytest.mark.parametrize(
    "statements",
    [
        ("PRAGMA application_id = 7",),
        ("CREATE TABLE recipes (name)",),
        ("CREATE TABLE recipes (name)", "CREATE TABLE alembic_version (version_num)"),
    ],
    ids=["another program's", "somebody's tables", "beside an unused Alembic"],
)
async def test_a_foreign_database_keeps_every_byte(tmp_path: Path, statements: tuple[str, ...]):
    path = tmp_path / "theirs.db"
    ask(path, *statements)
    before = digest(path)
    for how in (open_store, migrate.move):
        with pytest.raises(ForeignDatabase, match="belongs to another program"):
            await how(f"sqlite:///{path}")
    assert digest(path) == before
    assert [file.name for file in tmp_path.iterdir()] == ["theirs.db"]


@pytest.mark.parametrize(
    "content", [b"not a database, but a letter to a friend\n" * 9, b"SQLite format 3\x00" + b"\xff" * 999]
)
async def test_a_file_that_is_no_database_keeps_every_byte(tmp_path: Path, content: bytes):
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(ForeignDatabase):
        await open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_the_migrations_are_shipped():
    shipped = files("migrations")
    assert {"env.py", "script.py.mako"} <= {file.name for file in shipped.iterdir()}
    assert len(migrate.revisions()) == sum(
        file.name.endswith(".py") for file in shipped.joinpath("versions").iterdir()
    )


async def test_only_what_would_lose_something_goes_back(url: str, tmp_path: Path):
    first, *_, last = migrate.revisions()
    new = f"sqlite:///{tmp_path / 'new.db'}"
    assert [await migrate.goes_back(url, to) for to in ("head", last, first, "base")] == [
        False,
        False,
        True,
        True,
    ]
    assert [await migrate.goes_back(new, to) for to in ("head", "base")] == [False, False]
    assert not (tmp_path / "new.db").exists()
    with pytest.raises(StoreError, match="There is no revision 9999"):
        await migrate.goes_back(url, "9999")
