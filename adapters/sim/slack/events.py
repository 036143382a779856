"""What happened, as the events Slack tells an app of: which scope and which subscription each takes.

https://docs.slack.dev/reference/events
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import mentions, render, render_messages
from .changes import Change
from .ids import fresh
from .nouns import DIRECT, GROUP, PRIVATE, PUBLIC, Channel, Json, Message, Session, Token, User

if TYPE_CHECKING:
    from .world import World

SUBSCRIBED_AS = {
    PUBLIC: "message.channels",
    PRIVATE: "message.groups",
    DIRECT: "message.im",
    GROUP: "message.mpim",
}
HISTORY = {
    PUBLIC: "channels:history",
    PRIVATE: "groups:history",
    DIRECT: "im:history",
    GROUP: "mpim:history",
}
READ = {PUBLIC: "channels:read", PRIVATE: "groups:read", DIRECT: "im:read", GROUP: "mpim:read"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event for the app in one workspace; `subscription` and `scope` are what it takes to hear it."""

    body: Json
    team_id: str
    subscription: str
    scope: str | None = None


Maker = Callable[["World", Change], Iterator[Event]]


def of(world: "World", change: Change) -> Iterator[Event]:
    """The events of a change that the app hears."""
    maker = MAKERS.get(change.kind)
    for event in maker(world, change) if maker else ():
        if event.subscription in world.app.events and _scoped(world, event):
            yield event


def _scoped(world: "World", event: Event) -> bool:
    if event.scope is None:
        return True
    granted = [t for t in world.tokens.values() if t.team_id == event.team_id and not t.revoked]
    return any(event.scope in token.scopes for token in granted)


def envelope(world: "World", event: Event) -> Json:
    """The whole payload of an event: what the Events API posts and Socket Mode wraps once more."""
    bot = world.bot_in(event.team_id)
    return {
        "token": world.app.verification_token,
        "team_id": event.team_id,
        "context_team_id": event.team_id,
        "context_enterprise_id": None,
        "api_app_id": world.app.id,
        "event": event.body,
        "type": "event_callback",
        "event_id": fresh("Ev"),
        "event_time": int(world.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": event.team_id,
                "user_id": bot.id if bot else None,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{fresh('')}",
    }


# -- messages -----------------------------------------------------------------------------------


def _heard(world: "World", change: Change) -> Channel | None:
    """The conversation, where the app is in it."""
    channel = world.channels.get(change.channel_id or "")
    bot = world.bot_in(channel.team_id) if channel else None
    return channel if channel and bot and bot.id in channel.members else None


def _message_event(channel: Channel, body: Json) -> Event:
    body |= {"channel": channel.id, "channel_type": channel.kind}
    return Event(
        body=body,
        team_id=channel.team_id,
        subscription=SUBSCRIBED_AS[channel.kind],
        scope=HISTORY[channel.kind],
    )


def _created(world: "World", change: Change) -> Iterator[Event]:
    said: Message = change.subject
    channel = _heard(world, change)
    if channel is None or said.ephemeral:
        return
    body = render_messages.message(world, said, answers=False) | {"event_ts": said.ts}
    if said.broadcast and (root := world.message(channel.id, said.thread_ts or "")):
        shown = _without(render_messages.message(world, root), "client_msg_id", "is_locked", "reply_users")
        body = _without(body, "team", "parent_user_id") | {"subtype": "thread_broadcast", "root": shown}
    yield _message_event(channel, body)
    bot = world.bot_in(channel.team_id)
    if bot and channel.kind != DIRECT and said.user_id != bot.id and _mentions(said, bot):
        yield Event(
            body=_mention(body),
            team_id=channel.team_id,
            subscription="app_mention",
            scope="app_mentions:read",
        )


def _mentions(said: Message, bot: User) -> bool:
    return bot.id in mentions.USER.findall(said.text)


def _mention(body: Json) -> Json:
    """The same message as an `app_mention`, which says less of where it stands."""
    return _without(body, "channel_type", "subtype", "parent_user_id", "root") | {"type": "app_mention"}


def _without(body: Json, *names: str) -> Json:
    return {name: value for name, value in body.items() if name not in names}


def _edited(world: "World", change: Change) -> Iterator[Event]:
    said: Message = change.subject
    channel = _heard(world, change)
    if channel is None or said.ephemeral:
        return
    now = render_messages.message(world, said)
    stamp = world.stamp(channel.team_id)
    before = now | {"text": said.versions[-2].text if len(said.versions) > 1 else said.text}
    before.pop("edited", None)
    body = {
        "type": "message",
        "subtype": "message_changed",
        "message": now,
        "previous_message": before,
        "hidden": True,
        "ts": stamp,
        "event_ts": stamp,
    }
    yield _message_event(channel, body)


def _deleted(world: "World", change: Change) -> Iterator[Event]:
    said: Message = change.subject
    channel = _heard(world, change)
    if channel is None or said.ephemeral:
        return
    stamp = world.stamp(channel.team_id)
    body = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": render_messages.message(world, said),
        "hidden": True,
        "deleted_ts": said.ts,
        "ts": stamp,
        "event_ts": stamp,
    }
    yield _message_event(channel, body)


