"""The rooms a single command of the shell needs: the books and Poe, no chat platform.

While a bridge runs on the same SQLite file, the books are the ones it holds open, through its door; else they are opened here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

from adapters.store import door
from adapters.store import migrate as migrations
from adapters.store.place import where
from adapters.store.store import Store, open_store
from bridge import commands
from bridge.config import Config
from bridge.values.notices import Notice
from bridge.wiring.connections import poe_client, sealing
from bridge.wiring.house import seed_budgets
from bridge.wiring.system import SystemChance, SystemClock


@asynccontextmanager
async def shell(config: Config) -> AsyncIterator[commands.Desk]:
    """A desk without a chat and with nothing live. Raises StoreError."""
    clock = SystemClock()
    async with books(config) as store, poe_client(config, clock, SystemChance(), _unheard) as poe:
        yield commands.Desk(
            ledger=store,
            budgets=store,
            turns=store,
            memory=store,
            catalog=poe,
            usage=poe,
            clock=clock,
            settings=config.settings,
            notify=_unheard,
        )


@asynccontextmanager
async def books(config: Config) -> AsyncIterator[Store]:
    """The store of the bridge that runs, or our own."""
    async with running(config) as held:
        if held is not None:
            yield held
            return
    async with await open_store(config.store.url, secret_key=sealing(config)) as store:
        await seed_budgets(store, config, SystemClock().now())
        yield store


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[Store | None]:
    """The store of the bridge that runs on this database; None where none does."""
    path = where(config.store.url).path
    async with AsyncExitStack() as stack:
        visitor = None
        if path is not None:
            try:
                visitor = await stack.enter_async_context(door.visiting(door.beside(path)))
            except OSError:
                pass  # no door, or one that a dead process left
        yield cast(Store | None, visitor)  # it speaks like a store, for everything the shell asks


async def goes_back(config: Config, to: str) -> bool:
    """Whether migrating there drops tables with everything in them. Raises StoreError."""
    return await migrations.goes_back(config.store.url, to)


async def migrate(config: Config, to: str) -> tuple[str | None, str | None]:
    """Bring the database to a revision ("head", "base"); the revisions before and after. Raises StoreError."""
    return await migrations.move(config.store.url, to)


def _unheard(notice: Notice) -> None:
    """A command says what it does; there is nobody else to tell."""
