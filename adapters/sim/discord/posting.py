"""Messages come into being, change and go: the one way for people and for the bot.

What may be said is checked before this (`checks`, `rest`); here it simply happens and is told.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import mentions
from .nouns import (
    HAS_THREAD,
    LOADING,
    PUBLIC_THREAD,
    SUPPRESS_EMBEDS,
    Attachment,
    Channel,
    Interaction,
    Json,
    Message,
    Reaction,
    Reference,
    User,
    Version,
)

if TYPE_CHECKING:
    from .world import World

REPLY, CHAT_INPUT, THREAD_STARTER, CONTEXT_MENU, THREAD_CREATED = 19, 20, 21, 23, 18


@dataclass(slots=True, kw_only=True)
class Draft:
    """A message about to be posted."""

    content: str = ""
    flags: int = 0
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    reference: Reference | None = None
    snapshots: list[Json] = field(default_factory=list)
    allowed_mentions: Json | None = None
    nonce: str | int | None = None
    tts: bool = False
    kind: int = 0
    interaction: Interaction | None = None
    metadata: Json | None = None
    seen_by: int | None = None


def post(world: "World", channel: Channel, author: User, draft: Draft) -> Message:
    """Put a message into a channel and tell everyone."""
    replied = _replied(world, draft.reference)
    message = Message(
        id=world.ids.next(),
        channel_id=channel.id,
        guild_id=channel.guild_id,
        author=author,
        at=world.now(),
        kind=REPLY if replied and draft.kind == 0 else draft.kind,
        content=draft.content,
        flags=draft.flags,
        attachments=draft.attachments,
        embeds=draft.embeds,
        components=draft.components,
        reference=draft.reference,
        snapshots=draft.snapshots,
        nonce=draft.nonce,
        tts=draft.tts,
        metadata=draft.metadata,
        seen_by=draft.seen_by,
        pings=mentions.rung(
            world,
            channel,
            author,
            draft.content,
            draft.allowed_mentions,
            replied if draft.kind == 0 else None,
        ),
    )
    if draft.interaction:
        message.application_id = message.webhook_id = world.application_id
        message.interaction_id = draft.interaction.id
    _admit(world, channel, message)
    return message


def _replied(world: "World", reference: Reference | None) -> User | None:
    if reference is None or reference.kind != 0 or reference.message_id is None:
        return None
    answered = world.messages.get(reference.message_id)
    return answered.author if answered else None


def _admit(world: "World", channel: Channel, message: Message) -> None:
    world.messages[message.id] = message
    if message.nonce is not None and message.author is world.bot:
        world.nonces[message.nonce] = message
    channel.messages.append(message)
    world.typing.pop((channel.id, message.author.id), None)
    if not message.ephemeral:
        channel.last_message_id = message.id
        channel.total_sent += 1
        channel.archived = False
    _remember(world, message)
    world.tell("message.created", message, channel)
    _preview(world, channel, message)


def _remember(world: "World", message: Message) -> None:
    message.versions.append(
        Version(
            content=message.content,
            at=world.now(),
            pings=message.pings,
            flags=message.flags,
            components=len(message.components),
            attachments=len(message.attachments),
        )
    )


def _preview(world: "World", channel: Channel, message: Message) -> None:
    """Link previews arrive a moment after the message, as an update of their own without an edit time."""
    allowed = world.rules.preview_links and not message.flags & SUPPRESS_EMBEDS and not message.loading
    found = mentions.previews(message.content) if allowed else []
    if not world.can(message.author, channel, "embed_links"):
        found = []
    if found != message.previews:
        message.previews = found
        world.tell("message.previewed", message, channel)


@dataclass(slots=True, kw_only=True)
class Alteration:
    """What an edit changes; None leaves a thing as it is."""

    content: str | None = None
    flags: int | None = None
    attachments: list[Attachment] | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    allowed_mentions: Json | None = None


def edit(world: "World", message: Message, change: Alteration) -> None:
    """Change a message. Mentions are read again, with defaults when the edit does not say otherwise."""
    channel = world.channels[message.channel_id]
    for name in ("content", "flags", "attachments", "embeds", "components"):
        value = getattr(change, name)
        if value is not None:
            setattr(message, name, value)
    was_loading = message.loading
    message.flags &= ~LOADING
    if change.content is not None or change.allowed_mentions is not None:
        replied = _replied(world, message.reference)
        message.pings = mentions.rung(
            world, channel, message.author, message.content, change.allowed_mentions, replied
        )
    if not was_loading:
        message.edited_at = world.now()
    _remember(world, message)
    world.tell("message.edited", message, channel)
    _preview(world, channel, message)


def delete(world: "World", message: Message) -> None:
    """Take a message away; it stays in the world with the time it went."""
    channel = world.channels[message.channel_id]
    message.deleted_at = world.now()
    standing = [m.id for m in channel.messages if not m.deleted and not m.ephemeral]
    channel.last_message_id = max(standing, default=channel.last_message_id)
    world.tell("message.deleted", message, channel)


def react(world: "World", message: Message, user: User, emoji: str) -> None:
    """Add one person's reaction; a second time changes nothing."""
    found = next((r for r in message.reactions if r.emoji == emoji), None)
    if found is None:
        found = Reaction(emoji=emoji)
        message.reactions.append(found)
    if user.id not in found.users:
        found.users.append(user.id)
        world.tell("reaction.added", message, world.channels[message.channel_id], (emoji, user))


def unreact(world: "World", message: Message, user: User, emoji: str) -> None:
    """Take one person's reaction away, where there is one."""
    for found in message.reactions:
        if found.emoji == emoji and user.id in found.users:
            found.users.remove(user.id)
            world.tell("reaction.removed", message, world.channels[message.channel_id], (emoji, user))
    message.reactions = [r for r in message.reactions if r.users]


def open_thread(
    world: "World",
    parent: Channel,
    owner: User,
    name: str,
    *,
    kind: int,
    archive_minutes: int = 1440,
    starter: Message | None = None,
) -> Channel:
    """A thread below a channel; one that starts at a message has the message's id."""
    thread = Channel(
        id=starter.id if starter else world.ids.next(),
        kind=kind,
        guild_id=parent.guild_id,
        name=name,
        parent_id=parent.id,
        owner_id=owner.id,
        auto_archive_minutes=archive_minutes,
        archived_at=world.now(),
        joined={owner.id: world.now()},
    )
    world.channels[thread.id] = thread
    world.tell("thread.created", thread, thread)
    if starter:
        starter.thread_id = thread.id
        starter.flags |= HAS_THREAD
        world.tell("message.flagged", starter, parent)
        reference = Reference(kind=0, channel_id=parent.id, message_id=starter.id, guild_id=parent.guild_id)
        post(world, thread, starter.author, Draft(kind=THREAD_STARTER, reference=reference))
    elif kind == PUBLIC_THREAD:
        note = Reference(kind=0, channel_id=thread.id, message_id=None, guild_id=thread.guild_id)
        post(world, parent, owner, Draft(kind=THREAD_CREATED, content=name, reference=note))
    return thread


def set_archived(world: "World", thread: Channel, archived: bool, locked: bool | None = None) -> None:
    """Archive or wake a thread."""
    thread.archived = archived
    thread.archived_at = world.now()
    if locked is not None:
        thread.locked = locked
    world.tell("thread.updated", thread, thread)


def start_typing(world: "World", channel: Channel, user: User) -> None:
    """Show that somebody types, for ten seconds or until they post."""
    world.typing[channel.id, user.id] = world.now()
    world.tell("typing.started", user, channel)
