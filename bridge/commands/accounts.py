"""Which rule and which account a budget command means, and whether it is for whoever commands. Reads only; changes are made in `budgets`.

A server's admins see and touch what was made on their server. What is the bridge's own, such as the house's budget and what somebody
spent from it on any server, is for the bridge's admins.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.commands.budget_page import Shown
from bridge.commands.desk import Desk
from bridge.commands.targets import Target
from bridge.rules import periods
from bridge.rules.access import runs_bridge
from bridge.rules.budget import legs
from bridge.values.errors import NotAccepted, NotAllowed
from bridge.values.ids import ChannelId, PersonId, RoleId
from bridge.values.inbound import Commanded, PlaceKind
from bridge.values.points import NO_WORKSPACE, Budget, Leg, Payer, Scope, ScopeKind, Share, Standing

HOUSE = Scope(kind=ScopeKind.HOUSE)

Account = tuple[Budget, Leg]


async def shown(target: Target | None, commanded: Commanded, desk: Desk) -> tuple[Shown, ...]:
    """A person's own accounts, the rules of whom was named, or the rules of this channel, server and house."""
    if target and target.scope.kind is ScopeKind.PERSON:
        who = payer_of(target.scope, commanded, desk)
        standings = await desk.ledger.standings(await _applying(who, desk), who)
        return tuple([Shown(rule=each) for each in standings if _theirs(each.budget, commanded, desk)])
    scopes = (target.scope,) if target else _scopes_here(commanded, desk)
    rules = [rule for scope in scopes for rule in await desk.budgets.find(scope)]
    # On a server, "everyone" and "server" are two rules of one scope.
    only = target.share if target and target.scope.kind is ScopeKind.WORKSPACE else None
    return tuple([await _shown(rule, commanded, desk) for rule in rules if only in (None, rule.share)])


async def others(commanded: Commanded, desk: Desk) -> tuple[Standing, ...]:
    """The rules made on this server for one person, role or channel, but those of this channel."""
    place = commanded.place
    rules = await desk.budgets.made_on(place.workspace)
    elsewhere = [
        rule
        for rule in rules
        if rule.scope.kind is not ScopeKind.CHANNEL or rule.scope.id != place.budget_channel
    ]
    return tuple([await standing_of(rule, commanded, desk) for rule in elsewhere])


async def frozen_here(target: Target | None, commanded: Commanded, desk: Desk) -> tuple[Scope, ...]:
    """What is frozen on this server, and everywhere; or only whom was named."""
    here = commanded.place.workspace
    made = list(await desk.budgets.freezes(here))
    if here != NO_WORKSPACE and runs_bridge(commanded.person, here, desk.settings):
        made += await desk.budgets.freezes(NO_WORKSPACE)
    wanted = (target.scope.kind, target.scope.id) if target else None
    return tuple(scope for scope in made if wanted in (None, (scope.kind, scope.id)))


async def rule_of(target: Target, desk: Desk) -> Budget | None:
    return next((rule for rule in await desk.budgets.find(target.scope) if rule.share is target.share), None)


async def to_grant(target: Target, commanded: Commanded, desk: Desk) -> Account:
    """The one account a grant goes to. Raises NotAccepted where there is none, or many."""
    if target.scope.kind is ScopeKind.PERSON:
        return await _allotment(target, commanded, desk)
    rules = await desk.budgets.find(target.scope)
    pool = next((rule for rule in rules if rule.share is Share.POOL), None)
    if pool is None:
        raise NotAccepted(
            f"There is no shared budget for {target.whom} to add to. "
            "Grant to one person, or change what each may spend with /budget set."
        )
    return pool, _leg(pool, "", desk)


async def to_reset(target: Target, commanded: Commanded, desk: Desk) -> tuple[Budget, tuple[Leg, ...]]:
    """A person's allotment, or every account of the rule of this target. Raises NotAccepted where there is none."""
    if target.scope.kind is ScopeKind.PERSON:
        budget, leg = await _allotment(target, commanded, desk)
        return budget, (leg,)
    rule = await rule_of(target, desk)
    if rule is None:
        raise NotAccepted(f"There is no such rule for {target.whom}, so there is nothing to reset.")
    used = await desk.budgets.accounts(rule, periods.span(rule.period, desk.clock.now()).start)
    return rule, tuple(Leg(budget=rule.id, holder=each.holder, span=each.span) for each in used)


