"""Commands of the shell, beside a running bridge and alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.store import door
from adapters.store.store import Store, open_store
from bridge import config
from bridge.values.errors import StoreBusy
from bridge.values.points import Scope, ScopeKind
from bridge.wiring import shell
from tests.cli.running import beside, poebridge

NAME = "poebridge.sqlite3"
PERSON = ("--person", "discord:123")


def read(folder: Path) -> config.Config:
    return config.load(None, {"POEBRIDGE_STORE__URL": f"sqlite:///{folder / NAME}"})


async def test_beside_a_running_bridge_a_command_changes_what_the_bridge_holds(tmp_path: Path):
    path = tmp_path / NAME
    async with await open_store(f"sqlite:///{path}") as store, door.opened(store, door.beside(path)):
        said = await beside(tmp_path, "budget", "set", *PERSON, "--points", "77")
        shown = await beside(tmp_path, "budget", "show", *PERSON, "--json")
        held = await store.find(Scope(kind=ScopeKind.PERSON, id="123"))

    assert (said.code, said.err) == (0, "")
    assert [rule.limit for rule in held] == [77]
    assert shown.json[0]["limit"] == 77


async def test_a_refusal_of_the_running_bridge_is_the_same_sentence(tmp_path: Path):
    path = tmp_path / NAME
    args = ("budget", "grant", "--person", "discord:5", "--points", "-5")
    async with await open_store(f"sqlite:///{path}") as store, door.opened(store, door.beside(path)):
        beside_it = await beside(tmp_path, *args)
    alone = await beside(tmp_path, *args)

    assert beside_it == alone
    assert (alone.code, alone.out) == (1, "")


async def test_without_a_bridge_the_file_itself_is_opened(tmp_path: Path):
    async with shell.books(read(tmp_path)) as books:
        assert isinstance(books, Store)
        assert [rule.limit for rule in await books.find(Scope(kind=ScopeKind.HOUSE))] == [3_000]


async def test_a_door_that_a_dead_bridge_left_is_passed_by(tmp_path: Path):
    door.beside(tmp_path / NAME).touch()
    async with shell.running(read(tmp_path)) as held:
        assert held is None


async def test_a_bridge_without_a_door_is_said_to_hold_the_database(tmp_path: Path):
    async with await open_store(f"sqlite:///{tmp_path / NAME}"):
        with pytest.raises(StoreBusy, match="in use by another Poebridge"):
            async with shell.books(read(tmp_path)):
                pass


def test_migrate_goes_up_and_down_and_says_from_where(tmp_path: Path):
    said = [
        poebridge(tmp_path, "migrate", *to)
        for to in ((), (), ("--to", "0001", "--yes"), ("--to", "base", "--yes"))
    ]
    with closing(sqlite3.connect(tmp_path / NAME)) as conn:
        tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    assert [each.code for each in said] == [0, 0, 0, 0]
    newest = said[1].out.removeprefix("The database is at ").removesuffix(".\n")
    assert [each.out for each in said] == [
        f"The database is at {newest}, from base.\n",
        f"The database is at {newest}.\n",
        f"The database is at 0001, from {newest}.\n",
        "The database is at base, from 0001.\n",
    ]
    assert tables <= {"alembic_version", "sqlite_sequence"}


def test_a_revision_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path):
    said = poebridge(tmp_path, "migrate", "--to", "0099")

    assert said.code == 1
    assert said.err.startswith("There is no revision 0099. There are: base, 0001")


async def test_a_database_in_use_is_not_migrated(tmp_path: Path):
    async with await open_store(f"sqlite:///{tmp_path / NAME}"):
        said = await beside(tmp_path, "migrate", "--to", "base", "--yes")

    assert said.code == 1
    assert "in use by another Poebridge" in said.err
