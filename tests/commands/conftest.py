"""A desk for commands: the real store in a file, and the small rest by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.store.store import Store, open_store
from bridge.commands import Desk
from bridge.values.ids import ModelId
from bridge.values.models import Preset
from bridge.values.notices import Notice
from bridge.values.settings import Settings
from tests.commands.scene import OWNER, SERVER, Books, Catalog, Chat, FixedClock, Lively, Scene


@pytest.fixture
def settings() -> Settings:
    return Settings(
        presets={
            "default": Preset(name="default", model=ModelId("Claude-Haiku-4.5")),
            "code": Preset(name="code", model=ModelId("Claude-Sonnet-4.6")),
        },
        deny_models=("secret-*",),
        flat_prices={ModelId("assistant"): 150},
        admins=frozenset({OWNER.id}),
        home_workspaces=frozenset({SERVER}),
    )


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(f"sqlite:///{tmp_path / 'test.sqlite3'}") as opened:
        yield opened


@pytest.fixture
def scene(store: Store, settings: Settings) -> Scene:
    clock, catalog, books, live = FixedClock(), Catalog(), Books(), Lively()
    notices: list[Notice] = []
    desk = Desk(
        ledger=store,
        budgets=store,
        turns=store,
        memory=store,
        catalog=catalog,
        usage=books,
        clock=clock,
        settings=settings,
        notify=notices.append,
        chat=Chat(),  # type: ignore[arg-type]
        live=live,
    )
    return Scene(desk, store, clock, catalog, books, live, notices)
