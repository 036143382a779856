"""Discord's ids as ours, and back: every make/parse pair. Nothing else of Discord's is known here.

A snowflake crosses the house as the decimal text Discord writes.
"""

from __future__ import annotations

import hashlib

from bridge.values.draft import Action
from bridge.values.ids import BucketId, ChannelId, EventId, MessageId, PersonId, Platform, TurnId, WorkspaceId

PLATFORM = Platform("discord")

DIRECT = WorkspaceId("@me")
"""The workspace of direct messages: what Discord's own addresses put in the place of a server."""

_ACTIONS = frozenset(action.value for action in Action)


def message_event(message: int) -> EventId:
    return EventId(f"discord:m:{message}")


def interaction_event(interaction: int) -> EventId:
    return EventId(f"discord:i:{interaction}")


def parse_event(event: EventId) -> tuple[str, int] | None:
    """("m", message) or ("i", interaction); None for what is not an event of Discord's."""
    platform, _, rest = event.partition(":")
    kind, _, number = rest.partition(":")
    if platform != PLATFORM or kind not in ("m", "i") or not number.isdecimal():
        return None
    return kind, int(number)


def button_id(action: Action, turn: TurnId) -> str:
    """The custom_id of a button; it carries all we need, so a press works after a restart."""
    return f"pb:{action.value}:{turn}"


def parse_button(custom_id: str) -> tuple[str, TurnId] | None:
    ours, _, rest = custom_id.partition(":")
    action, _, turn = rest.partition(":")
    if ours != "pb" or action not in _ACTIONS or not turn:
        return None
    return action, TurnId(turn)


def form_id(command: str, message: MessageId) -> str:
    """The custom_id of the form that asks for a question about a message."""
    return f"pb.about:{message}:{command}"


def parse_form(custom_id: str) -> tuple[str, MessageId] | None:
    """(command, message)"""
    ours, _, rest = custom_id.partition(":")
    message, _, command = rest.partition(":")
    if ours != "pb.about" or not command or not message.isdecimal():
        return None
    return command, MessageId(message)


def channel_bucket(channel: ChannelId) -> BucketId:
    """All writes of a channel: creating and editing are reported to share one limit."""
    return BucketId(f"discord:c:{channel}")


def token_bucket(token: str) -> BucketId:
    """The writes of one interaction. Buckets are named in logs and the token is a secret, so only its trace is kept."""
    return BucketId(f"discord:i:{hashlib.sha256(token.encode()).hexdigest()[:16]}")


def person_bucket(person: PersonId) -> BucketId:
    """Direct messages to somebody, before their channel is known."""
    return BucketId(f"discord:p:{person}")
