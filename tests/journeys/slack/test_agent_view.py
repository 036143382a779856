"""The app's own pane, as new Slack apps have it: prompts to begin with, titles, a status, and Slack's own Stop."""

from __future__ import annotations

from bridge.values.notices import TurnEnded
from tests.contracts.chat import OnSlack, growing
from tests.journeys.slack.stories import (
    ask,
    busy_sessions,
    calls,
    has,
    idle,
    pages,
    person,
    say,
    session,
    small_print,
    until,
)

PROMPTS = "Explain tides, What did I ask last?"
LONG = "Tell me everything [[len=6000]]"


async def test_who_opens_the_messages_is_offered_prompts_once(make_slack):
    async with make_slack(env={"POEBRIDGE_SLACK__SUGGESTED_PROMPTS": PROMPTS}) as slack:
        await slack.start()
        dm = person(slack, "ada").open_messages()
        offered = await until(slack, lambda: slack.slack.world.assistance(dm.id).prompts)
        person(slack, "ada").open_messages()
        (answer,) = await pages(slack, person(slack, "ada").say("dm", offered[0]["message"]))

        assert [one["message"] for one in offered] == ["Explain tides", "What did I ask last?"]
        assert len(calls(slack, "assistant.threads.setSuggestedPrompts")) == 1
        assert "tide" in answer.shown.lower()


async def test_opening_the_messages_offers_nothing_where_nothing_is_configured(slack):
    person(slack, "ada").open_messages()
    await ask(slack, "ada", "Hello")

    assert calls(slack, "assistant.threads.setSuggestedPrompts") == []


async def test_a_conversation_is_called_after_its_first_question(slack):
    question = person(slack, "ada").say("dm", "How do tides work?")
    (answer,) = await pages(slack, question)
    await until(slack, lambda: session(slack, question) and session(slack, question).title)
    await pages(slack, person(slack, "ada").say("dm", "And winds?", thread=answer))

    assert session(slack, question).title == "How do tides work?"


async def test_the_thread_says_that_we_work_and_that_we_are_done(make_slack):
    async with make_slack(speed=60.0) as slack:
        await slack.start()
        question = say(slack, "ada", "Explain tides in 120 words")
        await until(
            slack, lambda: session(slack, question) and session(slack, question).status == "processing"
        )
        await pages(slack, question)

        assert session(slack, question).stoppable
        await until(slack, lambda: not busy_sessions(slack))
        assert session(slack, question).status == "active"


async def test_slack_s_own_stop_ends_the_answer_where_it_is(make_slack):
    async with make_slack(speed=40.0) as slack:
        await slack.start()
        stage = OnSlack(slack)
        question = say(slack, "ben", LONG)
        await growing(stage, question)
        person(slack, "ben").stop(question)
        answer = (await pages(slack, question))[-1]
        (ended,) = await idle(slack, TurnEnded)

        assert ended.state == "stopped"
        assert "Stopped" in " ".join(small_print(answer)) + answer.shown
        assert slack.poe.world.calls[0].outcome != "completed"
        assert not busy_sessions(slack)
        assert len(stage.answers(question)) == 1


async def test_only_the_asker_or_an_admin_stops_by_slack_s_own_button(make_slack):
    async with make_slack(speed=60.0) as slack:
        await slack.start()
        question = say(slack, "ben", "Explain tides [[len=1500]]")
        await growing(OnSlack(slack), question)
        person(slack, "cleo").stop(question)
        answer = (await pages(slack, question))[-1]
        (ended,) = await idle(slack, TurnEnded)

        # Slack has ended the stream by itself; the answer goes on by edits.
        assert ended.state == "settled"
        assert slack.poe.world.calls[0].text.rstrip()[-60:] in answer.shown
        assert "Stopped" not in answer.shown

        question = say(slack, "ben", "Explain winds [[len=1500]]")
        await growing(OnSlack(slack), question)
        person(slack, "ada").stop(question)
        await idle(slack, TurnEnded, 2)

        assert slack.told(TurnEnded)[1].state == "stopped"


async def test_stop_in_one_thread_leaves_the_others_alone(make_slack):
    async with make_slack(speed=60.0) as slack:
        await slack.start()
        stage = OnSlack(slack)
        first, second = (
            say(slack, "ada", "Explain tides [[len=1600]]"),
            say(slack, "ada", "Explain winds [[len=1600]]"),
        )
        await growing(stage, first)
        await growing(stage, second)
        person(slack, "ada").stop(first)
        await pages(slack, first)
        answer = (await pages(slack, second))[-1]

        assert "Stopped" not in answer.shown
        assert {ended.state for ended in await idle(slack, TurnEnded, 2)} == {"stopped", "settled"}


async def test_where_slack_has_no_stop_of_its_own_there_is_a_button(make_slack):
    async with make_slack(speed=40.0) as slack:
        slack.slack.world.rules.sessions_allowed = False
        await slack.start()
        question = say(slack, "ben", LONG)
        stage = OnSlack(slack)
        page = await until(
            slack,
            lambda: next((m for m in stage.answers(question) if has(m, "stop") and len(m.shown) > 80), None),
        )
        stage.press(page, "stop", "ben")
        answer = (await pages(slack, question))[-1]

        assert not calls(slack, "chat.startStream")
        assert "Stopped" in answer.shown
        assert not has(answer, "stop")


async def test_without_the_event_that_tells_of_stop_there_is_a_button(make_slack):
    async with make_slack(speed=40.0) as slack:
        slack.slack.world.app.events = tuple(
            event for event in slack.slack.world.app.events if event != "agent_session_stopped"
        )
        await slack.start()
        question = say(slack, "ada", LONG)
        stage = OnSlack(slack)
        page = await until(slack, lambda: next((m for m in stage.answers(question) if has(m, "stop")), None))
        stage.press(page, "stop", "ada")
        await pages(slack, question)
        said = await slack.in_slack.command("ada", "status")

        assert "agent_session_stopped" in said
