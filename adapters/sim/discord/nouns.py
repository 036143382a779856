"""What the simulated Discord is made of: people, places, messages. Plain mutable state, no behaviour.

How these look on the wire is `render`'s business; what may happen to them is `posting`'s and `rest`'s.
Ids are integers, times are seconds since 1970.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TEXT, DM, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 11, 12

SUPPRESS_EMBEDS = 1 << 2
HAS_THREAD = 1 << 5
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
HAS_SNAPSHOT = 1 << 14
COMPONENTS_V2 = 1 << 15


@dataclass(slots=True, kw_only=True)
class User:
    id: int
    username: str
    global_name: str | None = None
    bot: bool = False
    accepts_dms: bool = True
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True)
class Role:
    id: int
    name: str
    permissions: int = 0
    position: int = 0
    color: int = 0
    mentionable: bool = False
    bot_id: int | None = None

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(slots=True, kw_only=True)
class Member:
    user: User
    joined_at: float
    roles: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True, kw_only=True)
class Guild:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Overwrite:
    """What one role or one member may or may not do in one channel, as permission bits."""

    id: int
    for_member: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, kw_only=True)
class Channel:
    """A text channel, a direct message, or a thread."""

    id: int
    kind: int
    guild_id: int | None = None
    name: str = ""
    topic: str | None = None
    position: int = 0
    parent_id: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: list[User] = field(default_factory=list)
    owner_id: int | None = None
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440
    archived_at: float = 0.0
    joined: dict[int, float] = field(default_factory=dict)
    messages: list["Message"] = field(default_factory=list)
    last_message_id: int | None = None
    total_sent: int = 0
    old_edits: list[float] = field(default_factory=list)

    @property
    def is_thread(self) -> bool:
        return self.kind in (PUBLIC_THREAD, PRIVATE_THREAD)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"


@dataclass(slots=True, kw_only=True)
class Attachment:
    id: int
    filename: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None
    description: str | None = None
    ephemeral: bool = False
    spoiler: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pings:
    """Who a text rang for when it was written."""

    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of a message's text: the first is its creation, every further one an edit."""

    content: str
    at: float
    pings: Pings
    flags: int = 0
    components: int = 0
    attachments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a message answers (kind 0) or forwards (kind 1); a note of a new thread names only that."""

    kind: int
    channel_id: int
    message_id: int | None
    guild_id: int | None = None


@dataclass(slots=True, kw_only=True)
class Reaction:
    emoji: str
    users: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Message:
    id: int
    channel_id: int
    author: User
    at: float
    guild_id: int | None = None
    kind: int = 0
    content: str = ""
    flags: int = 0
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    previews: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    reference: Reference | None = None
    snapshots: list[Json] = field(default_factory=list)
    application_id: int | None = None
    webhook_id: int | None = None
    interaction_id: int | None = None
    metadata: Json | None = None
    nonce: str | int | None = None
    tts: bool = False
    pinned: bool = False
    pings: Pings = Pings()
    reactions: list[Reaction] = field(default_factory=list)
    edited_at: float | None = None
    deleted_at: float | None = None
    thread_id: int | None = None
    seen_by: int | None = None
    versions: list[Version] = field(default_factory=list)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def shown_embeds(self) -> list[Json]:
        return [] if self.flags & SUPPRESS_EMBEDS else [*self.embeds, *self.previews]


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One thing a person did to the bot's commands or buttons, and what came of it.

    `kind`: 2 command, 3 component, 4 autocomplete, 5 modal submit.
    `state`: waiting, answered, deferred, failed (nobody answered in time).
    """

    id: int
    token: str
    kind: int
    user: User
    channel_id: int
    guild_id: int | None
    data: Json
    at: float
    message: Message | None = None
    state: str = "waiting"
    answer_kind: int | None = None
    ephemeral: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] | None = None
    modal: Json | None = None
    parent: "Interaction | None" = None
    answered_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request and its answer, as they crossed the wire."""

    at: float
    method: str
    template: str
    path: str
    query: Json
    body: Any
    files: tuple[str, ...]
    status: int
    answer: Any
    fault: str | None = None
