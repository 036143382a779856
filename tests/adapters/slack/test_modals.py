"""The two forms: how they look, and what was filled in."""

from __future__ import annotations

from typing import Any

from adapters.slack import marks, modals
from adapters.slack.marks import About
from tests.adapters.slack.specs import SPECS

ASK = next(spec for spec in SPECS if spec.name == "ask")
SET = next(spec for spec in SPECS if spec.name == "budget set")
ABOUT = About(channel="C1", root="1.1", message="1.2")


def fields_of(view: dict[str, Any]) -> list[str]:
    return [
        block["block_id"].removeprefix("pb.field:") for block in view["blocks"] if block["type"] == "input"
    ]


def state(**values: dict[str, Any]) -> dict[str, Any]:
    """A view as it comes back."""
    return {"state": {"values": {marks.field(name): {"any": value} for name, value in values.items()}}}


def test_a_question_is_asked_with_every_option_a_form_can_have() -> None:
    view = modals.question(ASK, ABOUT)

    assert view["title"]["text"] == "Ask about this"
    assert fields_of(view) == ["prompt", "model", "preset", "private"]
    assert view["blocks"][0]["element"]["multiline"]
    assert marks.parse_asking(view["callback_id"]) == "ask"
    assert marks.parse_about(view["private_metadata"]) == ABOUT


def test_the_budget_form_has_the_fields_of_its_verb() -> None:
    view = modals.budgets(SPECS, "budget grant")

    assert fields_of(view) == ["points", "person", "role", "channel", "everyone", "server", "reason"]
    assert view["submit"]["text"] == "Grant"
    chooser = view["blocks"][0]["elements"][0]
    assert [one["value"] for one in chooser["options"]] == ["budget set", "budget grant", "budget freeze"]
    assert chooser["initial_option"]["value"] == "budget grant"


def test_an_unknown_verb_is_the_first() -> None:
    assert (
        marks.parse_administering(modals.budgets(SPECS, "budget frobnicate")["callback_id"]) == "budget set"
    )


def test_what_was_filled_in_stays_when_the_verb_changes() -> None:
    filled = modals.filled_in(
        state(points={"type": "plain_text_input", "value": "5k"}, zone={"value": "UTC"})
    )

    view = modals.budgets(SPECS, "budget grant", filled)

    points = next(block for block in view["blocks"] if block["block_id"] == marks.field("points"))
    assert points["element"]["initial_value"] == "5k"


def test_a_form_filled_in_is_a_command() -> None:
    filled = modals.filled_in(
        state(
            points={"value": "5000"},
            person={"selected_user": "U0BEN"},
            period={"selected_option": {"value": "month"}},
            everyone={"selected_options": []},
            zone={"selected_option": None},
        )
    )

    submitted = modals.submitted(SET, filled)

    assert submitted.options == {"points": "5000", "person": "U0BEN", "period": "month"}
    assert submitted.errors == {}


def test_every_mistake_is_shown_at_its_field() -> None:
    filled = modals.filled_in(
        state(
            points={"value": "lots"},
            person={"selected_user": "U0BEN"},
            channel={"selected_conversation": "C0LAB"},
            server={"selected_options": [{"value": "yes"}]},
        )
    )

    submitted = modals.submitted(SET, filled)

    assert submitted.errors == {
        "pb.field:points": "Write a whole number of points, such as 5000 or 5k.",
        "pb.field:channel": "Choose only one of person, channel and server.",
        "pb.field:server": "Choose only one of person, channel and server.",
    }


def test_a_form_of_others_has_nothing_of_ours() -> None:
    assert modals.filled_in({}) == {}
    assert (
        modals.filled_in({"state": {"values": {"theirs": {"x": {"value": "1"}}, marks.field("a"): {}}}}) == {}
    )
