"""What people say in Slack comes in at the door: once, in order, with who they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bridge.values.inbound import Commanded, MessageRef, PlaceKind, Pressed, Said
from tests.adapters.slack.inbound import House, a_house, a_slack


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_slack() as slack, a_house(slack) as one:
        yield one


async def test_a_mention_comes_in_once_with_who_it_was(house: House) -> None:
    said = house.person("ben").say("lab", "why is the sky blue?", mention_bot=True)

    heard = await house.hall.next()
    await house.settled()

    assert isinstance(heard, Said)
    assert heard.text == "why is the sky blue?"
    assert heard.event == f"slack:{house.team}/{said.channel_id}/{said.ts}"
    assert heard.mentions_us
    assert (heard.person.id, heard.person.name, heard.person.admin) == (house.id("ben"), "ben", False)
    assert heard.person.roles == tuple(house.world.groups)
    assert heard.place.channel == f"{said.channel_id}/{said.ts}"
    assert len(house.hall.inbound) == 1


async def test_admins_are_known_as_such(house: House) -> None:
    house.person("ada").say("dm", "hello")

    heard = await house.hall.next()

    assert heard.person.admin
    assert heard.place.kind is PlaceKind.DIRECT


async def test_talk_that_is_not_for_us_stays_outside(house: House) -> None:
    house.person("ben").say("lab", "lunch?")
    house.person("robo").say("lab", "beep", mention_bot=True)
    edited = house.person("ben").say("lab", "never mind")
    house.person("ben").edit(edited, f"never mind {house.world.bot.mention}")
    house.person("ben").delete(edited)
    house.person("ben").say("lab", "last", mention_bot=True)

    assert (await house.hall.next()).text == "last"
    await house.settled()
    assert len(house.hall.inbound) == 1
    assert house.troubles == []


async def test_what_is_said_under_our_message_says_so(house: House) -> None:
    await house.bot._rest.call(
        house.team, "chat.postMessage", {"channel": house.channel(), "text": "Our answer"}
    )
    (ours,) = house.world.from_bot("lab")

    house.person("ben").say("lab", "and then?", thread=ours)
    house.person("ben").say("lab", "and you?", thread=ours, mention_bot=True)

    first, second = await house.hall.next(1), await house.hall.next(2)
    assert first.place.ours is True
    assert first.root == MessageRef(channel=first.place.channel, message=ours.ts)  # type: ignore[arg-type]
    assert not first.mentions_us
    assert (second.place, second.root) == (first.place, first.root)
    assert second.mentions_us


async def test_names_in_a_text_can_be_read(house: House) -> None:
    ben, lab = house.world.user("ben"), house.world.channel("lab")

    house.person("ada").say("lab", f"ask {ben.mention} in {lab.mention}", mention_bot=True)

    assert (await house.hall.next()).text == "ask @ben in #lab"


async def test_files_come_along(house: House) -> None:
    house.person("ada").say(
        "lab", "what is this?", mention_bot=True, files=[("a.txt", b"some words", "text/plain")]
    )

    heard = await house.hall.next()

    assert [(one.name, one.size, one.mime) for one in heard.files] == [("a.txt", 10, "text/plain")]
    assert await house.bot.files.read(heard.files[0], 100) == b"some words"


async def test_what_comes_again_comes_in_once(house: House) -> None:
    house.person("ada").say("lab", "once", mention_bot=True)
    await house.hall.next()
    await house.settled()

    house.slack.faults.redeliver(2)
    house.slack.faults.duplicate(2)
    house.person("ada").say("lab", "twice", mention_bot=True)

    await house.hall.next(2)
    await house.settled()
    assert [one.text for one in house.hall.inbound] == ["once", "twice"]


async def test_a_thread_keeps_its_order_when_slack_does_not(house: House) -> None:
    root = house.person("ada").say("dm", "begin")
    await house.hall.next()
    house.slack.faults.hold()
    for number in range(10):
        house.person("ada").say("dm", str(number), thread=root)

    house.slack.faults.release(reverse=True)

    await house.hall.next(11)
    assert [one.text for one in house.hall.inbound[1:]] == [str(number) for number in range(10)]


async def test_a_conversation_of_several_people_is_like_a_private_channel(house: House) -> None:
    group = house.person("ada").open_group("ben")

    house.person("ben").say(group, "just us")
    root = house.person("ben").say(group, "and you?", mention_bot=True)
    house.person("ada").say(group, "go on", thread=root)

    first, second = await house.hall.next(1), await house.hall.next(2)
    assert (first.text, first.place.kind) == ("and you?", PlaceKind.THREAD)
    assert (second.text, second.place.channel) == ("go on", f"{group.id}/{root.ts}")


async def test_what_is_said_in_a_thread_and_its_channel_is_said_once(house: House) -> None:
    root = house.person("ada").say("lab", "begin", mention_bot=True)
    house.person("ada").say("lab", "for everybody", thread=root, broadcast=True)

    assert (await house.hall.next(2)).place.channel == f"{house.channel()}/{root.ts}"
    await house.settled()
    assert len(house.hall.inbound) == 2


async def test_many_at_once_all_come_in(house: House) -> None:
    for number in range(100):
        house.person("ada").say("lab", str(number), mention_bot=True)

    await house.hall.next(100)
    await house.settled()
    assert sorted(int(one.text) for one in house.hall.inbound) == list(range(100))
    assert len(house.calls("users.info")) < 10


async def test_what_failed_comes_again(house: House) -> None:
    house.hall.failing.append(RuntimeError("a mistake of ours"))

    house.person("ada").say("dm", "hello")

    assert (await house.hall.next()).text == "hello"
    assert [trouble.error for trouble in house.troubles] == ["RuntimeError"]
    assert "mistake" not in str(house.notices)


async def test_a_slow_slack_does_not_delay_the_acknowledgement(house: House) -> None:
    house.slack.faults.slow(4.0, "users.info")

    house.person("ada").say("dm", "hello")

    heard = await house.hall.next()
    await house.settled()
    assert (heard.text, heard.person.name, heard.person.admin) == ("hello", house.id("ada"), False)
    assert all(parcel.attempt == 0 for parcel in house.slack.deliveries.sent)


async def test_people_are_known_by_their_id_where_slack_does_not_tell(house: House) -> None:
    house.slack.faults.refuse("missing_scope", "users.info")
    house.slack.faults.refuse("missing_scope", "usergroups.list")

    house.person("ben").say("dm", "hello")

    heard = await house.hall.next()
    assert (heard.person.name, heard.person.roles) == (house.id("ben"), ())


async def test_events_nobody_listens_to_are_acknowledged(house: House) -> None:
    house.person("ada").look_at({"type": "slack#/entities/channel", "value": house.channel()})
    house.slack.apply_manifest(_with_more_events(house))
    house.person("ada").react(house.person("ada").say("lab", "look"), "eyes")

    await house.settled()
    assert house.hall.inbound == []
    assert house.slack.deliveries.sent
    assert all(parcel.attempt == 0 for parcel in house.slack.deliveries.sent)


def _with_more_events(house: House) -> dict[str, object]:
    from adapters.slack.manifest import manifest
    from tests.adapters.slack.specs import SPECS

    made = manifest(SPECS)
    made["settings"]["event_subscriptions"]["bot_events"] += ["reaction_added"]
    made["oauth_config"]["scopes"]["bot"] += ["reactions:read"]
    return made


async def test_a_message_is_acknowledged_once_it_is_on_disk(house: House) -> None:
    house.hall.keeping.clear()
    house.person("ada").say("dm", "hello")
    await house.hall.next()
    (parcel,) = [one for one in house.slack.deliveries.sent if not one.done]

    house.hall.keeping.set()

    await house.until(lambda: parcel.done)


# -- commands in threads


async def test_a_command_in_our_thread_is_one(house: House) -> None:
    root = house.person("ada").say("dm", "begin")
    await house.hall.next()

    said = house.person("ada").say("dm", "!model gpt-5 here", thread=root)

    heard = await house.hall.next(2)
    assert isinstance(heard, Commanded)
    assert (heard.name, heard.options) == ("model", {"name": "gpt-5", "for": "here"})
    assert heard.event == f"slack:{house.team}/{said.channel_id}/{said.ts}"
    assert heard.place.channel == f"{said.channel_id}/{root.ts}"


async def test_a_command_in_a_thread_where_we_answered_is_ours(house: House) -> None:
    root = house.person("ben").say("lab", "begin")
    house.hall.threads.add(f"{house.channel()}/{root.ts}")

    house.person("ben").say("lab", "!stop", thread=root)

    heard = await house.hall.next()
    assert (heard.name, heard.place.ours) == ("stop", None)


async def test_a_command_in_somebody_else_s_thread_is_somebody_else_s(house: House) -> None:
    root = house.person("ben").say("lab", "begin")

    house.person("ben").say("lab", "!stop", thread=root)

    assert isinstance(await house.hall.next(), Said)


async def test_help_and_mistakes_in_a_thread_are_whispered_there(house: House) -> None:
    root = house.person("ben").say("lab", "begin", mention_bot=True)
    await house.hall.next()

    house.person("ben").say("lab", f"{house.world.bot.mention} !help", thread=root)
    house.person("ben").say("lab", f"{house.world.bot.mention} !budget", thread=root)

    assert "`/poe ask`: ask a question" in await house.whispered("ben")
    assert "needs one of these behind it" in await house.whispered("ben", number=2)
    assert len(house.hall.inbound) == 1


async def test_people_named_in_a_thread_s_command_are_known(house: House) -> None:
    ben = house.world.user("ben")
    root = house.person("ada").say("dm", "begin")
    await house.hall.next()

    house.person("ada").say("dm", f"!budget set 5000 {ben.mention}", thread=root)
    house.person("ada").say("dm", f"!ask who is {ben.mention}?", thread=root)

    budget, question = await house.hall.next(2), await house.hall.next(3)
    assert (budget.options, budget.names) == ({"points": "5000", "person": ben.id}, {ben.id: "ben"})
    assert question.options == {"prompt": "who is @ben?"}


async def test_a_question_in_a_thread_stands_there_already(house: House) -> None:
    root = house.person("ben").say("lab", "begin", mention_bot=True)
    await house.hall.next()

    said = house.person("ben").say("lab", f"{house.world.bot.mention} !ask why?", thread=root)

    heard = await house.hall.next(2)
    assert house.said("lab") == []
    assert heard.answer.reply_to == said.ts
    assert heard.place.channel == f"{house.channel()}/{root.ts}"


async def test_a_file_goes_with_a_question_in_a_thread(house: House) -> None:
    root = house.person("ada").say("dm", "begin")
    await house.hall.next()

    house.person("ada").say("dm", "!ask what is this?", thread=root, files=[("a.txt", b"words")])

    heard = await house.hall.next(2)
    assert (heard.name, heard.options["prompt"], heard.options["attachment"].name) == (
        "ask",
        "what is this?",
        "a.txt",
    )


# -- Messages, Stop


async def test_prompts_are_offered_once_in_messages() -> None:
    async with a_slack() as slack, a_house(slack, suggested_prompts=("What can you do?",)) as house:
        there = house.person("ben").open_messages()
        await house.until(lambda: house.calls("assistant.threads.setSuggestedPrompts"))
        house.person("ben").open_messages()
        await house.settled()

        (call,) = house.calls("assistant.threads.setSuggestedPrompts")
        assert call["channel_id"] == there.id
        assert call["prompts"] == [{"title": "What can you do?", "message": "What can you do?"}]


async def test_prompts_that_slack_does_not_take_are_offered_again() -> None:
    async with a_slack() as slack, a_house(slack, suggested_prompts=("What can you do?",)) as house:
        slack.faults.refuse("internal_error", "assistant.threads.setSuggestedPrompts")
        house.person("ben").open_messages()
        await house.until(lambda: house.troubles)

        house.person("ben").open_messages()

        await house.until(lambda: len(house.calls("assistant.threads.setSuggestedPrompts")) == 2)


async def test_slack_s_own_stop_presses_ours(house: House) -> None:
    from bridge.values.draft import Piece
    from bridge.values.inbound import Destination
    from tests.adapters.slack.outbound import NONCE, TURN

    house.person("ada").say("lab", "tell me", mention_bot=True)
    heard = await house.hall.next()
    to = Destination(place=heard.place, person=heard.person.id, reply_to=heard.message)
    await house.bot.chat.typing(to)
    written = await house.bot.chat.begin(to, Piece(text="Once upon"), NONCE)

    house.person("ada").stop(house.world.from_bot("lab")[0])

    pressed = await house.hall.next(2)
    assert isinstance(pressed, Pressed)
    assert (pressed.action, pressed.turn, pressed.message) == ("stop", TURN, written.ref)
    assert pressed.place.channel == heard.place.channel


async def test_a_stop_of_what_nobody_knows_stops_whatever_there_is(house: House) -> None:
    root = house.person("ada").say("lab", "tell me", mention_bot=True)
    await house.hall.next()
    where = {"channel_id": house.channel(), "thread_ts": root.ts}
    await house.bot._rest.call(house.team, "agents.sessions.setStatus", {**where, "status": "processing"})

    house.person("ada").stop(root)

    heard = await house.hall.next(2)
    assert (heard.name, heard.place.channel) == ("stop", f"{house.channel()}/{root.ts}")
    session = house.world.sessions[house.channel(), root.ts]
    await house.until(lambda: session.status == "active")


# -- where we listen


async def test_only_where_we_are_switched_on_anything_is_heard() -> None:
    async with a_slack() as slack:
        lab = slack.world.channel("lab").id
        async with a_house(slack, channels=frozenset({lab}), direct=False) as house:
            house.person("ada").say("general", "hello", mention_bot=True)
            house.person("ada").say("dm", "hello")
            house.person("ada").say("lab", "here", mention_bot=True)

            assert (await house.hall.next()).text == "here"
            await house.settled()
            assert len(house.hall.inbound) == 1


async def test_without_messages_mentions_still_come_and_it_is_said() -> None:
    async with a_slack() as slack:
        slack.world.app.events = frozenset(slack.world.app.events - {"message.channels"})
        async with a_house(slack) as house:
            for number in range(3):
                house.person("ada").say("lab", str(number), mention_bot=True)
                await house.hall.next(number + 1)

            assert any("message.channels" in sentence for sentence in house.bot.limits_now)


async def test_nothing_is_logged_of_what_people_say(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        house.hall.failing.append(RuntimeError("secret words"))
        house.person("ada").say("dm", "secret words")
        await house.hall.next()
        house.person("ada").slash("lab", "/poe", "points")
        await house.hall.next(2)
        await asyncio.sleep(0)

    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("slack"))
    assert logged == ""
    assert "secret words" not in caplog.text
    assert "xoxb" not in caplog.text
