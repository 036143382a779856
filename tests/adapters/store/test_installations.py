"""Workspaces that let us in: kept with their tokens sealed, and gone with everything when they leave."""

import base64
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.store.store import Store, open_store
from bridge.values.errors import StoreError
from bridge.values.ids import PersonId, Platform, WorkspaceId
from bridge.values.installation import Installation

SLACK = Platform("slack")
HARBOUR = Installation(
    platform=SLACK,
    workspace=WorkspaceId("T1"),
    name="Harbour",
    bot=PersonId("U0"),
    scopes=("chat:write", "commands"),
    at=1.5,
    token="xoxb-harbour-token",
)
LIGHTHOUSE = replace(
    HARBOUR, workspace=WorkspaceId("T2"), name="Lighthouse", at=2.5, token="xoxb-lighthouse-token"
)
FIRST, SECOND = (base64.b64encode(sign * 32).decode() for sign in (b"1", b"2"))


def ask(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as conn, conn:
        return conn.execute(statement).fetchall()


async def test_what_was_kept_comes_back_oldest_first(store: Store):
    assert await store.installed(SLACK) == ()
    for each in (LIGHTHOUSE, HARBOUR, replace(HARBOUR, platform=Platform("other"))):
        await store.install(each)
    assert await store.installed(SLACK) == (HARBOUR, LIGHTHOUSE)


async def test_a_workspace_that_comes_again_is_kept_once(store: Store):
    again = replace(HARBOUR, token="xoxb-new", scopes=("chat:write",), at=9.0)
    for each in (HARBOUR, again):
        await store.install(each)
    assert await store.installed(SLACK) == (again,)


async def test_one_that_leaves_is_erased_with_its_token(store: Store):
    await store.install(HARBOUR)
    assert await store.uninstall(SLACK, HARBOUR.workspace)
    assert not await store.uninstall(SLACK, HARBOUR.workspace)
    assert await store.installed(SLACK) == ()


async def test_no_token_stands_in_any_file_nor_what_was_sealed_once_it_is_erased(
    store: Store, url: str, tmp_path: Path
):
    await store.install(HARBOUR)
    ((sealed,),) = ask(tmp_path / "bridge.db", "SELECT token FROM installations")
    assert isinstance(sealed, bytes)

    def holding(secret: bytes) -> list[str]:
        return [file.name for file in tmp_path.iterdir() if secret in file.read_bytes()]

    assert holding(HARBOUR.token.encode()) == []
    assert holding(sealed) != []
    await store.uninstall(SLACK, HARBOUR.workspace)
    assert holding(sealed) == []


async def test_tokens_that_change_places_do_not_open(url: str, tmp_path: Path):
    async with await open_store(url) as store:
        for each in (HARBOUR, LIGHTHOUSE):
            await store.install(each)
    path = tmp_path / "bridge.db"
    ask(path, "UPDATE installations SET token = (SELECT token FROM installations WHERE workspace = 'T2')")
    async with await open_store(url) as store:
        with pytest.raises(StoreError, match="slack workspace T1 does not open"):
            await store.installed(SLACK)


async def test_a_new_key_takes_over_and_the_old_one_may_go(url: str):
    async with await open_store(url, secret_key=FIRST) as store:
        await store.install(HARBOUR)
    async with await open_store(url, secret_key=SECOND) as store:
        with pytest.raises(StoreError, match="a key that is not there any more"):
            await store.installed(SLACK)
    async with await open_store(url, secret_key=f"{SECOND},{FIRST}") as store:
        assert await store.installed(SLACK) == (HARBOUR,)
    async with await open_store(url, secret_key=SECOND) as store:
        assert await store.installed(SLACK) == (HARBOUR,)


async def test_without_a_secret_no_key_is_made(store: Store, tmp_path: Path):
    assert await store.installed(SLACK) == ()
    assert not list(tmp_path.glob("*.key"))
    await store.install(HARBOUR)
    assert [file.name for file in tmp_path.glob("*.key")] == ["bridge.db.key"]
