from __future__ import annotations

import pytest

from bridge.rules.transcript import OFFENDING, history, note
from bridge.values.parts import Item, Role, Text
from bridge.values.turn import TurnState


def said(text):
    return (Item(role=Role.USER, parts=(Text(text=text),)),)


def test_the_past_becomes_questions_and_answers_in_order(make_past):
    told = history(
        [make_past(items=said("one"), text="1"), make_past(items=said("two"), text="2")],
        max_turns=10,
        max_tokens=1000,
    )

    assert [(item.role, item.parts[0].text) for item in told.items] == [
        (Role.USER, "one"),
        (Role.ASSISTANT, "1"),
        (Role.USER, "two"),
        (Role.ASSISTANT, "2"),
    ]
    assert told.left_out == 0


def test_the_nearest_turns_are_kept_whole_and_the_rest_is_counted(make_past):
    past = [make_past(items=said(f"question {n}"), text="word " * 40) for n in range(6)]

    assert history(past, max_turns=2, max_tokens=10_000).left_out == 4
    fitting = history(past, max_turns=10, max_tokens=200)
    assert fitting.items[0].parts[0].text == "question 4"
    assert fitting.left_out == 4
    assert history(past, max_turns=0, max_tokens=10_000).items == ()


def test_refused_turns_are_no_loss_and_erased_ones_are(make_past):
    past = [
        make_past(items=(), text="", state=TurnState.REFUSED),
        make_past(items=(), text="", state=TurnState.SETTLED),
        make_past(items=said("still here"), text="yes"),
    ]

    assert history(past, max_turns=10, max_tokens=1000).left_out == 1


def test_of_a_turn_without_an_answer_the_question_is_known_and_no_answer_invented(make_past):
    past = [
        make_past(items=said("one"), text="", state=TurnState.FAILED, error="UpstreamBusy"),
        make_past(items=said("two"), text="", state=TurnState.REFUSED, error="BudgetSpent"),
        make_past(items=said("three"), text="", state=TurnState.STOPPED),
    ]
    told = history(past, max_turns=10, max_tokens=1000)

    assert [(item.role, item.parts[0].text) for item in told.items] == [
        (Role.USER, "one"),
        (Role.USER, "two"),
        (Role.USER, "three"),
    ]
    assert (told.kept, told.left_out) == (3, 0)


@pytest.mark.parametrize("error", OFFENDING)
def test_a_question_that_was_the_reason_of_its_failure_is_not_repeated(make_past, error):
    failed = make_past(items=said("one"), text="", state=TurnState.FAILED, error=error)
    told = history([failed], max_turns=10, max_tokens=1000)

    assert (told.items, told.kept, told.left_out) == ((), 0, 0)


@pytest.mark.parametrize(
    ("left_out", "kept", "sentence"),
    [
        (0, 3, ""),
        (2, 0, "This answer does not know what was said before: it no longer fits or was erased."),
        (2, 1, "I only took the last message of this conversation along; older ones were left out."),
        (2, 5, "I only took the last 5 messages of this conversation along; older ones were left out."),
    ],
)
def test_what_was_left_out_is_said_honestly(left_out, kept, sentence):
    assert note(left_out, kept) == sentence
