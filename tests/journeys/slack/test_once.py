"""Everything once: events that come again, answers of Slack's that get lost, and a process that is killed in the middle."""

from __future__ import annotations

import asyncio

import pytest

from bridge.values.notices import Duplicate, TurnEnded
from tests.contracts.chat import OnSlack, growing
from tests.journeys.slack.stories import (
    ASK,
    ask,
    asked,
    body,
    books_are_right,
    busy_sessions,
    command,
    finished,
    generous,
    idle,
    letters,
    pages,
    person,
    press,
    say,
    streaming,
    until,
    whispered,
)
from tests.plugins.program import Program

GROWING = ("chat.startStream", "chat.appendStream", "chat.stopStream", "agents.sessions.setStatus")
EDITED = ("chat.postMessage", "chat.update")
LONG = "Explain tides [[len=1200]]"


def calls_with(slack, text: str) -> list:
    return [call for call in slack.poe.world.calls if text in str(call.body["input"][-1])]


# -- answers of Slack's that get lost --------------------------------------------------------------


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("method", GROWING)
async def test_a_connection_that_breaks_in_a_stream_makes_no_second_message(make_slack, method, done):
    async with make_slack(speed=120.0) as slack:
        await slack.start()
        fault = slack.slack.faults.lose_response if done else slack.slack.faults.drop
        fault(method)
        question = say(slack, "ada", LONG)
        found = await pages(slack, question)

        assert slack.slack.faults.waiting == []
        assert len(found) == 1
        assert letters(slack.poe.world.calls[0].text) == letters(body(found[0]))
        assert not streaming(slack)
        await until(slack, lambda: not busy_sessions(slack))
        assert len(slack.poe.world.calls) == 1


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("method", EDITED)
async def test_a_connection_that_breaks_while_edits_are_made_makes_no_second_message(
    make_slack, method, done
):
    async with make_slack(speed=120.0, env={"POEBRIDGE_SLACK__STREAMING": "false"}) as slack:
        await slack.start()
        fault = slack.slack.faults.lose_response if done else slack.slack.faults.drop
        fault(method, times=2)
        question = say(slack, "ada", LONG)
        found = await pages(slack, question)

        assert len(found) == 1
        assert letters(slack.poe.world.calls[0].text) == letters(body(found[0]))


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
async def test_the_last_write_is_repeated_until_it_stands(make_slack, done):
    async with make_slack() as slack:
        await slack.start()
        fault = slack.slack.faults.lose_response if done else slack.slack.faults.drop
        fault("chat.stopStream", times=3)
        question = say(slack, "ada", LONG)
        found = await pages(slack, question)

        assert len(found) == 1
        assert letters(slack.poe.world.calls[0].text) == letters(body(found[0]))
        assert not streaming(slack)


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_a_file_is_shared_once(make_slack, method, done):
    env = {
        "POEBRIDGE_ANSWERS__MAX_MESSAGES": "1",
        "POEBRIDGE_ANSWERS__MAX_OUTPUT_TOKENS": "20000",
        "POEBRIDGE_BUDGET__PERSON": "1000000",
    }
    async with make_slack(env=env) as slack:
        await slack.start()
        fault = slack.slack.faults.lose_response if done else slack.slack.faults.drop
        fault(method)
        say(slack, "ada", "Explain the sea [[len=20000]]")
        await until(slack, lambda: [f for f in slack.slack.world.files.values() if f.shares])
        await idle(slack, TurnEnded)

        assert slack.slack.faults.waiting == []
        shares = [
            ts for f in slack.slack.world.files.values() for stamps in f.shares.values() for ts in stamps
        ]
        assert len(shares) == 1


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
async def test_the_question_of_a_command_is_shown_once(slack, done):
    fault = slack.slack.faults.lose_response if done else slack.slack.faults.drop
    fault("chat.postMessage")
    used = person(slack, "ben").slash("general", "/poe", "ask Name three harbours")
    if done:
        await until(
            slack,
            lambda: [m for m in slack.slack.world.from_bot("general") if "pb:regenerate" in str(m.blocks)],
        )
    else:
        said = await until(slack, lambda: next(iter(used.replies), None))
        assert said.seen_by == slack.slack.world.user("ben").id
        assert slack.poe.world.calls == []

    roots = [m for m in slack.slack.world.from_bot("general") if not m.is_reply]
    assert len(roots) == (1 if done else 0)


