from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.turn.desk import Living
from bridge.turn.press import press, repeats
from bridge.values.command import Reply
from bridge.values.draft import Action
from bridge.values.errors import NotAllowed, UnknownName
from bridge.values.inbound import Destination, MessageRef, Person, Pressed, Via
from bridge.values.turn import Closing, Follow, Prompt, TurnState


@pytest.fixture
async def ended(kit):
    turn = kit.turn()
    await kit.store.receive(turn)
    await kit.store.close(Closing(turn=turn.id, state=TurnState.SETTLED, at=1.0, text="Blue."))
    return turn


def pressed(kit, turn, action, person="ann"):
    place = kit.place()
    return Pressed(
        event="press",
        place=place,
        person=Person(id=person, name=person),
        action=action,
        turn=turn.id,
        at=5.0,
        message=MessageRef(channel="general", message="answer"),
        answer=Destination(place=place, person=person, via=Via(token="tok", expires_at=9e9), private=True),
    )


async def test_regenerate_asks_the_same_question_under_it(kit, ended):
    asked = await press(pressed(kit, ended, "regenerate"), {}, kit.desk)

    assert isinstance(asked, Prompt)
    assert (asked.text, asked.repeat, asked.follow) == (ended.prompt.text, ended.id, Follow.FRESH)
    assert asked.to.reply_to == ended.prompt.message
    assert asked.to.via is not None
    assert not asked.to.via.original
    assert not asked.to.private


async def test_continue_goes_on_after_the_answer_with_its_model(kit, ended):
    asked = await press(pressed(kit, ended, "continue"), {}, kit.desk)

    assert isinstance(asked, Prompt)
    assert (asked.follow, asked.turn, asked.model) == (Follow.TURN, ended.id, ended.model)
    assert asked.text.startswith("Continue exactly where you stopped")


async def test_a_private_answer_is_regenerated_privately(kit):
    prompt = kit.prompt()
    turn = kit.turn(replace(prompt, to=replace(prompt.to, private=True)))
    await kit.store.receive(turn)
    await kit.store.close(Closing(turn=turn.id, state=TurnState.SETTLED, at=1.0, text="Blue."))
    asked = await press(pressed(kit, turn, "regenerate"), {}, kit.desk)

    assert isinstance(asked, Prompt)
    assert asked.to.private


async def test_other_people_and_forgotten_turns_are_refused(kit, ended):
    with pytest.raises(NotAllowed):
        await press(pressed(kit, ended, "regenerate", person="bob"), {}, kit.desk)
    with pytest.raises(UnknownName, match="no longer know this answer"):
        await press(pressed(kit, replace(ended, id="gone"), "continue"), {}, kit.desk)


async def test_stop_reaches_a_living_turn_and_says_so_when_it_has_ended(kit, ended):
    living = Living(turn=ended.id, place=kit.place(), person="ann")

    assert await press(pressed(kit, ended, "stop"), {ended.id: living}, kit.desk) is None
    assert living.stop.is_set()
    said = await press(pressed(kit, ended, "stop"), {}, kit.desk)
    assert isinstance(said, Reply)
    assert said.text == "That answer has already ended."


async def test_an_answer_about_to_end_is_waited_for(kit, ended):
    living = Living(turn=ended.id, place=kit.place(), person="ann")
    living.ended.set()

    assert isinstance(await press(pressed(kit, ended, "regenerate"), {ended.id: living}, kit.desk), Prompt)


async def test_anyone_may_say_what_they_think_of_an_answer(kit, ended):
    rated = []

    class Rated:
        get = kit.store.get

        async def rate(self, *word):
            rated.append(word)

    desk = replace(kit.desk, turns=Rated())
    for action, person in (("good", "ann"), ("bad", "bob")):
        thanks = await press(pressed(kit, ended, action, person=person), {}, desk)
        assert isinstance(thanks, Reply)
        assert thanks.private

    assert rated == [(ended.id, "ann", True, 5.0), (ended.id, "bob", False, 5.0)]


@pytest.mark.parametrize("action", [Action.REGENERATE, Action.CONTINUE])
async def test_a_prompt_tells_which_button_it_came_from(kit, ended, action):
    asked = await press(pressed(kit, ended, action.value), {}, kit.desk)

    assert repeats(asked) == (ended.id, action)
    assert repeats(kit.prompt()) is None
