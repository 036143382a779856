"""What people say on Discord comes through the door."""

from __future__ import annotations

import pytest

from bridge.values.inbound import PlaceKind, Said
from bridge.values.notices import Trouble


async def test_a_mention_in_a_channel_is_heard(house) -> None:
    message = house.dc.as_person("ben").say("general", "what is up?", mention_bot=True)
    said = await house.hall.next()
    assert isinstance(said, Said)
    assert (said.text, said.mentions_us, said.message) == ("what is up?", True, str(message.id))
    assert said.person.name == "Ben"


async def test_a_direct_message_is_heard(house) -> None:
    house.dc.as_person("cleo").say("dm", "hello")
    said = await house.hall.next()
    assert (said.text, said.place.kind, said.place.workspace) == ("hello", PlaceKind.DIRECT, "@me")


async def test_a_message_in_our_thread_is_known_as_in_ours(house, to) -> None:
    question = house.dc.as_person("ben").say("lab", "hello?")
    place = await house.chat.open_thread(to("lab", reply_to=question), "Talk")
    house.dc.as_person("ben").say(int(place.channel), "go on")
    said = await house.hall.next(2)
    assert said.place == place


async def test_a_reply_to_our_answer_is_known_as_that(house, to, page) -> None:
    written = await house.chat.post(to("lab"), page("the answer"), "n")
    (ours,) = house.world.from_bot("lab")
    house.dc.as_person("ben").say("lab", "and then?", reply_to=ours)
    said = await house.hall.next()
    assert said.reply_to == written.ref
    assert [(one.text, one.ours) for one in said.quoted] == [("the answer", True)]


async def test_a_forwarded_message_comes_with_its_words(house) -> None:
    ada = house.dc.as_person("ada")
    ada.forward(ada.say("lab", "the plan"), to="dm")
    said = await house.hall.next(2)
    assert said.quoted[0].text == "the plan"


async def test_neither_our_own_words_nor_another_bots_are_heard(house, to, page) -> None:
    await house.chat.post(to("lab"), page("mine"), "n")
    house.dc.as_person("robo").say("lab", "beep", mention_bot=True)
    house.dc.as_person("ben").say("lab", "mine, too")
    assert (await house.hall.next()).text == "mine, too"
    assert len(house.hall.inbound) == 1


async def test_words_come_in_the_order_they_were_said(house) -> None:
    for number in range(20):
        house.dc.as_person("ben").say("lab", str(number))
    await house.hall.next(20)
    assert [said.text for said in house.hall.inbound] == [str(number) for number in range(20)]


async def test_a_malformed_event_does_not_end_the_client(house) -> None:
    """In discord.py 2.7.1 it would: what people say until the next connection stands would be lost."""
    house.dc.gateway.malformed()
    house.dc.as_person("ben").say("lab", "still there?")
    assert (await house.hall.next()).text == "still there?"
    assert house.discord.health.restarts == 0
    assert house.world.identifies == 1
    assert [type(notice) for notice in house.notices] == [Trouble]
    assert house.notices[0].where == "discord.MESSAGE_CREATE"


async def test_what_the_house_does_wrong_with_a_message_is_noticed_without_its_words(house, until) -> None:
    def fail(inbound) -> None:
        raise ZeroDivisionError("secret words")

    house.hall.receive = fail
    house.dc.as_person("ben").say("lab", "secret words")
    (notice,) = await until(lambda: house.notices)
    assert notice == Trouble(where="discord.on_message", error="ZeroDivisionError")


async def test_servers_and_channels_not_listened_to_are_not_heard(dc, a_house_on) -> None:
    harbour, lobby = str(dc.world.guild.id), dc.world.channel("lobby")
    lab = str(dc.world.channel("lab").id)
    async with a_house_on(dc, guilds=frozenset({harbour}), channels=frozenset({lab}), direct=False) as house:
        ben = dc.as_person("ben")
        ben.say(lobby, "another server", mention_bot=True)
        ben.say("general", "another channel", mention_bot=True)
        ben.say("dm", "directly")
        thread = ben.start_thread("side room", where="lab")
        ben.say(thread, "in a thread of the right channel")
        said = await house.hall.next()
        assert said.text == "in a thread of the right channel"
        assert len(house.hall.inbound) == 1


async def test_a_thread_that_slept_while_we_connected_is_still_known_as_ours(
    dc, a_house_on, to, until
) -> None:
    async with a_house_on(dc) as house:
        question = dc.as_person("ben").say("lab", "hello?")
        place = await house.chat.open_thread(to("lab", reply_to=question), "Talk")
    thread = dc.world.channels[int(place.channel)]
    thread.archived = True
    async with a_house_on(dc) as house:
        thread.archived = False
        dc.as_person("ben").say(thread, "are you still there?")
        assert (await house.hall.next()).place == place


async def test_a_question_in_a_thread_that_can_not_be_looked_up_is_heard_all_the_same(
    dc, a_house_on, until
) -> None:
    thread = dc.as_person("ben").start_thread("Talk", where="lab")
    thread.archived = True
    async with a_house_on(dc) as house:
        thread.archived = False
        dc.faults.fail(403, code=50001, method="GET", path="/channels/{channel_id}")
        dc.as_person("ben").say(thread, "are you there?", mention_bot=True)
        said = await house.hall.next()
        assert (said.text, said.place.channel) == ("are you there?", str(thread.id))
        assert Trouble(where="discord.channel", error="Forbidden") in house.notices


@pytest.mark.parametrize("times", [1, 3])
async def test_the_same_event_delivered_again_comes_with_the_same_id(house, times) -> None:
    """Claiming it once is the store's work; recognising it is ours."""
    house.dc.as_person("ben").say("lab", "once")
    await house.hall.next()
    for _ in range(times):
        house.dc.gateway.duplicate()
    await house.hall.next(times + 1)
    assert len({said.event for said in house.hall.inbound}) == 1
