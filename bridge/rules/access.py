"""Who may use which model, and who may press which button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from fnmatch import fnmatchcase

from bridge.rules.names import escaped
from bridge.values.draft import Action
from bridge.values.errors import NotAllowed, UnknownName
from bridge.values.ids import ModelId, PersonId, WorkspaceId
from bridge.values.inbound import Person
from bridge.values.models import ModelCard
from bridge.values.points import Price
from bridge.values.settings import Settings

NOTHING = Price(request=Decimal(0))


def is_admin(person: Person, settings: Settings) -> bool:
    """By the platform's own word at this moment, or by the configuration."""
    return person.admin or person.id in settings.admins


def runs_bridge(person: Person, here: WorkspaceId, settings: Settings) -> bool:
    """Whether they may touch what is the bridge's own: its budgets, its balance, its people on other servers.

    Those the configuration names may. Who manages a server may do so only where the bridge serves that server and no other.
    """
    return person.id in settings.admins or (person.admin and settings.home_workspaces == {here})


def may_press(action: Action, person: Person, asker: PersonId, settings: Settings) -> None:
    """Raise NotAllowed unless the person asked the question, or is an admin who stops it."""
    if person.id == asker or (action is Action.STOP and is_admin(person, settings)):
        return
    whom = "the person who asked or an admin" if action is Action.STOP else "the person who asked"
    raise NotAllowed(f"Only {whom} can use this button.")


def usable(model: ModelId, settings: Settings) -> bool:
    """Allowed by the configuration's patterns; a denial is stronger than an allowance."""
    name = model.lower()
    allowed = any(fnmatchcase(name, pattern.lower()) for pattern in settings.allow_models)
    return allowed and not any(fnmatchcase(name, pattern.lower()) for pattern in settings.deny_models)


def charged(cards: Sequence[ModelCard], settings: Settings) -> tuple[ModelCard, ...]:
    """The cards as people are charged by them.

    A server other than Poe that publishes no price at all, such as a model on the same machine, costs nothing, unless a flat price is
    set. Where some prices are published, a missing one is unknown and not free.
    """
    if not settings.unpriced_is_free or any(card.price is not None for card in cards):
        return tuple(cards)
    return tuple(card if card.id in settings.flat_prices else replace(card, price=NOTHING) for card in cards)


def find_model(model: ModelId, cards: Sequence[ModelCard], settings: Settings) -> ModelCard:
    """The card of a model, whichever way it is capitalised. Raises UnknownName with near names, or NotAllowed.

    An empty catalogue (a server that lists no models) knows every name.
    """
    wanted = model.strip().lower()
    if not usable(ModelId(wanted), settings):
        raise NotAllowed(f"The model {escaped(model)} is not available here. /model shows which are.")
    for card in charged(cards or (ModelCard(id=ModelId(model), name=model),), settings):
        if wanted in (card.id.lower(), card.name.lower()):
            return card
    near = get_close_matches(wanted, [card.id.lower() for card in cards], n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else " /model shows what there is."
    raise UnknownName(f"I don't know a model called {escaped(model)}.{hint}")
