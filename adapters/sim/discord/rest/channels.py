"""/channels: channels and threads, and the direct messages the bot opens."""

from adapters.sim.discord import posting, render
from adapters.sim.discord.errors import ApiError, bad, forbidden, invalid, unknown
from adapters.sim.discord.nouns import DM, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel, Json, Message

from .call import Call, Reply, allow

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


def get(call: Call) -> Json:
    """Get Channel."""
    return render.channel(call.channel())


def change(call: Call) -> Json:
    """Modify Channel: a thread's name, archive and lock."""
    channel, body = call.channel(), call.fields()
    if not channel.is_thread:
        raise forbidden(50013)
    if not _opens(body) and channel.owner_id != call.world.bot.id:
        call.channel("manage_threads")
    if channel.archived and body.get("archived") is not False:
        raise bad(50083)
    if body.get("name"):
        channel.name = _name(body)
    if "auto_archive_duration" in body:
        channel.auto_archive_minutes = _archive(body)
    posting.set_archived(
        call.world, channel, bool(body.get("archived", channel.archived)), body.get("locked")
    )
    return render.channel(channel)


def _opens(body: Json) -> bool:
    return body.get("archived") is False and body.keys() <= {"archived"}


def delete(call: Call) -> Json:
    """Delete/Close Channel: threads only."""
    channel = call.channel("manage_threads")
    if not channel.is_thread:
        raise forbidden(50013)
    del call.world.channels[channel.id]
    call.world.tell("thread.deleted", channel, channel)
    return render.channel(channel)


def thread_from_message(call: Call) -> Reply:
    """Start Thread from Message: the thread gets the message's id."""
    parent = call.channel()
    _can_hold_threads(parent)
    allow(call.world, parent, "create_public_threads")
    message = call.message(parent)
    if message.thread_id is not None:
        raise bad(160004)
    return _open(call, parent, kind=PUBLIC_THREAD, starter=message)


def thread_alone(call: Call) -> Reply:
    """Start Thread without Message; private unless the body says otherwise."""
    parent = call.channel()
    _can_hold_threads(parent)
    kind = int(call.fields().get("type") or PRIVATE_THREAD)
    needed = "create_private_threads" if kind == PRIVATE_THREAD else "create_public_threads"
    allow(call.world, parent, needed)
    return _open(call, parent, kind=kind)


def _can_hold_threads(parent: Channel) -> None:
    if parent.kind != TEXT:
        raise bad(50024)


def _open(call: Call, parent: Channel, *, kind: int, starter: Message | None = None) -> Reply:
    body = call.fields()
    thread = posting.open_thread(
        call.world,
        parent,
        call.world.bot,
        _name(body),
        kind=kind,
        archive_minutes=_archive(body),
        starter=starter,
    )
    own = {"member": render.thread_member(thread, call.world.bot.id)}
    return Reply(status=201, body=render.channel(thread) | own)


def _name(body: Json) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return name


def _archive(body: Json) -> int:
    minutes = body.get("auto_archive_duration") or 1440
    if minutes not in ARCHIVE_MINUTES:
        raise invalid(
            "auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {set(ARCHIVE_MINUTES)}."
        )
    return int(minutes)


def join(call: Call) -> None:
    """Join Thread."""
    thread = call.channel()
    if thread.archived:
        raise bad(50083)
    if call.world.bot.id not in thread.joined:
        thread.joined[call.world.bot.id] = call.world.now()
        call.world.tell("thread.joined", thread, thread, [call.world.bot.id])


def leave(call: Call) -> None:
    """Leave Thread."""
    call.channel().joined.pop(call.world.bot.id, None)


def open_dm(call: Call) -> Json:
    """Create DM."""
    recipient = str(call.fields().get("recipient_id") or "")
    user = call.world.users.get(int(recipient)) if recipient.isdigit() else None
    if user is None:
        raise unknown(10013)
    if user.bot:
        raise ApiError(400, 50007)
    return render.channel(call.world.dm(user))


def active_threads(call: Call) -> Json:
    """List Active Guild Threads."""
    guild = call.guild()
    threads = [
        c for c in call.world.channels.values() if c.is_thread and c.guild_id == guild.id and not c.archived
    ]
    return _threads(call, threads)


def archived_threads(call: Call) -> Json:
    """List Public Archived Threads."""
    parent = call.channel("read_message_history")
    threads = [c for c in call.world.channels.values() if c.parent_id == parent.id and c.archived]
    return _threads(call, threads)


def _threads(call: Call, threads: list[Channel]) -> Json:
    own = call.world.bot.id
    return {
        "threads": [render.channel(t) for t in threads],
        "members": [render.thread_member(t, own) for t in threads if own in t.joined],
        "has_more": False,
    }


def of_guild(call: Call) -> list[Json]:
    """Get Guild Channels: without threads, and only what the bot may see."""
    guild, world = call.guild(), call.world
    return [
        render.channel(c)
        for c in world.channels.values()
        if c.guild_id == guild.id
        and not c.is_thread
        and c.kind != DM
        and world.can(world.bot, c, "view_channel")
    ]
