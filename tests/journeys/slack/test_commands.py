"""`/poe …`, and the same verbs with `!` in threads, where Slack offers no commands."""

from __future__ import annotations

import pytest

from bridge.values.ids import ModelId
from bridge.values.models import Preset
from tests.contracts.chat import OnSlack, growing
from tests.journeys.slack.stories import (
    ASK,
    ask,
    asked,
    at_home,
    body,
    command,
    generous,
    has,
    pages,
    person,
    say,
    small_print,
    told,
    until,
    whispered,
)

PRESETS = {
    "default": Preset(name="default", model=ModelId("claude-haiku-4.5")),
    "parrot": Preset(
        name="parrot", model=ModelId("gpt-5.2"), system_prompt='answer only "Polly"', footer=False
    ),
}


async def grown(slack, place="general", after: int = 0):
    """The next finished answer of a command."""
    return await until(
        slack,
        lambda: next((m for m in slack.slack.world.from_bot(place)[after:] if has(m, "regenerate")), None),
    )


async def test_ask_shows_the_question_and_answers_under_it(slack):
    person(slack, "ben").slash("general", "/poe", "ask Name three harbours in 20 words")
    answer = await grown(slack)
    root = slack.slack.world.from_bot("general")[0]

    assert "Ben" in root.shown or "ben" in root.shown
    assert "Name three harbours in 20 words" in root.shown
    assert answer.thread_ts == root.ts


async def test_under_the_answer_of_a_command_everybody_goes_on_without_a_mention(slack):
    person(slack, "ben").slash("general", "/poe", "ask My name is Ben")
    answer = await grown(slack)
    on = await ask(slack, "ada", "What did I say first?", thread=answer)

    assert "My name is Ben" in body(on)


async def test_ask_takes_a_model_and_a_preset(make_slack):
    async with make_slack(settings={"presets": PRESETS}) as slack:
        await slack.start()
        person(slack, "ada").slash("general", "/poe", "ask model=gpt-5.2 Hello in 5 words")
        first = await grown(slack)
        person(slack, "ada").slash("help", "/poe", "ask Who are you? preset=parrot")
        second = await grown(slack, "help")

        assert small_print(first)[-1].startswith("GPT-5.2 ·")
        assert body(second).startswith("Polly")


async def test_a_private_ask_is_answered_in_direct_messages(slack):
    person(slack, "ben").slash("general", "/poe", "ask --private My name is Ben")
    dm = slack.slack.world.dm("ben")
    answer = await grown(slack, dm)
    await ask(slack, "ada", ASK)

    assert "Ben" in body(answer) or "name" in body(answer).lower()
    assert not any("My name is Ben" in m.shown for m in slack.slack.world.history("general", ephemeral=True))
    on = await ask(slack, "ben", "What is my name?", dm, thread=answer)
    assert "Ben" in body(on)


async def test_help_tells_everybody_what_they_may_use_as_it_is_written_here(slack):
    to_ben = await command(slack, "ben", "help")
    to_ada = await command(slack, "ada", "help")

    for name in ("ask", "new", "stop", "model", "points", "help", "forget"):
        assert f"/poe {name}" in to_ben
    assert "/poe budget" not in to_ben
    assert "/poe budget set" in to_ada
    assert "/poe status" in to_ada


@pytest.mark.parametrize("text", ["", "  ", "?"])
async def test_the_command_alone_is_help(slack, text):
    assert "/poe ask" in await command(slack, "ben", text)


async def test_points_are_told_to_nobody_else(slack):
    await ask(slack, "ben", ASK)
    said = await command(slack, "ben", "points")

    assert "3,000 points a day" in said
    assert [m for m in person(slack, "ada").sees("general") if m.ephemeral] == []


async def test_a_chosen_model_answers_from_then_on_and_only_this_person(slack):
    generous(slack)
    said = await command(slack, "ben", "model gpt-5.2")
    ben = await ask(slack, "ben", ASK)
    ada = await ask(slack, "ada", ASK)
    shown = await command(slack, "ben", "model")
    await command(slack, "ben", "model default")
    back = await ask(slack, "ben", ASK)

    assert "For you, **GPT-5.2** answers from now on" in said
    assert small_print(ben)[-1].startswith("GPT-5.2 ·")
    assert small_print(ada)[-1].startswith("Claude-Haiku-4.5 ·")
    assert "GPT-5.2" in shown
    assert small_print(back)[-1].startswith("Claude-Haiku-4.5 ·")


async def test_an_admin_chooses_the_model_of_a_channel(slack):
    refused = await command(slack, "ben", "model gpt-5.2 for=channel", "lab")
    await command(slack, "ada", "model gpt-5.2 for=channel", "lab")
    lab = await ask(slack, "ben", ASK, "lab")

    assert "Only an admin can choose the model of a channel." in refused
    assert small_print(lab)[-1].startswith("GPT-5.2 ·")


async def test_new_in_a_channel_says_that_every_mention_is_a_new_conversation(slack):
    assert "every mention begins a new conversation" in await command(slack, "ben", "new")


