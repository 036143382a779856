"""Modals and App Homes: checked, stacked, filled in.

https://docs.slack.dev/reference/views
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import blocks
from .blocks import Wrong
from .ids import fresh
from .nouns import Json, User, View

if TYPE_CHECKING:
    from .world import World

DEEPEST = 3
NAMES = (
    "type blocks private_metadata callback_id external_id title "
    "submit close clear_on_close notify_on_close submit_disabled"
)
KEYS = frozenset(NAMES.split())

__all__ = ["DEEPEST", "Wrong", "change", "checked", "close", "filled", "home", "initial", "make", "stack"]


def checked(body: Any, kind: str) -> Json:
    """A view as Slack keeps it. Raises Wrong."""
    if not isinstance(body, dict):
        raise Wrong("must provide an object [json-pointer:/view]")
    if body.get("type") != kind:
        raise Wrong(f"must be {kind} [json-pointer:/view/type]")
    if strange := body.keys() - KEYS:
        raise Wrong(f"invalid additional property: {', '.join(sorted(strange))} [json-pointer:/view]")
    blocks.check_all(body.get("blocks"), view=True, at="/view/blocks")
    if len(body.get("private_metadata", "")) > 3000:
        raise Wrong("must be less than 3001 characters [json-pointer:/view/private_metadata]")
    if len(body.get("callback_id", "")) > blocks.ID_LIMIT:
        raise Wrong("must be less than 256 characters [json-pointer:/view/callback_id]")
    if kind == "modal":
        _labels(body)
    return {**body, "blocks": blocks.numbered(body["blocks"])}


def _labels(body: Json) -> None:
    blocks.text(body.get("title"), "/view/title", 24, plain=True)
    for name in ("submit", "close"):
        if body.get(name) is not None:
            blocks.text(body[name], f"/view/{name}", 24, plain=True)
    if any(block["type"] == "input" for block in body["blocks"]) and not body.get("submit"):
        raise Wrong("missing required field: submit [json-pointer:/view]")


def make(world: "World", user: User, body: Json, *, under: View | None = None) -> View:
    """A view on this person's screen, over another one or alone."""
    view_id = fresh("V")
    view = View(
        id=view_id,
        team_id=user.team_id,
        user_id=user.id,
        kind=body["type"],
        body=body,
        root_id=under.root_id if under else view_id,
        previous_id=under.id if under else None,
        hash=f"{int(world.now())}.{fresh('')[:8]}",
    )
    view.values = initial(view.blocks)
    world.views[view.id] = view
    return view


def change(world: "World", view: View, body: Json) -> None:
    """Show something else in the same view; what was filled in stays where the field does."""
    view.body, view.hash = body, f"{int(world.now())}.{fresh('')[:8]}"
    kept = dict(view.values)
    view.values = initial(view.blocks)
    for block_id, there in view.values.items():
        for action_id in there:
            there[action_id] = kept.get(block_id, {}).get(action_id, there[action_id])
    view.errors = {}
    world.tell("view.changed", view)


def home(world: "World", user: User) -> View | None:
    """This person's App Home, once the app published one."""
    return next((v for v in world.views.values() if v.kind == "home" and v.user_id == user.id), None)


def stack(world: "World", view: View) -> list[View]:
    """The views on top of each other that this one is in, the lowest first."""
    return [v for v in world.views.values() if v.root_id == view.root_id and v.state == "open"]


def close(world: "World", view: View, state: str = "closed") -> None:
    """Take a view from the screen."""
    view.state = state
    world.tell("view.closed", view)


# -- what is filled in --------------------------------------------------------------------------


def initial(shown: list[Json]) -> Json:
    """The state of every field as it is shown first."""
    state: Json = {}
    for block, part in blocks.usable(shown):
        if part["type"] in VALUE_NAMES or part["type"] in blocks.TYPED:
            state.setdefault(block["block_id"], {})[part["action_id"]] = _initial(part)
    return state


def _initial(part: Json) -> Json:
    kind = part["type"]
    name = VALUE_NAMES.get(kind, "value")
    default: Any = [] if name.endswith("s") else None
    first = part.get(name.replace("selected_", "initial_") if name != "value" else "initial_value", default)
    return {"type": kind, name: first}


VALUE_NAMES = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


def filled(part: Json, value: Any) -> Json:
    """The state of one field with this value: a text, an option's value, an id, or a list of them. Raises Wrong."""
    kind = part["type"]
    name = "selected_option" if kind == "overflow" else VALUE_NAMES.get(kind, "value")
    if name == "selected_option":
        return {"type": kind, name: _option(part, value)}
    if name == "selected_options":
        return {"type": kind, name: [_option(part, one) for one in value]}
    if kind == "plain_text_input":
        _typed(part, value)
    return {"type": kind, name: value}


def _option(part: Json, value: Any) -> Json:
    if part["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": value}
    options = [o for g in part.get("option_groups", ()) for o in g["options"]] or part.get("options", [])
    for option in options:
        if option["value"] == value:
            found: Json = option
            return found
    raise Wrong(f"{value!r} is not on the menu; there are {[o['value'] for o in options]}")


def _typed(part: Json, value: Any) -> None:
    length = len(value or "")
    if length > part.get("max_length", 3000):
        raise Wrong(f"{part['action_id']} takes no more than {part.get('max_length', 3000)} characters")
    if value and length < part.get("min_length", 0):
        raise Wrong(f"{part['action_id']} takes at least {part['min_length']} characters")


def missing(view: View, values: Mapping[str, Any]) -> list[str]:
    """The labels of the fields that must be filled in and are not."""
    found = []
    for block, part in blocks.usable(view.blocks):
        if block["type"] == "input" and not block.get("optional"):
            state = values[block["block_id"]][part["action_id"]]
            if not any(value for name, value in state.items() if name != "type"):
                found.append(block["label"]["text"])
    return found
