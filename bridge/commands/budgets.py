"""`/budget`: what admins do to the rules of spending.

Which rule or account is meant is found in `accounts`, whom a rule is for in `targets`, how it is shown in `budget_page`. A change and its
audit row are one transaction of the store.
"""

from __future__ import annotations

from dataclasses import replace

from bridge.commands import accounts, targets
from bridge.commands.budget_page import account, freezes, others, page
from bridge.commands.desk import Command, Desk
from bridge.commands.options import points, switch, text, zone
from bridge.commands.targets import TARGETS
from bridge.rules.budget import in_words
from bridge.values.command import CommandSpec, Kind, Needs, OptionSpec, Reply
from bridge.values.errors import NotAccepted
from bridge.values.ids import BudgetId
from bridge.values.inbound import Commanded, PlaceKind
from bridge.values.points import NO_WORKSPACE, Budget, Period, PeriodKind, Scope, ScopeKind, Share

_THIS = {
    PeriodKind.DAY: " for today",
    PeriodKind.WEEK: " for this week",
    PeriodKind.MONTH: " for this month",
    PeriodKind.NEVER: "",
}


async def show(commanded: Commanded, desk: Desk) -> Reply:
    target = targets.given(commanded)
    names, mention = _names(commanded), desk.chat.capabilities.mention if desk.chat else "{}"
    parts = [page(await accounts.shown(target, commanded, desk), names, mention)]
    if target is None:
        parts.append(others(await accounts.others(commanded, desk), names, mention))
    elif await accounts.spends_bridges_own(target, commanded, desk):
        parts.append(accounts.bridges_own(target, "see"))
    if not any(parts):
        whom = f"for {target.whom}" if target else "here"
        parts = [f"There is no budget rule {whom}. Make one with /budget set."]
    parts.append(freezes(await accounts.frozen_here(target, commanded, desk), names, mention))
    return Reply(text="\n\n".join(part for part in parts if part))


async def set_(commanded: Commanded, desk: Desk) -> Reply:
    target = targets.demanded(commanded)
    limit = points(text(commanded, "points"))
    old = await accounts.rule_of(target, desk)
    budget = Budget(
        id=old.id if old else budget_id(target.scope, target.share),
        scope=target.scope,
        share=target.share,
        limit=limit,
        period=await _period(commanded, old, desk),
    )
    await desk.budgets.set(budget, commanded.person.id, desk.clock.now())
    standing = await accounts.standing_of(budget, commanded, desk)
    note = "\nWith 0 points nothing may be spent." if limit == 0 else ""
    return Reply(text=f"Set.\n{account(standing, _names(commanded))}{note}")


async def grant(commanded: Commanded, desk: Desk) -> Reply:
    target = targets.demanded(commanded)
    amount = points(text(commanded, "points"))
    if amount == 0:
        raise NotAccepted("Grant at least 1 point. To allow less, use /budget set.")
    budget, leg = await accounts.to_grant(target, commanded, desk)
    reason = text(commanded, "reason")[:200]
    now = desk.clock.now()
    standing = await desk.budgets.grant(budget, leg, amount, commanded.person.id, reason, now)
    said = f"Granted {in_words(amount)}{_THIS[budget.period.kind]}."
    return Reply(text=f"{said}\n{account(standing, _names(commanded))}")


async def reset(commanded: Commanded, desk: Desk) -> Reply:
    target = targets.demanded(commanded)
    budget, legs = await accounts.to_reset(target, commanded, desk)
    given_back = await desk.budgets.reset(budget, legs, commanded.person.id, desk.clock.now())
    said = "Nothing was spent in this period, so there was nothing to give back."
    if given_back:
        said = f"Reset: {in_words(given_back)} already spent in this period can be spent again."
    if target.scope.kind is not ScopeKind.PERSON:
        return Reply(text=said)
    who = accounts.payer_of(target.scope, commanded, desk)
    (standing,) = await desk.ledger.standings([(budget, legs[0])], who)
    return Reply(text=f"{said}\n{account(standing, _names(commanded))}")


