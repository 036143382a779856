"""The pieces our forms and pages are drawn with. Pure; what stands in them is said in `modals` and `home`.

https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bridge.values.inbound import Choice

Json = dict[str, Any]

MENU_TEXT = 75
MENU_VALUE = 150
MENU_LENGTH = 100
SECTION = 3000
SAID_SECTIONS = 5
"""Of what a command said; a longer text is cut."""
TITLE = 24


def plain(text: str, limit: int = SECTION) -> Json:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def escaped(text: str) -> str:
    """Words that are not ours, unable to do anything but be read.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """The same where emphasis would be read: its signs are kept from being signs by an invisible one."""
    return "".join(f"{sign}\u2060" if sign in "*_~`" else sign for sign in escaped(" ".join(text.split())))


def section(text: str, accessory: Json | None = None) -> Json:
    block: Json = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": cut(text, SECTION), "verbatim": True},
    }
    return {**block, "accessory": accessory} if accessory else block


def said(text: str) -> list[Json]:
    """What a command said, in standard Markdown, at the top of something; of its signs, Slack writes bold ones otherwise."""
    written = escaped(text).replace("**", "*")
    starts = range(0, min(len(written), SAID_SECTIONS * SECTION), SECTION)
    sections = [section(written[start : start + SECTION]) for start in starts]
    return [*sections, {"type": "divider"}] if sections else []


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text, 150)}


def button(action_id: str, text: str) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text, MENU_TEXT)}


def option(choice: Choice) -> Json:
    return {"text": plain(choice.label, MENU_TEXT), "value": choice.value}


def options(choices: Iterable[Choice]) -> list[Json]:
    """As many as a menu holds; a value that does not fit would choose something else when it was cut."""
    return [option(choice) for choice in choices if 0 < len(choice.value) <= MENU_VALUE][:MENU_LENGTH]


def menu(action_id: str, choices: Iterable[Choice], chosen: str, hint: str) -> Json:
    """A menu of fixed choices."""
    drawn = options(choices)
    selected = next((one for one in drawn if one["value"] == chosen), None)
    element = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(hint, MENU_VALUE),
        "options": drawn,
    }
    return {**element, "initial_option": selected} if selected else element


def searched(action_id: str, chosen: Choice | None, hint: str) -> Json:
    """A menu whose choices we are asked for while somebody types."""
    element: Json = {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(hint, MENU_VALUE),
        "min_query_length": 0,
    }
    return {**element, "initial_option": option(chosen)} if chosen else element
