"""A store as it is first written: aiosqlite, one connection, every statement its own commit.

It keeps the same facts for a turn as the bridge's store, in the same order, on a file that is as safe (write-ahead log, synchronous=FULL).
Nothing groups its commits, and a process that dies between two statements leaves a turn half told.
"""

from __future__ import annotations

from pathlib import Path

import aiosqlite

SCHEMA = """
CREATE TABLE claims (event TEXT PRIMARY KEY, turn TEXT, at REAL);
CREATE TABLE turns (id TEXT PRIMARY KEY, state TEXT, person TEXT, prompt TEXT, answer TEXT, at REAL, delivered INTEGER DEFAULT 0);
CREATE TABLE accounts (id TEXT PRIMARY KEY, spent INTEGER DEFAULT 0, held INTEGER DEFAULT 0, most INTEGER);
CREATE TABLE holds (id TEXT PRIMARY KEY, account TEXT, state TEXT, amount INTEGER, settled INTEGER);
CREATE TABLE entries (id INTEGER PRIMARY KEY, hold TEXT, kind TEXT, points INTEGER, at REAL);
CREATE TABLE pages (turn TEXT, number INTEGER, message TEXT, PRIMARY KEY (turn, number));
CREATE TABLE items (turn TEXT, number INTEGER, content TEXT, PRIMARY KEY (turn, number));
"""


class NaiveStore:
    """`async with NaiveStore(path) as store`."""

    def __init__(self, path: Path) -> None:
        self._opening = aiosqlite.connect(path, isolation_level=None)

    async def __aenter__(self) -> NaiveStore:
        self._db = await self._opening
        await self._db.execute("PRAGMA journal_mode=WAL")
        await self._db.execute("PRAGMA synchronous=FULL")
        await self._db.executescript(SCHEMA)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._db.close()

    async def turn(self, name: str, person: str, prompt: str, answer: str, now: float) -> None:
        """From the claim to the mark that the answer stands."""
        run = self._db.execute
        await run("INSERT INTO claims VALUES (?, ?, ?)", (f"e-{name}", name, now))
        await run(
            "INSERT INTO turns (id, state, person, prompt, at) VALUES (?, 'held', ?, ?, ?)",
            (name, person, prompt, now),
        )
        await run("INSERT OR IGNORE INTO accounts (id, most) VALUES (?, 1000000000)", (person,))
        await run(
            "UPDATE accounts SET held = held + 100 WHERE id = ? AND spent + held + 100 <= most", (person,)
        )
        await run("INSERT INTO holds VALUES (?, ?, 'held', 100, NULL)", (name, person))
        await run("INSERT INTO entries (hold, kind, points, at) VALUES (?, 'hold', 100, ?)", (name, now))
        await run("UPDATE holds SET state = 'sent' WHERE id = ?", (name,))
        await run("UPDATE turns SET state = 'sent' WHERE id = ?", (name,))
        await run("INSERT INTO pages VALUES (?, 0, ?)", (name, f"m-{name}"))
        await run("UPDATE accounts SET held = held - 100, spent = spent + 60 WHERE id = ?", (person,))
        await run("UPDATE holds SET state = 'settled', settled = 60 WHERE id = ?", (name,))
        await run("INSERT INTO entries (hold, kind, points, at) VALUES (?, 'settle', 60, ?)", (name, now))
        await run("UPDATE turns SET state = 'settled', answer = ? WHERE id = ?", (answer, name))
        await run("INSERT INTO items VALUES (?, 0, ?)", (name, prompt))
        await run("UPDATE turns SET delivered = 1 WHERE id = ?", (name,))
