"""Messages come into being, change and go: the one way for people and for the app.

What may be said is checked before this (`blocks`, `web`); here it simply happens and is told.
"""

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import mentions
from .nouns import Channel, File, Json, Message, Stream, User, Version

if TYPE_CHECKING:
    from .world import World


@dataclass(slots=True, kw_only=True)
class Draft:
    """A message about to be posted."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    username: str | None = None
    icons: Json | None = None
    metadata: Json | None = None
    seen_by: str | None = None
    link_names: bool = False
    unfurls: bool = False
    stream: Stream | None = None
    inviter: str | None = None


def post(world: "World", channel: Channel, author: User, draft: Draft) -> Message:
    """Put a message into a conversation and tell everyone."""
    message = Message(
        team_id=channel.team_id,
        channel_id=channel.id,
        ts=world.stamp(channel.team_id),
        at=world.now(),
        user_id=author.id,
        bot_id=author.bot_id,
        app_id=author.app_id,
        client_msg_id=None if author.is_bot or draft.subtype else str(uuid.uuid4()),
        text=draft.text,
        blocks=draft.blocks,
        attachments=draft.attachments,
        files=draft.files,
        thread_ts=draft.thread_ts,
        broadcast=draft.broadcast,
        subtype=draft.subtype,
        username=draft.username,
        icons=draft.icons,
        metadata=draft.metadata,
        seen_by=draft.seen_by,
        stream=draft.stream,
        inviter=draft.inviter,
        unfurls=draft.unfurls,
    )
    _open_thread(world, channel, message)
    world.messages[channel.id, message.ts] = message
    channel.messages.append(message)
    for file in draft.files:
        file.shares.setdefault(channel.id, []).append(message.ts)
    remember(world, message, names=draft.link_names)
    if author.is_bot and not message.ephemeral:
        _clear_status(world, message)
    world.tell("message.created", message, channel)
    return message


def _open_thread(world: "World", channel: Channel, message: Message) -> None:
    """The first reply makes its root the root of a thread."""
    root = world.message(channel.id, message.thread_ts or "")
    if root is not None and not message.ephemeral and root.thread_ts is None:
        root.thread_ts = root.ts


def remember(world: "World", message: Message, *, names: bool = False) -> None:
    """Note how the message stands now, and who it rings for."""
    written = (message.text, *_all_texts(message.blocks))
    message.pings = mentions.rung(world, message.team_id, *written, names=names)
    kinds = tuple(str(block.get("type")) for block in message.blocks)
    version = Version(text=message.shown, at=world.now(), pings=message.pings, blocks=kinds)
    message.versions.append(version)


def _all_texts(blocks: list[Json]) -> list[str]:
    """Every text that blocks written by an app show; ids and values are none."""
    found: list[str] = []
    waiting: list[object] = list(blocks)
    while waiting:
        match waiting.pop():
            case {"type": "markdown" | "mrkdwn" | "text", "text": str(text)}:
                found.append(text)
            case {"type": "user", "user_id": str(user)}:
                found.append(f"<@{user}>")
            case dict() as part:
                waiting.extend(part.values())
            case list() as parts:
                waiting.extend(parts)
            case _:
                pass
    return found


def _clear_status(world: "World", message: Message) -> None:
    """A message of the app ends its "is thinking…" in that thread."""
    known = world.threads.get((message.channel_id, message.thread_ts or message.ts))
    if known is not None and known.status:
        known.status = ""
        world.tell("assistant.status", known, world.channels[message.channel_id])


@dataclass(slots=True, kw_only=True)
class Alteration:
    """What an edit changes; None leaves a thing as it is."""

    text: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None
    files: list[File] | None = None
    link_names: bool = False


def edit(world: "World", message: Message, by: User, new: Alteration) -> None:
    """Change a message and tell everyone; messages made of blocks do not say "(edited)"."""
    before = (message.text, message.blocks)
    message.text = message.text if new.text is None else new.text
    message.blocks = message.blocks if new.blocks is None else new.blocks
    message.attachments = message.attachments if new.attachments is None else new.attachments
    message.metadata = message.metadata if new.metadata is None else new.metadata
    message.files = message.files if new.files is None else new.files
    if before != (message.text, message.blocks):
        message.edited = (by.id, world.stamp(message.team_id))
    remember(world, message, names=new.link_names)
    world.tell("message.edited", message, world.channels[message.channel_id])


def delete(world: "World", message: Message) -> None:
    """Take a message away; answers to it stay."""
    message.deleted_at = world.now()
    world.tell("message.deleted", message, world.channels[message.channel_id])


def react(world: "World", message: Message, by: User, name: str) -> None:
    """Put a reaction under a message."""
    message.reactions.setdefault(name, []).append(by.id)
    world.tell("reaction.added", message, world.channels[message.channel_id], detail=(name, by))


def join(world: "World", channel: Channel, user: User, inviter: User | None = None) -> None:
    """Come into a channel, with the note that Slack writes."""
    channel.members.append(user.id)
    world.tell("member.joined", user, channel, detail=inviter)
    draft = Draft(
        text=f"{user.mention} has joined the channel",
        subtype="channel_join",
        inviter=inviter.id if inviter else None,
    )
    post(world, channel, user, draft)


def leave(world: "World", channel: Channel, user: User) -> None:
    """Go out of a channel, or be removed from it."""
    channel.members.remove(user.id)
    world.tell("member.left", user, channel)
