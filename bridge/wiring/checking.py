"""`poebridge check`: is everything there that the bridge needs, said in sentences before anybody asks it a question."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from adapters.poe.client import PoeClient
from adapters.store.guard import exposed
from adapters.store.place import where
from adapters.store.seals import beside
from adapters.store.store import open_store
from bridge.config import Config
from bridge.rules import access
from bridge.values.errors import BridgeError, ChatBroken, ChatBusy, StoreError
from bridge.values.ids import Platform
from bridge.values.notices import Notice
from bridge.wiring.connections import chats, poe_client, sealing
from bridge.wiring.platforms import Adapter
from bridge.wiring.shell import running
from bridge.wiring.system import SystemChance, SystemClock

LOOKED_WITHIN = 4.0


class Verdict(enum.Enum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    verdict: Verdict
    about: str
    text: str


async def check(config: Config) -> tuple[Finding, ...]:
    """Look at everything; asks no model and spends nothing."""
    clock = SystemClock()
    async with poe_client(config, clock, SystemChance(), _unheard) as poe:
        platforms = [_chat(name, make(_unheard)) for name, make in chats(config, clock).items()]
        looks = (_store(config), _poe(config, poe), *platforms)
        return tuple([finding for looked in looks async for finding in looked])


async def live(config: Config) -> Finding:
    """Ask the bridge that runs here how it is."""
    url = f"http://{_reachable(config.web.host)}:{config.web.port}/readyz"
    try:
        async with httpx.AsyncClient(timeout=LOOKED_WITHIN) as client:
            answer = await client.get(url)
    except httpx.HTTPError:
        return _fail("bridge", f"No bridge answers at {url}.")
    try:
        told = answer.json()
        problems, hears = told["problems"], " and ".join(told["hears"])
    except (ValueError, KeyError, TypeError):
        return _fail("bridge", f"Something else than a bridge answers at {url}.")
    return _fail("bridge", " ".join(problems)) if problems else _ok("bridge", f"It runs and hears {hears}.")


async def _store(config: Config) -> AsyncIterator[Finding]:
    try:
        yield _ok("store", await _opened(config))
        path = where(config.store.url).path
    except StoreError as error:
        yield _fail("store", error.say)
        return
    for what, file in (("database", path), ("key that seals tokens", path and beside(path))):
        if file is not None and exposed(file):
            text = f"Others on this machine may read the {what}; `chmod 600 {file}` keeps it to its owner."
            yield _warn("store", text)


async def _opened(config: Config) -> str:
    """How it can be used. Raises StoreError."""
    async with running(config) as bridge:
        if bridge is not None:
            return "A bridge is running with this database."
    async with await open_store(config.store.url, secret_key=sealing(config)) as store:
        await store.installed(Platform("slack"))  # raises where a token does not open
        return "The database can be read and written."


async def _poe(config: Config, poe: PoeClient) -> AsyncIterator[Finding]:
    try:
        balance = await poe.balance(config.settings.key)
        yield _ok("poe", f"Poe accepts the key; the account has {balance.points:,} points.")
    except BridgeError as error:
        yield _fail("poe", error.say)
    try:
        cards = await poe.cards()
    except BridgeError as error:
        yield _fail("models", error.say)
        return
    if not cards:
        yield _warn("models", "The server lists no models, so names and prices can't be checked.")
    for preset in config.settings.presets.values():
        try:
            card = access.find_model(preset.model, cards, config.settings)
        except BridgeError as error:
            yield _fail("models", f"Preset {preset.name}: {error.say}")
            continue
        if card.price is None and card.id not in config.settings.flat_prices:
            yield _fail(
                "models",
                f"Preset {preset.name}: Poe publishes no price for {card.name}; set one under [models.flat].",
            )


async def _chat(name: Platform, adapter: Adapter) -> AsyncIterator[Finding]:
    try:
        for good, text in await adapter.look():
            yield _ok(name, text) if good else _warn(name, text)
    except (ChatBroken, ChatBusy):
        text = f"{name.capitalize()} can't be reached, or has a problem of its own. The bridge goes on trying while it runs."
        yield _fail(name, text)
    except BridgeError as error:
        yield _fail(name, error.say)
    finally:
        await adapter.close()


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host


def _unheard(notice: Notice) -> None:
    """A check says what it finds; there is nobody else to tell."""


def _ok(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.OK, about=about, text=text)


def _warn(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.WARN, about=about, text=text)


def _fail(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.FAIL, about=about, text=text)
