"""What the gateway says of a change: which event, to whom, and how much of it.

https://docs.discord.com/developers/events/gateway-events
https://docs.discord.com/developers/events/gateway#gateway-intents
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import interactions, render, render_messages
from .changes import Change
from .nouns import DM, Channel, Json, Message

if TYPE_CHECKING:
    from .world import World

GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DM_MESSAGES, DM_REACTIONS, DM_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15
HIDDEN = {"content": "", "embeds": [], "attachments": [], "components": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dispatch: sent to a session whose intents hold `intent` (0: always), on the guild's shard."""

    name: str
    data: Json
    intent: int = 0
    guild_id: int | None = None
    message: Message | None = None


def of(world: "World", change: Change) -> Event | None:
    """The event of a change, or nothing where the bot hears of none."""
    channel = world.channels.get(change.channel_id or 0)
    if channel and change.kind != "interaction.created" and not world.can(world.bot, channel, "view_channel"):
        return None
    make = MAKERS.get(change.kind)
    return make(world, change, channel) if make else None


def private(world: "World", payload: Json, said: Message, allowed: bool) -> Json:
    """A message without its content, where the bot may not read it.

    Always readable: direct messages, the bot's own, and what mentions the bot.
    """
    answered = payload.get("referenced_message")
    if answered and said.reference and said.reference.message_id:
        inner = world.messages[said.reference.message_id]
        payload = payload | {"referenced_message": private(world, answered, inner, allowed)}
    own = said.author is world.bot or said.guild_id is None or world.bot.id in said.pings.users
    if allowed or own:
        return payload
    hidden = payload | HIDDEN
    if "message_snapshots" in hidden:
        hidden["message_snapshots"] = [
            {"message": kept["message"] | HIDDEN} for kept in hidden["message_snapshots"]
        ]
    return hidden


def message_payload(world: "World", said: Message) -> Json:
    """A message as the gateway tells it: with the guild and the author's membership."""
    told = render_messages.message(world, said)
    if said.guild_id is None:
        return told | {"channel_type": DM}
    guild = world.guilds[said.guild_id]
    told["guild_id"] = str(said.guild_id)
    if said.author.id in guild.members:
        told["member"] = render.member(guild.members[said.author.id])
    for mentioned in told["mentions"]:
        found = guild.members.get(int(mentioned["id"]))
        if found:
            mentioned["member"] = render.member(found)
    return told


def _message(name: str) -> Callable[["World", Change, Channel | None], Event | None]:
    def make(world: "World", change: Change, channel: Channel | None) -> Event | None:
        said: Message = change.subject
        if said.ephemeral:
            return None
        intent = GUILD_MESSAGES if said.guild_id else DM_MESSAGES
        data = message_payload(world, said)
        return Event(name=name, data=data, intent=intent, guild_id=said.guild_id, message=said)

    return make


def _deleted(world: "World", change: Change, channel: Channel | None) -> Event | None:
    said: Message = change.subject
    if said.ephemeral:
        return None
    intent = GUILD_MESSAGES if said.guild_id else DM_MESSAGES
    return Event(
        name="MESSAGE_DELETE", data=_placed(said, {"id": str(said.id)}), intent=intent, guild_id=said.guild_id
    )


def _reaction(name: str) -> Callable[["World", Change, Channel | None], Event | None]:
    def make(world: "World", change: Change, channel: Channel | None) -> Event | None:
        said: Message = change.subject
        emoji, person = change.detail
        data = _placed(said, {"message_id": str(said.id), "user_id": str(person.id)})
        data |= {"emoji": {"id": None, "name": emoji}, "burst": False, "type": 0}
        guild = world.guilds.get(said.guild_id or 0)
        if name.endswith("ADD"):
            data["message_author_id"] = str(said.author.id)
        if guild and name.endswith("ADD"):
            data["member"] = render.full_member(guild.members[person.id])
        intent = GUILD_REACTIONS if guild else DM_REACTIONS
        return Event(name=name, data=data, intent=intent, guild_id=said.guild_id)

    return make


