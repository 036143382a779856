"""The whole program: one chat platform, the model's side, the store, and the rooms between them.

Tasks of its life, all in one task group: the scheduler of what is written, the inbox, the chat platform's connection, the sweep, and the
health page. It is closed in the order of the walk: nothing new comes in, live answers end, then the writing stops, then the store.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass

from adapters.discord import Discord, Options
from adapters.poe.client import PoeClient
from adapters.store import door
from adapters.store.place import where
from adapters.store.store import Store, open_store
from adapters.web import health as web
from bridge import commands, telemetry
from bridge.config import Config
from bridge.ports import Clock, Notify
from bridge.turn import sweep
from bridge.turn.desk import Desk
from bridge.turn.gather import AtOnce
from bridge.turn.inbox import Inbox
from bridge.turn.show import Delivery
from bridge.values.command import Reply
from bridge.values.errors import BridgeError
from bridge.values.ids import TurnId
from bridge.values.inbound import Choice, Commanded, Suggesting
from bridge.values.notices import Trouble
from bridge.values.points import Scope, ScopeKind
from bridge.wiring import logs
from bridge.wiring.system import SystemChance, SystemClock

PATIENCE = 6.0
"""Seconds live answers are given to end when the program is asked to."""
DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The rooms, connected."""

    config: Config
    clock: Clock
    notify: Notify
    store: Store
    poe: PoeClient
    discord: Discord
    delivery: Delivery
    desk: Desk
    inbox: Inbox
    command: Callable[[Commanded], Awaitable[Reply]]
    counters: telemetry.Counters


@asynccontextmanager
async def built(config: Config, *hooks: Notify) -> AsyncIterator[House]:
    """Open everything a house stands on. Raises StoreError when the database can't be used."""
    clock, chance = SystemClock(), SystemChance()
    counters, problems = telemetry.Counters(), telemetry.Problems(clock.now)
    notify = telemetry.everyone(counters, problems, *hooks)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(await open_store(config.store.url))
        await seed_budgets(store, config, clock.now())
        poe = await stack.enter_async_context(poe_client(config, clock, chance, notify))
        discord = discord_of(config, clock, notify)
        stack.push_async_callback(discord.close)
        delivery = Delivery(discord.chat, clock, notify, store.shown, max_pages=config.settings.max_messages)
        desk = Desk(
            chat=discord.chat,
            files=AtOnce(discord.files, config.settings.reading_at_once),
            model=poe,
            catalog=poe,
            ledger=store,
            turns=store,
            memory=store,
            delivery=delivery,
            clock=clock,
            chance=chance,
            settings=config.settings,
            notify=notify,
        )
        counter = Counter()
        inbox = _inbox(desk, counter, discord, problems)
        counter.desk = _commands(desk, store, poe, inbox)
        yield House(
            config=config,
            clock=clock,
            notify=notify,
            store=store,
            poe=poe,
            discord=discord,
            delivery=delivery,
            desk=desk,
            inbox=inbox,
            command=counter.command,
            counters=counters,
        )


@dataclass(slots=True)
class Counter:
    """Where commands are carried out. The inbox and the commands know each other only through what is passed here."""

    desk: commands.Desk | None = None

    async def command(self, commanded: Commanded) -> Reply:
        assert self.desk is not None
        return await commands.run(commanded, self.desk)

    async def suggest(self, asking: Suggesting) -> tuple[Choice, ...]:
        assert self.desk is not None
        return await commands.suggest(asking, self.desk)


def _inbox(desk: Desk, counter: Counter, discord: Discord, problems: telemetry.Problems) -> Inbox:
    return Inbox(
        desk,
        counter.command,
        counter.suggest,
        limits=lambda: discord.limits_now,
        problems=lambda: tuple(problems.last),
    )


def _commands(desk: Desk, store: Store, poe: PoeClient, inbox: Inbox) -> commands.Desk:
    return commands.Desk(
        ledger=store,
        budgets=store,
        turns=store,
        memory=store,
        catalog=poe,
        usage=poe,
        live=inbox,
        chat=desk.chat,
        clock=desk.clock,
        settings=desk.settings,
        notify=desk.notify,
    )


async def seed_budgets(store: Store, config: Config, now: float) -> None:
    """Make the house's own rules what the configuration says; no command changes these, so it is asked at every start."""
    known = await store.find(Scope(kind=ScopeKind.HOUSE))
    for budget in config.budgets:
        if budget not in known:
            await store.set(budget, "configuration", now)
    kept = {budget.share for budget in config.budgets}
    for rule in known:
        if rule.share not in kept:
            await store.remove(rule.id, "configuration", now)


def discord_of(config: Config, clock: Clock, notify: Notify) -> Discord:
    return Discord(
        token=_secret(config.discord.token),
        clock=clock,
        notify=notify,
        specs=commands.SPECS,
        options=_options(config),
    )


