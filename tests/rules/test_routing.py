from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.rules.routing import Ignore, route
from bridge.values.inbound import Commanded, Destination, MessageRef, Person, PlaceKind, Pressed, Quoted, Said
from bridge.values.parts import FileRef
from bridge.values.turn import Follow, Prompt

ADA = Person(id="ada", name="Ada")
ELSEWHERE = MessageRef(channel="c", message="m0")


@pytest.fixture
def said(make_place):
    return Said(
        event="e", place=make_place(), person=ADA, message="m1", text=" hello ", at=1.0, mentions_us=True
    )


def test_a_mention_in_a_channel_begins_a_conversation(said):
    routed = route(said)

    assert isinstance(routed, Prompt)
    assert (routed.follow, routed.text, routed.to.reply_to) == (Follow.FRESH, "hello", "m1")


@pytest.mark.parametrize("kind", [PlaceKind.THREAD, PlaceKind.DIRECT])
def test_a_thread_and_a_direct_message_go_on_with_their_newest_turn(said, make_place, kind):
    routed = route(replace(said, place=make_place(kind, ours=True), mentions_us=False))

    assert isinstance(routed, Prompt)
    assert routed.follow is Follow.NEWEST


def test_a_reply_to_our_message_needs_no_mention_and_follows_that_message(said):
    ours = Quoted(author="Poebridge", text="earlier", ours=True, message=ELSEWHERE)
    routed = route(replace(said, mentions_us=False, reply_to=ELSEWHERE, quoted=(ours,)))

    assert isinstance(routed, Prompt)
    assert (routed.follow, routed.reply_to) == (Follow.REPLY, ELSEWHERE)


def test_a_mention_in_a_reply_to_a_person_brings_that_message_along(said):
    theirs = Quoted(author="Bob", text="The moon is cheese.", message=ELSEWHERE)
    routed = route(replace(said, reply_to=ELSEWHERE, quoted=(theirs,)))

    assert isinstance(routed, Prompt)
    assert routed.quoted == (theirs,)


def test_talk_among_people_is_not_for_us(said):
    assert route(replace(said, mentions_us=False)) == Ignore(reason="not for us")


def test_a_bot_is_never_answered(said):
    robot = Person(id="r", name="Robot", bot=True)

    assert route(replace(said, person=robot)) == Ignore(reason="a bot")


def test_people_who_talk_to_each_other_in_our_thread_are_left_alone(said, make_place):
    thread = make_place(PlaceKind.THREAD, ours=True)
    aside = replace(said, place=thread, mentions_us=False, mentions_others=True)

    assert route(aside) == Ignore(reason="for somebody else")
    assert isinstance(route(replace(aside, mentions_us=True)), Prompt)
    assert isinstance(route(replace(aside, place=make_place(PlaceKind.DIRECT))), Prompt)


def test_a_thread_under_our_message_brings_that_message_along(said, make_place):
    routed = route(replace(said, place=make_place(PlaceKind.THREAD, ours=True), root=ELSEWHERE))

    assert isinstance(routed, Prompt)
    assert (routed.follow, routed.reply_to) == (Follow.NEWEST, ELSEWHERE)


def test_an_unreadable_message_in_our_thread_is_left_alone(said, make_place):
    silent = replace(said, place=make_place(PlaceKind.THREAD, ours=True), mentions_us=False, readable=False)

    assert route(silent) == Ignore(reason="unreadable")


def test_a_reply_to_us_whose_text_is_kept_from_us_is_told_apart_from_an_empty_one(said):
    ours = Quoted(author="Poebridge", text="earlier", ours=True, message=ELSEWHERE)
    hidden = replace(said, mentions_us=False, reply_to=ELSEWHERE, quoted=(ours,), readable=False, text="  ")

    assert route(hidden).withheld
    assert not route(replace(hidden, readable=True)).withheld
    assert not route(replace(hidden, text="why?")).withheld
    assert not route(replace(hidden, files=(FileRef(url="https://x/a.txt", name="a.txt", size=1),))).withheld


@pytest.fixture
def asked(make_place):
    place = make_place()
    return Commanded(
        event="e",
        place=place,
        person=ADA,
        name="ask",
        at=1.0,
        options={"prompt": " why? "},
        answer=Destination(place=place, person=ADA.id),
    )


def test_ask_becomes_a_prompt_with_its_options(asked):
    file = FileRef(url="https://files.example/a.txt", name="a.txt", size=3)
    options = {"prompt": "why?", "model": "GPT-5.2", "preset": "coder", "attachment": file}
    routed = route(replace(asked, options=options))

    assert isinstance(routed, Prompt)
    assert (routed.text, routed.model, routed.preset, routed.files) == ("why?", "GPT-5.2", "coder", (file,))
    assert routed.follow is Follow.FRESH


def test_ask_in_a_thread_goes_on_there_but_a_private_one_does_not(asked, make_place):
    thread = make_place(PlaceKind.THREAD)
    open_ = replace(asked, place=thread, answer=Destination(place=thread, person=ADA.id))
    secret = replace(open_, answer=Destination(place=thread, person=ADA.id, private=True))

    assert [route(open_).follow, route(secret).follow] == [Follow.NEWEST, Follow.FRESH]


def test_asking_about_an_answer_of_ours_branches_from_it(asked, make_place):
    ours = Quoted(author="Poebridge", text="earlier", ours=True, message=ELSEWHERE)
    theirs = replace(ours, ours=False)
    thread = make_place(PlaceKind.THREAD)
    routed = route(replace(asked, quoted=(ours,), place=thread))

    assert (routed.follow, routed.reply_to) == (Follow.REPLY, ELSEWHERE)
    assert route(replace(asked, quoted=(theirs,))).reply_to is None
    assert route(replace(asked, quoted=(replace(ours, message=None),))).follow is Follow.FRESH


def test_other_commands_and_buttons_pass_as_they_are(asked, make_place):
    points = replace(asked, name="points")
    pressed = Pressed(
        event="e",
        place=make_place(),
        person=ADA,
        action="stop",
        turn="t",
        at=1.0,
        message=ELSEWHERE,
        answer=asked.answer,
    )

    assert route(points) is points
    assert route(pressed) is pressed
