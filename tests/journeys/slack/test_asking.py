"""Where people ask on Slack, and where the answer stands: in threads, in direct messages, under older answers."""

from __future__ import annotations

from bridge.values.notices import Ignored, TurnEnded
from tests.journeys.slack.stories import (
    ABOUT,
    ASK,
    ask,
    asked,
    body,
    generous,
    has,
    idle,
    pages,
    person,
    press,
    say,
    until,
)


async def test_a_mention_is_answered_in_its_thread_and_nowhere_else(slack):
    question = say(slack, "ada", "Explain tides in 60 words")
    (answer,) = await pages(slack, question)

    assert answer.thread_ts == question.ts
    assert not answer.broadcast
    assert slack.slack.world.history("general") == [question, answer]
    assert slack.slack.world.bot.id not in asked(slack)


async def test_in_that_thread_nobody_has_to_mention_it_again_and_it_remembers(slack):
    first = await ask(slack, "ada", "My name is Ada")
    second = await ask(slack, "ada", "What is my name?", thread=first)

    assert second.thread_ts == first.thread_ts
    assert "Ada" in body(second)


async def test_others_go_on_in_the_same_thread(slack):
    first = await ask(slack, "ada", "My name is Ada")
    second = await ask(slack, "ben", "What did I say first?", thread=first)

    assert "My name is Ada" in body(second)


async def test_what_is_said_in_a_channel_without_a_mention_is_nobody_s_question(slack):
    person(slack, "ben").say("general", "Just talking")
    root = person(slack, "ben").say("general", "Shall we?")
    person(slack, "cleo").say("general", "Let's", thread=root)
    await ask(slack, "ada", ASK, "help")

    assert slack.slack.world.from_bot("general") == []
    assert len(slack.poe.world.calls) == 1


async def test_a_mention_in_other_peoples_thread_is_answered_there_and_from_then_on(slack):
    root = person(slack, "ben").say("general", "Who knows tides?")
    question = say(slack, "ada", "My name is Ada", thread=root, mention_bot=True)
    (answer,) = await pages(slack, question)
    on = await ask(slack, "ada", "What is my name?", thread=root)

    assert answer.thread_ts == root.ts
    assert "Ada" in body(on)


async def test_a_mention_anywhere_in_a_text_counts_and_the_names_of_others_are_readable(slack):
    world = slack.slack.world
    text = f"Hey {world.bot.mention}, what does {world.user('ben').mention} think of {world.channel('lab').mention}?"
    question = say(slack, "ada", text, mention_bot=False)
    await pages(slack, question)

    assert "what does @ben think of #lab?" in asked(slack)
    assert "<@" not in asked(slack)


async def test_direct_messages_need_no_mention_and_each_begins_a_conversation_of_its_own(slack):
    ada = person(slack, "ada")
    first = ada.say("dm", "My name is Ada")
    (answer,) = await pages(slack, first)
    on = await ask(slack, "ada", "What is my name?", ada.dm, thread=answer)
    other = await ask(slack, "ada", "What is my name?", ada.dm, mention_bot=False)

    assert answer.thread_ts == first.ts
    assert "Ada" in body(on)
    assert "Ada" not in body(other)
    assert other.thread_ts != on.thread_ts


async def test_people_among_themselves_with_the_bot_mention_it_once(slack):
    group = person(slack, "ada").open_group("ben")
    person(slack, "ben").say(group, "Only for Ada")
    first = await ask(slack, "ada", "My name is Ada", group)
    on = await ask(slack, "ben", "What did I say first?", group, thread=first)

    assert "My name is Ada" in body(on)
    assert len(slack.poe.world.calls) == 2


async def test_a_private_channel_is_as_good_as_any(slack):
    secret = slack.slack.world.add_channel("secret", private=True)
    first = await ask(slack, "ada", "My name is Ada", secret)
    on = await ask(slack, "ada", "What is my name?", secret, thread=first)

    assert "Ada" in body(on)


async def test_asking_about_an_older_answer_branches_from_it(slack):
    generous(slack)
    first = await ask(slack, "ada", "My name is Ada")
    await ask(slack, "ada", "My dog is called Rex", thread=first)
    ben = person(slack, "ben")
    opened = ben.shortcut(first, ABOUT)
    form = await until(slack, lambda: ben.modal)
    before = len(slack.slack.world.from_bot("general"))
    ben.submit(form, {form.blocks[0]["block_id"]: "What did I say first, and what else?"})
    answer = await until(
        slack,
        lambda: next(
            (m for m in slack.slack.world.from_bot("general")[before:] if has(m, "regenerate")), None
        ),
    )

    assert opened.state == "acked"
    assert answer.thread_ts == first.thread_ts
    assert "My name is Ada" in body(answer)
    assert "Rex" not in body(answer)
    assert "Rex" not in asked(slack)


async def test_asking_about_somebody_elses_message_brings_it_along(slack):
    moon = person(slack, "ben").say("general", "The moon is made of basalt.")
    ada = person(slack, "ada")
    ada.shortcut(moon, ABOUT)
    form = await until(slack, lambda: ada.modal)
    ada.submit(form, {form.blocks[0]["block_id"]: "Is that true?"})
    answer = await until(
        slack, lambda: next((m for m in slack.slack.world.from_bot("general") if has(m, "regenerate")), None)
    )

    assert answer.thread_ts == moon.ts
    assert "The moon is made of basalt." in asked(slack)
    assert "Is that true?" in asked(slack)
    assert any("Is that true?" in m.shown for m in slack.slack.world.from_bot("general"))


async def test_another_bot_is_never_answered_nor_are_edits_and_our_own_words(slack):
    person(slack, "robo").say("general", "Hello there", mention_bot=True)
    first = await ask(slack, "ada", ASK)
    question = slack.slack.world.thread(first)[0]
    person(slack, "ada").edit(question, f"{slack.slack.world.bot.mention} something else")
    person(slack, "ada").delete(question)
    await ask(slack, "ben", ASK, "help")

    assert len(slack.poe.world.calls) == 2


async def test_regenerate_answers_the_same_question_again_under_it(slack):
    first = await ask(slack, "ada", "Name three colours")
    press(slack, "ada", first, "regenerate")
    await idle(slack, TurnEnded, 2)
    answers = [m for m in slack.slack.world.from_bot("general") if has(m, "regenerate")]

    assert len(answers) == 2
    assert {m.thread_ts for m in answers} == {first.thread_ts}
    assert asked(slack, 0) == asked(slack, 1)


async def test_an_answer_that_ended_for_length_is_continued_by_its_button(make_slack):
    async with make_slack(env={"POEBRIDGE_ANSWERS__MAX_OUTPUT_TOKENS": "300"}) as slack:
        await slack.start()
        first = await ask(slack, "ada", "Explain at length [[len=4000]]")
        press(slack, "ada", first, "continue")
        await idle(slack, TurnEnded, 2)

        assert "Continue exactly where you stopped" in asked(slack, 1)
        assert slack.poe.world.calls[1].previous_response_id == slack.poe.world.calls[0].response_id
        assert slack.slack.world.from_bot("general")[-1].thread_ts == first.thread_ts


async def test_a_message_also_sent_to_the_channel_is_one_question(slack):
    first = await ask(slack, "ada", ASK)
    await ask(slack, "ada", "And again", thread=first, broadcast=True)

    assert len(slack.poe.world.calls) == 2
    assert slack.told(Ignored) == []
