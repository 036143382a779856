"""What people do wrongly, and what goes wrong around them: a clear sentence each time, and nothing lost."""

from __future__ import annotations

import asyncio

import pytest

from adapters.sim.discord import posting
from bridge.values.errors import StoreError
from bridge.values.notices import Reconciled, TurnEnded
from bridge.values.points import HoldState
from tests.journeys.stories import button, command, grown, has, quick, told
from tests.plugins.whole import Whole

ASK = "Say hello in 5 words"
LONG = "Tell me everything [[len=1600]]"


async def writing(whole: Whole, place: object = "general") -> object:
    """The message of an answer that has begun to be written."""
    return await whole.dc.world.until(
        lambda: next((m for m in whole.dc.world.from_bot(place) if has(m, "stop") and m.content), None)
    )


# -- what people write -----------------------------------------------------------------------------


async def test_a_mention_alone_is_asked_for_a_question(whole):
    answer = await told(whole, "ben", "general", "")

    assert "Ask me something: I got no text and no file I can read." in answer.content
    assert whole.poe.world.calls == []


async def test_an_unknown_model_is_answered_with_near_names(whole):
    given = {"prompt": ASK, "model": "claude-haiku-4.4"}
    answer = await grown(whole, whole.dc.as_person("ben").slash("ask", given))
    said = await command(whole, "ben", "model", {"name": "claude-haiku-4.4"})

    for words in (answer.content, said):
        assert "I don't know a model called claude-haiku-4.4. Did you mean claude-haiku-4.5" in words
    assert whole.poe.world.calls == []


async def test_a_model_the_configuration_does_not_know_is_said_when_it_is_asked(make_whole):
    async with make_whole(env={"POEBRIDGE_ANSWERS__DEFAULT_MODEL": "claude-haiku-4.4"}) as whole:
        await whole.start()
        answer = await told(whole, "ben", "general", ASK)

        assert "I don't know a model called claude-haiku-4.4. Did you mean claude-haiku-4.5" in answer.content


async def test_an_unknown_preset_is_answered_with_the_names_there_are(whole):
    given = {"prompt": ASK, "preset": "pirate"}
    answer = await grown(whole, whole.dc.as_person("ben").slash("ask", given))

    assert "There is no preset called pirate. There are: default." in answer.content


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"points": "-5"}, "A number of points can't be negative."),
        ({"points": "10^30"}, "That is too many points. The most is 1,000,000,000,000,000."),
        ({"points": "1" + "0" * 30}, "That is too many points. The most is 1,000,000,000,000,000."),
        ({"points": "2.5"}, 'Points are whole numbers, and "2.5" is not one.'),
        ({"points": "1/2"}, 'Points are whole numbers, and "1/2" is not one.'),
        ({"points": "plenty"}, '"plenty" is not a number of points.'),
        ({"points": "5", "zone": "Mars/Base"}, 'I don\'t know the time zone "Mars/Base".'),
    ],
)
async def test_a_budget_that_makes_no_sense_is_refused_and_nothing_changes(whole, given, said):
    before = await whole.house.store.audit(100)

    assert said in await command(whole, "ada", "budget set", {"person": "ben", **given})
    assert await whole.house.store.audit(100) == before


async def test_nobody_pings_anybody_through_our_words(whole):
    await command(whole, "ben", "new", {"title": "@everyone <@&1> look"})
    await command(whole, "ben", "model", {"name": "@everyone"})
    await whole.ask("ben", "general", "[[echo]] @everyone @here")

    for message in whole.dc.world.messages.values():
        if message.author is whole.dc.world.bot:
            assert not any((v.pings.everyone or v.pings.users or v.pings.roles) for v in message.versions)


# -- too much at once ------------------------------------------------------------------------------


