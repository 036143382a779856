"""Commands, buttons, menus and forms come in at the door, and whoever used them is told what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.sim.slack import Invocation, View
from bridge.values.draft import Page
from bridge.values.home import Home
from bridge.values.inbound import Choice, Commanded, Destination, PlaceKind, Pressed, Suggesting
from tests.adapters.slack.inbound import House, a_house, a_slack
from tests.adapters.slack.outbound import FINAL, NONCE, TURN


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_slack() as slack, a_house(slack) as one:
        yield one


async def acked(house: House, invocation: Invocation) -> None:
    await house.until(lambda: invocation.state != "waiting")
    assert invocation.state == "acked"


# -- commands


async def test_a_command_comes_in_with_where_and_by_whom(house: House) -> None:
    used = house.person("ada").slash("lab", "/poe", "points")

    heard = await house.hall.next()
    await acked(house, used)
    assert isinstance(heard, Commanded)
    assert (heard.name, heard.options) == ("points", {})
    assert heard.event == f"slack:i:{used.trigger_id}"
    assert (heard.place.kind, heard.place.channel, heard.place.workspace) == (
        PlaceKind.CHANNEL,
        house.channel(),
        house.team,
    )
    assert heard.person.admin
    assert not heard.answer.private  # what is answered says itself who may read it


async def test_a_reply_is_for_whoever_asked_alone(house: House) -> None:
    house.person("ben").slash("lab", "/poe", "points")

    await house.answer(await house.hall.next(), "You have **5** points. See /poe model.")

    assert "5" in (said := await house.whispered("ben"))
    assert "/poe model" in said
    assert house.said("lab") == []


async def test_people_and_groups_named_come_with_names_and_groups(house: House) -> None:
    ben, crew = house.world.user("ben"), next(iter(house.world.groups.values()))

    house.person("ada").slash("lab", "/poe", f"budget set 5000 person=<@{ben.id}|ben>")
    house.person("ada").slash("lab", "/poe", f"budget set 5000 role={crew.id}")

    first, second = await house.hall.next(1), await house.hall.next(2)
    person, role = (first, second) if "person" in first.options else (second, first)
    assert (person.names, person.roles) == ({ben.id: "ben"}, {ben.id: (crew.id,)})
    assert (role.names, role.roles) == ({crew.id: "@crew"}, {})


@pytest.mark.parametrize("text", ["", "help"])
async def test_alone_it_is_help(house: House, text: str) -> None:
    house.person("ben").slash("lab", "/poe", text)

    said = await house.whispered("ben")

    assert "`/poe ask`: ask a question" in said
    assert "/poe budget" not in said
    assert house.hall.inbound == []


async def test_admins_see_what_is_theirs(house: House) -> None:
    house.person("ada").slash("lab", "/poe", "help")

    assert "/poe budget set" in await house.whispered("ada")


async def test_a_mistake_is_said_with_what_there_is(house: House) -> None:
    house.person("ben").slash("lab", "/poe", "pionts")
    house.person("ben").slash("lab", "/poe", "budget set --zzz")

    said = await house.whispered("ben") + await house.whispered("ben", number=2)
    assert "Did you mean `/poe points`?" in said
    assert 'no option called "zzz"' in said
    assert house.hall.inbound == []


async def test_where_we_are_not_switched_on_that_is_said() -> None:
    async with a_slack() as slack:
        lab = slack.world.channel("lab").id
        async with a_house(slack, channels=frozenset({lab})) as house:
            house.person("ben").slash("general", "/poe", "points")

            assert "not switched on here" in await house.whispered("ben", "general")
            assert house.hall.inbound == []


# -- asking


async def test_a_question_is_shown_in_the_channel_and_answered_in_its_thread(house: House) -> None:
    house.person("ben").slash("lab", "/poe", "ask --model gpt-5 who is <!channel> & *why*?")

    heard = await house.hall.next()

    (line,) = house.world.from_bot("lab")
    assert "ben asks" in line.text
    assert "who is @channel & *why*?" in line.shown
    assert not line.versions[0].pings
    assert heard.place.channel == f"{house.channel()}/{line.ts}"
    assert (heard.place.kind, heard.place.ours) == (PlaceKind.THREAD, True)
    assert heard.options == {"prompt": "who is @channel & *why*?", "model": "gpt-5"}
    assert heard.answer == Destination(place=heard.place, person=heard.person.id)


async def test_a_private_question_is_shown_and_answered_in_direct_messages(house: House) -> None:
    house.person("ben").slash("lab", "/poe", "ask --private why?")

    heard = await house.hall.next()

    there = house.person("ben").dm
    (line,) = house.world.from_bot(there)
    assert (heard.place.kind, heard.place.channel) == (PlaceKind.DIRECT, f"{there.id}/{line.ts}")
    assert house.said("lab") == []


async def test_where_we_are_not_in_the_channel_that_is_said_to_whoever_asked(house: House) -> None:
    house.person("ada").remove("lab")

    house.person("ben").slash("lab", "/poe", "ask why?")

    assert "Invite me" in await house.whispered("ben")
    assert house.hall.inbound == []


async def test_a_question_whose_posting_broke_is_looked_for_and_shown_once(house: House) -> None:
    house.slack.faults.lose_response("chat.postMessage")

    house.person("ben").slash("lab", "/poe", "ask why?")

    heard = await house.hall.next()
    (line,) = house.world.from_bot("lab")
    assert heard.place.channel == f"{house.channel()}/{line.ts}"


async def test_it_is_the_question_that_is_shown_and_not_the_model_s_longer_name(house: House) -> None:
    house.person("ben").slash("lab", "/poe", "ask --model claude-sonnet-4.6-thinking why?")
    await house.hall.next()

    (line,) = house.world.from_bot("lab")
    assert "why?" in line.shown
    assert "claude" not in line.shown


async def test_a_question_waits_while_slack_takes_no_more(house: House) -> None:
    house.slack.faults.limit("chat.postMessage", retry_after=1)

    house.person("ben").slash("lab", "/poe", "ask why?")

    await house.hall.next()
    assert len(house.said("lab")) == 1


async def test_a_question_that_slack_tells_of_twice_is_asked_once(house: House) -> None:
    used = house.person("ben").slash("lab", "/poe", "ask why?")
    await house.hall.next()

    await house.bot._ear._interactions.command(used.payload)
    house.person("ben").slash("lab", "/poe", "points")

    assert (await house.hall.next(2)).name == "points"
    assert len(house.said("lab")) == 1


async def test_a_question_that_could_not_be_shown_is_said(house: House) -> None:
    house.slack.faults.drop("chat.postMessage")

    house.person("ben").slash("lab", "/poe", "ask why?")

    assert "problem" in await house.whispered("ben")
    assert house.hall.inbound == []


# -- buttons


@pytest.mark.parametrize(("action", "value"), [("regenerate", None), ("good", "good"), ("bad", "bad")])
async def test_a_button_is_pressed(house: House, action: str, value: str | None) -> None:
    house.person("ben").say("lab", "why?", mention_bot=True)
    heard = await house.hall.next()
    to = Destination(place=heard.place, person=heard.person.id, reply_to=heard.message)
    await house.bot.chat.post(to, Page(text="Because.", buttons=FINAL), NONCE)
    (ours,) = house.world.from_bot("lab")

    used = house.person("ben").press(ours, f"pb:{'rate' if value else action}:{TURN}", value)

    pressed = await house.hall.next(2)
    assert isinstance(pressed, Pressed)
    assert (pressed.action, pressed.turn) == (action, TURN)
    assert pressed.place.channel == heard.place.channel
    assert (pressed.message.channel, pressed.message.message) == (heard.place.channel, ours.ts)
    assert pressed.event == f"slack:i:{used.trigger_id}"
    assert pressed.answer.private


# -- "Ask about this"


async def the_form(house: House, name: str = "ben") -> View:
    view = await house.until(lambda: house.person(name).modal)
    assert isinstance(view, View)
    return view


async def test_a_message_is_asked_about_in_its_thread(house: House) -> None:
    about = house.person("ada").say("lab", "Water boils at 90 degrees.")
    house.person("ben").shortcut(about, "pb.about:ask")
    form = await the_form(house)

    house.person("ben").submit(form, {"pb.field:prompt": "Is that so?", "pb.field:model": "gpt-5"})

    heard = await house.hall.next()
    (line,) = house.world.from_bot("lab")
    assert line.thread_ts == about.ts
    assert "Is that so?" in line.shown
    assert heard.place.channel == f"{house.channel()}/{about.ts}"
    assert heard.options == {"prompt": "Is that so?", "model": "gpt-5"}
    (quoted,) = heard.quoted
    assert (quoted.author, quoted.text, quoted.ours) == ("ada", "Water boils at 90 degrees.", False)


async def test_in_a_long_thread_a_question_whose_posting_broke_is_found_too(house: House) -> None:
    about = house.person("ada").say("lab", "Water boils at 90 degrees.")
    for number in range(20):
        house.person("ada").say("lab", f"{number}", thread=about)
    house.person("ben").shortcut(about, "pb.about:ask")
    form = await the_form(house)
    house.slack.faults.lose_response("chat.postMessage")

    house.person("ben").submit(form, {"pb.field:prompt": "Is that so?"})

    await house.until(lambda: house.hall.commanded)
    assert len(house.world.from_bot("lab")) == 1


async def test_one_of_our_answers_is_asked_about(house: House) -> None:
    house.person("ben").say("lab", "why?", mention_bot=True)
    heard = await house.hall.next()
    to = Destination(place=heard.place, person=heard.person.id, reply_to=heard.message)
    written = await house.bot.chat.post(to, Page(text="Because.", buttons=FINAL), NONCE)
    (ours,) = house.world.from_bot("lab")

    house.person("ben").shortcut(ours, "pb.about:ask")
    house.person("ben").submit(await the_form(house), {"pb.field:prompt": "Really?"})

    (quoted,) = (await house.hall.next(2)).quoted
    assert quoted.ours
    assert quoted.message == written.ref


async def test_a_form_from_before_a_restart_still_knows_its_message() -> None:
    async with a_slack() as slack:
        async with a_house(slack) as house:
            about = house.person("ada").say("lab", "Water boils at 90 degrees.")
            house.person("ben").shortcut(about, "pb.about:ask")
            form = await the_form(house)
        async with a_house(slack) as house:
            house.person("ben").submit(form, {"pb.field:prompt": "Is that so?"})

            (quoted,) = (await house.hall.next()).quoted
            assert quoted.text == "Water boils at 90 degrees."


async def test_it_knows_one_deep_in_a_thread_as_well() -> None:
    async with a_slack() as slack:
        async with a_house(slack) as house:
            root = house.person("ada").say("lab", "Look at this.")
            for number in range(120):
                about = house.person("ada").say("lab", f"Water boils at {number} degrees.", thread=root)
            house.person("ben").shortcut(about, "pb.about:ask")
            form = await the_form(house)
        async with a_house(slack) as house:
            house.person("ben").submit(form, {"pb.field:prompt": "Is that so?"})

            (heard,) = await house.until(lambda: house.hall.commanded)
            assert [quoted.text for quoted in heard.quoted] == ["Water boils at 119 degrees."]


async def test_a_message_that_is_gone_is_said() -> None:
    async with a_slack() as slack:
        async with a_house(slack) as house:
            about = house.person("ben").say("lab", "Water boils at 90 degrees.")
            house.person("ben").shortcut(about, "pb.about:ask")
            form = await the_form(house)
        async with a_house(slack) as house:
            house.person("ben").delete(about)
            house.person("ben").submit(form, {"pb.field:prompt": "Is that so?"})

            assert await house.whispered("ben")
            assert house.said("lab") == []


async def test_a_blank_question_is_said_at_its_field(house: House) -> None:
    house.person("ben").shortcut(house.person("ada").say("lab", "Look"), "pb.about:ask")
    form = await the_form(house)

    house.person("ben").submit(form, {"pb.field:prompt": "   "})

    await house.until(lambda: form.errors)
    assert form.errors == {"pb.field:prompt": "Please fill this in: your question."}
    assert form.state == "open"


async def test_menus_are_filled_while_somebody_types(house: House) -> None:
    async def suggestion(asking: Suggesting) -> tuple[Choice, ...]:
        return (Choice(label=f"{asking.command} {asking.option} {asking.partial}", value="gpt-5"),)

    house.hall.suggestion = suggestion
    house.person("ben").shortcut(house.person("ada").say("lab", "Look"), "pb.about:ask")

    found = await house.person("ben").suggest(await the_form(house), "pb.suggest:ask:model", "gp")

    assert [(one["text"]["text"], one["value"]) for one in found] == [("ask model gp", "gpt-5")]


async def test_a_menu_that_can_t_be_filled_is_empty(house: House) -> None:
    async def suggestion(asking: Suggesting) -> tuple[Choice, ...]:
        raise RuntimeError("no idea")

    house.hall.suggestion = suggestion
    house.person("ben").shortcut(house.person("ada").say("lab", "Look"), "pb.about:ask")

    assert await house.person("ben").suggest(await the_form(house), "pb.suggest:ask:model", "gp") == []
    assert [trouble.where for trouble in house.troubles] == ["slack.suggest"]


async def test_where_we_are_not_switched_on_no_form_opens() -> None:
    async with a_slack() as slack:
        lab = slack.world.channel("lab").id
        async with a_house(slack, channels=frozenset({lab})) as house:
            house.person("ben").shortcut(house.person("ada").say("general", "Look"), "pb.about:ask")

            assert "not switched on here" in await house.whispered("ben", "general")
            assert house.calls("views.open") == []


async def test_a_form_that_does_not_open_is_noted(house: House) -> None:
    house.slack.faults.refuse("expired_trigger_id", "views.open")

    house.person("ben").shortcut(house.person("ada").say("lab", "Look"), "pb.about:ask")

    await house.until(lambda: house.calls("views.open"))
    await house.until(lambda: house.troubles)
    assert [trouble.where for trouble in house.troubles] == ["slack.form"]


async def test_a_private_question_about_a_message_is_answered_in_direct_messages(house: House) -> None:
    house.person("ben").shortcut(house.person("ada").say("lab", "Look"), "pb.about:ask")
    values = {"pb.field:prompt": "Is that so?", "pb.field:private": ["yes"]}

    house.person("ben").submit(await the_form(house), values)

    heard = await house.hall.next()
    assert (heard.place.kind, heard.place.parent) == (PlaceKind.DIRECT, house.person("ben").dm.id)
    assert house.said("lab") == []


async def test_a_message_where_we_are_not_can_be_asked_about_privately(house: House) -> None:
    house.person("ada").remove("lab")
    about = house.person("ada").say("lab", "Look")
    house.person("ben").shortcut(about, "pb.about:ask")
    house.person("ben").submit(await the_form(house), {"pb.field:prompt": "Is that so?"})
    assert "Invite me" in await house.whispered("ben")

    house.person("ben").shortcut(about, "pb.about:ask")
    values = {"pb.field:prompt": "Is that so?", "pb.field:private": ["yes"]}
    house.person("ben").submit(await the_form(house), values)

    assert (await house.hall.next()).quoted[0].text == "Look"


# -- the budget form


async def budgets(house: House) -> View:
    house.hall.home_shown = Home(admin=True)
    house.person("ada").open_home()
    home = await house.until(lambda: house.person("ada").home)
    house.person("ada").press(home, "pb.budgets")
    return await the_form(house, "ada")


async def changed(house: House, before: View, part: str) -> View:
    """The form once it shows this."""
    view = await house.until(
        lambda: (found := house.person("ada").modal) and part in str(found.body) and found
    )
    assert isinstance(view, View)
    return view


async def test_budgets_are_managed_in_a_form(house: House) -> None:
    form = await budgets(house)
    values: dict[str, Any] = {"pb.field:points": "5k", "pb.field:person": house.id("ben")}

    house.person("ada").submit(form, values)

    heard = await house.hall.next()
    assert (heard.name, heard.options) == ("budget set", {"points": "5k", "person": house.id("ben")})
    assert heard.names == {house.id("ben"): "ben"}
    assert (heard.place.kind, heard.place.channel, heard.place.workspace) == (
        PlaceKind.CHANNEL,
        "",
        house.team,
    )
    assert heard.person.admin


async def test_what_came_of_it_stands_in_the_form_with_all_that_was_filled_in(house: House) -> None:
    form = await budgets(house)
    house.person("ada").submit(form, {"pb.field:points": "5k"})
    waiting = await changed(house, form, "One moment")

    await house.answer(await house.hall.next(), "Say for whom: choose person or role.")

    shown = await changed(house, waiting, "Say for whom")
    points = next(block for block in shown.blocks if block.get("block_id") == "pb.field:points")
    assert points["element"]["initial_value"] == "5k"


async def test_what_came_of_a_form_that_was_closed_stands_on_the_page(house: House) -> None:
    form = await budgets(house)
    house.person("ada").submit(form, {"pb.field:points": "5k", "pb.field:person": house.id("ben")})
    heard = await house.hall.next()
    house.person("ada").close(await changed(house, form, "One moment"))

    await house.answer(heard, "Set.")

    await house.until(lambda: "Set." in str((house.person("ada").home or form).body))


async def test_nonsense_is_said_at_its_field_and_loses_nothing(house: House) -> None:
    form = await budgets(house)

    house.person("ada").submit(
        form,
        {
            "pb.field:points": "lots",
            "pb.field:person": house.id("ben"),
            "pb.field:channel": house.channel(),
        },
    )

    await house.until(lambda: form.errors)
    assert form.errors == {
        "pb.field:points": "Write a whole number of points, such as 5000 or 5k.",
        "pb.field:channel": "Choose only one of person and channel.",
    }
    assert form.state == "open"
    assert house.hall.inbound == []


async def test_another_verb_keeps_what_was_filled_in(house: House) -> None:
    form = await budgets(house)

    house.person("ada").select(form, "pb.verb", "budget grant")

    shown = await changed(house, form, "pb.admin:budget grant")
    assert any(block.get("block_id") == "pb.field:reason" for block in shown.blocks)


async def test_groups_are_found_by_their_handle(house: House) -> None:
    form = await budgets(house)
    crew = next(iter(house.world.groups.values()))

    found = await house.person("ada").suggest(form, "pb.suggest:budget set:role", "@cr")
    none = await house.person("ada").suggest(form, "pb.suggest:budget set:role", "zzz")

    assert [(one["text"]["text"], one["value"]) for one in found] == [("@crew", crew.id)]
    assert none == []
