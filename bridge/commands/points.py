"""`/points`: what a person may still spend here, told to nobody else."""

from __future__ import annotations

from bridge.commands.budget_page import amounts
from bridge.commands.desk import Command, Desk, payer
from bridge.commands.words import bar, per, typical
from bridge.rules.access import find_model
from bridge.rules.budget import describe, in_words, legs, renewal, whom_frozen
from bridge.values.command import CommandSpec, Reply
from bridge.values.errors import BridgeError
from bridge.values.inbound import Commanded
from bridge.values.points import NO_WORKSPACE, Payer, Standing


async def points(commanded: Commanded, desk: Desk) -> Reply:
    who = payer(commanded.person, commanded.place, desk.settings)
    applying = legs(await desk.ledger.budgets(who), who, desk.clock.now())
    standings = await desk.ledger.standings(applying, who)
    if not standings and await desk.ledger.frozen(who):
        return Reply(text="**Frozen**: an admin has stopped your spending for now.")
    if not standings:
        return Reply(text="No budget limits your points here.")
    told = [_told(standing, who) for standing in standings]
    return Reply(text="\n\n".join((*told, await _enough(standings, desk))).strip())


def _told(standing: Standing, who: Payer) -> str:
    name = describe(standing)
    budget = standing.budget
    if who.direct and budget.scope.workspace not in (NO_WORKSPACE, who.workspace):
        name += ", made on a server"
    frozen = (
        f"**Frozen**: an admin has stopped spending {whom_frozen(standing)} for now.\n"
        if standing.frozen
        else ""
    )
    return (
        f"**{name[0].upper()}{name[1:]}**: {in_words(budget.limit)}{per(budget.period)}\n"
        f"{bar(standing)} {amounts(standing)}\n{frozen}{renewal(standing)}"
    )


async def _enough(standings: tuple[Standing, ...], desk: Desk) -> str:
    """What is left, in answers of the house's own model."""
    left = min(standing.left for standing in standings)
    preset = desk.settings.presets[desk.settings.default_preset]
    try:
        card = find_model(preset.model, await desk.catalog.cards(), desk.settings)
    except BridgeError:  # also while the list of models can't be read: that is not what was asked
        return ""
    cost = typical(card, desk.settings, desk.catalog.points_per_usd())
    if not cost or left <= 0 or any(standing.frozen for standing in standings):
        return ""
    answers = left // cost
    if not answers:
        return f"That is less than an ordinary answer of {card.name} costs."
    return f"That is enough for about {answers:,} ordinary {'answer' if answers == 1 else 'answers'} of {card.name}."


COMMANDS = (
    Command(act=points, spec=CommandSpec(name="points", help="What you have spent and what you have left")),
)
