"""`/model`: which model answers, for whom, and what an ordinary answer costs. Which choice wins is decided in `rules/conversation`."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.commands.desk import Command, Desk
from bridge.commands.options import text
from bridge.commands.words import priced, typical
from bridge.rules.access import find_model, is_admin
from bridge.values.command import CommandSpec, OptionSpec, Reply
from bridge.values.errors import NoPrice, NotAccepted, NotAllowed, Refused
from bridge.values.ids import ModelId
from bridge.values.inbound import Commanded, PlaceKind
from bridge.values.models import ModelCard
from bridge.values.points import Scope, ScopeKind

SETTING = "model"
ME, HERE, CHANNEL = "me", "here", "channel"
DEFAULT = "default"


async def model(commanded: Commanded, desk: Desk) -> Reply:
    name = text(commanded, "name")
    if not name:
        return await _current(commanded, desk)
    whom = text(commanded, "for") or (ME if commanded.place.kind is PlaceKind.CHANNEL else HERE)
    _may_choose(whom, commanded, desk)
    chosen = None if name.lower() == DEFAULT else await _offered(name, desk)
    scope = _scope(whom, commanded)
    value = chosen.id if chosen else None
    await desk.memory.set_setting(scope, SETTING, value, commanded.person.id, desk.clock.now())
    if chosen is None:
        return Reply(text=f"{_capital(_WHERE[whom])}, nothing special is chosen any more.")
    price = priced(chosen, desk.settings, desk.catalog.points_per_usd())
    return Reply(
        text=f"{_capital(_WHERE[whom])}, **{chosen.name}** answers from now on ({price}).{_AND[whom]}"
    )


_WHERE = {ME: "for you", HERE: "in this conversation", CHANNEL: "in this channel"}
_AND = {
    ME: " Conversations that have begun keep their model.",
    HERE: "",
    CHANNEL: " Whoever chose a model for themselves keeps it.",
}


def _may_choose(whom: str, commanded: Commanded, desk: Desk) -> None:
    kind = commanded.place.kind
    if whom == HERE and kind is PlaceKind.CHANNEL:
        raise NotAccepted(
            "In a channel every mention is a conversation of its own. Choose for me or for channel, or use /model in a thread."
        )
    if whom != CHANNEL:
        return
    if kind is PlaceKind.DIRECT:
        raise NotAccepted("This is no channel. Leave out for, and the model is chosen for this conversation.")
    if not is_admin(commanded.person, desk.settings):
        raise NotAllowed(
            "Only an admin can choose the model of a channel. You can choose your own with for: me."
        )


async def _offered(name: str, desk: Desk) -> ModelCard:
    """Raises UnknownName with near names, NotAllowed, or NoPrice."""
    card = find_model(ModelId(name), await desk.catalog.cards(), desk.settings)
    if typical(card, desk.settings, desk.catalog.points_per_usd()) is None:
        raise NoPrice
    return card


async def _current(commanded: Commanded, desk: Desk) -> Reply:
    place = commanded.place
    wanted = [(ME, "Your own choice"), (CHANNEL, "This channel's choice")]
    if place.kind is not PlaceKind.CHANNEL:
        wanted.insert(0, (HERE, "In this conversation"))
    if place.kind is PlaceKind.DIRECT:
        wanted.pop()
    cards = await desk.catalog.cards()
    lines: list[str] = []
    for whom, label in wanted:
        if chosen := await desk.memory.setting(_scope(whom, commanded), SETTING):
            lines.append(_line(label, ModelId(chosen), cards, desk))
    house = desk.settings.presets[desk.settings.default_preset].model
    lines.append(_line("Otherwise" if lines else "Model", house, cards, desk))
    lines.append(
        "The first of these answers. Change it with /model and a name; the name `default` takes a choice back."
    )
    return Reply(
        text="\n".join(lines) if len(lines) > 2 else f"{lines[0]}\nChange it with /model and a name."
    )


def _line(label: str, name: ModelId, cards: Sequence[ModelCard], desk: Desk) -> str:
    try:
        card = find_model(name, cards, desk.settings)
    except Refused:
        return f"{label}: **{name}** (not available any more)"
    return f"{label}: **{card.name}** ({priced(card, desk.settings, desk.catalog.points_per_usd())})"


def _scope(whom: str, commanded: Commanded) -> Scope:
    place = commanded.place
    if whom == ME:
        return Scope(kind=ScopeKind.PERSON, id=commanded.person.id, workspace=place.workspace)
    channel = place.channel if whom == HERE else place.budget_channel
    return Scope(kind=ScopeKind.CHANNEL, id=channel, workspace=place.workspace)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


COMMANDS = (
    Command(
        act=model,
        spec=CommandSpec(
            name="model",
            help="See or choose the model that answers, with its price",
            options=(
                OptionSpec(name="name", help="The model; default takes your choice back", suggests=True),
                OptionSpec(
                    name="for",
                    help="For you, for this conversation, or for the channel (admins only)",
                    choices=(ME, HERE, CHANNEL),
                ),
            ),
        ),
    ),
)
