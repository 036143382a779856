"""Commands, buttons and forms: acknowledged first, then told."""

from __future__ import annotations

import asyncio

import pytest

from bridge.values.draft import Action
from bridge.values.inbound import Choice, Commanded, PlaceKind, Pressed
from bridge.values.notices import Trouble


@pytest.fixture
def ben(house):
    return house.dc.as_person("ben")


async def test_a_question_is_acknowledged_in_public_and_told(house, ben) -> None:
    asked = ben.slash(
        "ask", {"prompt": "why?", "attachment": ("a.py", b"x = 1", "text/x-python")}, where="lab"
    )
    commanded = await house.hall.next()
    assert isinstance(commanded, Commanded)
    assert (asked.state, asked.ephemeral, asked.original.loading) == ("deferred", False, True)
    assert (commanded.event, commanded.name) == (f"discord:i:{asked.id}", "ask")
    assert commanded.options["prompt"] == "why?"
    assert commanded.options["attachment"].name == "a.py"
    assert commanded.answer.via.token == asked.token
    assert commanded.answer.via.original
    assert not commanded.answer.private
    assert commanded.answer.via.expires_at == pytest.approx(house.time.now() + 900, abs=5)


async def test_a_private_question_is_acknowledged_privately(house, ben) -> None:
    asked = ben.slash("ask", {"prompt": "why?", "private": True}, where="lab")
    assert (await house.hall.next()).answer.private
    assert asked.ephemeral


async def test_any_other_command_is_acknowledged_privately(house, ben) -> None:
    asked = ben.slash("points", where="lab")
    assert (await house.hall.next()).answer.private
    assert asked.ephemeral


async def test_nothing_is_told_before_it_was_acknowledged(house, ben) -> None:
    """Discord waits three seconds; whatever the house does with it may take longer."""
    states = []
    receive = house.hall.receive
    house.hall.receive = lambda inbound: (states.append(asked.state), receive(inbound))
    asked = ben.slash("ask", {"prompt": "why?"}, where="lab")
    await house.hall.next()
    assert states == ["deferred"]


async def test_a_verb_of_a_group_comes_with_its_names(house) -> None:
    ada = house.dc.as_person("ada")
    ada.slash("budget show", {"person": "ben", "role": "Crew", "channel": "lab"})
    commanded = await house.hall.next()
    assert commanded.name == "budget show"
    assert {"Ben", "Crew", "lab"} <= set(commanded.names.values())
    assert commanded.names[commanded.options["person"]] == "Ben"


async def test_the_servers_roles_and_channels_come_with_their_names_but_not_the_place_itself(house) -> None:
    guild = house.world.guild
    house.dc.as_person("ada").slash("budget show", where="lab")
    names = (await house.hall.next()).names
    crew = next(role for role in guild.roles.values() if role.name == "Crew")
    assert names[str(crew.id)] == "Crew"
    assert names[str(house.world.channel("general").id)] == "general"
    assert str(house.world.channel("lab").id) not in names


async def test_people_named_come_with_their_roles_in_the_order_of_those_who_name_them(house) -> None:
    ada, guild = house.world.user("ada"), house.world.guild
    guild.members[ada.id].roles = sorted(set(guild.roles) - {guild.id})
    house.dc.as_person("ada").slash("budget show", {"person": "ada"}, where="lab")
    commanded = await house.hall.next()
    assert len(commanded.person.roles) > 1
    assert commanded.roles == {str(ada.id): commanded.person.roles}


@pytest.mark.parametrize(("who", "admin"), [("ada", True), ("ben", False)])
async def test_discord_says_who_manages_the_server(house, who, admin) -> None:
    house.dc.as_person(who).slash("points", where="lab")
    assert (await house.hall.next()).person.admin is admin


async def test_a_command_in_direct_messages_is_told_with_its_place(house, ben) -> None:
    ben.slash("points", where="dm")
    place = (await house.hall.next()).place
    assert (place.kind, place.channel) == (PlaceKind.DIRECT, str(house.world.dm("ben").id))


async def test_a_command_in_a_thread_is_told_with_its_place(house, ben) -> None:
    thread = ben.start_thread("side room", where="lab")
    ben.slash("points", where=thread)
    place = (await house.hall.next()).place
    assert (place.kind, place.parent, place.ours) == (
        PlaceKind.THREAD,
        str(house.world.channel("lab").id),
        False,
    )


async def test_an_acknowledgement_whose_answer_got_lost_is_found_to_have_arrived(house, ben) -> None:
    house.dc.faults.lose_response(path="callback")
    asked = ben.slash("points", where="lab")
    await house.hall.next()
    assert asked.state == "deferred"


@pytest.mark.parametrize("fault", ["fail", "drop"])
async def test_an_acknowledgement_that_did_not_arrive_is_sent_once_more(house, ben, fault) -> None:
    getattr(house.dc.faults, fault)(path="callback")
    asked = ben.slash("points", where="lab")
    await house.hall.next()
    assert asked.state == "deferred"


async def test_what_could_not_be_acknowledged_is_noticed_and_not_told(house, ben, until) -> None:
    house.dc.faults.fail(503, times=2, path="callback")
    ben.slash("points", where="lab")
    await until(lambda: len(house.notices) == 2)
    ben.say("lab", "next")
    assert (await house.hall.next()).text == "next"
    assert house.notices[0] == Trouble(where="discord.acknowledge", error="ChatBroken", detail="503/0")


async def test_what_was_acknowledged_too_late_is_noticed_and_not_told(house, ben, until) -> None:
    house.world.rules.callback_seconds = -1.0
    ben.slash("points", where="lab")
    (notice,) = await until(lambda: house.notices)
    assert notice == Trouble(where="discord.acknowledge", error="ChatGone", detail="404/10062")
    assert house.hall.inbound == []


