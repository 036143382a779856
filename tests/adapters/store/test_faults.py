"""A database that fails: a plain sentence, nothing half done, and it works again when the disk does."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.exc import TimeoutError as NoConnection

from adapters.store import faults, links
from adapters.store.store import Store, open_store
from bridge.values.errors import BudgetSpent, ForeignDatabase, StoreBusy, StoreError


async def test_a_full_disk_is_said_and_nothing_is_half_done(store: Store, make: SimpleNamespace):
    pages = await store._write(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar())
    await store._write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + 40}"))
    with pytest.raises(StoreBusy, match="The disk that holds the bridge's database is full"):
        for number in range(10_000):
            await store.receive(make.turn(f"t{number}", text="x" * 5_000))
    assert len(await store.open()) == number > 0
    await store._write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    assert await store.receive(make.turn("again"))


LIMITED = """
import asyncio, resource, sys
from adapters.store.store import open_store
from bridge.values.errors import StoreBusy
async def main():
    async with await open_store(sys.argv[1]) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
        written = 0
        try:
            while True:
                await store.claim(f"event-{written}" * 50, 1.0)
                written += 1
        except StoreBusy as exc:
            print(exc.say)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert await store.claim("again", 1.0)
        assert await store.seen(f"event-{written - 1}" * 50)
        assert not await store.seen(f"event-{written}" * 50)
        print(await store.verify())
asyncio.run(main())
"""


def test_a_file_that_may_not_grow_works_again_when_it_may(url: str):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, url], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    said, verified = done.stdout.splitlines()
    assert said in (
        "The disk that holds the bridge's database is full.",
        "The disk that holds the bridge's database had an error.",
    )
    assert verified == "()"


READ_ONLY = """
import asyncio, sys
from adapters.store.store import open_store
from bridge.values.errors import StoreError
async def main():
    try:
        async with await open_store(sys.argv[1]) as store:
            await store.claim("event", 1.0)
    except StoreError as exc:
        print(exc.say)
asyncio.run(main())
"""


def as_others_do() -> list[str] | None:
    """What to put before a command so that file modes count: nothing, or for root a way to give up ignoring them."""
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    return [setpriv, "--bounding-set", "-dac_override"] if setpriv else None


@pytest.mark.skipif(as_others_do() is None, reason="root may write everything, and setpriv is not there")
@pytest.mark.parametrize(
    ("file", "folder"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)], ids=["file", "folder", "both"]
)
def test_a_read_only_database_is_said(url: str, tmp_path: Path, file: int, folder: int):
    (tmp_path / "bridge.db").chmod(file)
    tmp_path.chmod(folder)
    command = [*(as_others_do() or []), sys.executable, "-c", READ_ONLY, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    tmp_path.chmod(0o755)
    assert done.stderr == ""
    assert "read-only" in done.stdout or "can't be written" in done.stdout


async def test_a_database_locked_by_another_program_is_said_and_free_again(
    store: Store, tmp_path: Path, make: SimpleNamespace
):
    await store._write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout = 50"))
    with closing(sqlite3.connect(tmp_path / "bridge.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="locked by another program"):
            await store.claim("event", make.NOW)
        other.execute("ROLLBACK")
    assert await store.claim("event", make.NOW)


async def test_a_database_that_is_taken_away_is_said(url: str, tmp_path: Path):
    async with await open_store(url) as store:
        await store.aclose()
    (tmp_path / "bridge.db").rename(tmp_path / "elsewhere.db")
    async with links.closing(
        links._Sqlite(f"{(tmp_path / 'bridge.db').as_uri()}?mode=ro", "BEGIN", ())
    ) as link:
        with pytest.raises(sqlite3.OperationalError) as caught:
            await link.transact(lambda conn: conn.exec_driver_sql("SELECT 1"))
    assert faults.translated(caught.value).say.startswith("The bridge's database can't be opened")


def driver(name: str, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> DBAPIError:
    original = kind("INSERT INTO turns ... somebody's words")
    original.sqlite_errorname = name
    return DBAPIError.instance("INSERT", {"words": "somebody's words"}, original, sqlite3.Error)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (driver("SQLITE_BUSY_SNAPSHOT"), StoreBusy, "locked"),
        (driver("SQLITE_READONLY_DBMOVED"), StoreBusy, "read-only"),
        (driver("SQLITE_IOERR_WRITE"), StoreBusy, "had an error"),
        (driver("SQLITE_NOTADB"), ForeignDatabase, "another program"),
        (driver("SQLITE_CORRUPT"), StoreError, "can't be used"),
        (driver("SQLITE_CONSTRAINT_CHECK", sqlite3.IntegrityError), StoreError, "can't be used"),
        (driver("SQLITE_SOMETHING_NEW"), StoreBusy, "did not answer"),
        (NoConnection(), StoreBusy, "too busy"),
        (NoSuchTableError("turns"), StoreError, "can't be used"),
        (OverflowError(), StoreError, "too large"),
        (OSError(28, "No space left on device"), StoreBusy, "No space left"),
        (BudgetSpent("no"), BudgetSpent, "no"),
    ],
)
def test_every_fault_has_a_sentence_without_anybody_s_words(error: Exception, kind: type, said: str):
    translated = faults.translated(error)
    assert type(translated) is kind
    assert said in translated.say
    assert "somebody's words" not in str(translated)
