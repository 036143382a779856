"""Messages of Discord as the house's `Said`. Pure: discord.py's objects in, values out. Interactions are read in `invoked`.

Ignored, as None: our own messages, other bots and webhooks, and Discord's notices (joins, pins, boosts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import discord

from bridge.values.ids import ChannelId, MessageId, PersonId, RoleId, WorkspaceId
from bridge.values.inbound import MessageRef, Person, Place, PlaceKind, Quoted, Said
from bridge.values.parts import FileRef

from . import ids

Lookup = Callable[[str, int], str | None]
"""The readable name behind a sign ("@", "@&" or "#") and an id."""

_MENTION = re.compile(r"<(@!?|@&|#)(\d{1,20})>")
_EMOJI = re.compile(r"<a?(:\w{1,32}:)\d{1,20}>")
_COMMAND = re.compile(r"<(/[^:<>\n]{1,100}):\d{1,20}>")
_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
_FORWARDED = ""  # nobody is named


@dataclass(frozen=True, slots=True, kw_only=True)
class Ourselves:
    """Who we are to Discord, and whether it lets us read what is not addressed to us."""

    id: int
    reads: bool = True


def said(message: discord.Message, us: Ourselves) -> Said | None:
    """What somebody wrote; None for what is not for us to hear."""
    author = message.author
    if author.bot or message.webhook_id or message.type not in _SPOKEN:
        return None
    place = place_of(message.channel, message.guild.id if message.guild else None, us.id)
    signs = _our_signs(message, us)
    mentioned = any(sign in message.content for sign in signs) or us.id in {
        one.id for one in message.mentions
    }
    return Said(
        event=ids.message_event(message.id),
        place=place,
        person=person_of(author),
        message=MessageId(str(message.id)),
        text=readable(_without(message.content, signs), _lookup(message)),
        at=message.created_at.timestamp(),
        mentions_us=mentioned,
        reply_to=_reply_to(message),
        quoted=_quoted(message, us),
        files=files_of(message.attachments),
        readable=us.reads or mentioned or place.kind is PlaceKind.DIRECT or bool(message.content),
    )


def place_of(channel: object, guild: int | None, us: int) -> Place:
    """The place of a channel, a thread or a direct message (a group's too)."""
    here = ChannelId(str(getattr(channel, "id", 0)))
    if guild is None:
        return Place(platform=ids.PLATFORM, workspace=ids.DIRECT, channel=here, kind=PlaceKind.DIRECT)
    workspace = WorkspaceId(str(guild))
    if isinstance(channel, discord.Thread):
        return Place(
            platform=ids.PLATFORM,
            workspace=workspace,
            channel=here,
            kind=PlaceKind.THREAD,
            parent=ChannelId(str(channel.parent_id)),
            ours=channel.owner_id == us,
        )
    return Place(platform=ids.PLATFORM, workspace=workspace, channel=here, kind=PlaceKind.CHANNEL)


def person_of(user: discord.abc.User, permissions: discord.Permissions | None = None) -> Person:
    """Somebody with their roles, best first. `permissions` are what Discord computed for this event, where it did."""
    roles: tuple[RoleId, ...] = ()
    if isinstance(user, discord.Member):
        ranked = sorted(user.roles, reverse=True)
        roles = tuple(RoleId(str(role.id)) for role in ranked if not role.is_default())
        permissions = permissions or user.guild_permissions
    admin = permissions is not None and (permissions.manage_guild or permissions.administrator)
    return Person(id=PersonId(str(user.id)), name=user.display_name, roles=roles, admin=admin, bot=user.bot)


def files_of(attachments: Iterable[discord.Attachment]) -> tuple[FileRef, ...]:
    return tuple(
        FileRef(url=one.url, name=one.filename, size=one.size, mime=_mime(one.content_type))
        for one in attachments
    )


def quote(message: discord.Message, us: Ourselves) -> Quoted:
    """Another message as context. One without text of its own may still say something in its embeds."""
    text = readable(_without(message.content, _our_signs(message, us)), _lookup(message))
    return Quoted(
        author=message.author.display_name,
        text=text or _embedded(message.embeds),
        message=MessageRef(channel=ChannelId(str(message.channel.id)), message=MessageId(str(message.id))),
        ours=message.author.id == us.id,
        by=None if message.author.id == us.id else PersonId(str(message.author.id)),
        files=files_of(message.attachments),
    )


def readable(text: str, lookup: Lookup) -> str:
    """Mentions by name, custom emoji and command links by theirs; a name nobody knows stays as it is."""

    def named(match: re.Match[str]) -> str:
        sign = match[1].rstrip("!")
        name = lookup(sign, int(match[2]))
        return f"{sign[0]}{name}" if name else match[0]

    return _COMMAND.sub(r"\1", _EMOJI.sub(r"\1", _MENTION.sub(named, text))).strip()


def _our_signs(message: discord.Message, us: Ourselves) -> tuple[str, ...]:
    """How we are called in a text: by our mention, or by the role Discord made for us, which people take for it."""
    signs = [f"<@{us.id}>", f"<@!{us.id}>"]
    role = message.guild.self_role if message.guild else None
    return (*signs, f"<@&{role.id}>") if role else tuple(signs)


def _without(text: str, signs: Iterable[str]) -> str:
    """The text without the mentions that only call us, at its ends, and the comma of "@us, tell me". Within it they are words of it."""
    ours = "|".join(re.escape(sign) for sign in signs)
    text = re.sub(rf"^\s*(?:(?:{ours})[,:]?\s*)+", "", text)
    return re.sub(rf"(?:\s*,?\s*(?:{ours}))+\s*$", "", text).strip()


def _lookup(message: discord.Message) -> Lookup:
    people = {one.id: one.display_name for one in message.mentions}
    guild = message.guild

    def look(sign: str, number: int) -> str | None:
        if sign == "@":
            return people.get(number)
        if guild is None:
            return None
        found = guild.get_role(number) if sign == "@&" else guild.get_channel_or_thread(number)
        return found.name if found else None

    return look


def _reply_to(message: discord.Message) -> MessageRef | None:
    reference = message.reference
    if reference is None or reference.message_id is None or _forwards(reference):
        return None
    return MessageRef(
        channel=ChannelId(str(reference.channel_id)), message=MessageId(str(reference.message_id))
    )


def _quoted(message: discord.Message, us: Ourselves) -> tuple[Quoted, ...]:
    """The message replied to, or the ones forwarded."""
    reference = message.reference
    if reference is None:
        return ()
    if _forwards(reference):
        return tuple(_forwarded(snapshot, message) for snapshot in message.message_snapshots)
    answered = reference.resolved
    return (quote(answered, us),) if isinstance(answered, discord.Message) else ()


def _forwarded(snapshot: discord.MessageSnapshot, message: discord.Message) -> Quoted:
    """Discord does not say who wrote a forwarded message."""
    text = readable(snapshot.content, _lookup(message))
    return Quoted(
        author=_FORWARDED,
        text=text or _embedded(snapshot.embeds),
        files=files_of(snapshot.attachments),
    )


def _forwards(reference: discord.MessageReference) -> bool:
    return reference.type is discord.MessageReferenceType.forward


def _embedded(embeds: Iterable[discord.Embed]) -> str:
    return "\n\n".join(
        part for embed in embeds for part in (embed.title or "", embed.description or "") if part
    )


def _mime(claimed: str | None) -> str:
    return (claimed or "").partition(";")[0].strip().lower()
