"""How messages look on the wire.

https://docs.slack.dev/reference/events/message
"""

from typing import TYPE_CHECKING

from . import render, translated
from .nouns import EXPIRED, STREAMING, Json, Message

if TYPE_CHECKING:
    from .world import World


def message(world: "World", said: Message, *, metadata: bool = True, answers: bool = True) -> Json:
    """A message as it stands in a history; a thread's root tells of its answers."""
    shown: Json = {"type": "message"}
    shown |= {"subtype": said.subtype} if said.subtype else {}
    shown |= {"client_msg_id": said.client_msg_id} if said.client_msg_id else {}
    shown |= {"user": said.user_id, "text": said.text, "ts": said.ts}
    shown |= {"team": said.team_id} if said.subtype in (None, "channel_join") else {}
    shown |= {"inviter": said.inviter} if said.inviter else {}
    shown |= _authored(world, said) if said.subtype != "channel_join" else {}
    if said.files:
        shown |= {"files": [render.file(world, each) for each in said.files]}
        shown |= {"upload": False, "display_as_bot": False}
    for name, value in (("blocks", _blocks(world, said)), ("attachments", said.attachments)):
        shown |= {name: value} if value else {}
    if said.thread_ts:
        shown["thread_ts"] = said.thread_ts
    if said.is_reply and (root := world.messages.get((said.channel_id, said.thread_ts or ""))):
        shown["parent_user_id"] = root.user_id
    if said.edited:
        shown["edited"] = {"user": said.edited[0], "ts": said.edited[1]}
    if said.metadata and metadata:
        shown["metadata"] = said.metadata
    if said.stream:
        shown["streaming_state"] = {STREAMING: "in_progress", EXPIRED: "errored"}.get(
            said.stream.state, "completed"
        )
    if said.reactions:
        shown["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in said.reactions.items()]
    return shown | (_answers(world, said) if answers else {})


def _blocks(world: "World", said: Message) -> list[Json]:
    """What Slack made of the blocks; of a stream, of what came in so far."""
    blocks = said.blocks
    if said.stream and said.stream.text and not blocks:
        blocks = [{"type": "markdown", "text": said.stream.text}]
    return translated.all_of(blocks) if world.rules.translates else blocks


def _authored(world: "World", said: Message) -> Json:
    if said.bot_id is None or said.user_id is None:
        return {}
    shown: Json = {"bot_id": said.bot_id, "app_id": said.app_id}
    profile = render.bot(world, world.users[said.user_id])
    profile.pop("user_id")
    shown |= {"bot_profile": profile}
    shown |= {"username": said.username} if said.username else {}
    return shown | ({"icons": said.icons} if said.icons else {})


def _answers(world: "World", said: Message) -> Json:
    if said.thread_ts != said.ts:
        return {}
    replies = [m for m in world.thread(said) if m.is_reply]
    if not replies:
        return {}
    users = list(dict.fromkeys(m.user_id for m in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }
