"""Before a SQLite file is opened for writing: is it ours, do we understand it, and does another process hold it?

Looking changes nothing: a database that is refused keeps every byte.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import IO

from bridge.values.errors import ForeignDatabase, SchemaTooNew, StoreBusy

APPLICATION_ID = 0x506F6562  # "Poeb"; https://www.sqlite.org/pragma.html#pragma_application_id

_MAGIC = b"SQLite format 3\x00"
_HEADER = 100  # https://www.sqlite.org/fileformat.html: the application id is at 68


PRIVATE = 0o600
"""Of every file we make: there are people's words in it."""


def check_file(path: Path, known: Collection[str]) -> str | None:
    """The revision; None for a missing or empty file. Raise ForeignDatabase, or SchemaTooNew for a revision that is not among the known."""
    header = _header(path)
    if not header:
        return None
    written_by = int.from_bytes(header[68:72], "big")
    if not header.startswith(_MAGIC) or written_by not in (0, APPLICATION_ID):
        raise ForeignDatabase(_foreign(path))
    tables, revision = _look(path)
    check_contents(tables, revision, known, named=str(path))
    return revision


def check_contents(tables: int, revision: str | None, known: Collection[str], *, named: str) -> None:
    """The same for a database that has been looked into, whichever kind it is."""
    if revision is None and tables:
        raise ForeignDatabase(_foreign(named))
    if revision is not None and revision not in known:
        raise SchemaTooNew(
            f"The database {named} was written by a newer version of Poebridge (its schema is {revision}). "
            "It was left untouched: use the newer version, or another database."
        )


def _foreign(named: object) -> str:
    return f"The database {named} belongs to another program. It was left untouched."


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER)
    except FileNotFoundError:
        return b""
    except OSError as exc:
        raise StoreBusy(f"The database {path} can't be read: {exc.strerror}.") from exc


def _look(path: Path) -> tuple[int, str | None]:
    """How many tables there are besides Alembic's, and the revision. Without a log beside it the file is read as immutable."""
    log = path.with_name(path.name + "-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)) as looking:
            names = {row[0] for row in looking.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            mine = "SELECT version_num FROM alembic_version"
            found = looking.execute(mine).fetchone() if "alembic_version" in names else None
            return len(names - {"alembic_version", "sqlite_sequence"}), found[0] if found else None
    except sqlite3.DatabaseError as exc:
        raise ForeignDatabase(_foreign(path), detail=type(exc).__name__) from exc


def make(path: Path | None) -> None:
    """Make an empty database only its owner can read, before SQLite makes one as the umask allows; one that is there keeps its mode.

    SQLite gives the log it puts beside it the same mode. Raises StoreBusy.
    """
    if path is None:
        return
    try:
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except FileExistsError:
        pass
    except OSError as exc:
        raise StoreBusy(f"The database {path} can't be made: {exc.strerror}.") from exc


def exposed(path: Path) -> bool:
    """Whether others on this machine may read the database. Windows keeps that elsewhere than in the mode."""
    try:
        return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False


class ProcessLock:
    """One process per database: two that checkpoint at the same moment can lose commits in SQLite before 3.51.3.

    https://www.sqlite.org/wal.html#walresetbug. The system drops the lock when the process dies, however it dies.
    """

    def __init__(self, path: Path | None) -> None:
        """None: a database no other process can see."""
        self._path = path and path.with_name(path.name + ".lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises StoreBusy with the other process's id."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = open(self._path, "a+", encoding="utf-8", opener=_private)  # noqa: SIM115 (held until dropped)
        except OSError as exc:
            raise StoreBusy(f"The folder of the database can't be written: {exc.strerror}.") from exc
        if not _locked(file):
            file.seek(0)
            other = file.read().strip() or "unknown"
            file.close()
            raise StoreBusy(
                f"The database is in use by another Poebridge (process {other}). "
                "Stop it first, or use another database."
            )
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def drop(self) -> None:
        """The file stays: removing it would let a third process lock a file nobody else sees."""
        if self._file is not None:
            self._file.close()
            self._file = None


@asynccontextmanager
async def locked(path: Path | None) -> AsyncIterator[None]:
    """Hold the lock for a while, on a database that is there."""
    lock = ProcessLock(path)
    lock.take()
    try:
        make(path)
        yield
    finally:
        lock.drop()


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, PRIVATE)


def _locked(file: IO[str]) -> bool:
    if sys.platform == "win32":  # a process there keeps the file itself from being opened twice for writing
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
