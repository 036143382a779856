"""Block Kit: what Slack takes, and what it refuses."""

from typing import Any

import pytest

from adapters.sim.slack import blocks

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


BUTTON = {"type": "button", "action_id": "a", "text": plain(), "value": "v", "style": "danger"}
MENU = {"type": "static_select", "action_id": "m", "options": [{"text": plain(), "value": "1"}]}
SIDE = {"text": plain(), "value": "good"}
FEEDBACK = {"type": "feedback_buttons", "action_id": "f", "positive_button": SIDE, "negative_button": SIDE}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
FIELD = {"type": "plain_text_input", "action_id": "t"}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


GOOD = [
    {"type": "section", "text": mrkdwn("x" * 3000), "accessory": BUTTON},
    {"type": "section", "fields": [plain("x" * 2000)] * 10},
    {"type": "markdown", "text": "**x**"},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn(), IMAGE]},
    {"type": "context_actions", "elements": [FEEDBACK]},
    {"type": "input", "label": plain(), "element": FIELD, "optional": True},
    {"type": "input", "label": plain(), "element": MENU},
    IMAGE,
    actions(BUTTON, MENU, {"type": "users_select", "action_id": "u"}),
]

BAD = [
    {"type": "dance"},
    {"type": "section"},
    {"type": "section", "text": mrkdwn("x" * 3001)},
    {"type": "section", "text": mrkdwn("")},
    {"type": "section", "text": "x"},
    {"type": "section", "fields": [plain()] * 11},
    {"type": "section", "text": mrkdwn(), "color": "red"},
    {"type": "markdown", "text": ""},
    {"type": "header", "text": mrkdwn()},
    {"type": "header", "text": plain("x" * 151)},
    {"type": "divider", "block_id": "x" * 256},
    {"type": "context", "elements": [plain()] * 11},
    {"type": "context_actions", "elements": [BUTTON]},
    {"type": "context_actions", "elements": [FEEDBACK] * 6},
    {"type": "context_actions", "elements": [FEEDBACK | {"negative_button": {"text": plain()}}]},
    {"type": "input", "label": plain(), "element": BUTTON},
    {"type": "image", "image_url": "https://example.com/a.png"},
    actions(),
    actions(*[BUTTON | {"action_id": str(n)} for n in range(26)]),
    actions(BUTTON, BUTTON),
    actions(BUTTON | {"text": plain("x" * 76)}),
    actions(BUTTON | {"value": "x" * 2001}),
    actions(BUTTON | {"style": "pink"}),
    actions(MENU | {"options": []}),
    actions(MENU | {"initial_option": {"text": plain(), "value": "2"}}),
    actions({"type": "radio_buttons", "action_id": "r", "options": MENU["options"] * 11}),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_blocks_that_slack_takes(block: Json) -> None:
    blocks.check_all([block])


@pytest.mark.parametrize("block", BAD, ids=lambda block: block["type"])
def test_blocks_that_slack_refuses(block: Json) -> None:
    with pytest.raises(blocks.Wrong, match="json-pointer:/blocks"):
        blocks.check_all([block])


def test_a_message_takes_fifty_and_a_view_a_hundred() -> None:
    many = [{"type": "divider"}] * 51
    with pytest.raises(blocks.Wrong):
        blocks.check_all(many)
    blocks.check_all(many, view=True)


def test_an_id_is_there_once() -> None:
    with pytest.raises(blocks.Wrong, match="already exists"):
        blocks.check_all([{"type": "divider", "block_id": "a"}] * 2)


def test_everything_that_can_be_used_gets_an_id() -> None:
    made = blocks.numbered([actions({"type": "button", "text": plain()}), {"type": "divider"}])
    assert all(block["block_id"] for block in made)
    assert [part["action_id"] for _, part in blocks.usable(made)] != [""]


def test_the_length_of_blocks_counts_every_text() -> None:
    assert blocks.length([{"type": "section", "text": mrkdwn("12345")}, actions(BUTTON)]) == 6
