"""One process per database."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.store import guard, migrate
from adapters.store.store import open_store
from bridge.values.errors import StoreBusy

HOLD = """
import asyncio, sys
from adapters.store.store import open_store
async def main():
    async with await open_store(sys.argv[1]):
        print("open", flush=True)
        sys.stdin.read()
asyncio.run(main())
"""


async def test_a_second_process_is_told_who_has_the_database(url: str):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreBusy, match=rf"in use by another Poebridge \(process {other.pid}\)"):
            await open_store(url)
        async with await open_store(url, read_only=True) as looking:
            assert await looking.open() == ()
        other.kill()
    async with await open_store(url):
        pass  # a dead process holds nothing


async def test_a_second_store_in_this_process_is_refused_too(url: str):
    async with await open_store(url):
        with pytest.raises(StoreBusy, match=f"process {os.getpid()}"):
            await open_store(url)


def test_a_lock_can_be_taken_again_once_it_is_dropped(tmp_path: Path):
    for _ in range(2):
        lock = guard.ProcessLock(tmp_path / "x.db")
        lock.take()
        lock.drop()
        lock.drop()


async def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreBusy, match="can't be"):
        await open_store(f"sqlite:///{tmp_path / 'file' / 'x.db'}")


async def test_a_folder_is_not_a_database(tmp_path: Path):
    with pytest.raises(StoreBusy, match="can't be read: Is a directory"):
        await open_store(f"sqlite:///{tmp_path}")


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture
def trusting() -> Iterator[None]:
    """A umask as people often have it: others may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_what_is_made_can_be_read_by_its_owner_alone(tmp_path: Path, trusting: None):
    async with await open_store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        assert await store.open() == ()
        assert modes(tmp_path) == dict.fromkeys(("x.db", "x.db-wal", "x.db-shm", "x.db.lock"), 0o600)
    assert not guard.exposed(tmp_path / "x.db")


async def test_a_migration_makes_it_the_same_way(tmp_path: Path, trusting: None):
    await migrate.move(f"sqlite:///{tmp_path / 'x.db'}")
    assert modes(tmp_path) == dict.fromkeys(("x.db", "x.db.lock"), 0o600)


async def test_a_database_named_by_a_link_is_made_the_same_way(tmp_path: Path, trusting: None):
    (tmp_path / "link.db").symlink_to(tmp_path / "x.db")
    async with await open_store(f"sqlite:///{tmp_path / 'link.db'}"):
        assert modes(tmp_path)["x.db"] == 0o600


@pytest.mark.parametrize(("mode", "exposed"), [(0o644, True), (0o640, True), (0o600, False), (0o700, False)])
async def test_a_database_that_is_there_keeps_its_mode(tmp_path: Path, url: str, mode: int, exposed: bool):
    path = tmp_path / "bridge.db"
    path.chmod(mode)
    async with await open_store(url):
        assert modes(tmp_path)["bridge.db"] == mode
    assert guard.exposed(path) is exposed


def test_a_database_that_is_not_there_is_read_by_nobody(tmp_path: Path):
    assert not guard.exposed(tmp_path / "x.db")


def test_a_folder_that_is_gone_is_said(tmp_path: Path):
    with pytest.raises(StoreBusy, match="can't be made: No such file"):
        guard.make(tmp_path / "gone" / "x.db")
