"""What a command works with, and what a command is. Only the runner and the command at hand see the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bridge.ports import (
    Budgets,
    Chat,
    Clock,
    Ledger,
    Live,
    LiveStanding,
    Memory,
    ModelCatalog,
    Notify,
    Turns,
    UsageFeed,
)
from bridge.rules.access import is_admin, runs_bridge
from bridge.values.command import CommandSpec, Reply
from bridge.values.inbound import Commanded, Person, Place, PlaceKind
from bridge.values.points import Payer
from bridge.values.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The ports a command may use. From a shell there is no chat, and nothing is live."""

    ledger: Ledger
    budgets: Budgets
    turns: Turns
    memory: Memory
    catalog: ModelCatalog
    usage: UsageFeed
    clock: Clock
    settings: Settings
    notify: Notify
    chat: Chat | None = None
    live: Live | None = None
    overview: Callable[[], LiveStanding] | None = None  # all platforms of the house together


Act = Callable[[Commanded, Desk], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`act` raises BridgeErrors freely: the runner says them."""

    spec: CommandSpec
    act: Act


def hears_mentions_only(desk: Desk) -> bool:
    """Whether the platform limits what it shows us: then nobody is promised that they need not mention us."""
    return desk.live is not None and bool(desk.live.standing().limits)


def administers(person: Person, place: Place, settings: Settings) -> bool:
    """Whether commands for admins are theirs here. In a direct message there is no server, and nothing for its admins to decide."""
    on_server = place.kind is not PlaceKind.DIRECT
    return (on_server and is_admin(person, settings)) or runs_bridge(person, place.workspace, settings)


def payer(person: Person, place: Place, settings: Settings) -> Payer:
    """Whom a question asked by this person in this place would be charged to."""
    return Payer(
        person=person.id,
        roles=person.roles,
        channel=place.budget_channel,
        workspace=place.workspace,
        key=settings.key,
        direct=place.kind is PlaceKind.DIRECT,
    )