async def test_a_command_s_words_find_another_way_when_the_first_breaks(slack):
    slack.slack.faults.drop("response_url")

    used = person(slack, "ben").slash("general", "/poe", "points")
    said = await whispered(slack, "ben")

    assert "3,000 points a day" in said
    assert used.state == "acked"


async def test_slack_being_away_in_the_middle_costs_no_word(make_slack):
    async with make_slack(speed=120.0) as slack:
        await slack.start()
        question = say(slack, "ada", LONG)
        await growing(OnSlack(slack), question)
        with slack.slack.faults.outage(status=None):
            await until_said(slack)
        found = await pages(slack, question)

        assert letters(slack.poe.world.calls[0].text) == letters("".join(body(page) for page in found))
        assert len(found) == 1
        assert not streaming(slack)
        await ask(slack, "ben", ASK, "help")


async def until_said(slack) -> None:
    """Until Poe has said its last word."""
    while not any(call.outcome == "completed" for call in slack.poe.world.calls):
        await slack.house.clock.sleep(0.05)


# -- events that come again ------------------------------------------------------------------------


async def test_a_mention_and_its_message_are_one_question(slack):
    await ask(slack, "ada", ASK)
    kinds = [
        parcel.payload["event"]["type"]
        for parcel in slack.slack.deliveries.sent
        if parcel.kind == "events_api"
    ]

    assert sorted(kind for kind in kinds if kind in ("app_mention", "message"))[:2] == [
        "app_mention",
        "message",
    ]
    assert len(slack.poe.world.calls) == 1
    assert slack.told(Duplicate) == []


@pytest.mark.parametrize("again", ["redeliver", "duplicate"])
async def test_an_event_that_comes_again_is_counted_and_not_answered(slack, again):
    await ask(slack, "ada", ASK)
    before = slack.house.wings[0].counters.counts["duplicates_suppressed"]
    getattr(slack.slack.faults, again)(count=50)
    await idle(slack, Duplicate, 2)
    await ask(slack, "ben", ASK, "help")

    assert len(slack.poe.world.calls) == 2
    assert slack.house.wings[0].counters.counts["duplicates_suppressed"] > before
    assert len(slack.slack.world.from_bot("general")) == 1


async def test_an_event_that_comes_again_while_it_is_being_answered_changes_nothing(make_slack):
    async with make_slack(speed=60.0) as slack:
        await slack.start()
        question = say(slack, "ada", LONG)
        await growing(OnSlack(slack), question)
        slack.slack.faults.redeliver(count=50)
        await idle(slack, Duplicate)
        assert len(await pages(slack, question)) == 1
        assert len(slack.poe.world.calls) == 1


async def test_after_a_restart_nothing_is_answered_again(slack):
    question = say(slack, "ada", ASK)
    await pages(slack, question)
    pressed = OnSlack(slack).answers(question)[-1]
    await slack.restart()
    slack.slack.faults.redeliver(count=50)
    await idle(slack, Duplicate)
    await ask(slack, "ben", ASK, "help")

    assert len(calls_with(slack, ASK)) == 2
    assert OnSlack(slack).answers(question) == [pressed]


async def test_acknowledgements_that_get_lost_bring_the_event_again_and_nothing_else(make_slack):
    async with make_slack() as slack:
        slack.slack.world.rules.ack_seconds = 1.0
        slack.slack.world.rules.retry_seconds = (0.0, 0.5, 1.0)
        await slack.start()
        slack.slack.faults.lose_acks(4)
        question = say(slack, "ada", ASK)
        await pages(slack, question)
        await idle(slack, Duplicate)

        assert len(slack.poe.world.calls) == 1
        assert any(parcel.attempt for parcel in slack.slack.deliveries.sent)


async def test_messages_that_come_out_of_order_are_answered_in_theirs(slack):
    generous(slack)
    root = await ask(slack, "ada", "My name is Ada")
    slack.slack.faults.hold()
    said = [
        person(slack, "ada").say("general", f"Question {number} in 5 words", thread=root)
        for number in range(4)
    ]
    slack.slack.faults.release(reverse=True)
    for question in said:
        await until(slack, lambda q=question: calls_with(slack, q.text))
    await idle(slack, TurnEnded, 5)

    order = [str(call.body["input"][-1]) for call in slack.poe.world.calls[1:]]
    assert [text[text.index("Question") : text.index("Question") + 10] for text in order] == [
        f"Question {number}" for number in range(4)
    ]
    assert len(slack.poe.world.calls) == 5


