"""What a database driver complains about, in our words. Nothing of the statement or its values gets through: they hold people's words."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from bridge.values.errors import BridgeError, ForeignDatabase, StoreBusy, StoreError

_SENTENCES = {
    # https://www.sqlite.org/rescode.html
    "SQLITE_FULL": "The disk that holds the bridge's database is full.",
    "SQLITE_BUSY": "The bridge's database is locked by another program.",
    "SQLITE_LOCKED": "The bridge's database is locked by another program.",
    "SQLITE_READONLY": "The bridge's database can't be written: it is read-only.",
    "SQLITE_PERM": "The bridge's database can't be written: access is denied.",
    "SQLITE_CANTOPEN": "The bridge's database can't be opened: the file or its folder is missing or not accessible.",
    "SQLITE_IOERR": "The disk that holds the bridge's database had an error.",
}


def translated(error: Exception) -> BridgeError:
    """The error to raise instead; `raise translated(error) from error`."""
    if isinstance(error, BridgeError):
        return error
    if isinstance(error, NoConnection):
        return StoreBusy("The bridge's database is too busy.", detail="no free connection")
    if isinstance(error, OverflowError):
        return StoreError("That number is too large for the bridge's books.", detail="overflow")
    if isinstance(error, DBAPIError):
        return _from_driver(error.orig)
    if isinstance(error, sqlite3.Error):
        return _from_driver(error)
    if isinstance(error, OSError):
        return StoreBusy(
            f"The bridge's database can't be used: {error.strerror}.", detail=type(error).__name__
        )
    return StoreError(detail=type(error).__name__)


def _from_driver(error: BaseException | None) -> BridgeError:
    name = _name(error)
    if name == "SQLITE_NOTADB":
        return ForeignDatabase(detail=name)
    for code, sentence in _SENTENCES.items():
        if name.startswith(code):
            return StoreBusy(sentence, detail=name)
    if name.startswith(
        ("SQLITE_CORRUPT", "SQLITE_CONSTRAINT", "23")
    ):  # 23: PostgreSQL's integrity constraints
        return StoreError(detail=name)
    return StoreBusy("The bridge's database did not answer.", detail=name)


def _name(original: BaseException | None) -> str:
    """SQLite's name of the error, or PostgreSQL's five letters, or the class."""
    for attribute in ("sqlite_errorname", "sqlstate"):
        name = getattr(original, attribute, None)
        if isinstance(name, str):
            return name
    return type(original).__name__


EXPECTED = (SQLAlchemyError, sqlite3.Error, OverflowError, OSError)
"""What a driver can raise for reasons that are not ours."""
