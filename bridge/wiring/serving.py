"""The life of the program: everything runs until it is told to stop, or until no platform is left.

Tasks of its life, all in one task group: for each platform the scheduler of what is written, the inbox, the connection, and what finishes
what a dead process left; once for all, the books and the models' list. It is closed in the order of the walk: nothing new comes in, live
answers end, then the writing stops, then the store.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any

from starlette.routing import BaseRoute

from adapters.store import door
from adapters.store.place import where
from adapters.web import health as web
from adapters.web.door import below
from bridge import telemetry
from bridge.config import Config
from bridge.turn import sweep
from bridge.values.errors import BridgeError
from bridge.values.ids import TurnId
from bridge.values.notices import Trouble
from bridge.wiring import logs
from bridge.wiring.connections import secrets
from bridge.wiring.house import House, built
from bridge.wiring.platforms import Visited, Wing, nobody_left, overview

PATIENCE = 6.0
"""Seconds live answers are given to end when the program is asked to."""
DAY = 86_400.0


@asynccontextmanager
async def serving(house: House, over: asyncio.Event | None = None) -> AsyncIterator[None]:
    """Open for people inside the block; closed in order after it. `over` is set when no platform is left to serve."""
    async with asyncio.TaskGroup() as group:
        writing = [group.create_task(wing.delivery.run()) for wing in house.wings]
        taking = [await _opened(wing, group) for wing in house.wings]
        background = [
            *(group.create_task(work) for wing in house.wings for work in _works(wing, house, over)),
            group.create_task(_stubborn(lambda: _disown(house), house)),
            group.create_task(_keep(house)),
            group.create_task(house.poe.keep_fresh()),
        ]
        try:
            yield
        finally:
            await asyncio.gather(*(wing.inbox.close(PATIENCE) for wing in house.wings))
            await asyncio.gather(*taking)
            await _settle_debts(house)
            for task in (*background, *writing):
                task.cancel()


async def _opened(wing: Wing, group: asyncio.TaskGroup) -> asyncio.Task[None]:
    ready = asyncio.Event()
    task = group.create_task(wing.inbox.run(ready))
    await ready.wait()
    return task


def _works(wing: Wing, house: House, over: asyncio.Event | None) -> tuple[Coroutine[Any, Any, None], ...]:
    """What goes on for a platform as long as the house is open."""
    busy: set[TurnId] = set()
    recovering = partial(sweep.recover, wing.desk, wing.inbox.resume, busy, house.clock.now())
    return (
        _listen(wing, house, over),
        _stubborn(recovering, house),
        sweep.deliver_owed(wing.desk, wing.inbox.alive, busy),
    )


async def _listen(wing: Wing, house: House, over: asyncio.Event | None) -> None:
    await wing.listen()
    if over is not None and nobody_left(house.wings):
        over.set()


async def _disown(house: House) -> None:
    await sweep.disown(house.books, house.platforms.keys(), house.clock.now())


async def _stubborn(work: Callable[[], Awaitable[None]], house: House) -> None:
    """What a dead process left is looked for until the store lets us."""
    while True:
        try:
            await work()
        except BridgeError as error:
            house.notify(Trouble(where="recover", error=type(error).__name__, detail=error.detail))
            await house.clock.sleep(sweep.AGAIN)
        else:
            return


async def _settle_debts(house: House) -> None:
    """What the store could not take before is offered once more, while it is still open."""
    try:
        await sweep.pay(house.books)
    except BridgeError as error:
        house.notify(Trouble(where="debts", error=type(error).__name__))


async def _keep(house: House) -> None:
    days = house.config.store.retention_days
    await sweep.keep_house(house.books, house.poe, house.poe, days * DAY if days else None)


async def run(config: Config) -> None:
    """Serve until the process is told to stop, or no platform is left. Raises BridgeError for what only an operator can mend."""
    logger = logs.set_up(config.log.level, config.log.format, secrets(config))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        async with built(config, telemetry.logged(logger)) as house:
            page = web.app(lambda: look(house), _doors(house))
            at = web.at(page, config.web.host, config.web.port)
            async with at as port, _door(house), serving(house, stop):
                logger.info("Serving", health=f"http://{config.web.host}:{port}/readyz")
                await stop.wait()
            failed = nobody_left(house.wings)
    except BaseExceptionGroup as several:
        # Not except*: in the first releases of Python 3.11 what is raised inside comes out in a group again.
        ours, others = several.split(BridgeError)
        if ours is None or others is not None:
            raise
        raise _first(ours) from None
    if failed is not None:
        raise failed


def _doors(house: House) -> list[BaseRoute]:
    """Where platforms come to us."""
    visited = [(wing.platform, wing.adapter) for wing in house.wings]
    found = [(name, each.asgi) for name, each in visited if isinstance(each, Visited)]
    return [below(f"/{name}", asgi) for name, asgi in found if asgi is not None]


def _door(house: House) -> AbstractAsyncContextManager[None]:
    """For commands of the shell, while we hold the database."""
    path = where(house.config.store.url).path
    return nullcontext() if path is None else door.opened(house.store, door.beside(path))


def _first(group: BaseExceptionGroup[BridgeError]) -> BridgeError:
    """Several rooms may fail of one cause; the operator is told once."""
    for each in group.exceptions:
        return _first(each) if isinstance(each, BaseExceptionGroup) else each
    raise AssertionError("an exception group is never empty")


async def look(house: House) -> web.Health:
    """Red while a platform is not heard or the store can't be written."""
    problems = [sentence for wing in house.wings for sentence in wing.unwell()]
    try:
        await house.store.expire(house.clock.now())
    except BridgeError as error:
        problems.append(error.say)
    live = overview(house.wings, house.gate, house.problems)
    return web.Health(
        problems=tuple(problems),
        answers=live.answers,
        waiting=live.waiting,
        hears=tuple(wing.title for wing in house.wings if not wing.unwell()),
    )
