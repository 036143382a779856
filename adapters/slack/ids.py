"""Slack's ids as ours, and back: every make/parse pair. Nothing else of Slack's is known here.

A conversation in a thread is called by its channel and the `ts` of the thread's root, `C123/1700000000.000100`; a bare channel is `C123`.
A message is called by its `ts`, and stands in a thread always: its own, when nobody has answered it yet.
"""

from __future__ import annotations

import hashlib

from bridge.values.draft import Action
from bridge.values.ids import BucketId, ChannelId, EventId, MessageId, PersonId, Platform, TurnId, WorkspaceId
from bridge.values.inbound import MessageRef

PLATFORM = Platform("slack")

NOWHERE = MessageId("")
"""Of a message that was not posted yet."""

OVER = "over-0"
"""The nonce of a stream that was ended by somebody who does not know whose it was."""

PAGE = "poebridge_page"
"""The `event_type` of the metadata that hangs on every page of ours."""

RATING = "rate"
"""In the place of an action: the two feedback buttons share one id, and differ by their value."""

_ACTIONS = frozenset(action.value for action in Action)
_RATINGS = frozenset({Action.GOOD.value, Action.BAD.value})


# -- places -----------------------------------------------------------------------------------------


def thread(channel: ChannelId, root: MessageId) -> ChannelId:
    """The thread that hangs on this message of a channel."""
    return ChannelId(f"{channel_of(channel)}/{root}")


def channel_of(channel: ChannelId) -> ChannelId:
    """The bare channel, of a thread in it or of itself."""
    return ChannelId(channel.partition("/")[0])


def root_of(channel: ChannelId) -> MessageId | None:
    """The `ts` of a thread's root; None for a bare channel."""
    root = channel.partition("/")[2]
    return MessageId(root) if root else None


def ref(channel: str, ts: str, thread_ts: str | None = None) -> MessageRef:
    """A message by what Slack says of it."""
    message = MessageId(ts)
    return MessageRef(
        channel=thread(ChannelId(channel), MessageId(thread_ts) if thread_ts else message), message=message
    )


# -- events -----------------------------------------------------------------------------------------


def message_event(workspace: WorkspaceId, channel: ChannelId, message: MessageId) -> EventId:
    """One for a text, however many events tell of it (`app_mention` and `message`)."""
    return EventId(f"slack:{workspace}/{channel_of(channel)}/{message}")


def event(event_id: str) -> EventId:
    """Of an event that is no message, by Slack's `event_id`."""
    return EventId(f"slack:{event_id}")


def interaction_event(told: str) -> EventId:
    """Of a command, a button or a form, by what Slack repeats when it sends it again: its `trigger_id`."""
    return EventId(f"slack:i:{told}")


# -- buttons and pages ------------------------------------------------------------------------------


def button_id(action: Action, turn: TurnId) -> str:
    """The action_id of a button; it carries all we need, so a press works after a restart."""
    return f"pb:{RATING if action.value in _RATINGS else action.value}:{turn}"


def parse_button(action_id: str, value: str = "") -> tuple[str, TurnId] | None:
    """(action, turn); `value` tells which of two feedback buttons it was. None for what is no button of ours."""
    ours, _, rest = action_id.partition(":")
    action, _, turn = rest.partition(":")
    if action == RATING:
        action = value if value in _RATINGS else ""
    if ours != "pb" or action not in _ACTIONS or not turn:
        return None
    return action, TurnId(turn)


def turn_of(nonce: str) -> TurnId:
    """The turn a page's nonce was made for."""
    return TurnId(nonce.rpartition("-")[0] or nonce)


def part_nonce(page: str, number: int) -> str:
    """Of a message that stands for a part of a page's file."""
    return f"{page}.{number}"


def is_page(nonce: str) -> bool:
    """Whether it is a page's own."""
    return "." not in nonce


# -- limits -----------------------------------------------------------------------------------------


def method_bucket(workspace: WorkspaceId, method: str) -> BucketId:
    """All calls of a method in a workspace: https://docs.slack.dev/apis/web-api/rate-limits"""
    return BucketId(f"slack:{workspace}:{method}")


def channel_bucket(workspace: WorkspaceId, channel: ChannelId) -> BucketId:
    """Posts into one channel, with all its threads."""
    return BucketId(f"slack:{workspace}:c:{channel_of(channel)}")


def person_bucket(workspace: WorkspaceId, person: PersonId) -> BucketId:
    """Direct messages to somebody, before their channel is known."""
    return BucketId(f"slack:{workspace}:p:{person}")


def trace(secret: str) -> str:
    """What may be kept of a secret, to know it again."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]
