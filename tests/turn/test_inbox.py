from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bridge.turn.inbox import Inbox
from bridge.values.command import Reply
from bridge.values.errors import ChatBroken, StoreBusy
from bridge.values.home import Home
from bridge.values.inbound import Commanded, Destination, MessageRef, Person, PlaceKind, Pressed, Said
from bridge.values.notices import Duplicate, Ignored, Trouble, TurnEnded


def said(kit, text="Why? In 10 words", number=1, **more):
    given = {
        "event": f"m{number}",
        "place": kit.place(),
        "person": Person(id="ann", name="Ann"),
        "message": f"q{number}",
        "text": text,
        "at": kit.desk.clock.now(),
        "mentions_us": True,
        **more,
    }
    return Said(**given)


@asynccontextmanager
async def open_inbox(kit, desk=None):
    async def command(commanded):
        return Reply(text=f"You said {commanded.name}.")

    async def suggest(asking):
        raise StoreBusy

    inbox = Inbox(desk or kit.desk, command, suggest)
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(inbox.run(ready))
        await ready.wait()
        yield inbox
        await inbox.close(20.0)


def pressed(kit, turn, action, number=1):
    place = kit.place()
    return Pressed(
        event=f"p{number}",
        place=place,
        person=Person(id="ann", name="Ann"),
        action=action,
        turn=turn,
        at=kit.desk.clock.now(),
        message=MessageRef(channel="general", message="answer"),
        answer=Destination(place=place, person="ann", private=True),
    )


async def until(true, within=20.0):
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.01)


async def test_what_is_said_in_one_thread_lines_up_as_it_came_however_long_the_store_takes(kit):
    waits = {f"m{number}": 0.2 - number * 0.05 for number in range(4)}

    class Uneven:
        """The real store, that looks for one event longer than for another."""

        def __getattr__(self, name):
            return getattr(kit.desk.turns, name)

        async def seen(self, event):
            await asyncio.sleep(waits[event])
            return await kit.desk.turns.seen(event)

    async with open_inbox(kit, replace(kit.desk, turns=Uneven())) as inbox:
        for number in range(4):
            inbox.receive(said(kit, f"Question {number}", number, place=kit.place(PlaceKind.DIRECT)))
        await until(lambda: len(kit.told(TurnEnded)) == 4)

    asked = [str(call.body["input"][-1]) for call in kit.poe.world.calls]
    assert [f"Question {number}" in text for number, text in enumerate(asked)] == [True] * 4


async def test_a_question_is_answered_and_its_redelivery_is_not(kit):
    async with open_inbox(kit) as inbox:
        inbox.receive(said(kit))
        inbox.receive(said(kit))
        await until(lambda: kit.told(TurnEnded))
    async with open_inbox(kit) as another:  # a new process remembers by the store
        another.receive(said(kit))
        await until(lambda: len(kit.told(Duplicate)) == 2)

    assert len(kit.poe.world.calls) == 1


async def test_what_is_not_for_us_is_noted_and_left(kit):
    async with open_inbox(kit) as inbox:
        inbox.receive(said(kit, mentions_us=False))
        await until(lambda: kit.told(Ignored))

    assert kit.told(Ignored)[0].reason == "not for us"
    assert len(kit.poe.world.calls) == 0


async def test_a_command_is_answered_once_and_tried_again_while_the_platform_fails(kit):
    failures = [ChatBroken(), ChatBroken()]
    reply = kit.chat.reply

    async def shaky(to, what):
        if failures:
            raise failures.pop()
        await reply(to, what)

    kit.chat.reply = shaky
    command = Commanded(
        event="c1",
        place=kit.place(),
        person=Person(id="ann", name="Ann"),
        name="points",
        at=1.0,
        answer=Destination(place=kit.place(), person="ann", private=True),
    )
    async with open_inbox(kit) as inbox:
        inbox.receive(command)
        await until(lambda: kit.chat.replies)
        inbox.receive(command)
        await until(lambda: kit.told(Duplicate))

    assert [each.text for each in kit.chat.replies] == ["You said points."]


async def test_suggestions_fail_quietly(kit):
    async with open_inbox(kit) as inbox:
        assert await inbox.suggest(None) == ()
    assert kit.told(Trouble)[0].where == "suggest"


