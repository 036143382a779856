"""The second room: points are set aside before anybody is asked. No ledger, no call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bridge.ports import Admitted, Claimed, Denied, Ledger, Verdict
from bridge.rules import budget
from bridge.rules.prompt import Brief, Plan
from bridge.values.ids import HoldId
from bridge.values.inbound import Person, Place, PlaceKind
from bridge.values.points import Hold, Payer
from bridge.values.settings import Settings

TRIES = 4
"""Somebody else may take the same points between looking and holding; then we look again."""


class AlreadyTaken(Exception):
    """This event has been answered, or is being answered, by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    plan: Plan  # with the most that is afforded
    hold: Hold


def payer(person: Person, place: Place, settings: Settings) -> Payer:
    return Payer(
        person=person.id,
        roles=person.roles,
        channel=place.budget_channel,
        workspace=place.workspace,
        key=settings.key,
        direct=place.kind is PlaceKind.DIRECT,
    )


async def hold(
    brief: Brief,
    plan: Plan,
    ledger: Ledger,
    settings: Settings,
    *,
    rate: float,
    now: float,
    name: str,
    again: bool,
) -> Held:
    """Take the ceiling of this call from every budget that applies.

    `rate` is points per USD, `name` makes the hold's id within the turn, `again` means the turn is admitted already.
    Raises BudgetSpent, BudgetFrozen, NoPrice, AlreadyTaken, StoreError.
    """
    turn = brief.turn
    who = payer(turn.prompt.person, turn.prompt.place, settings)
    quote = _quote(brief, plan, settings, rate)
    legs = budget.legs(await ledger.budgets(who), who, now)
    refused: Denied | None = None
    for _ in range(TRIES):
        standings = await ledger.standings(legs, who)
        afforded = budget.afford(quote, standings)
        held = Hold(
            id=HoldId(f"{turn.id}.{name}"),
            turn=turn.id,
            amount=afforded.points,
            legs=tuple(leg for _, leg in legs),
            model=brief.card.id,
            key=settings.key,
            expires_at=now + settings.hold_seconds,
        )
        verdict: Verdict = await (
            ledger.hold_again(held, who, now) if again else ledger.admit(turn, held, who, now)
        )
        match verdict:
            case Admitted():
                return Held(plan=_at_most(plan, afforded.max_output_tokens), hold=held)
            case Claimed():
                raise AlreadyTaken
            case Denied():
                refused = verdict
    assert refused is not None
    raise budget.denial(refused.standing)


def _quote(brief: Brief, plan: Plan, settings: Settings, rate: float) -> budget.Quote:
    return budget.Quote(
        input_tokens=plan.input_tokens,
        output_tokens=plan.request.max_output_tokens,
        floor_tokens=settings.floor_tokens,
        price=brief.card.price,
        points_per_usd=rate,
        flat=settings.flat_prices.get(brief.card.id),
    )


def _at_most(plan: Plan, tokens: int) -> Plan:
    return replace(plan, request=replace(plan.request, max_output_tokens=tokens))
