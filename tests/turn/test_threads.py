from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bridge.turn.desk import Living
from bridge.turn.threads import Threads
from bridge.values.errors import ChatRefused, StoreBusy
from bridge.values.inbound import Destination, Person, PlaceKind, Pressed
from bridge.values.notices import Ignored, Trouble, TurnEnded
from bridge.values.turn import Closing, Follow, TurnState
from tests.plugins.stage import FakeChat
from tests.turn.test_inbox import open_inbox, said, until


@dataclass
class Named(FakeChat):
    """A chat whose conversations have names."""

    names: list[str] = field(default_factory=list)
    refuses: bool = False

    async def entitle(self, to: Destination, title: str) -> None:
        if self.refuses:
            raise ChatRefused
        self.names.append(f"{to.place.channel}: {title}")


@pytest.fixture
def thread(kit):
    return replace(kit.place(PlaceKind.THREAD, "c/1"), parent="c", ours=None)


def talk(kit, thread, **more):
    return said(kit, "And then?", mentions_us=False, place=thread, **more)


async def answered(kit, thread, **more):
    turn = kit.turn(kit.prompt(place=thread))
    await kit.store.receive(turn)
    await kit.store.close(Closing(turn=turn.id, state=TurnState.SETTLED, at=1.0, text="Blue.", **more))
    return turn


async def test_a_thread_is_ours_once_an_answer_of_ours_stands_in_it(kit, thread):
    threads = Threads(kit.desk)

    assert (await threads.owned(talk(kit, thread), ())).place.ours is False
    await answered(kit, thread)
    assert (await threads.owned(talk(kit, thread), ())).place.ours is True


async def test_a_thread_of_ours_stays_ours_when_a_new_conversation_begins_in_it(kit, thread):
    await answered(kit, thread)
    await kit.store.fresh(thread, kit.desk.clock.now() + 60)

    assert (await Threads(kit.desk).owned(talk(kit, thread), ())).place.ours is True


async def test_a_thread_is_ours_while_the_first_answer_is_on_its_way(kit, thread):
    living = Living(turn="t", place=thread, person="ann")

    assert (await Threads(kit.desk).owned(talk(kit, thread), (living,))).place.ours is True


async def test_the_store_is_asked_once_for_a_thread_of_ours_and_only_where_it_matters(kit, thread):
    await answered(kit, thread)
    asked = []

    class Counting:
        async def present(self, place):
            asked.append(place)
            return await kit.store.present(place)

    threads = Threads(replace(kit.desk, turns=Counting()))
    for inbound in (
        replace(talk(kit, thread), mentions_us=True),
        talk(kit, kit.place()),
        Pressed(
            event="p",
            place=thread,
            person=Person(id="ann", name="Ann"),
            action="stop",
            turn="t",
            at=1.0,
            message=None,
            answer=None,
        ),
    ):
        assert await threads.owned(inbound, ()) is inbound
    for _ in range(3):
        await threads.owned(talk(kit, thread), ())

    assert len(asked) == 1


async def test_a_store_in_trouble_leaves_people_to_their_talk(kit, thread):
    class Busy:
        async def present(self, place):
            raise StoreBusy

    known = await Threads(replace(kit.desk, turns=Busy())).owned(talk(kit, thread), ())

    assert known.place.ours is False
    assert kit.told(Trouble)[0].where == "thread"


async def test_talk_goes_on_with_us_after_a_mention_and_not_before(kit, thread):
    async with open_inbox(kit) as inbox:
        inbox.receive(talk(kit, thread, number=1))
        await until(lambda: kit.told(Ignored))
        inbox.receive(said(kit, number=2, place=thread))
        await until(lambda: kit.told(TurnEnded))
        inbox.receive(talk(kit, thread, number=3))
        await until(lambda: len(kit.told(TurnEnded)) == 2)
        inbox.receive(talk(kit, thread, number=4, mentions_others=True))
        await until(lambda: len(kit.told(Ignored)) == 2)

    assert len(kit.poe.world.calls) == 2
    assert [notice.reason for notice in kit.told(Ignored)] == ["not for us", "for somebody else"]


async def test_a_new_conversation_gets_its_name_and_one_that_goes_on_keeps_it(kit, thread):
    chat = Named(clock=kit.desk.clock)
    threads = Threads(replace(kit.desk, chat=chat))
    first = kit.turn(kit.prompt("Why is the **sky** blue?", place=thread))
    await threads.entitle(first)
    for other in (
        replace(first, parent="t0"),
        kit.turn(kit.prompt(repeat="t0", place=thread)),
        kit.turn(kit.prompt("", place=thread)),
        kit.turn(kit.prompt(to=replace(first.prompt.to, private=True), place=thread)),
    ):
        await threads.entitle(other)

    assert chat.names == ["c/1: Why is the sky blue?"]


async def test_a_name_that_is_refused_is_noted_and_the_answer_comes(kit, thread):
    chat = Named(clock=kit.desk.clock, refuses=True)
    async with open_inbox(kit, replace(kit.desk, chat=chat)) as inbox:
        inbox.receive(said(kit, place=thread))
        await until(lambda: kit.told(TurnEnded))

    assert kit.told(TurnEnded)[0].state == "settled"
    assert [(notice.where, notice.error) for notice in kit.told(Trouble)] == [("title", "ChatRefused")]


async def test_where_names_mean_nothing_none_is_given(kit):
    await Threads(kit.desk).entitle(kit.turn())

    assert kit.told(Trouble) == []


@dataclass
class Threading(FakeChat):
    opened: list[str] = field(default_factory=list)

    async def open_thread(self, to, title):
        if self.opened:
            raise ChatRefused
        self.opened.append(title)
        return replace(to.place, kind=PlaceKind.THREAD, channel="new")


async def test_a_question_moves_into_a_thread_of_its_own_where_the_house_wants_it(kit):
    desk = replace(kit.with_settings(open_threads=True), chat=Threading(clock=kit.desk.clock))
    threads = Threads(desk)
    moved = await threads.opened(kit.prompt("Why?"))

    assert (moved.place.channel, moved.to.reply_to) == ("new", None)
    stays = [
        kit.prompt(follow=Follow.REPLY),
        kit.prompt(message=None),
        kit.prompt(place=kit.place(PlaceKind.DIRECT)),
        kit.prompt("Why?"),  # the second thread is refused
    ]
    assert [await threads.opened(prompt) for prompt in stays] == stays
    assert await Threads(kit.desk).opened(stays[-1]) is stays[-1]
