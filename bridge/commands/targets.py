"""Whom a budget command is about: one of person, role, channel, everyone, server; and how that is said.

The rules themselves are read and written in `budgets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.commands.options import text
from bridge.commands.words import named
from bridge.values.command import Kind, OptionSpec
from bridge.values.errors import NotAccepted
from bridge.values.inbound import Commanded, PlaceKind
from bridge.values.points import Budget, Scope, ScopeKind, Share, Standing

TARGETS = (
    OptionSpec(name="person", help="One person", kind=Kind.PERSON),
    OptionSpec(name="role", help="Everyone with this role", kind=Kind.ROLE),
    OptionSpec(name="channel", help="What is asked in this channel and its threads", kind=Kind.CHANNEL),
    OptionSpec(
        name="everyone", help="Each person on this server who has no rule of their own", kind=Kind.SWITCH
    ),
    OptionSpec(name="server", help="The whole server together", kind=Kind.SWITCH),
)
_KINDS = {
    "person": ScopeKind.PERSON,
    "role": ScopeKind.ROLE,
    "channel": ScopeKind.CHANNEL,
    "everyone": ScopeKind.WORKSPACE,
    "server": ScopeKind.WORKSPACE,
}
_SHARES = {
    "person": Share.EACH,
    "role": Share.EACH,
    "channel": Share.POOL,
    "everyone": Share.EACH,
    "server": Share.POOL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`share` is what was asked for, or what suits this kind of target."""

    option: str
    scope: Scope
    share: Share
    name: str  # ready to be shown

    @property
    def whom(self) -> str:
        """Who stands in this scope, in the middle of a sentence."""
        return whom(self.scope.kind, f"**{self.name}**")


def whom(kind: ScopeKind, name: str) -> str:
    """Who stands in a scope of this kind. `name` is ready to be shown."""
    match kind:
        case ScopeKind.PERSON:
            return name
        case ScopeKind.ROLE:
            return f"everyone with the role {name}"
        case ScopeKind.CHANNEL:
            return f"everyone in {name}"
        case ScopeKind.WORKSPACE:
            return "everyone on this server"
        case ScopeKind.HOUSE | ScopeKind.KEY:
            return "the whole bridge"


def given(commanded: Commanded) -> Target | None:
    """The target named, or None when none is. Raises NotAccepted for two, or one that is nowhere here."""
    named_ones = [
        option.name for option in TARGETS if commanded.options.get(option.name) not in (None, "", False)
    ]
    if not named_ones:
        return None
    if len(named_ones) > 1:
        raise NotAccepted(f"Choose only one of {_listed(named_ones)}.")
    return _target(named_ones[0], commanded)


def demanded(commanded: Commanded) -> Target:
    """Like `given`, but somebody has to be named."""
    target = given(commanded)
    if target is None:
        raise NotAccepted(
            "Say for whom: choose person, role, channel, everyone (each for themselves) or server (all together)."
        )
    return target


def _target(option: str, commanded: Commanded) -> Target:
    place = commanded.place
    if place.kind is PlaceKind.DIRECT and option != "person":
        raise NotAccepted("In a direct message there is no server. Use this command on the server it is for.")
    kind = _KINDS[option]
    id_ = place.workspace if kind is ScopeKind.WORKSPACE else text(commanded, option)
    if kind is ScopeKind.ROLE and id_ == place.workspace:
        # The role that everybody has is named as the server is.
        raise NotAccepted("That role is everybody's. Choose everyone instead.")
    if kind is ScopeKind.CHANNEL and (above := _above(id_, commanded)) is not None:
        known = (
            f"Choose **{named(above, commanded.names)}**" if above in commanded.names else "Choose that one"
        )
        raise NotAccepted(f"A thread spends from the channel above it. {known} instead.")
    return Target(
        option=option,
        scope=Scope(kind=kind, id=id_, workspace=place.workspace),
        share=_share(option, text(commanded, "share")),
        name=named(id_, commanded.names),
    )


def _above(id_: str, commanded: Commanded) -> str | None:
    """The channel above, where this is a thread."""
    place = commanded.place
    return place.parent if id_ == place.channel else commanded.parents.get(id_)


def _share(option: str, asked: str) -> Share:
    usual = _SHARES[option]
    if not asked or asked == usual.value:
        return usual
    if option in ("role", "channel"):
        return Share(asked)
    if option == "person":
        raise NotAccepted("A person's budget is theirs alone. Leave out share.")
    other = "server" if option == "everyone" else "everyone"
    raise NotAccepted(
        f"{option} with share {asked} is what {other} is for: choose {other}, and leave out share."
    )


def holder_of(standing: Standing, names: Mapping[str, str]) -> str:
    """Whose account this is, and by which rule they have it: "**Ada**, through the role **mods**"."""
    scope, holder = standing.budget.scope, f"**{named(standing.holder, names)}**"
    match scope.kind:
        case ScopeKind.PERSON:
            return holder
        case ScopeKind.ROLE:
            return f"{holder}, through the role **{named(scope.id, names)}**"
        case ScopeKind.CHANNEL:
            return f"{holder}, in **{named(scope.id, names)}**"
        case _:
            whom = whose(standing.budget, names)
            return f"{holder}, as {whom[0].lower()}{whom[1:]}"


def whose(budget: Budget, names: Mapping[str, str]) -> str:
    """For whom a rule is, at the beginning of a line: "Each person with the role **mods**"."""
    name = named(budget.scope.id, names)
    each = budget.share is Share.EACH
    match budget.scope.kind:
        case ScopeKind.PERSON:
            return f"**{name}**"
        case ScopeKind.ROLE:
            return (
                f"Each person with the role **{name}**" if each else f"All with the role **{name}** together"
            )
        case ScopeKind.CHANNEL:
            return f"Each person in **{name}**" if each else f"All in **{name}** together"
        case ScopeKind.WORKSPACE:
            return "Each person on this server" if each else "This server as a whole"
        case ScopeKind.HOUSE:
            return "Each person, by the bridge's configuration" if each else "The whole bridge together"
        case ScopeKind.KEY:
            return "Each person on this Poe key" if each else "The Poe key as a whole"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
