from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.rules.prompt import Brief, may_chain, most_tokens, plan, question
from bridge.values.errors import NothingToSay
from bridge.values.ids import PersonId
from bridge.values.inbound import Quoted
from bridge.values.models import ModelCard
from bridge.values.parts import Document, FileRef, Item, Role, Text
from bridge.values.turn import TurnState

CARD = ModelCard(id="gpt-5.2", name="GPT-5.2", context=8000, max_output=2000)


def said(text, role=Role.USER):
    return Item(role=role, parts=(Text(text=text),))


@pytest.fixture
def brief(make_turn, settings):
    return Brief(turn=make_turn(), preset=settings.presets["default"], card=CARD, past=())


def test_the_first_turn_begins_with_the_system_prompt(brief, settings):
    made = plan(brief, settings, chain=False)

    assert [item.role for item in made.request.items] == [Role.SYSTEM, Role.USER]
    assert made.request.previous is None
    assert made.items == (said("Why is the sky blue?"),)


def test_the_system_prompt_may_go_as_instructions_on_every_call(brief, settings, make_past):
    spoken = replace(brief, preset=replace(brief.preset, system_as="instructions"))
    chained = plan(replace(spoken, past=(make_past(tokens=40),)), settings, chain=True)

    assert plan(spoken, settings, chain=False).request.items == (said("Why is the sky blue?"),)
    assert chained.request.instructions == "Be kind."


def test_a_chained_turn_sends_the_new_input_only_and_counts_what_the_chain_holds(brief, settings, make_past):
    made = plan(replace(brief, past=(make_past(tokens=900),)), settings, chain=True)

    assert (made.request.previous, made.request.items, made.chained) == ("resp_1", made.items, True)
    assert made.input_tokens > 900


def test_a_chain_of_unknown_size_is_estimated_from_its_words(brief, settings, make_past):
    past = (make_past(items=(said("x" * 1000),), text="y" * 1000),)

    assert plan(replace(brief, past=past), settings, chain=True).input_tokens > 500


def test_a_replay_repeats_the_conversation_and_says_what_it_left_out(brief, settings, make_past):
    past = tuple(make_past(items=(said(f"q{n}"),), text=f"a{n}") for n in range(3))
    made = plan(replace(brief, past=past), replace(settings, max_turns=2), chain=False)

    assert [item.parts[0].text for item in made.request.items] == [
        "Be kind.",
        "q1",
        "a1",
        "q2",
        "a2",
        "Why is the sky blue?",
    ]
    assert made.note == (
        "I only took the last 2 messages of this conversation along; older ones were left out."
    )


def test_what_was_never_asked_is_known_from_its_prompt(brief, settings, make_past, make_prompt):
    paper = FileRef(url="u", name="paper.txt", size=3)
    refused = {"items": (), "text": "", "state": TurnState.REFUSED}
    past = (
        make_past(**refused, prompt=make_prompt(text="Translate this", files=(paper,))),
        make_past(**refused, prompt=make_prompt(text="")),
        make_past(**refused),
    )
    made = plan(replace(brief, past=past), settings, chain=False)

    assert made.request.items[1:-1] == (
        Item(
            role=Role.USER,
            parts=(Document(name="paper.txt", text="(a file that is not kept)"), Text(text="Translate this")),
        ),
    )
    assert made.note == ""


def test_a_replay_leaves_room_for_the_answer_in_a_small_window(brief, settings, make_past):
    past = tuple(make_past(items=(said("word " * 300),), text="word " * 300) for _ in range(20))
    made = plan(replace(brief, past=past), settings, chain=False)

    assert made.input_tokens + made.request.max_output_tokens <= CARD.context


def test_the_answer_is_at_most_what_preset_and_model_allow(brief):
    assert most_tokens(brief) == 2000
    assert most_tokens(replace(brief, card=replace(CARD, max_output=None, context=None))) == 4096


@pytest.mark.parametrize(
    ("threading", "refused", "past", "chains"),
    [
        ("auto", False, {}, True),
        ("auto", True, {}, False),
        ("chain", True, {}, True),
        ("replay", False, {}, False),
        ("auto", False, {"model": "o3"}, False),
        ("auto", False, {"preset": "coder"}, False),
        ("auto", False, {"response": None}, False),
        ("auto", False, None, False),
    ],
)
def test_only_a_response_of_the_same_model_and_preset_that_nobody_refused_is_chained(
    brief, settings, make_past, threading, refused, past, chains
):
    before = () if past is None else (make_past(**past),)

    assert (
        may_chain(replace(brief, past=before), replace(settings, threading=threading), refused=refused)
        == chains
    )


def test_other_peoples_words_come_first_with_their_names(make_prompt):
    quoted = (
        Quoted(author="Bob", text="It is green.", by=PersonId("bob")),
        Quoted(author="us", text="mine", ours=True),
    )
    asked = make_prompt(quoted=quoted)
    file = Document(name="a.txt", text="abc")

    (item,) = question(asked, [file], goes_on=True)
    quote = Text(text="[Bob wrote]\nIt is green.", by=PersonId("bob"))
    assert item.parts == (quote, file, Text(text="Why is the sky blue?"))
    (whole,) = question(asked, [], goes_on=False)
    assert Text(text="[us wrote]\nmine") in whole.parts


def test_an_empty_question_is_refused_unless_it_points_at_something(make_prompt):
    with pytest.raises(NothingToSay):
        question(make_prompt(text=""), [], goes_on=False)
    assert question(make_prompt(text="", quoted=(Quoted(author="B", text="hm"),)), [], goes_on=False)


def test_a_question_we_are_not_shown_is_not_taken_for_an_empty_one(make_prompt):
    ours = Quoted(author="Poebridge", text="earlier", ours=True)
    with pytest.raises(NothingToSay, match="I am not shown the text of replies that don't mention me"):
        question(make_prompt(text="", quoted=(ours,), withheld=True), [], goes_on=False)


def test_a_question_asked_again_is_asked_as_it_was(brief, settings):
    again = replace(brief, repeated=(said("the old question"),))

    assert plan(again, settings, chain=False).items == (said("the old question"),)
