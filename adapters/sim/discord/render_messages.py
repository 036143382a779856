"""How messages look on the wire, field by field as Discord's OpenAPI file requires."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import components, render
from .nouns import Attachment, Json, Message

if TYPE_CHECKING:
    from .world import World


def attachment(world: "World", channel_id: int, stored: Attachment) -> Json:
    """A file of a message, with freshly signed addresses."""
    url = world.files.url(channel_id, stored)
    rendered: Json = {
        "id": str(stored.id),
        "filename": stored.filename,
        "size": stored.size,
        "url": url,
        "proxy_url": url,
        "content_type": stored.content_type,
    }
    if stored.width is not None:
        rendered |= {"width": stored.width, "height": stored.height}
    if stored.description is not None:
        rendered["description"] = stored.description
    return rendered | ({"ephemeral": True} if stored.ephemeral else {})


def snapshot(world: "World", said: Message) -> Json:
    """What a forward keeps of a message."""
    return {
        "type": said.kind,
        "content": said.content,
        "mentions": _users(world, said.pings.users),
        "mention_roles": [str(r) for r in said.pings.roles],
        "attachments": [attachment(world, said.channel_id, a) for a in said.attachments],
        "embeds": said.shown_embeds,
        "timestamp": render.moment(said.at),
        "edited_timestamp": said.edited_at and render.moment(said.edited_at),
        "flags": said.flags,
        "components": components.rendered(world, said),
    }


def message(world: "World", said: Message, *, nested: bool = False) -> Json:
    """A message; what it answers is included once, not all the way down."""
    rendered = snapshot(world, said) | {
        "id": str(said.id),
        "channel_id": str(said.channel_id),
        "author": render.user(said.author),
        "pinned": said.pinned,
        "mention_everyone": said.pings.everyone,
        "tts": said.tts,
    }
    rendered |= _optional(said)
    if said.reference:
        rendered |= _reference(world, said, nested)
    if said.thread_id and said.thread_id in world.channels:
        rendered["thread"] = render.channel(world.channels[said.thread_id])
    if said.reactions and not nested:
        rendered["reactions"] = [_reaction(world, said, r.emoji, r.users) for r in said.reactions]
    return rendered


def _optional(said: Message) -> Json:
    given: Json = {}
    if said.nonce is not None:
        given["nonce"] = said.nonce
    if said.application_id is not None:
        given |= {"application_id": str(said.application_id), "webhook_id": str(said.webhook_id)}
    if said.metadata is not None:
        given["interaction_metadata"] = said.metadata
    if said.snapshots:
        given["message_snapshots"] = [{"message": kept} for kept in said.snapshots]
    return given


def _reference(world: "World", said: Message, nested: bool) -> Json:
    reference = said.reference
    assert reference is not None
    told: Json = {
        "type": reference.kind,
        "channel_id": str(reference.channel_id),
    }
    if reference.message_id is not None:
        told["message_id"] = str(reference.message_id)
    if reference.guild_id is not None:
        told["guild_id"] = str(reference.guild_id)
    if nested or reference.kind != 0 or reference.message_id is None:
        return {"message_reference": told}
    answered = world.messages.get(reference.message_id)
    gone = answered is not None and answered.deleted
    return {
        "message_reference": told,
        "referenced_message": None if answered is None or gone else message(world, answered, nested=True),
    }


def _reaction(world: "World", said: Message, emoji: str, users: list[int]) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": world.bot.id in users,
    }


def _users(world: "World", ids: Iterable[int]) -> list[Json]:
    return [render.user(world.users[user_id]) for user_id in sorted(ids)]
