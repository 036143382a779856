"""What people do to the app: commands, buttons, menus, shortcuts and forms, as payloads, and what the app answers.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

import secrets
from typing import TYPE_CHECKING, Any

from . import modals, render, render_messages, replies
from .delivery import INTERACTIVE, SLASH, Deliveries, Parcel
from .ids import fresh
from .nouns import Channel, Invocation, Json, Message, User, View

if TYPE_CHECKING:
    from .world import World

ANSWERS = ("errors", "update", "push", "clear")


class Refused(Exception):
    """A person's Slack client would not do this; says why."""


def start(
    world: "World",
    deliveries: Deliveries,
    kind: str,
    user: User,
    payload: Json,
    *,
    channel: Channel | None = None,
    message: Message | None = None,
    view: View | None = None,
    responds: bool = False,
) -> Invocation:
    """Send a payload to the app and remember what comes of it."""
    asked = Invocation(
        id=fresh("In"),
        kind=kind,
        user=user,
        team_id=user.team_id,
        channel_id=channel.id if channel else None,
        payload=payload,
        at=world.now(),
        trigger_id=f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}",
        response_key=secrets.token_urlsafe(24) if responds else None,
        message=message,
        view=view,
    )
    world.invocations[asked.id] = asked
    if kind not in ("closed", "suggestion"):
        payload["trigger_id"] = asked.trigger_id
    if asked.response_key:
        payload["response_url"] = f"{world.base_url}/respond/{asked.response_key}"
    world.tell("invocation.created", asked, channel)
    parcel = Parcel(
        kind=SLASH if kind == "slash" else INTERACTIVE,
        payload=payload,
        answer=lambda answer: _answered(world, asked, answer),
        failed=lambda reason: _failed(world, asked),
    )
    deliveries.give(parcel)
    return asked


def _failed(world: "World", asked: Invocation) -> None:
    """Nobody answered in time: the person is told so."""
    asked.state = "failed"
    world.tell("invocation.failed", asked)


def _answered(world: "World", asked: Invocation, answer: Any) -> None:
    asked.state, asked.ack, asked.acked_at = "acked", answer, world.now()
    if asked.kind == "slash" and answer:
        replies.from_ack(world, asked, answer)
    if asked.kind == "submission" and asked.view is not None:
        _submitted(world, asked, asked.view, answer)
    world.tell("invocation.acked", asked)


def _submitted(world: "World", asked: Invocation, view: View, answer: Any) -> None:
    """What becomes of a form that was sent."""
    if not answer:
        modals.close(world, view, "submitted")
        return
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action not in ANSWERS:
        world.violation(f"a form was answered with {str(answer)[:80]!r}")
    elif action == "errors":
        _complained(world, view, answer.get("errors"))
    elif action == "clear":
        for each in modals.stack(world, view):
            modals.close(world, each, "submitted")
    else:
        _followed(world, asked, view, action, answer.get("view"))


def _complained(world: "World", view: View, errors: Any) -> None:
    fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - fields:
        world.violation(f"errors must name fields of the form, {sorted(fields)}: {errors!r}")
        return
    view.errors = {str(field): str(text) for field, text in errors.items()}
    world.tell("view.changed", view)


def _followed(world: "World", asked: Invocation, view: View, action: str, body: Any) -> None:
    try:
        checked = modals.checked(body, "modal")
    except modals.Wrong as wrong:
        world.violation(f"a form was answered with a wrong view: {wrong}")
        return
    if action == "update":
        modals.change(world, view, checked)
        asked.opened = view
        return
    asked.opened = modals.make(world, asked.user, checked, under=view)
    world.tell("view.opened", asked.opened)


# -- payloads -----------------------------------------------------------------------------------


def command(world: "World", user: User, channel: Channel, name: str, text: str) -> Json:
    return {
        "token": world.app.verification_token,
        "team_id": user.team_id,
        "team_domain": world.teams[user.team_id].domain,
        "channel_id": channel.id,
        "channel_name": place_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
    }


def place_name(channel: Channel) -> str:
    """What payloads call a conversation."""
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def _common(world: "World", kind: str, user: User) -> Json:
    team = world.teams[user.team_id]
    return {
        "type": kind,
        "token": world.app.verification_token,
        "api_app_id": world.app.id,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_action(world: "World", user: User, message: Message, action: Json) -> Json:
    """Something under a message was used."""
    channel = world.channels[message.channel_id]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    values = modals.initial(message.blocks)
    fields = values.get(action.get("block_id", ""), {})
    if action.get("action_id") in fields:
        chosen = {name: value for name, value in action.items() if name not in ("action_id", "block_id")}
        fields[action["action_id"]] = chosen
    payload = _common(world, "block_actions", user) | {
        "container": container,
        "channel": {"id": channel.id, "name": place_name(channel)},
        "state": {"values": values},
        "actions": [action | {"action_ts": world.stamp(user.team_id)}],
    }
    return payload if message.ephemeral else payload | {"message": render_messages.message(world, message)}


def view_action(world: "World", user: User, view: View, action: Json) -> Json:
    """Something in a modal or an App Home was used."""
    return _common(world, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "view": render.view(world, view),
        "actions": [action | {"action_ts": world.stamp(user.team_id)}],
    }


def suggestion(world: "World", user: User, part: Json, typed: str) -> Json:
    """Somebody types into a menu whose options the app knows."""
    return _common(world, "block_suggestion", user) | {
        "action_id": part["action_id"],
        "block_id": part.get("block_id", ""),
        "value": typed,
    }


def shortcut(world: "World", user: User, callback_id: str, message: Message | None) -> Json:
    """A shortcut from the search bar, or from a message's menu."""
    stamp = world.stamp(user.team_id)
    if message is None:
        return _common(world, "shortcut", user) | {"callback_id": callback_id, "action_ts": stamp}
    channel = world.channels[message.channel_id]
    return _common(world, "message_action", user) | {
        "callback_id": callback_id,
        "action_ts": stamp,
        "channel": {"id": channel.id, "name": place_name(channel)},
        "message_ts": message.ts,
        "message": render_messages.message(world, message),
    }


def submission(world: "World", user: User, view: View) -> Json:
    """A form was sent."""
    return _common(world, "view_submission", user) | {"view": render.view(world, view), "response_urls": []}


def closed(world: "World", user: User, view: View, *, cleared: bool) -> Json:
    """A form was closed instead."""
    return _common(world, "view_closed", user) | {"view": render.view(world, view), "is_cleared": cleared}
