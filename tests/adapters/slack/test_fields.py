"""One option of a command as one input of a form."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import fields
from bridge.values.command import Kind, OptionSpec
from bridge.values.errors import NotAccepted
from tests.adapters.slack.specs import POINTS, SPECS

BUDGET_SET = next(spec for spec in SPECS if spec.name == "budget set")


def element(option: OptionSpec, filled: dict[str, Any] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = fields.drawn("budget set", option, filled)["element"]
    return found


def text(name: str = "reason", **more: Any) -> OptionSpec:
    return OptionSpec(name=name, help="So it is", **more)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("points", "plain_text_input"),
        ("person", "users_select"),
        ("role", "external_select"),
        ("channel", "conversations_select"),
        ("everyone", "checkboxes"),
        ("period", "static_select"),
        ("zone", "external_select"),
    ],
)
def test_every_kind_of_option_has_its_input(name: str, kind: str) -> None:
    option = next(one for one in BUDGET_SET.options if one.name == name)

    drawn = fields.drawn("budget set", option)

    assert drawn["element"]["type"] == kind
    assert drawn["block_id"] == f"pb.field:{name}"
    assert drawn["optional"] is not option.required
    assert drawn["label"]["text"] == name.capitalize()
    assert drawn["hint"]["text"] == option.help


def test_a_whole_number_has_an_input_of_its_own() -> None:
    assert element(text(kind=Kind.WHOLE))["type"] == "number_input"


def test_what_is_searched_says_for_which_option() -> None:
    assert element(text("zone", suggests=True))["action_id"] == "pb.suggest:budget set:zone"
    assert element(text("reason"))["action_id"] == "reason"


def test_a_question_has_room() -> None:
    assert fields.drawn("ask", text(), long=True)["element"] == {
        "type": "plain_text_input",
        "action_id": "reason",
        "multiline": True,
        "max_length": 3000,
    }


@pytest.mark.parametrize(
    ("filled", "initial"),
    [
        ({"type": "users_select", "selected_user": "U1"}, {"initial_user": "U1"}),
        ({"selected_conversation": "C1"}, {"initial_conversation": "C1"}),
        ({"selected_option": {"value": "day"}}, {"initial_option": {"value": "day"}}),
        ({"selected_options": [{"value": "yes"}]}, {"initial_options": [{"value": "yes"}]}),
        ({"type": "plain_text_input", "value": "5k"}, {"initial_value": "5k"}),
        ({"type": "plain_text_input", "value": None}, {}),
        ({"selected_options": []}, {}),
    ],
)
def test_what_was_filled_in_stays(filled: dict[str, Any], initial: dict[str, Any]) -> None:
    drawn = element(text(), filled)

    assert {name: value for name, value in drawn.items() if name.startswith("initial")} == initial


@pytest.mark.parametrize(
    ("option", "filled", "value"),
    [
        (text(kind=Kind.PERSON), {"selected_user": "U1"}, "U1"),
        (text(kind=Kind.CHANNEL), {"selected_conversation": "C1"}, "C1"),
        (text(kind=Kind.ROLE), {"selected_option": {"value": "S1"}}, "S1"),
        (text(choices=("day", "week")), {"selected_option": {"value": "week"}}, "week"),
        (text(kind=Kind.SWITCH), {"selected_options": [{"value": "yes"}]}, True),
        (text(kind=Kind.SWITCH), {"selected_options": []}, None),
        (text(kind=Kind.SWITCH), {}, None),
        (text(kind=Kind.WHOLE), {"value": "12"}, 12),
        (text(), {"value": " well done "}, "well done"),
        (text(), {"value": "  "}, None),
        (text(), {}, None),
    ],
)
def test_what_was_filled_in_becomes_a_value(
    option: OptionSpec, filled: dict[str, Any], value: object
) -> None:
    assert fields.value(option, filled) == value


@pytest.mark.parametrize("written", ["5000", "5k", "1.5m", "5,000", "5 000", "+5", "100 points", "12 pts."])
def test_points_are_written_as_people_write_them(written: str) -> None:
    assert fields.value(POINTS, {"value": written}) == written


@pytest.mark.parametrize(
    ("option", "filled", "said"),
    [
        (POINTS, {"value": "many"}, "Write a whole number of points, such as 5000 or 5k."),
        (POINTS, {"value": "-5"}, "Write a whole number of points, such as 5000 or 5k."),
        (POINTS, {"value": " "}, "Please fill this in: a whole number."),
        (POINTS, {}, "Please fill this in: a whole number."),
        (text(kind=Kind.WHOLE), {"value": "1.5"}, "Write a whole number, such as 5000."),
        (text(choices=("day", "week")), {"selected_option": {"value": "decade"}}, "Choose one of day, week."),
    ],
)
def test_nonsense_is_said_at_its_field(option: OptionSpec, filled: dict[str, Any], said: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        fields.value(option, filled)

    assert refused.value.say == said
