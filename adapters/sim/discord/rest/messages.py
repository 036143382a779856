"""/channels/{channel_id}/messages: say, show, change, take back."""

from adapters.sim.discord import posting, render_messages
from adapters.sim.discord.errors import ApiError, bad, forbidden, invalid, too_many
from adapters.sim.discord.events import private
from adapters.sim.discord.nouns import DM, HAS_SNAPSHOT, Channel, Json, Message, Reference
from adapters.sim.discord.world import SYSTEM

from .bodies import alteration, draft
from .call import Call, Reply, write_permission


def create(call: Call) -> Json:
    """Create Message."""
    channel = call.channel()
    call.channel(write_permission(channel))
    if channel.kind == DM and not channel.recipients[0].accepts_dms:
        raise forbidden(50007)
    if channel.locked and channel.archived:
        raise bad(50083)
    body = call.fields()
    earlier = _same_nonce(call, body)
    if earlier is not None:
        return shown(call, earlier)
    reference = _reference(call, channel, body)
    forwarding = reference is not None and reference.kind == 1
    new = _forward(call, reference, body) if forwarding and reference else draft(call, channel, body)
    new.reference = reference
    if new.attachments:
        call.channel("attach_files")
    return shown(call, posting.post(call.world, channel, call.world.bot, new))


def _same_nonce(call: Call, body: Json) -> Message | None:
    """The message this nonce already made in the last minutes, where that is asked to be enforced."""
    nonce = body.get("nonce")
    if nonce is None or not body.get("enforce_nonce"):
        return None
    message = call.world.nonces.get(nonce)
    if message is None or call.world.now() - message.at > call.world.rules.nonce_seconds:
        return None
    return message


def _reference(call: Call, channel: Channel, body: Json) -> Reference | None:
    given = body.get("message_reference")
    if not given:
        return None
    kind = int(given.get("type") or 0)
    answered = call.world.messages.get(int(given.get("message_id") or 0))
    elsewhere = answered is not None and kind == 0 and answered.channel_id != channel.id
    if answered is None or answered.deleted or answered.ephemeral or elsewhere:
        if given.get("fail_if_not_exists") is False and kind == 0:
            return None
        raise _bad_reference("REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    if answered.kind in SYSTEM:
        raise _bad_reference("REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
    if not call.world.can(call.world.bot, channel, "read_message_history"):
        raise ApiError(403, 160002, "Cannot reply without permission to read message history")
    return Reference(
        kind=kind, channel_id=answered.channel_id, message_id=answered.id, guild_id=answered.guild_id
    )


def _bad_reference(code: str, message: str) -> ApiError:
    return invalid("message_reference", code, message)


def _forward(call: Call, reference: Reference, body: Json) -> posting.Draft:
    original = call.world.messages[reference.message_id or 0]
    return posting.Draft(
        flags=HAS_SNAPSHOT,
        snapshots=[render_messages.snapshot(call.world, original)],
        nonce=body.get("nonce"),
    )


def get(call: Call) -> Json:
    """Get Channel Message."""
    channel = call.channel("read_message_history")
    return shown(call, call.message(channel))


def listed(call: Call) -> list[Json]:
    """Get Channel Messages, newest first; nothing without the right to read history."""
    channel = call.channel()
    limit = call.number("limit", 50, 1, 100)
    if not call.world.can(call.world.bot, channel, "read_message_history"):
        return []
    standing = sorted(call.world.history(channel), key=lambda m: m.id)
    return [shown(call, m) for m in reversed(_window(call, standing, limit))]


def _window(call: Call, standing: list[Message], limit: int) -> list[Message]:
    if "before" in call.query:
        return [m for m in standing if m.id < int(call.query["before"])][-limit:]
    if "after" in call.query:
        return [m for m in standing if m.id > int(call.query["after"])][:limit]
    if "around" in call.query:
        pivot = int(call.query["around"])
        older = [m for m in standing if m.id < pivot][-(limit // 2) :]
        return older + [m for m in standing if m.id >= pivot][: limit - len(older)]
    return standing[-limit:]


def edit(call: Call) -> Json:
    """Edit Message."""
    channel = call.channel()
    message = call.message(channel)
    if message.author is not call.world.bot:
        raise forbidden(50005)
    if channel.archived:
        raise bad(50083)
    change = alteration(call, message, call.fields())
    _check_age(call, channel, message)
    posting.edit(call.world, message, change)
    return shown(call, message)


def _check_age(call: Call, channel: Channel, message: Message) -> None:
    """Messages older than an hour may be edited a few times in a while only, per channel (30046)."""
    rules, now = call.world.rules, call.world.now()
    if now - message.at < rules.old_message_seconds:
        return
    channel.old_edits = [at for at in channel.old_edits if now - at < rules.old_edits_seconds]
    if len(channel.old_edits) >= rules.old_edits:
        wait = channel.old_edits[0] + rules.old_edits_seconds - now
        raise too_many(30046, wait)
    channel.old_edits.append(now)


def delete(call: Call) -> None:
    """Delete Message."""
    channel = call.channel()
    message = call.message(channel)
    if message.author is not call.world.bot:
        call.channel("manage_messages")
        if channel.kind == DM:
            raise forbidden(50003)
    if channel.archived:
        raise bad(50083)
    posting.delete(call.world, message)


def react(call: Call) -> None:
    """Create Reaction."""
    channel = call.channel("read_message_history")
    message = call.message(channel)
    emoji = _emoji(call)
    if all(r.emoji != emoji for r in message.reactions):
        call.channel("add_reactions")
    posting.react(call.world, message, call.world.bot, emoji)


def unreact(call: Call) -> None:
    """Delete Own Reaction."""
    message = call.message(call.channel())
    posting.unreact(call.world, message, call.world.bot, _emoji(call))


def _emoji(call: Call) -> str:
    emoji = call.params["emoji_name"]
    if emoji.isascii():
        raise ApiError(400, 10014)
    return emoji


def shown(call: Call, message: Message) -> Json:
    """A message as HTTP shows it: without content where the portal does not grant that."""
    rendered = render_messages.message(call.world, message)
    return private(call.world, rendered, message, call.world.rules.message_content_allowed)


def typing(call: Call) -> Reply:
    """Trigger Typing Indicator."""
    channel = call.channel()
    call.channel(write_permission(channel))
    posting.start_typing(call.world, channel, call.world.bot)
    return Reply(status=204)
