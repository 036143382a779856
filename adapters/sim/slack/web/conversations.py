"""`conversations.*` and `reactions.add`: places, and what stands in them.

https://docs.slack.dev/reference/methods/conversations.replies
"""

from typing import TypeVar

from adapters.sim.slack import posting, render, render_messages
from adapters.sim.slack.errors import ApiError, malformed
from adapters.sim.slack.events import HISTORY, READ
from adapters.sim.slack.nouns import DIRECT, GROUP, PRIVATE, PUBLIC, Channel, Json, Message

from .call import Call

T = TypeVar("T")

DEFAULT_PAGE, LARGEST_PAGE = 100, 1000
KINDS = {"public_channel": PUBLIC, "private_channel": PRIVATE, "mpim": GROUP, "im": DIRECT}


def info(call: Call) -> Json:
    channel = call.channel(inside=False)
    call.require(READ[channel.kind])
    shown = render.channel(call.world, channel, call.bot.id)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def list_all(call: Call) -> Json:
    kinds = [kind.strip() for kind in call.text("types", "public_channel").split(",")]
    if strange := set(kinds) - set(KINDS):
        raise malformed("invalid_types", f"types has {', '.join(sorted(strange))}")
    for kind in kinds:
        call.require(READ[KINDS[kind]])
    wanted = {KINDS[kind] for kind in kinds}
    found = [c for c in call.world.channels.values() if c.kind in wanted and _seen(call, c)]
    if call.flag("exclude_archived"):
        found = [channel for channel in found if not channel.is_archived]
    page, cursor = _page([render.channel(call.world, c, call.bot.id) for c in found], call)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def _seen(call: Call, channel: Channel) -> bool:
    inside = call.bot.id in channel.members
    return channel.team_id == call.team.id and not channel.deleted and (inside or channel.kind == PUBLIC)


def history(call: Call) -> Json:
    channel = call.channel()
    call.require(HISTORY[channel.kind])
    found = [m for m in call.world.history(channel) if not m.is_reply or m.broadcast]
    return _messages(call, list(reversed(_between(call, found))))


def replies(call: Call) -> Json:
    channel = call.channel()
    call.require(HISTORY[channel.kind])
    root = call.world.messages.get((channel.id, call.needed("ts")))
    if root is None or root.ephemeral:
        raise ApiError("thread_not_found")
    thread = call.world.thread(root)
    if not thread:
        raise ApiError("thread_not_found")
    return _messages(call, [m for m in thread if m.ts == root.ts or m in _between(call, thread)])


def _between(call: Call, found: list[Message]) -> list[Message]:
    """Those between `oldest` and `latest`; the ends count only when asked for."""
    oldest, latest = call.text("oldest", "0"), call.text("latest", "9999999999.999999")
    try:
        low, high = float(oldest), float(latest)
    except ValueError:
        raise malformed("invalid_ts_oldest", "oldest and latest must be time stamps") from None
    if call.flag("inclusive"):
        return [m for m in found if low <= float(m.ts) <= high]
    return [m for m in found if low < float(m.ts) < high]


def _messages(call: Call, found: list[Message]) -> Json:
    with_metadata = call.flag("include_all_metadata")
    page, cursor = _page(found, call)
    shown = [render_messages.message(call.world, m, metadata=with_metadata) for m in page]
    answer: Json = {"messages": shown, "has_more": bool(cursor), "pin_count": 0}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _page(found: list[T], call: Call) -> tuple[list[T], str]:
    start = 0
    if cursor := call.text("cursor"):
        if not cursor.startswith("next:") or not cursor[5:].isdigit():
            raise malformed("invalid_cursor", "cursor is none that Slack gave")
        start = int(cursor[5:])
    size = call.number("limit", DEFAULT_PAGE, 1, LARGEST_PAGE)
    following = f"next:{start + size}" if start + size < len(found) else ""
    return found[start : start + size], following


def open_direct(call: Call) -> Json:
    """The direct messages with one person, or with several."""
    users = [user.strip() for user in call.text("users").split(",") if user.strip()]
    if not users and call.text("channel"):
        return {"channel": {"id": call.channel().id}}
    if not users:
        raise malformed("users_list_not_supplied", "missing required field: users")
    world = call.world
    if any(u not in world.users or world.users[u].team_id != call.team.id for u in users):
        raise ApiError("user_not_found")
    kind = DIRECT if len(users) == 1 else GROUP
    channel = world.conversation(kind, call.team.id, [*users, call.bot.id])
    full = render.channel(world, channel, call.bot.id)
    return {"channel": full if call.flag("return_im") else {"id": channel.id}}


def add_reaction(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, "timestamp")
    name = call.needed("name", "no_reaction").strip(":")
    if call.bot.id in message.reactions.get(name, ()):
        raise ApiError("already_reacted")
    posting.react(call.world, message, call.bot, name)
    return {}
