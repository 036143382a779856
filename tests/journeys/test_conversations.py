"""People talk to the bot, and it goes on where they expect it to."""

from __future__ import annotations

from itertools import pairwise

from bridge.values.notices import ChainRepaired, TurnBegan


async def test_a_mention_is_answered_in_place_and_the_answer_grows(make_whole):
    async with make_whole(speed=80.0) as whole:
        await whole.start()
        answer = await whole.ask("ada", "general", "Explain the tides in 120 words")

    texts = [version.content for version in answer.versions]
    assert len(texts) >= 3
    assert answer.reference is not None
    assert all(len(later) >= len(earlier) - 3 for earlier, later in pairwise(texts))
    assert "-# Claude-Haiku-4.5 ·" in answer.content


async def test_a_reply_goes_on_through_the_previous_response(whole):
    first = await whole.ask("ada", "general", "My name is Ada")
    second = await whole.ask("ada", "general", "What is my name?", reply_to=first)

    assert "Ada" in second.content
    chained = whole.poe.world.calls[-1]
    assert chained.previous_response_id == whole.poe.world.calls[0].response_id
    assert len(chained.body["input"]) == 1


async def test_a_reply_to_an_older_answer_branches_from_there(whole):
    root = await whole.ask("ada", "general", "My name is Ada")
    await whole.ask("ada", "general", "Forget that, my name is Grace", reply_to=root)
    branch = await whole.ask("ben", "general", "What is my name?", reply_to=root)

    assert "Ada" in branch.content
    assert "Grace" not in branch.content


async def test_where_chaining_is_refused_the_conversation_is_replayed_and_that_is_remembered(make_whole):
    async with make_whole(chaining=False) as whole:
        await whole.start()
        answer = await whole.ask("ada", "general", "My name is Ada")
        for _ in range(2):
            answer = await whole.ask("ada", "general", "What is my name?", reply_to=answer)
            assert "Ada" in answer.content

        assert len(whole.told(ChainRepaired)) == 1
        assert [notice.chained for notice in whole.told(TurnBegan)] == [False, True, False, False]
        assert await whole.house.store.open_holds() == () or all(
            hold.state.value == "uncertain" for hold in await whole.house.store.open_holds()
        )


async def test_where_a_conversation_is_too_long_to_send_again_the_answer_says_what_was_left_out(make_whole):
    env = {"POEBRIDGE_ANSWERS__MAX_TURNS": "1", "POEBRIDGE_ANSWERS__THREADING": "replay"}
    async with make_whole(env=env) as whole:
        await whole.start()
        answer = await whole.ask("ada", "general", "My name is Ada")
        answer = await whole.ask("ada", "general", "Say hello", reply_to=answer)
        assert "left out" not in answer.content
        answer = await whole.ask("ada", "general", "What is my name?", reply_to=answer)

    assert "of this conversation along; older ones were left out." in answer.content
    assert "My name is Ada" not in str(whole.poe.world.calls[-1].body["input"])


async def test_a_direct_message_goes_on_until_new(whole):
    ada = whole.dc.as_person("ada")
    await whole.ask("ada", "dm", "My name is Ada")
    again = await whole.ask("ada", "dm", "What is my name?")
    assert "Ada" in again.content

    said = await whole.told_privately(ada.slash("new", {}, where="dm"))
    assert said
    fresh = await whole.ask("ada", "dm", "What did I say?")
    assert "My name is Ada" not in fresh.content


async def test_a_mention_in_a_reply_to_a_person_brings_their_words_along(whole):
    moon = whole.dc.as_person("ben").say("general", "The moon is made of basalt.")
    await whole.ask("ada", "general", "Is that true?", reply_to=moon, mention_bot=True)

    asked = str(whole.poe.world.calls[-1].body["input"])
    assert "The moon is made of basalt." in asked
    assert "Ben" in asked or "ben" in asked


async def test_people_talking_to_each_other_are_left_alone(whole):
    ada = whole.dc.as_person("ada")
    ada.say("general", "Good morning, everyone")
    await whole.ask("ben", "general", "Hello in 5 words")

    assert len(whole.poe.world.calls) == 1


async def test_questions_in_one_thread_are_answered_one_after_the_other(make_whole):
    async with make_whole(speed=120.0) as whole:
        await whole.start()
        direct = whole.dc.world.dm("ada").id
        for number in range(3):
            whole.dc.as_person("ada").say(direct, f"Question {number}, in 40 words")
        await whole.answered(direct, 3)

        calls = whole.poe.world.calls
        assert [call.previous_response_id for call in calls] == [
            None,
            calls[0].response_id,
            calls[1].response_id,
        ]


async def test_new_in_a_channel_opens_a_thread_where_no_mention_is_needed(whole):
    ada = whole.dc.as_person("ada")
    await whole.told_privately(ada.slash("new", {"title": "Tides"}, where="general"))
    thread = await whole.dc.world.until(
        lambda: next((c for c in whole.dc.world.channels.values() if c.name == "Tides"), None)
    )
    await whole.ask("ada", thread.id, "My name is Ada", mention_bot=False)
    answer = await whole.ask("ben", thread.id, "What is my name?", mention_bot=False)

    assert "Ada" in answer.content


async def test_a_mention_opens_a_thread_where_the_house_is_set_so(make_whole):
    async with make_whole(settings={"open_threads": True}) as whole:
        await whole.start()
        whole.dc.as_person("ada").say("general", "Explain tides in 20 words", mention_bot=True)
        thread = await whole.dc.world.until(
            lambda: next((c for c in whole.dc.world.channels.values() if "tides" in c.name.lower()), None)
        )
        await whole.answered(thread.id, 1)
        again = await whole.ask("ada", thread.id, "What did I say?", mention_bot=False)

    assert "Explain tides" in again.content