async def test_a_button_pressed_again_by_a_retry_asks_once(slack):
    first = await ask(slack, "ada", "Name three colours")
    pressed = press(slack, "ada", first, "regenerate")
    await idle(slack, TurnEnded, 2)
    parcel = next(p for p in slack.slack.deliveries.sent if p.payload is pressed.payload)
    slack.slack.deliveries.give(type(parcel)(kind=parcel.kind, payload=parcel.payload))
    await idle(slack, Duplicate)

    assert len(slack.poe.world.calls) == 2


def asked_in(question) -> str:
    return question.text.split("> ")[1].split(":")[0]


# -- a process that is killed ----------------------------------------------------------------------


@pytest.mark.timeout(240)
@pytest.mark.parametrize("streams", [True, False], ids=["streams", "edits"])
async def test_a_kill_while_an_answer_grows_leaves_no_message_that_looks_unfinished(make_slack, streams):
    async with make_slack(speed=40.0) as slack:
        slack.slack.world.rules.streams_allowed = streams
        program = Program(slack)
        try:
            await program.start()
            question = say(slack, "ada", "Explain tides [[len=3000]]")
            page = await growing(OnSlack(slack), question)
            shown = letters(body(page).replace("Thinking", ""))[:40]
            program.kill()
            assert await program.ended() == -9
            await program.start()
            found = await pages(slack, question)
            await until(slack, lambda: not busy_sessions(slack))
            again = say(slack, "ada", "And winds? In 5 words [[speed=0]]", thread=page)
            await pages(slack, again)
        finally:
            await program.stop()

        assert shown in letters("".join(body(each) for each in found))
        assert "interrupted" in found[-1].shown.lower()
        assert not streaming(slack)
        assert len(calls_with(slack, "Explain tides")) == 1


@pytest.mark.timeout(240)
async def test_what_was_asked_while_nobody_was_there_is_answered_by_the_next_process(make_slack):
    async with make_slack() as slack:
        program = Program(slack)
        try:
            await program.start()
            program.kill()
            await program.ended()
            question = say(slack, "ada", ASK)
            await program.start()
            assert len(await pages(slack, question)) == 1
        finally:
            await program.stop()

        assert len(slack.poe.world.calls) == 1


@pytest.mark.timeout(240)
async def test_killed_again_and_again_nothing_is_asked_or_answered_twice(make_slack):
    quick = {"POEBRIDGE_POE__BOOKS_SETTLE_SECONDS": "1", "POEBRIDGE_BUDGET__PERSON": "100000"}
    async with make_slack(speed=150.0, env=quick) as slack:
        generous(slack)
        slack.slack.world.rules.ack_seconds = 1.0
        slack.slack.world.rules.retry_seconds = (0.5,) * 40
        stage, program, questions = OnSlack(slack), Program(slack), []
        try:
            for number, moment in enumerate((0.05, 0.3, 0.8, 1.5)):
                await program.start()
                questions += [
                    say(slack, who, f"Question {number} of {who}: explain tides [[len=600]]")
                    for who in ("ada", "ben")
                ]
                await asyncio.sleep(moment)
                program.kill()
                assert await program.ended() == -9
            await program.start()
            # One whose first milliseconds were its last ones was never written down.
            known = [q for q in questions if stage.answers(q) or calls_with(slack, asked_in(q))]
            for question in known:
                await until(slack, lambda q=question: finished(stage, q))
            roots = {question.ts for question in known}
            await until(slack, lambda: not roots & {each.thread_ts for each in busy_sessions(slack)})
            assert not streaming(slack)
        finally:
            await program.stop()

        assert len(known) >= 4
        for question in known:
            assert len(calls_with(slack, asked_in(question))) <= 1, "a question was paid twice"
            assert len(stage.answers(question)) == 1, "a question was answered twice"


async def test_told_to_stop_it_lets_answers_end(make_slack):
    async with make_slack(speed=100.0) as slack:
        program = Program(slack)
        await program.start()
        question = say(slack, "ada", "Explain tides [[len=800]]")
        await growing(OnSlack(slack), question, 20)
        await program.stop()
        (answer,) = finished(OnSlack(slack), question)

        assert "interrupted" not in answer.shown.lower()
        assert not streaming(slack)
        assert not busy_sessions(slack)


async def test_the_books_are_right_after_all_of_it(slack):
    first = await ask(slack, "ada", ASK)
    slack.slack.faults.redeliver(count=20)
    press(slack, "ada", first, "regenerate")
    await idle(slack, TurnEnded, 2)
    said = await command(slack, "ada", "points")

    assert "spent" in said
    assert asked(slack, 0) == asked(slack, 1)
    await books_are_right(slack)