# -- everything else ----------------------------------------------------------------------------


def _reaction(world: "World", change: Change) -> Iterator[Event]:
    said: Message = change.subject
    channel = _heard(world, change)
    if channel is None:
        return
    name, person = change.detail
    body = {
        "type": "reaction_added",
        "user": person.id,
        "reaction": name,
        "item": {"type": "message", "channel": said.channel_id, "ts": said.ts},
        "item_user": said.user_id,
        "event_ts": world.stamp(channel.team_id),
    }
    yield Event(body=body, team_id=channel.team_id, subscription="reaction_added", scope="reactions:read")


def _joined(world: "World", change: Change) -> Iterator[Event]:
    channel = _heard(world, change)
    if channel is None:
        return
    body = {
        "type": "member_joined_channel",
        "user": change.subject.id,
        "channel": channel.id,
        "channel_type": channel.id[0],
        "team": channel.team_id,
        "event_ts": world.stamp(channel.team_id),
    }
    body |= {"inviter": change.detail.id} if change.detail else {}
    scope = READ[channel.kind]
    yield Event(body=body, team_id=channel.team_id, subscription="member_joined_channel", scope=scope)


def _archived(world: "World", change: Change) -> Iterator[Event]:
    channel: Channel = change.subject
    body = {
        "type": "channel_archive",
        "channel": channel.id,
        "user": change.detail.id,
        "is_moved": 0,
        "event_ts": world.stamp(channel.team_id),
    }
    yield Event(body=body, team_id=channel.team_id, subscription="channel_archive", scope=READ[channel.kind])


def _home(world: "World", change: Change) -> Iterator[Event]:
    person: User = change.subject
    tab, channel, view = change.detail
    body = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": world.stamp(person.team_id),
    }
    if tab == "home" and view is not None:
        body["view"] = render.view(world, view)
    yield Event(body=body, team_id=person.team_id, subscription="app_home_opened")


def _context(world: "World", change: Change) -> Iterator[Event]:
    person: User = change.subject
    channel, entities = change.detail
    body = {
        "type": "app_context_changed",
        "user": person.id,
        "channel": channel.id,
        "context": {"entities": entities} if entities else {},
        "event_ts": world.stamp(person.team_id),
    }
    if world.app.agent:
        yield Event(body=body, team_id=person.team_id, subscription="app_context_changed")


def _stopped(world: "World", change: Change) -> Iterator[Event]:
    session: Session = change.subject
    person, stamps = change.detail
    body = {
        "type": "agent_session_stopped",
        "channel": session.channel_id,
        "thread_ts": session.thread_ts,
        "user": person.id,
        "streaming_message_ts": stamps,
        "event_ts": world.stamp(session.team_id),
    }
    yield Event(body=body, team_id=session.team_id, subscription="agent_session_stopped")


def _titled(world: "World", change: Change) -> Iterator[Event]:
    session: Session = change.subject
    person, before = change.detail
    body = {
        "type": "agent_session_title_changed",
        "team_id": session.team_id,
        "channel": session.channel_id,
        "thread_ts": session.thread_ts,
        "user": person.id,
        "title": session.title,
        "event_ts": world.stamp(session.team_id),
    }
    body |= {"previous_title": before} if before else {}
    yield Event(body=body, team_id=session.team_id, subscription="agent_session_title_changed")


def _uninstalled(world: "World", change: Change) -> Iterator[Event]:
    token: Token = change.subject
    yield Event(body={"type": "app_uninstalled"}, team_id=token.team_id, subscription="app_uninstalled")


def _revoked(world: "World", change: Change) -> Iterator[Event]:
    token: Token = change.subject
    body = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [token.user_id]}}
    yield Event(body=body, team_id=token.team_id, subscription="tokens_revoked")


MAKERS: dict[str, Maker] = {
    "message.created": _created,
    "message.edited": _edited,
    "stream.ended": _edited,
    "message.deleted": _deleted,
    "reaction.added": _reaction,
    "member.joined": _joined,
    "channel.archived": _archived,
    "home.opened": _home,
    "context.changed": _context,
    "session.stopped": _stopped,
    "session.titled": _titled,
    "app.uninstalled": _uninstalled,
    "token.revoked": _revoked,
}
