"""What an option could become while somebody types it: models with their price, presets, time zones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from bridge.commands.desk import Desk
from bridge.commands.words import priced, typical
from bridge.rules.access import charged, usable
from bridge.values.inbound import Choice, Suggesting
from bridge.values.models import ModelCard

MOST = 25
LENGTH = 100
_COMMON_ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
)


async def suggest(asking: Suggesting, desk: Desk) -> tuple[Choice, ...]:
    """At most 25, the likeliest first; empty for an option nobody has suggestions for."""
    match (asking.command, asking.option):
        case ("ask", "model") | ("model", "name"):
            choices = await _models(asking.partial, desk)
        case (_, "preset") | ("preset", "name"):
            choices = _presets(asking.partial, desk)
        case (_, "zone"):
            choices = _zones(asking.partial)
        case _:
            choices = []
    return tuple(choice for choice in choices if len(choice.value) <= LENGTH)[:MOST]


async def _models(partial: str, desk: Desk) -> list[Choice]:
    """Those that can be asked: allowed, and with a price. Without a word typed, those the house itself uses come first."""
    rate = desk.catalog.points_per_usd()
    cards = [
        card
        for card in charged(await desk.catalog.cards(), desk.settings)
        if usable(card.id, desk.settings) and typical(card, desk.settings, rate) is not None
    ]
    own = {preset.model.lower() for preset in desk.settings.presets.values()}

    def order(card: ModelCard) -> tuple[bool, str]:
        return (card.id.lower() not in own and card.name.lower() not in own, card.name.lower())

    named = {card.name: card for card in sorted(cards, key=order)}
    return [
        _choice(f"{name} · {priced(named[name], desk.settings, rate)}", named[name].id)
        for name in _matching(partial, named)
    ]


def _presets(partial: str, desk: Desk) -> list[Choice]:
    presets = desk.settings.presets
    return [_choice(f"{name} · {presets[name].model}", name) for name in _matching(partial, presets)]


def _zones(partial: str) -> list[Choice]:
    wanted = _all_zones() if partial.strip() else _COMMON_ZONES
    return [_choice(name, name) for name in _matching(partial.replace(" ", "_"), wanted)]


@cache
def _all_zones() -> tuple[str, ...]:
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def _matching(partial: str, names: Iterable[str]) -> list[str]:
    """Names that hold every word typed; those that begin with it first, else in the order given."""
    typed = partial.strip().lower()
    words = typed.replace("-", " ").split()
    found = [name for name in names if all(word in name.lower() for word in words)]
    return sorted(found, key=lambda name: not name.lower().startswith(typed))


def _choice(label: str, value: str) -> Choice:
    return Choice(label=label if len(label) <= LENGTH else f"{label[: LENGTH - 1]}…", value=value)
