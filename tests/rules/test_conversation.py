from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.rules import conversation
from bridge.rules.conversation import Chosen
from bridge.values.errors import UnknownName
from bridge.values.inbound import Destination, PlaceKind
from bridge.values.turn import Follow, TurnRecord, TurnState


@pytest.fixture
def parent(make_turn):
    return TurnRecord(turn=make_turn(id="t1", parent=None, model="gpt-5.2"), state=TurnState.SETTLED)


def begun(prompt, parent, chosen, settings):
    return conversation.begin(prompt, parent, chosen, settings, turn="t9", now=5.0)


def test_without_a_parent_a_turn_begins_a_conversation_of_its_own_name(make_prompt, settings):
    turn = begun(make_prompt(), None, Chosen(), settings)

    assert (turn.conversation, turn.parent, turn.preset) == ("t9", None, "default")
    assert turn.model == "claude-haiku-4.5"


def test_a_turn_stays_in_its_parents_conversation_with_its_model(make_prompt, parent, settings):
    turn = begun(make_prompt(), parent, Chosen(person="o3", channel="o1"), settings)

    assert (turn.conversation, turn.parent, turn.model) == ("t1", "t1", "gpt-5.2")


@pytest.mark.parametrize(
    ("named", "chosen", "model"),
    [
        ({"model": "Grok-4"}, Chosen(here="a", person="b", channel="c"), "grok-4"),
        ({"preset": "coder"}, Chosen(here="a", person="b", channel="c"), "gpt-5.2"),
        ({}, Chosen(here="A", person="b", channel="c"), "a"),
        ({}, Chosen(person="b", channel="c"), "b"),
        ({}, Chosen(channel="c"), "c"),
        ({}, Chosen(preset="coder", person="b"), "b"),
        ({}, Chosen(preset="coder", channel="c"), "gpt-5.2"),
        ({"preset": "default"}, Chosen(preset="coder"), "claude-haiku-4.5"),
        ({}, Chosen(preset="gone", channel="c"), "c"),
        ({}, Chosen(), "claude-haiku-4.5"),
    ],
)
def test_the_closest_choice_of_a_model_wins(make_prompt, settings, named, chosen, model):
    assert begun(make_prompt(**named), None, chosen, settings).model == model


def test_the_closest_choice_of_a_preset_wins(make_prompt, parent, settings):
    coder = Chosen(preset="coder")

    assert begun(make_prompt(), None, coder, settings).preset == "coder"
    assert begun(make_prompt(preset="default"), None, coder, settings).preset == "default"
    assert begun(make_prompt(), parent, coder, settings).preset == "default"
    assert begun(make_prompt(), None, Chosen(preset="gone"), settings).preset == "default"


@pytest.mark.parametrize(
    ("error", "leads", "model"),
    [
        ("", True, "gpt-5.2"),
        ("BudgetSpent", True, "gpt-5.2"),
        ("UpstreamBusy", True, "gpt-5.2"),
        ("NothingToSay", False, "gpt-5.2"),
        ("TooBusy", False, "gpt-5.2"),
        ("UnknownName", False, "claude-haiku-4.5"),
        ("NoPrice", False, "claude-haiku-4.5"),
    ],
)
def test_a_refusal_leads_on_unless_it_would_only_repeat_itself(
    make_prompt, parent, settings, error, leads, model
):
    record = replace(parent, state=TurnState.REFUSED, error=error)

    assert conversation.leads_on(record) is leads
    assert begun(make_prompt(), record, Chosen(), settings).model == model


def test_a_preset_that_was_taken_away_falls_back_and_an_invented_one_is_refused(settings):
    assert conversation.find_preset("gone", settings).name == "default"
    assert conversation.named_preset("coder", settings).name == "coder"
    with pytest.raises(UnknownName, match="There are: coder, default"):
        conversation.named_preset("gone", settings)
    with pytest.raises(UnknownName, match=r"preset called (\\\*){60}\. There"):
        conversation.named_preset("*" * 300, settings)


def test_a_thread_is_one_lane_and_a_private_question_in_it_another(make_prompt, make_place):
    thread = make_place(PlaceKind.THREAD)
    open_ = make_prompt(place=thread)
    secret = replace(open_, to=Destination(place=thread, person="ada", private=True))

    assert conversation.lane(open_, None, "t1") == conversation.lane(replace(open_, event="e2"), None, "t2")
    assert conversation.lane(open_, None, "t1") != conversation.lane(secret, None, "t2")


def test_in_a_channel_a_conversation_is_a_lane_and_new_questions_do_not_wait(make_prompt, parent):
    assert conversation.lane(make_prompt(), parent, "t9") == "t1"
    assert conversation.lane(make_prompt(event="a"), None, "t8") != conversation.lane(
        make_prompt(), None, "t9"
    )
    # A reply to an answer that is still being written waits in the lane of that answer.
    assert conversation.lane(make_prompt(), None, "t1") == conversation.lane(make_prompt(), parent, "t9")


def test_regenerating_asks_the_same_question_after_the_same_parent(make_prompt, make_turn):
    first = make_prompt(text="Name a colour", message="m1")
    pressed = make_prompt(event="press", text="", at=200.0)
    second = conversation.again(
        TurnRecord(turn=make_turn(id="t2", parent="t1", prompt=first), state=TurnState.SETTLED), pressed
    )
    root = conversation.again(
        TurnRecord(turn=make_turn(parent=None, prompt=first), state=TurnState.SETTLED), pressed
    )

    assert (second.text, second.event, second.follow, second.turn) == (
        "Name a colour",
        "press",
        Follow.TURN,
        "t1",
    )
    assert second.repeat == "t2"
    assert (root.follow, root.turn) == (Follow.FRESH, None)