async def test_a_command_where_we_are_not_switched_on_is_told_so(dc, a_house_on, until) -> None:
    async with a_house_on(dc, channels=frozenset({"1"})) as house:
        asked = dc.as_person("ben").slash("ask", {"prompt": "x"}, where="lab")
        await until(lambda: asked.state == "answered")
        assert "not switched on here" in asked.original.content
        assert asked.original.ephemeral
        assert house.hall.inbound == []


# -- buttons -------------------------------------------------------------------------------------


async def test_a_button_tells_its_turn_and_leads_a_private_word_back(house, ben, to, page) -> None:
    from bridge.values.command import Reply

    await house.chat.post(to("lab"), page("text", Action.STOP), "n")
    (message,) = house.world.from_bot("lab")
    pressed_by = ben.press(message, "pb:stop:turnturnturnturn")
    pressed = await house.hall.next()
    assert isinstance(pressed, Pressed)
    assert (pressed.action, pressed.turn, pressed.message.message) == (
        "stop",
        "turnturnturnturn",
        str(message.id),
    )
    assert pressed_by.answer_kind == 6
    assert pressed.message.via is None
    await house.chat.reply(pressed.answer, Reply(text="That is not yours to stop."))
    assert message.content == "text"
    assert [(one.content, one.seen_by) for one in pressed_by.followups] == [
        ("That is not yours to stop.", ben.id)
    ]


async def test_a_button_survives_a_restart(dc, a_house_on, to, page) -> None:
    async with a_house_on(dc) as house:
        await house.chat.post(to("lab"), page("text", Action.REGENERATE), "n")
    async with a_house_on(dc) as house:
        dc.as_person("ben").press(dc.world.from_bot("lab")[0], "pb:regenerate:turnturnturnturn")
        assert (await house.hall.next()).action == "regenerate"


async def test_a_press_under_a_private_answer_brings_the_right_to_edit_it(house, ben, page) -> None:
    asked = ben.slash("ask", {"prompt": "x", "private": True}, where="lab")
    commanded = await house.hall.next()
    await house.chat.post(commanded.answer, page("a", Action.REGENERATE), "n")
    house.time.passed = 845.0
    ben.press(asked.original, "pb:regenerate:turnturnturnturn")
    pressed = await house.hall.next(2)
    await house.chat.edit(commanded.answer, pressed.message, page("a, edited"))
    assert asked.original.content == "a, edited"


async def test_a_foreign_button_is_acknowledged_and_not_told(house, ben, to, page, until) -> None:
    written = await house.chat.post(to("lab"), page("text", Action.STOP), "n")
    (message,) = house.world.from_bot("lab")
    message.components[0]["components"][0]["custom_id"] = "old:thing"
    pressed = ben.press(message, "old:thing")
    await until(lambda: pressed.state != "waiting")
    assert house.hall.inbound == []
    assert written.ref.message == str(message.id)


# -- about a message -----------------------------------------------------------------------------


async def test_a_question_about_a_message_is_asked_in_a_form_and_told_with_the_message(
    house, ben, until
) -> None:
    message = house.dc.as_person("ada").say("lab", "the plan for <@1090519040088080405>")
    opened = ben.context_menu("Ask about this", message)
    await until(lambda: opened.modal)
    submitted = ben.submit_modal(opened, {"prompt": "is it good?"})
    commanded = await house.hall.next(2)
    assert (commanded.name, dict(commanded.options)) == ("ask", {"prompt": "is it good?"})
    (quoted,) = commanded.quoted
    assert (quoted.author, quoted.text, quoted.ours) == ("Ada", "the plan for @Ben", False)
    assert quoted.message.message == str(message.id)
    assert submitted.original.loading
    assert commanded.answer.via.token == submitted.token


async def test_a_form_filled_in_after_a_restart_asks_to_choose_again(dc, a_house_on, until) -> None:
    ben = dc.as_person("ben")
    message = ben.say("lab", "the plan")
    async with a_house_on(dc):
        opened = ben.context_menu("Ask about this", message)
        await until(lambda: opened.modal)
    async with a_house_on(dc) as house:
        submitted = ben.submit_modal(opened, {"prompt": "is it good?"})
        await until(lambda: submitted.state == "answered")
        assert "choose it again" in submitted.original.content
        assert house.hall.inbound == []


# -- suggestions ---------------------------------------------------------------------------------


async def test_suggestions_come_from_the_house(house, ben) -> None:
    async def models(asking):
        return tuple(Choice(label=f"{asking.partial} {n}", value=str(n)) for n in range(30))

    house.hall.suggestion = models
    choices = await ben.autocomplete("ask", "model", "cla", others={"prompt": "x"}, where="lab")
    assert len(choices) == 25
    assert choices[0] == {"name": "cla 0", "value": "0"}
    (asking,) = house.hall.asked
    assert (asking.command, asking.option, asking.partial) == ("ask", "model", "cla")


async def test_a_house_too_slow_to_suggest_suggests_nothing(house, ben) -> None:
    async def never(asking):
        await asyncio.Event().wait()

    house.hall.suggestion = never
    assert await ben.autocomplete("ask", "model", "cla", others={"prompt": "x"}, where="lab") == []
    assert house.notices == [Trouble(where="discord.suggest", error="TimeoutError")]


async def test_a_house_that_fails_to_suggest_suggests_nothing(house, ben) -> None:
    async def fail(asking):
        raise ZeroDivisionError

    house.hall.suggestion = fail
    assert await ben.autocomplete("ask", "model", "cla", others={"prompt": "x"}, where="lab") == []