async def test_new_written_in_a_thread_leaves_what_was_said_behind(slack):
    first = await ask(slack, "ben", "My name is Ben")
    person(slack, "ben").say("general", "!new", thread=first)
    await until(
        slack,
        lambda: any(
            "A new conversation begins here" in m.shown for m in slack.slack.world.from_bot("general")
        ),
    )
    fresh = await ask(slack, "ben", "What is my name?", thread=first)

    assert "Ben" not in body(fresh)
    assert "My name is Ben" not in asked(slack)


async def test_stop_written_in_a_thread_ends_the_answer_there(make_slack):
    async with make_slack(speed=40.0) as slack:
        await slack.start()
        question = say(slack, "ben", "Tell me everything [[len=6000]]")
        await growing(OnSlack(slack), question)
        person(slack, "ben").say("general", "!stop", thread=question)
        said = await whispered(slack, "ben")
        await until(
            slack,
            lambda: any(
                "Stopped" in m.shown and has(m, "regenerate") for m in slack.slack.world.from_bot("general")
            ),
        )

        assert said.startswith("Stopped")
        assert slack.poe.world.calls[0].outcome != "completed"
        assert len(slack.poe.world.calls) == 1


async def test_stop_by_command_in_the_channel_reaches_its_threads(make_slack):
    async with make_slack(speed=40.0) as slack:
        await slack.start()
        question = say(slack, "ben", "Tell me everything [[len=6000]]")
        await growing(OnSlack(slack), question)
        said = await command(slack, "ben", "stop")
        answer = (await pages(slack, question))[-1]

        assert said.startswith("Stopped")
        assert "Stopped" in answer.shown


async def test_stop_with_nothing_to_stop_says_so(slack):
    assert "I'm not writing an answer for you here." in await command(slack, "ben", "stop")
    assert "Only an admin can stop other people's answers." in await command(slack, "ben", "stop everyone")


async def test_other_verbs_work_in_threads_and_are_answered_to_one_person(slack):
    first = await ask(slack, "ben", ASK)
    person(slack, "ben").say("general", "!points", thread=first)
    said = await whispered(slack, "ben")
    person(slack, "cleo").say("general", "!help", thread=first)
    manual = await whispered(slack, "cleo")
    person(slack, "ben").say("general", "!model gpt-5.2", thread=first)
    await whispered(slack, "ben", lambda m: "GPT-5.2" in m.shown)
    on = await ask(slack, "ben", ASK, thread=first)

    assert "3,000 points a day" in said
    assert "/poe ask" in manual
    assert small_print(on)[-1].startswith("GPT-5.2 ·")
    assert len(slack.poe.world.calls) == 2


async def test_ask_by_verb_in_a_thread_goes_on_there(slack):
    first = await ask(slack, "ben", "My name is Ben")
    question = person(slack, "ben").say("general", "!ask What is my name?", thread=first)
    answer = (await pages(slack, question))[-1]

    assert "Ben" in body(answer)
    assert answer.thread_ts == first.thread_ts


async def test_a_verb_in_direct_messages_is_answered_there(slack):
    question = person(slack, "ben").say("dm", "!points")
    said = await told(slack, question)

    assert "3,000 points a day" in said.shown
    assert slack.poe.world.calls == []


async def test_what_only_begins_like_a_verb_is_a_question_and_other_threads_are_left_alone(slack):
    first = await ask(slack, "ben", ASK)
    await ask(slack, "ben", "!important: say hello in 5 words", thread=first)
    root = person(slack, "cleo").say("help", "Which bot is it?")
    person(slack, "cleo").say("help", "!stop", thread=root)
    await ask(slack, "ada", ASK, "lab")

    assert "!important" in asked(slack, 1)
    assert [
        m for m in slack.slack.world.history("help", ephemeral=True) if m.user_id == slack.slack.world.bot.id
    ] == []


async def test_an_unknown_verb_is_answered_with_the_nearest(slack):
    assert "Did you mean `/poe model`?" in await command(slack, "ben", "modle gpt-5.2")
    assert "To ask me something, write `/poe ask`" in await command(slack, "ben", "hello there")


async def test_an_unknown_model_is_answered_with_near_names(slack):
    said = await command(slack, "ben", "model claude-haiku-4.4")

    assert "I don't know a model called claude-haiku-4.4. Did you mean claude-haiku-4.5" in said


async def test_forget_erases_the_words(slack):
    first = await ask(slack, "ben", "My name is Ben")
    sure = await command(slack, "ben", "forget")
    done = await command(slack, "ben", "forget confirm")
    await ask(slack, "ben", "What is my name?", thread=first)

    assert "To do it, use /poe forget with confirm." in sure
    assert "Erased: 1 question and its answer." in done
    assert "My name is Ben" not in asked(slack)


async def test_status_tells_an_admin_how_the_bridge_is_doing(make_slack):
    async with make_slack(balance=654_321) as slack:
        slack.settings |= at_home(slack)
        await slack.start()
        await ask(slack, "ben", ASK)
        said = await command(slack, "ada", "status")
        refused = await command(slack, "ben", "status")

    assert "Poe balance: 654," in said
    assert "Open holds: none" in said
    assert "No recent problems." in said
    assert "Only an admin can use /poe status." in refused
