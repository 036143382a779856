"""The two forms: a question about a message, and what admins do to budgets. Pure: how they look, and what was filled in.

Both are drawn from `CommandSpec`s, so a new option of a command stands in its form too. When they open and where they lead is said in
`interactions`.
https://docs.slack.dev/surfaces/modals
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.values.command import CommandSpec, Kind
from bridge.values.errors import NotAccepted
from bridge.values.inbound import Choice, Option

from . import fields, marks, shapes
from .marks import About
from .shapes import Json

GROUP = "budget"

WHOM = ("person", "role", "channel", "everyone", "server")
"""Options of which a command takes one."""

Filled = Mapping[str, Mapping[str, Any]]
"""What stands in a form, by option, as Slack says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """`errors` are sentences by block, for Slack to show at the field; with one of them nothing is done."""

    options: Mapping[str, Option] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def question(spec: CommandSpec, about: About) -> Json:
    """The form of "Ask about this"."""
    return {
        "type": "modal",
        "callback_id": marks.asking(spec.name),
        "private_metadata": marks.about(about),
        "title": shapes.plain(spec.about_message, shapes.TITLE),
        "submit": shapes.plain("Ask"),
        "close": shapes.plain("Cancel"),
        "blocks": [
            fields.drawn(spec.name, option, long=option.required)
            for option in spec.options
            if option.kind is not Kind.FILE
        ],
    }


WORKING = "One moment…"


def budgets(
    specs: Sequence[CommandSpec], command: str, filled: Filled | None = None, *, said: str = ""
) -> Json:
    """The budget form with the fields of one verb; what was filled in before stays where the verb has such a field.

    `said` is what came of it when it was sent: nothing that was filled in is lost with a mistake.
    """
    verbs = of_group(specs)
    spec = next((one for one in verbs if one.name == command), verbs[0])
    choices = [Choice(label=f"{_verb(one)}: {one.help}", value=one.name) for one in verbs]
    chooser = shapes.menu(marks.VERB, choices, spec.name, "What to do")
    known = filled or {}
    return {
        "type": "modal",
        "callback_id": marks.administering(spec.name),
        "title": shapes.plain("Budgets", shapes.TITLE),
        "submit": shapes.plain(_verb(spec), shapes.TITLE),
        "close": shapes.plain("Cancel"),
        "blocks": [
            *shapes.said(said),
            {"type": "actions", "block_id": marks.VERB, "elements": [chooser]},
            *(
                fields.drawn(spec.name, option, known.get(option.name))
                for option in spec.options
                if option.kind is not Kind.FILE
            ),
        ],
    }


def of_group(specs: Sequence[CommandSpec]) -> tuple[CommandSpec, ...]:
    return tuple(spec for spec in specs if spec.name.startswith(f"{GROUP} "))


def filled_in(view: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """By option, whatever the input was."""
    values = (view.get("state") or {}).get("values") or {}
    found: dict[str, Mapping[str, Any]] = {}
    for block_id, elements in values.items():
        option = marks.parse_field(block_id)
        if option is not None and elements:
            found[option] = next(iter(elements.values()))
    return found


def submitted(spec: CommandSpec, filled: Filled) -> Submitted:
    """Every field judged, so that all mistakes are shown at once."""
    options: dict[str, Option] = {}
    errors: dict[str, str] = {}
    for option in spec.options:
        try:
            value = fields.value(option, filled.get(option.name, {}))
        except NotAccepted as refused:
            errors[marks.field(option.name)] = refused.say
        else:
            if value is not None:
                options[option.name] = value
    return Submitted(options=options, errors=errors | _too_many(options))


def _too_many(options: Mapping[str, Option]) -> dict[str, str]:
    given = [name for name in WHOM if name in options]
    if len(given) < 2:
        return {}
    said = f"Choose only one of {', '.join(given[:-1])} and {given[-1]}."
    return {marks.field(name): said for name in given[1:]}


def _verb(spec: CommandSpec) -> str:
    return spec.name.partition(" ")[2].capitalize()