async def freeze(commanded: Commanded, desk: Desk) -> Reply:
    target, undo = targets.demanded(commanded), switch(commanded, "undo")
    scope, where = target.scope, ""
    if scope.kind is ScopeKind.PERSON:
        direct = commanded.place.kind is PlaceKind.DIRECT
        scope = replace(scope, workspace=NO_WORKSPACE) if direct else scope
        where = " on this server or in direct messages" if scope.workspace else " anywhere"
    await desk.budgets.freeze(scope, not undo, commanded.person.id, desk.clock.now())
    if undo and await desk.ledger.frozen(accounts.payer_of(scope, commanded, desk)):
        return Reply(
            text=f"I took this freeze of {target.whom} back, but another one still holds: "
            "of a role, of this channel or server, or of the bridge's admins."
        )
    if undo:
        return Reply(text=f"Unfrozen: {target.whom} can spend points again.")
    return Reply(
        text=f"Frozen: {target.whom} can't spend points{where} until you use /budget freeze with undo. "
        "Answers that are being written now are still finished."
    )


async def remove(commanded: Commanded, desk: Desk) -> Reply:
    target = targets.demanded(commanded)
    rule = await accounts.rule_of(target, desk)
    if rule is None:
        raise NotAccepted(f"There is no such rule for {target.whom}, so nothing was removed.")
    await desk.budgets.remove(rule.id, commanded.person.id, desk.clock.now())
    return Reply(text=f"Removed the rule for {target.whom}. The more general rules count again.")


def _names(commanded: Commanded) -> dict[str, str]:
    return {commanded.place.budget_channel: "this channel"} | dict(commanded.names)


def budget_id(scope: Scope, share: Share) -> BudgetId:
    """There is one rule for each scope and share, so its name is made of them."""
    return BudgetId("/".join((scope.kind.value, scope.workspace, scope.id, share.value)))


async def _period(commanded: Commanded, old: Budget | None, desk: Desk) -> Period:
    """What is not said stays as it was, or is as in the house."""
    house = await desk.budgets.find(accounts.HOUSE)
    usual = old.period if old else next((rule.period for rule in house), Period(kind=PeriodKind.DAY))
    kind = text(commanded, "period")
    return Period(kind=PeriodKind(kind) if kind else usual.kind, zone=zone(commanded) or usual.zone)


_POINTS = OptionSpec(name="points", help="A whole number, such as 5000 or 5k", required=True)
_PERIOD = OptionSpec(
    name="period",
    help="How often it renews; with never, only when an admin grants more",
    choices=tuple(kind.value for kind in PeriodKind),
)
_ZONE = OptionSpec(name="zone", help="Whose midnight counts, for example Europe/Berlin", suggests=True)
_SHARE = OptionSpec(
    name="share",
    help="Of a role or channel: each has so much, or all share one pool",
    choices=tuple(share.value for share in Share),
)
_REASON = OptionSpec(name="reason", help="Why; it is kept in the record of changes")
_UNDO = OptionSpec(name="undo", help="Let points be spent again", kind=Kind.SWITCH)


def _spec(verb: str, help_: str, *options: OptionSpec) -> CommandSpec:
    return CommandSpec(name=f"budget {verb}", help=help_, needs=Needs.ADMIN, options=options)


COMMANDS = (
    Command(
        spec=_spec("show", "How budgets stand: limit, spent, left, and who used most", *TARGETS), act=show
    ),
    Command(
        spec=_spec("set", "How many points somebody may spend", _POINTS, *TARGETS, _PERIOD, _ZONE, _SHARE),
        act=set_,
    ),
    Command(
        spec=_spec("grant", "Add points to a budget in its current period", _POINTS, *TARGETS, _REASON),
        act=grant,
    ),
    Command(
        spec=_spec("reset", "Give back what was spent in the current period", *TARGETS, _SHARE), act=reset
    ),
    Command(spec=_spec("freeze", "Let nobody there spend points for now", *TARGETS, _UNDO), act=freeze),
    Command(
        spec=_spec("remove", "Take a rule away, so that the more general ones count", *TARGETS, _SHARE),
        act=remove,
    ),
)
