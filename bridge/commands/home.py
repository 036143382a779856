"""A person's own page: what pays for them, their last answers, and what they chose. How it is drawn is the platform's matter.

What is chosen there is kept by `/model` and `/preset`, so a page and a command can't disagree.
"""

from __future__ import annotations

from bridge.commands import presets
from bridge.commands.desk import Desk, administers, payer
from bridge.commands.models import SETTING
from bridge.commands.suggest import suggest
from bridge.rules.access import find_model
from bridge.rules.budget import legs
from bridge.values.errors import BridgeError, UpstreamError
from bridge.values.home import Home
from bridge.values.ids import ModelId
from bridge.values.inbound import Choice, Person, Place, Suggesting
from bridge.values.points import Scope, ScopeKind, Standing

ANSWERS = 5


async def home(person: Person, place: Place, desk: Desk) -> Home:
    """As it stands now. Raises StoreError; a list of models that can't be had is only left out."""
    own = Scope(kind=ScopeKind.PERSON, id=person.id, workspace=place.workspace)
    chosen = await desk.memory.setting(own, SETTING) or ""
    return Home(
        standings=await _standings(person, place, desk),
        answers=await desk.turns.of_person(person.id, place, ANSWERS),
        models=await _models(chosen, person, place, desk),
        model=chosen,
        presets=await _suggested("preset", person, place, desk),
        preset=await desk.memory.setting(own, presets.SETTING) or "",
        admin=administers(person, place, desk.settings),
    )


async def _standings(person: Person, place: Place, desk: Desk) -> tuple[Standing, ...]:
    """The tightest first: it is the one that will refuse."""
    who = payer(person, place, desk.settings)
    applying = legs(await desk.ledger.budgets(who), who, desk.clock.now())
    return tuple(sorted(await desk.ledger.standings(applying, who), key=lambda standing: standing.left))


async def _models(chosen: str, person: Person, place: Place, desk: Desk) -> tuple[Choice, ...]:
    """As `/model` suggests them; the chosen one is among them although many come before it."""
    try:
        offered = await _suggested("model", person, place, desk)
        if not chosen or chosen in {choice.value for choice in offered}:
            return offered
        card = find_model(ModelId(chosen), await desk.catalog.cards(), desk.settings)
    except UpstreamError:
        return ()
    except BridgeError:  # what was chosen is not to be had any more
        return offered
    return (Choice(label=card.name, value=chosen), *offered[:-1])


async def _suggested(command: str, person: Person, place: Place, desk: Desk) -> tuple[Choice, ...]:
    asking = Suggesting(place=place, person=person, command=command, option="name", partial="")
    return await suggest(asking, desk)