async def test_a_store_in_trouble_is_said_where_the_question_stands(kit):
    class Busy:
        def __getattr__(self, name):
            async def busy(*args):
                raise StoreBusy

            return busy

    async with open_inbox(kit, replace(kit.desk, turns=Busy(), memory=Busy())) as inbox:
        inbox.receive(said(kit))
        await until(lambda: kit.chat.replies or kit.standing())

    words = [each.text for each in kit.chat.replies] + kit.standing()
    assert "can't be written just now" in words[0]
    assert len(kit.poe.world.calls) == 0


async def test_stop_by_place_reaches_own_answers_and_an_admin_reaches_all(make_kit):
    async with make_kit(speed=30.0) as kit, open_inbox(kit) as inbox:
        inbox.receive(said(kit, "Tides [[len=6000]]"))
        await until(lambda: kit.standing())
        assert inbox.standing().answers == 1
        assert inbox.stop(kit.place(), "bob", anyone=False) == 0
        assert inbox.stop(kit.place(channel="help"), "ann", anyone=True) == 0
        assert inbox.stop(kit.place(), "ann", anyone=False) == 1
        await until(lambda: kit.told(TurnEnded))
        assert kit.told(TurnEnded)[0].state == "stopped"


async def test_stop_in_a_channel_reaches_its_threads_and_not_the_other_way_round(make_kit):
    async with make_kit(speed=30.0) as kit, open_inbox(kit) as inbox:
        thread = replace(kit.place(PlaceKind.THREAD, "thread"), parent=kit.place().channel)
        inbox.receive(said(kit, "Tides [[len=6000]]", place=thread))
        await until(lambda: kit.standing())
        assert inbox.stop(kit.place(channel="help"), "ann", anyone=False) == 0
        assert inbox.stop(replace(thread, channel="another"), "ann", anyone=False) == 0
        assert inbox.stop(kit.place(), "ann", anyone=False) == 1
        await until(lambda: kit.told(TurnEnded))


async def test_who_waits_sees_the_place_and_too_many_are_turned_away(make_kit):
    async with make_kit(speed=30.0) as kit:
        desk = kit.with_settings(queue_person=1)
        thread = kit.place(PlaceKind.DIRECT, "dm")
        async with open_inbox(kit, desk) as inbox:
            for number in range(3):
                inbox.receive(said(kit, "Tides [[len=600]]", number, place=thread))
                await asyncio.sleep(0.2)
            await until(lambda: any("already have 1 question" in text for text in kit.standing()))
            await until(lambda: len(kit.told(TurnEnded)) == 3, within=40)

        assert any("number" in text and "queue" in text for text in _ever(kit))


def _ever(kit):
    """Every text that ever stood."""
    return [str(each) for each in kit.chat.happened]


async def test_a_closing_house_takes_nothing_new_and_lets_answers_end(make_kit):
    async with make_kit(speed=200.0) as kit:
        async with open_inbox(kit) as inbox:
            inbox.receive(said(kit, "Tides [[len=800]]"))
            await until(lambda: kit.standing())
        inbox.receive(said(kit, number=2))

        assert kit.told(TurnEnded)[0].state == "settled"
        assert kit.told(Ignored)[0].reason == "closing"


async def test_a_question_while_the_house_closes_waits_for_the_next_process(make_kit):
    async with make_kit(speed=60.0) as kit:
        async with open_inbox(kit) as inbox:
            inbox.receive(said(kit, "Tides [[len=800]]"))
            await until(lambda: kit.standing())
            async with asyncio.TaskGroup() as group:
                closing = group.create_task(inbox.close(20.0))
                await asyncio.sleep(0.05)
                inbox.receive(said(kit, "And the moon?", number=2))
                await closing
        waiting = await kit.store.open()

        assert [record.turn.prompt.text for record in waiting] == ["And the moon?"]
        assert len(kit.poe.world.calls) == 1


async def test_half_a_character_ends_nothing(kit):
    async with open_inbox(kit) as inbox:
        inbox.receive(said(kit, "Why \ud83d? In 10 words"))
        await until(lambda: kit.told(TurnEnded))

    assert kit.told(TurnEnded)[0].state == "settled"


async def test_a_persons_own_page_is_filled_by_the_house(kit):
    async def homes(person, place):
        return Home(model=person.name)

    inbox = Inbox(kit.desk, None, None, homes=homes)
    ann = Person(id="ann", name="Ann")

    assert (await inbox.home(ann, kit.place())).model == "Ann"
    assert await Inbox(kit.desk, None, None).home(ann, kit.place()) == Home()


async def test_a_question_is_kept_once_it_is_on_disk(kit):
    async with open_inbox(kit) as inbox:
        question = said(kit)
        inbox.receive(question)
        await inbox.kept(question.event)
        assert await kit.store.seen(question.event)
        await inbox.kept(said(kit, number=2).event)


