"""Block Kit as the templates want it: every block and element that the simulated Slack takes, with what was filled in and what was wrong.

https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

from typing import Any

from adapters.sim.slack import Person, View
from adapters.sim.slack.modals import VALUE_NAMES
from adapters.sim.slack.nouns import DIRECT

from . import words
from .words import Names

Json = dict[str, Any]


class Kit:
    """Draws for one person: menus of people and places hold those they see."""

    def __init__(self, person: Person, names: Names) -> None:
        self._person, self._names = person, names

    def blocks(self, blocks: list[Json]) -> list[Json]:
        """The blocks of a message."""
        return [shown for block in blocks if (shown := self._block(block, None))]

    def view(self, view: View) -> list[Json]:
        """The blocks of a form or a Home, with their values."""
        return [shown for block in view.blocks if (shown := self._block(block, view))]

    def text(self, part: Json | None) -> Any:
        """A text object."""
        if not part:
            return ""
        return part["text"] if part["type"] == "plain_text" else words.mrkdwn(part["text"], self._names)

    def _block(self, block: Json, view: View | None) -> Json | None:
        shown: Json = {"kind": block["type"], "id": block.get("block_id", "")}
        match block["type"]:
            case "section":
                accessory = block.get("accessory")
                return shown | {
                    "text": self.text(block.get("text")),
                    "fields": [self.text(part) for part in block.get("fields", [])],
                    "accessory": self._element(accessory, view, shown["id"]) if accessory else None,
                }
            case "header":
                return shown | {"text": block["text"]["text"]}
            case "markdown":
                return shown | {"text": words.markdown(block["text"], self._names)}
            case "context":
                parts = [part for part in block["elements"] if part["type"] != "image"]
                return shown | {"texts": [self.text(part) for part in parts]}
            case "actions" | "context_actions":
                return shown | {"elements": [self._element(e, view, shown["id"]) for e in block["elements"]]}
            case "input":
                return shown | self._input(block, view)
            case "image":
                return shown | {"alt": block["alt_text"], "url": block.get("image_url", "")}
            case "divider":
                return shown
            case "rich_text":
                return None  # people's own words, which stand in the message's text as well
            case _:
                return None

    def _input(self, block: Json, view: View | None) -> Json:
        return {
            "label": block["label"]["text"],
            "hint": (block.get("hint") or {}).get("text", ""),
            "optional": bool(block.get("optional")),
            "error": view.errors.get(block["block_id"], "") if view else "",
            "element": self._element(block["element"], view, block["block_id"]),
        }

    def _element(self, part: Json, view: View | None, block_id: str) -> Json:
        kind = part["type"]
        shown: Json = {"kind": kind, "id": part.get("action_id", ""), "block": block_id}
        if kind == "button":
            label, style = part["text"]["text"], part.get("style", "")
            return shown | {
                "label": label,
                "style": style,
                "url": part.get("url", ""),
                "value": part.get("value", ""),
            }
        if kind == "feedback_buttons":
            sides = (("good", part["positive_button"]), ("bad", part["negative_button"]))
            buttons = [{"sign": s, "label": b["text"]["text"], "value": b["value"]} for s, b in sides]
            return shown | {"buttons": buttons}
        return shown | self._field(part, self._value(part, view, block_id))

    def _field(self, part: Json, value: Any) -> Json:
        kind = part["type"]
        return {
            "placeholder": (part.get("placeholder") or {}).get("text", ""),
            "several": kind.startswith("multi_"),
            "multiline": bool(part.get("multiline")),
            "options": self._options(part, value),
            "value": value,
        }

    def _value(self, part: Json, view: View | None, block_id: str) -> Any:
        """What stands in a field now: a text, a value, or a list of values."""
        name = VALUE_NAMES.get(part["type"], "value")
        state = (view.values.get(block_id) or {}).get(part.get("action_id", "")) if view else None
        first = part.get(name.replace("selected_", "initial_") if name != "value" else "initial_value")
        found = state.get(name) if state else first
        if isinstance(found, list):
            return [each["value"] if isinstance(each, dict) else each for each in found]
        return found["value"] if isinstance(found, dict) else found

    def _options(self, part: Json, value: Any) -> list[Json]:
        kind, world = part["type"].removeprefix("multi_"), self._person.world
        team = self._person.user.team_id
        if kind == "users_select":
            people = [u for u in world.users.values() if u.team_id == team and not u.deleted]
            return [{"value": u.id, "label": u.real_name} for u in people]
        if kind in ("conversations_select", "channels_select"):
            seen = [c for c in world.channels.values() if self._person.id in c.members and c.kind != DIRECT]
            return [{"value": c.id, "label": f"#{c.name}"} for c in seen]
        if kind == "external_select":
            option = part.get("initial_option")
            known = [option] if option else []
            return [{"value": o["value"], "label": o["text"]["text"]} for o in known] or (
                [{"value": value, "label": value}] if value else []
            )
        groups = [option for group in part.get("option_groups", ()) for option in group["options"]]
        return [{"value": o["value"], "label": o["text"]["text"]} for o in groups or part.get("options", [])]