async def standing_of(rule: Budget, commanded: Commanded, desk: Desk) -> Standing:
    """The rule's one account; of a rule for each of many, an account nobody has used, which shows the limit and a freeze."""
    own = rule.scope.kind is ScopeKind.PERSON and rule.share is Share.EACH
    leg = _leg(rule, rule.scope.id if own else "", desk)
    return (await desk.ledger.standings([(rule, leg)], payer_of(rule.scope, commanded, desk)))[0]


def payer_of(scope: Scope, commanded: Commanded, desk: Desk) -> Payer:
    """A person as they would ask in this place; else somebody who stands in this scope and in nothing narrower."""
    kind, channel = scope.kind, scope.id if scope.kind is ScopeKind.CHANNEL else ""
    roles: tuple[RoleId, ...] = (RoleId(scope.id),) if kind is ScopeKind.ROLE else ()
    if kind is ScopeKind.PERSON:
        channel = commanded.place.budget_channel
        own = commanded.person.roles if scope.id == commanded.person.id else ()
        roles = commanded.roles.get(scope.id, own)
    return Payer(
        person=PersonId(scope.id if kind is ScopeKind.PERSON else ""),
        roles=roles,
        channel=ChannelId(channel),
        workspace=commanded.place.workspace,
        key=desk.settings.key,
        direct=commanded.place.kind is PlaceKind.DIRECT,
    )


async def _applying(who: Payer, desk: Desk) -> Sequence[Account]:
    return legs(await desk.ledger.budgets(who), who, desk.clock.now())


async def _allotment(target: Target, commanded: Commanded, desk: Desk) -> Account:
    for budget, leg in await _applying(payer_of(target.scope, commanded, desk), desk):
        if budget.share is Share.EACH and _theirs(budget, commanded, desk):
            return budget, leg
        if budget.share is Share.EACH:
            raise NotAllowed(bridges_own(target, "change"))
    raise NotAccepted(f"No budget counts for {target.whom}. Make one with /budget set.")


def bridges_own(target: Target, verb: str) -> str:
    return (
        f"{target.whom} spends from the bridge's own budget, which only the bridge's admins can {verb}. "
        "Give them a rule of their own on this server with /budget set."
    )


async def spends_bridges_own(target: Target, commanded: Commanded, desk: Desk) -> bool:
    """Whether this person's allotment is not for whoever commands."""
    if target.scope.kind is not ScopeKind.PERSON:
        return False
    applying = await _applying(payer_of(target.scope, commanded, desk), desk)
    allotment = next((budget for budget, _ in applying if budget.share is Share.EACH), None)
    return allotment is not None and not _theirs(allotment, commanded, desk)


def _theirs(rule: Budget, commanded: Commanded, desk: Desk) -> bool:
    here = commanded.place.workspace
    return rule.scope.workspace == here != NO_WORKSPACE or runs_bridge(commanded.person, here, desk.settings)


async def _shown(rule: Budget, commanded: Commanded, desk: Desk) -> Shown:
    standing = await standing_of(rule, commanded, desk)
    shared = rule.share is Share.POOL or rule.scope.kind is ScopeKind.PERSON
    return Shown(
        rule=standing, people=() if shared else await desk.budgets.accounts(rule, standing.span.start)
    )


def _leg(rule: Budget, holder: str, desk: Desk) -> Leg:
    return Leg(budget=rule.id, holder=holder, span=periods.span(rule.period, desk.clock.now()))


def _scopes_here(commanded: Commanded, desk: Desk) -> tuple[Scope, ...]:
    place = commanded.place
    house = (HOUSE,) if runs_bridge(commanded.person, place.workspace, desk.settings) else ()
    if place.kind is PlaceKind.DIRECT:
        return house
    return (
        Scope(kind=ScopeKind.CHANNEL, id=place.budget_channel, workspace=place.workspace),
        Scope(kind=ScopeKind.WORKSPACE, id=place.workspace, workspace=place.workspace),
        *house,
    )
