"""The rooms of the whole program, connected: every chat platform that is set up, the model's side, the store, and what is between them.

How they live together, and how the program ends, is in `serving`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from adapters.poe.client import PoeClient
from adapters.store.store import Store, open_store
from bridge import commands, telemetry
from bridge.config import Config
from bridge.config.platforms import NONE
from bridge.ports import Clock, Notify
from bridge.turn.desk import Desk
from bridge.turn.gather import AtOnce
from bridge.turn.inbox import Inbox
from bridge.turn.lanes import Gate
from bridge.turn.show import Delivery
from bridge.values.errors import ConfigError
from bridge.values.ids import Platform
from bridge.values.notices import Notice, Reconciled
from bridge.values.points import Scope, ScopeKind
from bridge.wiring.connections import Make, chats, poe_client, sealing
from bridge.wiring.platforms import TITLES, Counter, Wing, overview
from bridge.wiring.system import SystemChance, SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The rooms, connected. `counters` count what concerns no platform in particular; every platform has its own."""

    config: Config
    clock: Clock
    chance: SystemChance
    notify: Notify
    store: Store
    poe: PoeClient
    gate: Gate
    platforms: Mapping[Platform, Wing]
    counters: telemetry.Counters
    problems: telemetry.Problems

    @property
    def wings(self) -> tuple[Wing, ...]:
        return tuple(self.platforms.values())

    @property
    def books(self) -> Desk:
        """For what is done once for all platforms."""
        return replace(self.wings[0].desk, notify=self.notify)


@asynccontextmanager
async def built(config: Config, *hooks: Notify) -> AsyncIterator[House]:
    """Open everything a house stands on. Raises StoreError when the database can't be used, ConfigError without any platform."""
    clock, chance = SystemClock(), SystemChance()
    counters, problems = telemetry.Counters(), telemetry.Problems(clock.now)
    platforms: dict[Platform, Wing] = {}
    notify = telemetry.everyone(counters, problems, _booked(platforms), *hooks)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            await open_store(config.store.url, secret_key=sealing(config))
        )
        await seed_budgets(store, config, clock.now())
        poe = await stack.enter_async_context(poe_client(config, clock, chance, notify))
        house = House(
            config=config,
            clock=clock,
            chance=chance,
            notify=notify,
            store=store,
            poe=poe,
            gate=Gate(config.settings.live_answers),
            platforms=platforms,
            counters=counters,
            problems=problems,
        )
        made = chats(config, clock, store)
        owed: deque[Callable[[], Awaitable[None]]] = deque()
        for platform, make in made.items():
            about = problems.of(TITLES[platform]) if len(made) > 1 else problems
            platforms[platform] = _wing(platform, make, house, owed, about, *hooks)
            stack.push_async_callback(platforms[platform].adapter.close)
        if not platforms:
            raise ConfigError((NONE,))
        yield house


def _booked(platforms: Mapping[Platform, Wing]) -> Notify:
    """What the books of all told of one platform's turn is counted there."""

    def notify(notice: Notice) -> None:
        if isinstance(notice, Reconciled) and notice.platform is not None and notice.platform in platforms:
            platforms[notice.platform].counters(notice)

    return notify


def _wing(
    platform: Platform,
    make: Make,
    house: House,
    owed: deque[Callable[[], Awaitable[None]]],
    *hooks: Notify,
) -> Wing:
    counters = telemetry.Counters()
    notify = telemetry.everyone(counters, *hooks)
    adapter = make(notify)
    settings = house.config.settings
    delivery = Delivery(adapter.chat, house.clock, notify, house.store.shown, max_pages=settings.max_messages)
    desk = Desk(
        chat=adapter.chat,
        files=AtOnce(adapter.files, settings.reading_at_once),
        model=house.poe,
        catalog=house.poe,
        ledger=house.store,
        turns=house.store,
        memory=house.store,
        delivery=delivery,
        clock=house.clock,
        chance=house.chance,
        settings=settings,
        notify=notify,
        owed=owed,
    )
    counter = Counter()
    inbox = Inbox(
        desk,
        counter.command,
        counter.suggest,
        homes=counter.home,
        limits=lambda: adapter.limits_now,
        problems=lambda: tuple(house.problems.last),
        gate=house.gate,
    )
    counter.desk = _commands(desk, house, inbox)
    return Wing(
        platform=platform,
        adapter=adapter,
        delivery=delivery,
        desk=desk,
        inbox=inbox,
        command=counter.command,
        counters=counters,
    )


def _commands(desk: Desk, house: House, inbox: Inbox) -> commands.Desk:
    return commands.Desk(
        ledger=house.store,
        budgets=house.store,
        turns=house.store,
        memory=house.store,
        catalog=house.poe,
        usage=house.poe,
        live=inbox,
        overview=lambda: overview(house.wings, house.gate, house.problems),
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
