"""What the simulated Slack is made of: workspaces, people, conversations, messages. Plain mutable state, no behaviour.

How these look on the wire is `render`'s business; what may happen to them is `posting`'s, `streams`' and `web`'s.
Ids are Slack's strings, times are seconds since 1970.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PUBLIC, PRIVATE, DIRECT, GROUP = "channel", "group", "im", "mpim"
STREAMING, ENDED, EXPIRED, STOPPED = "streaming", "ended", "expired", "stopped"


@dataclass(slots=True, kw_only=True)
class Team:
    """A workspace. `bot` is the app's user in it while the app is installed."""

    id: str
    name: str
    domain: str
    bot: "User | None" = None


@dataclass(slots=True, kw_only=True)
class User:
    id: str
    team_id: str
    name: str
    real_name: str
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_guest: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    locale: str = "en-US"
    tz: str = "Europe/Amsterdam"
    tz_offset: int = 3600
    deleted: bool = False

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True)
class Group:
    """A user group, mentioned as `@handle`."""

    id: str
    team_id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)

    @property
    def mention(self) -> str:
        return f"<!subteam^{self.id}>"


@dataclass(slots=True, kw_only=True)
class Channel:
    """A conversation: public or private channel, direct message, or group of direct messages."""

    id: str
    team_id: str
    kind: str
    name: str = ""
    created: int = 0
    creator: str = ""
    topic: str = ""
    members: list[str] = field(default_factory=list)
    is_archived: bool = False
    deleted: bool = False
    messages: list["Message"] = field(default_factory=list)

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"


@dataclass(slots=True, kw_only=True)
class File:
    """`state`: waiting (a URL was given), uploaded (bytes are here), shared (it is in conversations)."""

    id: str
    team_id: str
    user_id: str
    name: str
    title: str
    mimetype: str
    size: int
    at: float
    content: bytes = b""
    alt_txt: str | None = None
    snippet_type: str | None = None
    state: str = "shared"
    upload_key: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pings:
    """Who a text rang for: people, user groups, and `channel`, `here`, `everyone`."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    everyone: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.users or self.groups or self.everyone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of a message: the first is its creation, every further one an edit or a piece of a stream.

    `text` is what a person sees of it, `blocks` the kinds of its blocks.
    """

    text: str
    at: float
    pings: Pings
    blocks: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Stream:
    """A message that grows: what came in, and `state`: streaming, ended, expired, stopped.

    `shape` is how its pieces come, "text" (as `markdown_text`) or "chunks"; the first one decides.
    """

    started_at: float
    recipient: str | None
    mode: str = "timeline"
    state: str = STREAMING
    shape: str | None = None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    tasks: dict[str, Json] = field(default_factory=dict)
    plan: str = ""
    appends: int = 0


@dataclass(slots=True, kw_only=True)
class Message:
    """One message. `text` is in Slack's wire form: `&amp; &lt; &gt;` and `<@U…>`."""

    team_id: str
    channel_id: str
    ts: str
    at: float
    user_id: str | None = None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    icons: Json | None = None
    metadata: Json | None = None
    edited: tuple[str, str] | None = None
    deleted_at: float | None = None
    seen_by: str | None = None
    client_msg_id: str | None = None
    inviter: str | None = None
    unfurls: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    stream: Stream | None = None
    pings: Pings = Pings()
    versions: list[Version] = field(default_factory=list)

    @property
    def ephemeral(self) -> bool:
        return self.seen_by is not None

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def streaming(self) -> bool:
        return self.stream is not None and self.stream.state == STREAMING

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def shown(self) -> str:
        """The text a person sees: that of the blocks where there are any, else `text`."""
        parts = [part for block in self.blocks for part in texts(block)]
        return "\n".join(parts) if parts else self.text


def texts(block: Json) -> list[str]:
    """The texts of a block that are not on buttons and in menus."""
    match block.get("type"):
        case "markdown":
            return [str(block.get("text", ""))]
        case "section" | "header":
            own = [block["text"]] if isinstance(block.get("text"), dict) else []
            return [str(part.get("text", "")) for part in [*own, *block.get("fields", [])]]
        case "context":
            return [str(part["text"]) for part in block.get("elements", []) if "text" in part]
        case _:
            return []


@dataclass(slots=True, kw_only=True)
class View:
    """A modal or somebody's App Home. `state`: open, closed, submitted, replaced."""

    id: str
    team_id: str
    user_id: str
    kind: str
    body: Json
    root_id: str
    previous_id: str | None = None
    state: str = "open"
    hash: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    values: Json = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        found: list[Json] = self.body.get("blocks", [])
        return found

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))


@dataclass(slots=True, kw_only=True)
class Invocation:
    """One thing a person did to the app, and what came of it.

    `kind`: slash, action, shortcut, message_action, submission, closed.
    `state`: waiting, acked, failed (nobody acknowledged it in time).
    """

    id: str
    kind: str
    user: User
    team_id: str
    channel_id: str | None
    payload: Json
    at: float
    trigger_id: str
    response_key: str | None = None
    response_uses: int = 0
    message: Message | None = None
    view: View | None = None
    state: str = "waiting"
    ack: Any = None
    acked_at: float | None = None
    replies: list[Message] = field(default_factory=list)
    opened: View | None = None


@dataclass(slots=True, kw_only=True)
class Session:
    """What an agent says of one thread. `status`: processing, active, suspended, closed."""

    id: str
    team_id: str
    channel_id: str
    thread_ts: str
    status: str
    title: str = ""
    initiator: str | None = None
    stoppable: bool = False
    past: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Assistance:
    """What `assistant.threads.*` said of one thread, or of a whole conversation where there is no thread."""

    status: str = ""
    status_at: float = 0.0
    loading: list[str] = field(default_factory=list)
    title: str = ""
    prompts_title: str = ""
    prompts: list[Json] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Token:
    """What may be done with a credential. `kind`: bot, app."""

    value: str
    kind: str
    scopes: tuple[str, ...]
    team_id: str = ""
    user_id: str = ""
    installer: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One call of the Web API and its answer, as they crossed the wire. `body` holds the arguments without the token."""

    at: float
    method: str
    team_id: str | None
    body: Json
    status: int
    answer: Any
    fault: str | None = None
