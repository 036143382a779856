"""What a chat platform can tell us: somebody said, commanded or pressed something."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.values.ids import ChannelId, EventId, MessageId, PersonId, Platform, RoleId, TurnId, WorkspaceId
from bridge.values.parts import FileRef


class PlaceKind(enum.Enum):
    CHANNEL = "channel"
    THREAD = "thread"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands. `channel` is the thread itself for a thread; `parent` is then the channel above it."""

    platform: Platform
    workspace: WorkspaceId
    channel: ChannelId
    kind: PlaceKind
    parent: ChannelId | None = None
    ours: bool | None = False  # a thread the bot started; None: ours if an answer of ours stands in it

    @property
    def budget_channel(self) -> ChannelId:
        """The channel whose budgets count: a thread spends from the channel above it."""
        return self.parent or self.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: PersonId
    name: str
    roles: tuple[RoleId, ...] = ()  # best role first
    admin: bool = False  # as the platform says at the moment of the event
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """A short-lived right to answer, such as an interaction's token."""

    token: str
    expires_at: float  # seconds since the epoch
    original: bool = True  # the deferred first response has not been used yet


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """One message on a platform, and the right to edit it if that is not simply ours."""

    channel: ChannelId
    message: MessageId
    via: Via | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an answer goes. A private one is seen by `person` alone."""

    place: Place
    person: PersonId
    reply_to: MessageId | None = None
    via: Via | None = None
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Another message brought along as context: the one replied to, forwarded, or asked about."""

    author: str
    text: str
    message: MessageRef | None = None
    ours: bool = False  # written by the bot
    by: PersonId | None = None  # who wrote it, where the platform says so and it is not ours
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message. `text` is plain, with the mention of the bot taken out and other mentions readable."""

    event: EventId
    place: Place
    person: Person
    message: MessageId
    text: str
    at: float
    mentions_us: bool = False
    mentions_others: bool = False  # it begins by mentioning somebody else
    reply_to: MessageRef | None = None
    root: MessageRef | None = None  # the message of ours that its thread hangs on
    quoted: tuple[Quoted, ...] = ()
    files: tuple[FileRef, ...] = ()
    readable: bool = True  # False: the platform withheld the text (no message-content intent)


Option = str | int | bool | FileRef
"""What an option of a command can carry; people, roles and channels come as their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commanded:
    """A command, already acknowledged to the platform. `name` may have a space: "budget set"."""

    event: EventId
    place: Place
    person: Person
    name: str
    at: float
    options: Mapping[str, Option] = field(default_factory=dict)
    quoted: tuple[Quoted, ...] = ()
    answer: Destination
    names: Mapping[str, str] = field(default_factory=dict)  # id -> readable name, for whom and what is named
    roles: Mapping[str, tuple[RoleId, ...]] = field(default_factory=dict)  # of people named; best first
    parents: Mapping[str, ChannelId] = field(default_factory=dict)  # of threads named: the channel above


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button under one of our messages, already acknowledged to the platform."""

    event: EventId
    place: Place
    person: Person
    action: str  # a values.draft.Action
    turn: TurnId
    at: float
    message: MessageRef
    answer: Destination  # for a private word to whoever pressed


Inbound = Said | Commanded | Pressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggesting:
    """Somebody is typing an option; what could it become?"""

    place: Place
    person: Person
    command: str
    option: str
    partial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    label: str  # at most 100 characters
    value: str  # at most 100 characters