def poe_client(config: Config, clock: Clock, chance: SystemChance, notify: Notify) -> PoeClient:
    return PoeClient(
        config.poe.base_url,
        f"{config.poe.usage_url.rstrip('/')}/usage",
        {config.settings.key: _secret(config.poe.key)},
        clock,
        chance,
        notify,
        per_minute=config.poe.requests_per_minute,
    )


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[None]:
    """Open for people inside the block; closed in order after it.

    When the platform can't be served any more, the block is ended, live answers are finished all the same, and its error is raised.
    """
    ready, lost = asyncio.Event(), Lost()
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(house.delivery.run())
        taking = group.create_task(house.inbox.run(ready))
        await ready.wait()
        busy: set[TurnId] = set()
        background = [
            group.create_task(_listen(house, lost)),
            group.create_task(_recover(house, busy)),
            group.create_task(sweep.deliver_owed(house.desk, house.inbox.alive, busy)),
            group.create_task(_keep(house)),
            group.create_task(house.poe.keep_fresh()),
        ]
        try:
            async with lost.ending():
                yield
        finally:
            await house.inbox.close(PATIENCE)
            await taking
            await _settle_debts(house)
            for task in (*background, writing):
                task.cancel()


class Lost:
    """Ends a block, as a time-out would, when its reason is lost."""

    def __init__(self) -> None:
        self._block = asyncio.timeout(None)
        self._open = False
        self._why: BridgeError | None = None

    @asynccontextmanager
    async def ending(self) -> AsyncIterator[None]:
        """Raises what `now` was told inside the block."""
        try:
            async with self._block:
                self._open = True
                try:
                    yield
                finally:
                    self._open = False  # who is closing already needs no reason
        except TimeoutError:
            if self._why is None:
                raise
        if self._why is not None:
            raise self._why

    def now(self, why: BridgeError) -> None:
        if self._open:
            self._why = why
            self._block.reschedule(asyncio.get_running_loop().time())


async def _listen(house: House, lost: Lost) -> None:
    try:
        await house.discord.run(house.inbox)
    except BridgeError as error:
        lost.now(error)


async def _settle_debts(house: House) -> None:
    """What the store could not take before is offered once more, while it is still open."""
    try:
        await sweep.pay(house.desk)
    except BridgeError as error:
        house.notify(Trouble(where="debts", error=type(error).__name__))


async def _recover(house: House, busy: set[TurnId]) -> None:
    """What a dead process left, once the platform can be written to."""
    began = house.clock.now()
    while True:
        try:
            await sweep.recover(house.desk, house.inbox.resume, busy, began)
        except BridgeError as error:
            house.notify(Trouble(where="recover", error=type(error).__name__, detail=error.detail))
            await house.clock.sleep(sweep.AGAIN)
        else:
            return


async def _keep(house: House) -> None:
    days = house.config.store.retention_days
    await sweep.keep_house(house.desk, house.poe, house.poe, days * DAY if days else None)


async def run(config: Config) -> None:
    """Serve until the process is told to stop. Raises BridgeError for what only an operator can mend."""
    logger = logs.set_up(config.log.level, config.log.format, _secrets(config))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        async with built(config, telemetry.logged(logger)) as house:
            page = web.app(lambda: look(house))
            at = web.at(page, config.web.host, config.web.port)
            async with at as port, _door(house), serving(house):
                logger.info("Serving", health=f"http://{config.web.host}:{port}/readyz")
                await stop.wait()
    except BaseExceptionGroup as several:
        # Not except*: in the first releases of Python 3.11 what is raised inside comes out in a group again.
        ours, others = several.split(BridgeError)
        if ours is None or others is not None:
            raise
        raise _first(ours) from None


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
    """Red while the platform is not heard or the store can't be written."""
    problems = []
    if not house.discord.health.connected:
        problems.append("Discord is not connected.")
    try:
        await house.store.expire(house.clock.now())
    except BridgeError as error:
        problems.append(error.say)
    live = house.inbox.standing()
    return web.Health(problems=tuple(problems), answers=live.answers, waiting=live.waiting)


def _options(config: Config) -> Options:
    discord = config.discord
    default = type(discord)().api_url
    return Options(
        api_url="" if discord.api_url == default else discord.api_url,
        gateway_url=discord.gateway_url or "",
        guilds=frozenset(discord.guilds),
        named_admins=bool(config.settings.admins),
    )


def _secrets(config: Config) -> tuple[str, ...]:
    """What no log may hold, however it got there."""
    database = where(config.store.url).url.password
    return (_secret(config.poe.key), _secret(config.discord.token), str(database or ""))


def _secret(value: object) -> str:
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal()) if reveal else ""
