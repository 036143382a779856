"""One option of a command as one input of a form, and what was filled in as the option's value. Pure.

https://docs.slack.dev/reference/block-kit/blocks/input-block
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bridge.values.command import Kind, OptionSpec
from bridge.values.errors import NotAccepted
from bridge.values.inbound import Choice, Option

from . import marks, shapes
from .shapes import Json

QUESTION_LENGTH = 3000  # https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element

POINTS = "points"
"""An option that takes a number of points, written as people write them."""

_POINTS = re.compile(r"\+?\s*\d[\d\s.,_'’]*\s*[km]?\s*(?:points?|pts?)?\.?", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?\d{1,15}")


def drawn(
    command: str, option: OptionSpec, filled: Mapping[str, Any] | None = None, *, long: bool = False
) -> Json:
    """The input; `filled` is what Slack said somebody had put into it before."""
    element = _element(command, option, long=long) | {"action_id": _action(command, option)}
    return {
        "type": "input",
        "block_id": marks.field(option.name),
        "optional": not option.required,
        "label": shapes.plain(option.name.capitalize(), 2000),
        "hint": shapes.plain(option.help, 2000),
        "element": element | _initial(filled or {}),
    }


def _action(command: str, option: OptionSpec) -> str:
    return marks.suggesting(command, option.name) if _is_searched(option) else option.name


def _is_searched(option: OptionSpec) -> bool:
    return option.kind is Kind.ROLE or (option.suggests and not option.choices)


def _element(command: str, option: OptionSpec, *, long: bool) -> Json:
    hint = "Choose"
    if _is_searched(option):
        return shapes.searched(_action(command, option), None, hint)
    if option.choices:
        choices = [Choice(label=choice, value=choice) for choice in option.choices]
        return shapes.menu(option.name, choices, "", hint)
    match option.kind:
        case Kind.PERSON:
            return {"type": "users_select", "placeholder": shapes.plain(hint)}
        case Kind.CHANNEL:
            kinds = {"include": ["public", "private"], "exclude_bot_users": True}
            return {"type": "conversations_select", "placeholder": shapes.plain(hint), "filter": kinds}
        case Kind.SWITCH:
            yes = Choice(label=option.help, value="yes")
            return {"type": "checkboxes", "options": [shapes.option(yes)]}
        case Kind.WHOLE:
            return {"type": "number_input", "is_decimal_allowed": False}
        case _:
            limit = {"multiline": True, "max_length": QUESTION_LENGTH} if long else {"max_length": 200}
            return {"type": "plain_text_input", **limit}


_KEPT = {
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "value": "initial_value",
}
"""What Slack calls what was filled in, and how it is put in again."""


def _initial(filled: Mapping[str, Any]) -> Json:
    return {_KEPT[name]: value for name, value in filled.items() if name in _KEPT and value}


def value(option: OptionSpec, filled: Mapping[str, Any]) -> Option | None:
    """None where nothing was given. Raises NotAccepted with a sentence for the field."""
    if option.kind is Kind.SWITCH:
        return True if filled.get("selected_options") else None
    chosen = filled.get("selected_option") or {}
    written = (
        filled.get("selected_user")
        or filled.get("selected_conversation")
        or chosen.get("value")
        or filled.get("value")
    )
    said = str(written or "").strip()
    if not said:
        if option.required:
            raise NotAccepted(f"Please fill this in: {option.help[0].lower()}{option.help[1:]}.")
        return None
    return _judged(option, said)


def _judged(option: OptionSpec, said: str) -> Option:
    if option.kind is Kind.WHOLE:
        if not _WHOLE.fullmatch(said):
            raise NotAccepted("Write a whole number, such as 5000.")
        return int(said)
    if option.name == POINTS and not _POINTS.fullmatch(said):
        raise NotAccepted("Write a whole number of points, such as 5000 or 5k.")
    if option.choices and said not in option.choices:
        raise NotAccepted(f"Choose one of {', '.join(option.choices)}.")
    return said