@pytest.mark.parametrize("lost", [{"mentions_us": False}, {"text": " "}])
async def test_what_asks_nothing_need_not_come_again(kit, lost):
    async with open_inbox(kit) as inbox:
        inbox.receive(said(kit, **lost))
        async with asyncio.timeout(10):
            await inbox.kept("m1")


async def test_adapters_may_ask_whether_a_thread_is_ours(kit):
    thread = kit.place(PlaceKind.THREAD, "c/1")
    async with open_inbox(kit) as inbox:
        assert not await inbox.ours(thread)
        inbox.receive(said(kit, place=thread))
        await until(lambda: kit.standing())
        assert await inbox.ours(thread)


async def test_a_button_pressed_twice_at_once_is_answered_once_and_can_be_pressed_again_after(make_kit):
    async with make_kit(speed=200.0) as kit, open_inbox(kit) as inbox:
        inbox.receive(said(kit))
        await until(lambda: kit.told(TurnEnded))
        first = kit.told(TurnEnded)[0].turn
        for number in (1, 2):
            inbox.receive(pressed(kit, first, "regenerate", number))
        await until(lambda: len(kit.told(TurnEnded)) == 2 and kit.chat.replies)
        assert [each.text for each in kit.chat.replies] == ["That is already on its way."]
        assert len(kit.poe.world.calls) == 2

        inbox.receive(pressed(kit, first, "regenerate", 3))
        await until(lambda: len(kit.told(TurnEnded)) == 3)
        assert len(kit.chat.replies) == 1


async def test_a_press_that_makes_no_turn_keeps_nobody_from_pressing(make_kit):
    class Failing:
        def __init__(self, turns):
            self._turns, self.failing = turns, True

        def __getattr__(self, name):
            return getattr(self._turns, name)

        async def receive(self, turn):
            if self.failing:
                raise StoreBusy
            return await self._turns.receive(turn)

    async with make_kit() as kit:
        turns = Failing(kit.store)
        desk = replace(kit.with_settings(live_answers=1), turns=turns)
        async with open_inbox(kit, desk) as inbox:
            turns.failing = False
            inbox.receive(said(kit))
            await until(lambda: kit.told(TurnEnded))
            first = kit.told(TurnEnded)[0].turn
            inbox._gate._free = 0  # as if somebody were being answered
            turns.failing = True
            inbox.receive(pressed(kit, first, "regenerate", 1))
            await until(lambda: kit.chat.replies)
            inbox._gate._free, turns.failing = 1, False
            inbox.receive(pressed(kit, first, "regenerate", 2))
            await until(lambda: len(kit.told(TurnEnded)) == 2)

        assert "can't be written just now" in kit.chat.replies[0].text


@pytest.mark.parametrize("way", ["button", "command"])
@pytest.mark.parametrize("queue", ["lane", "gate"])
async def test_stop_takes_a_waiting_question_out_of_its_queue_at_once(make_kit, way, queue):
    async with make_kit(speed=20.0) as kit:
        dm = kit.place(PlaceKind.DIRECT, "dm")
        other = dm if queue == "lane" else kit.place(PlaceKind.DIRECT, "another")
        async with open_inbox(kit, kit.with_settings(live_answers=1)) as inbox:
            inbox.receive(said(kit, "Tides [[len=6000]]", 1, place=dm))
            await until(lambda: kit.standing())
            inbox.receive(said(kit, "And the moon?", 2, place=other))
            await until(lambda: len(kit.standing()) == 2)
            assert inbox.standing().waiting == 1
            (waiting,) = [each for each in await kit.store.open() if each.turn.prompt.event == "m2"]
            if way == "button":
                inbox.receive(pressed(kit, waiting.turn.id, "stop"))
            else:
                inbox._living[waiting.turn.id].place = kit.place(channel="there")
                assert inbox.stop(kit.place(channel="there"), "ann", anyone=False) == 1
            await until(lambda: "Stopped." in kit.standing()[1])
            assert inbox.standing().waiting == 0
            assert inbox.standing().answers == 1
            assert [each.turn.prompt.event for each in await kit.store.open()] == ["m1"]
            for living in inbox._living.values():
                living.halt()

        assert len(kit.poe.world.calls) == 1
        assert {hold.hold.turn for hold in await kit.store.open_holds()} == {kit.told(TurnEnded)[-1].turn}