async def test_whoever_waits_sees_their_place_and_too_many_are_told_to_wait(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        quick(whole)
        direct = whole.dc.world.dm("ben").id
        ben = whole.dc.as_person("ben")
        ben.say(direct, LONG)
        await writing(whole, direct)
        for number in range(4):
            ben.say(direct, f"Question {number} in 5 words")
        said = await whole.dc.world.until(
            lambda: [
                m.content for m in whole.dc.world.from_bot(direct) if "number 3 in the queue" in m.content
            ]
        )
        refused = await whole.dc.world.until(
            lambda: [m.content for m in whole.dc.world.from_bot(direct) if "already have 3" in m.content]
        )
        ben.slash("stop", {}, where="dm")
        await whole.answered(direct, 5)

        assert "You are number 3 in the queue." in said[0]
        assert "You already have 3 questions waiting here. Let me answer those first." in refused[0]
        assert await whole.house.store.verify() == ()


async def test_a_question_that_waits_while_the_bridge_restarts_is_answered_by_the_next(make_whole):
    async with make_whole(speed=200.0) as whole:
        await whole.start()
        quick(whole)
        direct = whole.dc.world.dm("ben").id
        ben = whole.dc.as_person("ben")
        ben.say(direct, LONG)
        await writing(whole, direct)
        ben.say(direct, "What did I say?")
        await whole.dc.world.until(
            lambda: any("in the queue" in m.content for m in whole.dc.world.from_bot(direct))
        )
        await whole.restart()
        answers = await whole.answered(direct, 2)

        assert len(whole.poe.world.calls) == 2
        assert "Tell me everything" in answers[-1].content
        assert not any("in the queue" in m.content for m in whole.dc.world.from_bot(direct))
        assert await whole.house.store.open_holds() == ()


async def test_who_waits_because_the_house_is_full_is_not_forgotten_by_a_restart(make_whole):
    async with make_whole(speed=200.0, settings={"live_answers": 1}) as whole:
        await whole.start()
        quick(whole)
        whole.dc.as_person("ada").say("lab", LONG, mention_bot=True)
        await writing(whole, "lab")
        whole.dc.as_person("ben").say("general", ASK, mention_bot=True)
        await whole.dc.world.until(
            lambda: any("number 2 in the queue" in m.content for m in whole.dc.world.from_bot("general"))
        )
        await whole.restart()
        (answer,) = await whole.answered("general", 1)

        assert "points" in answer.content
        assert len(whole.dc.world.from_bot("general")) == 1
        assert len(whole.poe.world.calls) == 2


async def test_stop_takes_a_question_back_that_still_waits(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        quick(whole)
        direct = whole.dc.world.dm("ben").id
        ben = whole.dc.as_person("ben")
        ben.say(direct, LONG)
        first = await writing(whole, direct)
        ben.say(direct, "Never mind")
        waiting = await whole.dc.world.until(
            lambda: next((m for m in whole.dc.world.from_bot(direct) if "in the queue" in m.content), None)
        )
        ben.press(waiting, button(waiting, "stop"))
        ben.press(first, button(first, "stop"))
        await whole.answered(direct, 2)

        assert "Stopped." in waiting.content
        assert len(whole.poe.world.calls) == 1


# -- what goes on around a question ----------------------------------------------------------------


async def test_a_question_deleted_while_it_waits_is_answered_without_pointing_at_it(make_whole):
    async with make_whole(speed=100.0) as whole:
        await whole.start()
        quick(whole)
        await command(whole, "ben", "new", {"title": "Tides"})
        thread = await whole.dc.world.until(
            lambda: next((c for c in whole.dc.world.channels.values() if c.name == "Tides"), None)
        )
        ben = whole.dc.as_person("ben")
        ben.say(thread.id, LONG)
        await writing(whole, thread.id)
        second = ben.say(thread.id, "Say hello in 5 words")
        ben.delete(second)
        await whole.answered(thread.id, 2)

        assert len(whole.poe.world.calls) == 2


async def test_a_thread_that_is_put_away_meanwhile_gets_its_answer_all_the_same(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        quick(whole)
        await command(whole, "ben", "new", {"title": "Tides"})
        thread = await whole.dc.world.until(
            lambda: next((c for c in whole.dc.world.channels.values() if c.name == "Tides"), None)
        )
        whole.dc.as_person("ben").say(thread.id, "Explain tides in 80 words")
        await writing(whole, thread.id)
        posting.set_archived(whole.dc.world, thread, True)
        (answer,) = await whole.answered(thread.id, 1)

        assert whole.poe.world.calls[0].text[-20:].strip() in answer.content
        assert len(whole.dc.world.from_bot(thread.id)) == 1


async def test_where_the_bot_may_not_write_it_says_so_directly(whole):
    whole.dc.world.deny("help", "send_messages", who=whole.dc.world.bot)
    whole.dc.as_person("ben").say("help", ASK, mention_bot=True)
    direct = whole.dc.world.dm("ben").id
    directly = await whole.dc.world.until(lambda: whole.dc.world.from_bot(direct))

    assert "I could not post this answer where you asked" in directly[0].content
    assert whole.poe.world.calls[0].text[:40] in directly[0].content
    assert whole.dc.world.from_bot("help") == []


@pytest.mark.parametrize("reached", [True, False])
async def test_where_it_may_not_attach_files_one_line_says_where_the_rest_went(whole, reached):
    quick(whole)
    whole.dc.world.deny("help", "attach_files", who=whole.dc.world.bot)
    whole.dc.world.user("ben").accepts_dms = reached
    whole.dc.as_person("ben").say("help", "Tell me everything [[len=13000]]", mention_bot=True)
    last = (await whole.answered("help", 1))[-1]
    await whole.hears(TurnEnded)

    rest = "went privately to whoever asked" if reached else "could not be sent, not privately either"
    needed = 'To post files here I need the permission "Attach Files".'
    assert last.content.split("\n")[0] == f"-# The rest {rest}. {needed}"
    direct = whole.dc.world.from_bot(whole.dc.world.dm("ben").id)
    assert len(direct) == int(reached)
    again = await whole.ask("ben", "help", "What did I say?", reply_to=last)
    assert "Tell me everything" in again.content


async def test_where_the_bot_may_not_write_a_command_is_answered_all_the_same(whole):
    whole.dc.world.deny("help", "send_messages", who=whole.dc.world.bot)
    answer = await grown(whole, whole.dc.as_person("ben").slash("ask", {"prompt": ASK}, where="help"))

    assert "points" in answer.content


async def test_a_person_who_takes_no_direct_messages_loses_the_answer_and_nobody_else_anything(whole):
    whole.dc.world.deny("help", "send_messages", who=whole.dc.world.bot)
    whole.dc.world.user("ben").accepts_dms = False
    whole.dc.as_person("ben").say("help", ASK, mention_bot=True)
    await whole.hears(TurnEnded)
    answer = await whole.ask("ada", "general", ASK)

    assert "points" in answer.content
    assert await whole.house.store.open_holds() == ()


async def test_discord_being_away_for_a_moment_in_the_middle_costs_no_word(make_whole):
    async with make_whole(speed=120.0) as whole:
        await whole.start()
        quick(whole)
        whole.dc.as_person("ben").say("general", LONG, mention_bot=True)
        await writing(whole)
        with whole.dc.faults.outage(status=None):
            await asyncio.wait_for(_ended(whole), 20)
        (answer,) = await whole.answered("general", 1)

        text = whole.poe.world.calls[0].text
        assert answer.content.startswith(text[:60])
        assert text.rstrip()[-40:] in answer.content
        await whole.ask("ben", "lab", ASK)


async def _ended(whole: Whole) -> None:
    """Until Poe has said its last word."""
    while not any(call.outcome == "completed" for call in whole.poe.world.calls):
        await whole.house.clock.sleep(0.05)


# -- the disk --------------------------------------------------------------------------------------


async def full(whole: Whole, *, pages: int | None) -> None:
    """Let the database grow by no more than so many pages; None: as it likes."""
    store = whole.house.store
    now = await store._write(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar())
    most = 1_000_000 if pages is None else now + pages
    await store._write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count = {most}").scalar())


async def test_with_a_full_disk_nobody_is_asked_and_the_person_is_told(whole):
    quick(whole)
    await full(whole, pages=0)
    refused = None
    for _ in range(40):  # until the last free room in the pages is used up
        refused = await whole.ask("ben", "general", "Why? " + "x" * 1500)
        if "disk" in refused.content:
            break
    calls = len(whole.poe.world.calls)
    again = await whole.ask("ben", "general", "Why? " + "x" * 1500)
    await full(whole, pages=None)
    after = await whole.ask("ben", "general", ASK)

    assert "The disk that holds the bridge's database is full." in refused.content
    assert "The disk that holds the bridge's database is full." in again.content
    assert "points" in after.content
    assert len(whole.poe.world.calls) == calls + 1
    assert await whole.house.store.verify() == ()


async def test_a_disk_that_fills_up_while_an_answer_is_written_loses_neither_words_nor_points(make_whole):
    soon = {"POEBRIDGE_POE__BOOKS_SETTLE_SECONDS": "0.5"}
    async with make_whole(speed=700.0, env=soon) as whole:
        await whole.start()
        quick(whole)
        whole.dc.as_person("ben").say("general", "Tell me everything [[len=6000]]", mention_bot=True)
        await writing(whole)
        await full(whole, pages=8)
        await filled(whole)
        (answer,) = await whole.answered("general", 1)
        await whole.hears(TurnEnded)
        await full(whole, pages=None)
        await whole.hears(Reconciled)

        assert whole.poe.world.calls[0].text.rstrip()[-60:] in answer.content
        assert "What this cost is not known yet" in answer.content
        assert await whole.house.store.open_holds() == ()
        assert await whole.house.store.verify() == ()
        reply = await whole.ask("ben", "general", "What did I say?", reply_to=answer)
        assert "Tell me everything" in reply.content


async def test_an_answer_that_could_never_be_booked_is_not_called_interrupted_after_a_restart(make_whole):
    async with make_whole(speed=700.0) as whole:
        await whole.start()
        quick(whole)
        whole.dc.as_person("ben").say("general", "Tell me everything [[len=6000]]", mention_bot=True)
        await writing(whole)
        await full(whole, pages=8)
        await filled(whole)
        (answer,) = await whole.answered("general", 1)
        await whole.hears(TurnEnded)
        stood = [message.content for message in whole.dc.world.from_bot("general")]
        await whole.restart()
        async with asyncio.timeout(20):
            while await whole.house.store.open():
                await asyncio.sleep(0.05)

        assert [message.content for message in whole.dc.world.from_bot("general")] == stood
        assert whole.poe.world.calls[0].text.rstrip()[-60:] in answer.content
        (hold,) = await whole.house.store.open_holds()
        assert hold.state is HoldState.UNCERTAIN
        assert await whole.house.store.undelivered() == ()


async def filled(whole: Whole) -> None:
    """Use up every page there is."""
    store = whole.house.store
    await store._write(lambda conn: conn.exec_driver_sql("CREATE TABLE filler (x)"))
    for size in (3_000, 500):
        with pytest.raises(StoreError):
            while True:
                await store._write(
                    lambda conn, size=size: conn.exec_driver_sql(
                        f"INSERT INTO filler VALUES (zeroblob({size}))"
                    )
                )
