"""Answers to what a person did, through the acknowledgement of a command or the payload's `response_url`.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from typing import TYPE_CHECKING, Any

from . import blocks, posting
from .errors import ApiError, malformed
from .nouns import Invocation, Json, Message

if TYPE_CHECKING:
    from .world import World

NAMES = (
    "text blocks attachments response_type replace_original delete_original thread_ts mrkdwn "
    "metadata unfurl_links unfurl_media as_user link_names parse"
)
KEYS = frozenset(NAMES.split())


def from_ack(world: "World", asked: Invocation, answer: Any) -> None:
    """The text or object that a command was acknowledged with."""
    body = {"text": answer} if isinstance(answer, str) else answer
    try:
        _say(world, asked, body)
    except ApiError as error:
        world.violation(f"a command was acknowledged with what is no message: {error.error}")


def respond(world: "World", key: str, body: Any) -> None:
    """A message to a `response_url`. Raises ApiError where it is used up, too late or wrong."""
    asked = next((i for i in world.invocations.values() if i.response_key == key), None)
    if asked is None:
        raise ApiError("invalid_url")
    if world.now() - asked.at > world.rules.response_seconds:
        raise ApiError("expired_url")
    if asked.response_uses >= world.rules.response_uses:
        raise ApiError("used_url")
    asked.response_uses += 1
    _say(world, asked, body)


def _say(world: "World", asked: Invocation, body: Any) -> None:
    if not isinstance(body, dict):
        raise malformed("invalid_payload", "the body must be an object")
    if strange := body.keys() - KEYS:
        world.violation(f"a response has no {sorted(strange)}")
    if body.get("delete_original"):
        _original(world, asked, lambda message: posting.delete(world, message))
        return
    made = _blocks(world, body)
    text = body.get("text") or ""
    if not text and not made:
        raise malformed("no_text", "a response needs text or blocks")
    if len(text) > world.rules.text_limit or blocks.length(made) > world.rules.blocks_limit:
        raise ApiError("msg_too_long")
    if body.get("replace_original"):
        new = posting.Alteration(text=text, blocks=made)
        bot = world.bot_in(asked.team_id)
        assert bot is not None
        _original(world, asked, lambda message: posting.edit(world, message, bot, new))
    else:
        asked.replies.append(_posted(world, asked, body, text, made))
    world.tell("invocation.replied", asked)


def _blocks(world: "World", body: Json) -> list[Json]:
    found = body.get("blocks") or []
    try:
        blocks.check_all(found)
    except blocks.Wrong as wrong:
        raise malformed("invalid_blocks", str(wrong)) from None
    return blocks.numbered(found)


def _posted(world: "World", asked: Invocation, body: Json, text: str, made: list[Json]) -> Message:
    channel = world.channels.get(asked.channel_id or "")
    bot = world.bot_in(asked.team_id)
    if channel is None or bot is None:
        raise ApiError("channel_not_found")
    private = body.get("response_type", "ephemeral") == "ephemeral"
    draft = posting.Draft(
        text=text,
        blocks=made,
        thread_ts=body.get("thread_ts"),
        seen_by=asked.user.id if private else None,
        metadata=body.get("metadata"),
    )
    return posting.post(world, channel, bot, draft)


def _original(world: "World", asked: Invocation, act: Any) -> None:
    """The message whose button was pressed, else the last reply."""
    found = asked.message or (asked.replies[-1] if asked.replies else None)
    if found is None or found.deleted:
        raise ApiError("message_not_found")
    act(found)