def _placed(said: Message, data: Json) -> Json:
    data["channel_id"] = str(said.channel_id)
    return data | ({"guild_id": str(said.guild_id)} if said.guild_id else {})


def _channel(name: str) -> Callable[["World", Change, Channel | None], Event | None]:
    def make(world: "World", change: Change, channel: Channel | None) -> Event | None:
        place: Channel = change.subject
        if place.kind == DM:
            return None
        data = render.channel(place)
        if name == "THREAD_CREATE":
            data["newly_created"] = True
        return Event(name=name, data=data, intent=GUILDS, guild_id=place.guild_id)

    return make


def _joined(world: "World", change: Change, channel: Channel | None) -> Event | None:
    thread: Channel = change.subject
    data = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": len(thread.joined),
        "added_members": [render.thread_member(thread, user_id) for user_id in change.detail],
    }
    return Event(name="THREAD_MEMBERS_UPDATE", data=data, intent=GUILDS, guild_id=thread.guild_id)


def _typing(world: "World", change: Change, channel: Channel | None) -> Event | None:
    assert channel is not None
    data: Json = {
        "channel_id": str(channel.id),
        "user_id": str(change.subject.id),
        "timestamp": int(change.at),
    }
    member = world.member(channel, change.subject.id)
    if member:
        data |= {"guild_id": str(channel.guild_id), "member": render.full_member(member)}
    intent = GUILD_TYPING if channel.guild_id else DM_TYPING
    return Event(name="TYPING_START", data=data, intent=intent, guild_id=channel.guild_id)


def _interaction(world: "World", change: Change, channel: Channel | None) -> Event | None:
    data = interactions.payload(world, change.subject)
    return Event(name="INTERACTION_CREATE", data=data, guild_id=change.guild_id)


def _member(world: "World", change: Change, channel: Channel | None) -> Event | None:
    guild = world.guilds[change.guild_id or 0]
    data = render.full_member(guild.members[change.subject.id]) | {"guild_id": str(guild.id)}
    return Event(name="GUILD_MEMBER_ADD", data=data, intent=GUILD_MEMBERS, guild_id=guild.id)


MAKERS: dict[str, Callable[["World", Change, Channel | None], Event | None]] = {
    "message.created": _message("MESSAGE_CREATE"),
    "message.edited": _message("MESSAGE_UPDATE"),
    "message.previewed": _message("MESSAGE_UPDATE"),
    "message.flagged": _message("MESSAGE_UPDATE"),
    "message.deleted": _deleted,
    "reaction.added": _reaction("MESSAGE_REACTION_ADD"),
    "reaction.removed": _reaction("MESSAGE_REACTION_REMOVE"),
    "thread.created": _channel("THREAD_CREATE"),
    "thread.updated": _channel("THREAD_UPDATE"),
    "thread.deleted": _channel("THREAD_DELETE"),
    "thread.joined": _joined,
    "channel.created": _channel("CHANNEL_CREATE"),
    "channel.updated": _channel("CHANNEL_UPDATE"),
    "channel.deleted": _channel("CHANNEL_DELETE"),
    "typing.started": _typing,
    "interaction.created": _interaction,
    "member.joined": _member,
}


def guild_create(world: "World", guild_id: int, intents: int) -> Json:
    """GUILD_CREATE: the guild with what the bot may see of it."""
    guild = world.guilds[guild_id]
    places = [
        c
        for c in world.channels.values()
        if c.guild_id == guild_id and world.can(world.bot, c, "view_channel")
    ]
    shown = guild.members.values() if intents & GUILD_MEMBERS else [guild.members[world.bot.id]]
    extra: dict[str, Any] = {
        "joined_at": render.moment(guild.members[world.bot.id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [render.full_member(member) for member in shown],
        "channels": [render.channel(c) for c in places if not c.is_thread],
        "threads": [render.channel(c) for c in places if c.is_thread and not c.archived],
    }
    empty = ("voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds")
    return render.guild(guild) | extra | {name: [] for name in empty}
