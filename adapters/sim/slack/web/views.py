"""`views.*`: forms opened on somebody's screen, and App Homes.

https://docs.slack.dev/surfaces/modals
"""

from adapters.sim.slack import modals, render
from adapters.sim.slack.errors import ApiError, malformed
from adapters.sim.slack.nouns import Invocation, Json, View

from .call import Call


def open_one(call: Call) -> Json:
    asked = _trigger(call)
    view = modals.make(call.world, asked.user, _body(call, "modal"))
    asked.opened = view
    call.world.tell("view.opened", view)
    return {"view": render.view(call.world, view)}


def push(call: Call) -> Json:
    asked = _trigger(call)
    under = asked.view
    if under is None or under.kind != "modal":
        raise ApiError("invalid_trigger_id")
    if len(modals.stack(call.world, under)) >= modals.DEEPEST:
        raise ApiError("push_limit_reached")
    view = modals.make(call.world, asked.user, _body(call, "modal"), under=under)
    asked.opened = view
    call.world.tell("view.opened", view)
    return {"view": render.view(call.world, view)}


def update(call: Call) -> Json:
    given, external = call.text("view_id"), call.text("external_id")
    view = next(
        (
            v
            for v in call.world.views.values()
            if (v.id == given or (external and v.body.get("external_id") == external)) and v.state == "open"
        ),
        None,
    )
    if view is None or view.team_id != call.team.id:
        raise ApiError("not_found")
    _same_hash(call, view)
    modals.change(call.world, view, _body(call, view.kind))
    return {"view": render.view(call.world, view)}


def publish(call: Call) -> Json:
    user = call.world.users.get(call.needed("user_id"))
    if user is None or user.team_id != call.team.id:
        raise ApiError("user_not_found")
    if not call.world.app.home_tab:
        raise ApiError("not_enabled")
    body = _body(call, "home")
    view = modals.home(call.world, user)
    if view is None:
        view = modals.make(call.world, user, body)
    else:
        _same_hash(call, view)
        modals.change(call.world, view, body)
    call.world.tell("home.published", view)
    return {"view": render.view(call.world, view)}


def _body(call: Call, kind: str) -> Json:
    body = call.data("view")
    try:
        return modals.checked(body, kind)
    except modals.Wrong as wrong:
        raise malformed("invalid_arguments", str(wrong)) from None


def _same_hash(call: Call, view: View) -> None:
    asked = call.text("hash")
    if asked and asked != view.hash:
        raise ApiError("hash_conflict")


def _trigger(call: Call) -> Invocation:
    """What the person did, a moment ago, that allows the app to open something now; once."""
    given, world = call.needed("trigger_id"), call.world
    asked = next((i for i in world.invocations.values() if i.trigger_id == given), None)
    if asked is None or asked.team_id != call.team.id:
        raise ApiError("invalid_trigger_id")
    if asked.opened is not None:
        raise ApiError("exchanged_trigger_id")
    if world.now() - asked.at > world.rules.trigger_seconds:
        raise ApiError("expired_trigger_id")
    return asked
