"""An answer grows on Slack: by Slack's own streams, else by edits; over the end of a message's room and of a stream's time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from adapters.slack import limits
from adapters.slack.speak import Speaker
from bridge.values.notices import TurnEnded, WriteRefused
from tests.contracts.chat import FENCES, OnSlack, growing
from tests.journeys.slack.stories import (
    ask,
    body,
    books_are_right,
    busy_sessions,
    calls,
    command,
    eventually,
    generous,
    has,
    idle,
    letters,
    pages,
    person,
    press,
    say,
    small_print,
    streaming,
    until,
)

AT_LENGTH = {"POEBRIDGE_ANSWERS__MAX_OUTPUT_TOKENS": "20000", "POEBRIDGE_BUDGET__PERSON": "1000000"}


def grew_only(message) -> bool:
    """Whether every state of a message begins with all that stood before it."""
    texts = [letters(version.text) for version in message.versions]
    return all(later.startswith(sooner) for sooner, later in pairwise(texts))


def nothing_lost_nor_doubled(text: str, found) -> bool:
    """Whether every line of an answer stands in its pages, as often as it was said."""
    said, shown = letters(text), letters("".join(body(page) for page in found))
    lines = {letters(line) for line in text.splitlines() if len(letters(line)) > 20}
    return bool(lines) and all(shown.count(line) == said.count(line) for line in lines)


@pytest.fixture
def soon_old(monkeypatch):
    """Streams are given two seconds by us; Slack would give them five minutes."""
    assert limits.CAPABILITIES.streaming is not None
    short = replace(limits.CAPABILITIES.streaming, seconds=2.0)
    monkeypatch.setattr(Speaker, "capabilities", replace(limits.CAPABILITIES, streaming=short))


async def test_an_answer_is_one_native_stream_that_is_only_ever_added_to(make_slack):
    async with make_slack(speed=80.0) as slack:
        await slack.start()
        question = say(slack, "ada", "Explain tides with a table and code in 150 words")
        (answer,) = await pages(slack, question)

        assert answer.stream is not None
        assert answer.stream.appends >= 2
        assert answer.stream.recipient == slack.slack.world.user("ada").id
        assert grew_only(answer)
        assert calls(slack, "chat.update") == calls(slack, "chat.postMessage") == []
        assert len(calls(slack, "chat.startStream")) == len(calls(slack, "chat.stopStream")) == 1
        assert letters(slack.poe.world.calls[0].text) in letters(answer.shown)
        assert slack.told(WriteRefused) == []
        assert slack.slack.world.rate_limited == 0


async def test_what_goes_on_before_the_first_word_is_told_as_tasks(make_slack):
    async with make_slack() as slack:
        await slack.start()
        script = "[[script=think **Looking at the moon**; wait 2.5; say The moon pulls the sea.; wait 0.5]]"
        question = say(slack, "ada", f"Why tides? {script}")
        growing_ = await until(
            slack,
            lambda: next((m for m in OnSlack(slack).answers(question) if m.stream and m.stream.tasks), None),
        )
        labels = [task["title"] for task in growing_.stream.tasks.values()]
        (answer,) = await pages(slack, question)

        assert any("Looking at the moon" in label or "Thinking" in label for label in labels)
        assert {task["status"] for task in answer.stream.tasks.values()} == {"complete"}
        assert body(answer).strip() == "The moon pulls the sea."


async def test_whoever_waits_sees_their_place(make_slack):
    async with make_slack(speed=60.0) as slack:
        await slack.start()
        first = say(slack, "ben", "Explain tides [[len=1600]]")
        await growing(OnSlack(slack), first)
        second = person(slack, "ben").say("general", "And winds? In 5 words", thread=first)
        waiting = await until(
            slack,
            lambda: next((m for m in slack.slack.world.thread(first) if m.ts > second.ts and m.stream), None),
        )
        shown = str(waiting.stream.tasks) + waiting.shown
        (answer,) = await pages(slack, second)

        assert "in the queue" in shown
        assert answer.ts == waiting.ts
        assert not streaming(slack)


async def test_where_the_workspace_takes_no_streams_it_grows_by_edits_with_a_stop(make_slack):
    async with make_slack(speed=60.0) as slack:
        slack.slack.world.rules.streams_allowed = False
        await slack.start()
        question = say(slack, "ada", "Explain tides [[len=1500]]")
        stage = OnSlack(slack)
        page = await until(slack, lambda: next((m for m in stage.answers(question) if has(m, "stop")), None))
        (answer,) = await pages(slack, question)
        again = await ask(slack, "ben", "And winds? In 20 words", "help")
        said = await command(slack, "ada", "status")

        assert answer.ts == page.ts
        assert answer.stream is None
        assert len(answer.versions) >= 3
        lengths = [len(letters(version.text)) for version in answer.versions]
        assert all(later >= sooner - 40 for sooner, later in pairwise(lengths))
        assert letters(slack.poe.world.calls[0].text) in letters(answer.shown)
        assert again.stream is None
        assert len(calls(slack, "chat.startStream")) == 1
        assert "does not let me stream answers" in said
        await until(slack, lambda: not busy_sessions(slack))


async def test_streams_may_be_turned_off_in_the_configuration(make_slack):
    async with make_slack(speed=60.0, env={"POEBRIDGE_SLACK__STREAMING": "false"}) as slack:
        await slack.start()
        answer = await ask(slack, "ada", "Explain tides in 60 words")

        assert answer.stream is None
        assert calls(slack, "chat.startStream") == []
        assert slack.slack.world.rate_limited == 0


async def test_a_long_answer_rolls_over_with_its_code_blocks_whole(make_slack):
    async with make_slack(speed=2_000.0, env=AT_LENGTH) as slack:
        await slack.start()
        question = say(slack, "ada", "Explain the sea [[len=26000]]")
        found = await pages(slack, question)

        assert len(found) >= 3
        assert found[0].stream is not None
        assert all(len(page.shown) <= 13_200 for page in found)
        assert all(len(FENCES.findall(page.shown)) % 2 == 0 for page in found)
        assert all(grew_only(page) for page in found)
        assert [has(page, "regenerate") for page in found] == [False] * (len(found) - 1) + [True]
        assert not streaming(slack)
        assert nothing_lost_nor_doubled(slack.poe.world.calls[0].text, found)


async def test_an_old_stream_is_followed_by_another_and_nothing_is_lost(make_slack, soon_old):
    async with make_slack(speed=50.0) as slack:
        await slack.start()
        question = say(slack, "ada", "Explain the sea with code [[len=2400]]")
        found = await pages(slack, question)

        assert len(found) >= 2
        assert found[0].stream is not None
        assert all(page.stream is None or page.stream.state == "ended" for page in found)
        assert all(len(FENCES.findall(page.shown)) % 2 == 0 for page in found)
        assert all(grew_only(page) for page in found)
        assert nothing_lost_nor_doubled(slack.poe.world.calls[0].text, found)
        assert slack.told(WriteRefused) == []
        await until(slack, lambda: not busy_sessions(slack))


async def test_a_stream_that_slack_ends_by_itself_loses_nothing_and_is_no_broken_pill(make_slack):
    async with make_slack(speed=50.0) as slack:
        slack.slack.world.rules.stream_seconds = 2.0
        await slack.start()
        question = say(slack, "ada", "Explain the sea with code [[len=1600]]")
        found = await pages(slack, question)

        assert nothing_lost_nor_doubled(slack.poe.world.calls[0].text, found)
        assert all(has(page, "regenerate") or page.edited or page.stream.state == "ended" for page in found)
        expired = [page for page in found if page.stream and page.stream.state == "expired"]
        assert all(page.blocks for page in expired), "nobody finished a message whose stream was over"
        assert not streaming(slack)
        await until(slack, lambda: not busy_sessions(slack))
        await books_are_right(slack)


async def test_a_stream_of_nothing_but_waiting_outlives_its_time(make_slack, soon_old):
    """A model that thinks for longer than a stream may last."""
    async with make_slack() as slack:
        await slack.start()
        question = say(slack, "ada", "Why? [[script=think Hm; wait 6; say Because.]]")
        found = await pages(slack, question)

        assert body(found[-1]).strip() == "Because."
        assert not streaming(slack)
        assert slack.told(WriteRefused) == []


async def test_ten_answers_at_once_are_whole_and_nobody_is_refused(make_slack):
    async with make_slack(speed=50.0, env={"POEBRIDGE_LIMITS__LIVE_ANSWERS": "10"}) as slack:
        await slack.start()
        people = ["ada", "ben", "cleo", "ada", "ben"]
        questions = [
            say(slack, who, f"Explain tides of sea number {place}{number} [[len=900]]", place)
            for place in ("general", "help")
            for number, who in enumerate(people)
        ]
        for question in questions:
            found = await pages(slack, question, within=100.0)
            (call,) = [
                c
                for c in slack.poe.world.calls
                if question.text.split("number ")[1].split()[0] in str(c.body["input"])
            ]
            assert letters(call.text) in letters("".join(body(page) for page in found))
            assert all(grew_only(page) for page in found if page.stream is not None)
        ended = await idle(slack, TurnEnded, 10)

        assert {each.state for each in ended} == {"settled"}
        assert slack.slack.world.rate_limited == 0
        assert slack.told(WriteRefused) == []
        assert not streaming(slack)
        await until(slack, lambda: not busy_sessions(slack))


async def test_under_an_answer_stand_regenerate_feedback_and_what_it_cost(slack):
    answer = await ask(slack, "ada", "Say hello in 5 words")
    kinds = [block["type"] for block in answer.blocks]

    assert kinds == ["markdown", "context", "actions", "context_actions"]
    assert small_print(answer)[-1].startswith("Claude-Haiku-4.5 ·")
    assert has(answer, "regenerate")
    assert has(answer, "rate")


@pytest.mark.parametrize("value", ["good", "bad"])
async def test_feedback_is_thanked_for_and_kept(slack, value):
    answer = await ask(slack, "ada", "Say hello in 5 words")
    pressed = press(slack, "ben", answer, "rate", value)
    said = await until(slack, lambda: next(iter(pressed.replies), None))

    assert said.shown == "Thank you."
    assert said.seen_by == slack.slack.world.user("ben").id
    assert len(slack.poe.world.calls) == 1

    async def kept() -> bool:
        return await ratings(slack) == [value == "good"]

    await eventually(kept, slack)
    press(slack, "ben", answer, "rate", "bad" if value == "good" else "good")

    async def changed() -> bool:
        return await ratings(slack) == [value != "good"]

    await eventually(changed, slack)


async def ratings(slack) -> list[bool]:
    return await slack.house.store._read(
        lambda conn: [bool(row[0]) for row in conn.exec_driver_sql("SELECT good FROM ratings")]
    )


async def test_only_the_asker_regenerates(slack):
    generous(slack)
    answer = await ask(slack, "ada", "Name three colours")
    pressed = press(slack, "ben", answer, "regenerate")
    said = await until(slack, lambda: next(iter(pressed.replies), None))

    assert "Only the person who asked can use this button." in said.shown
    assert len(slack.poe.world.calls) == 1


async def test_buttons_work_after_a_restart(slack):
    answer = await ask(slack, "ada", "Name three colours")
    await slack.restart()
    press(slack, "ada", answer, "regenerate")
    await idle(slack, TurnEnded, 2)

    assert len(slack.poe.world.calls) == 2


async def test_past_the_last_message_the_rest_comes_as_a_file(make_slack):
    async with make_slack(env={**AT_LENGTH, "POEBRIDGE_ANSWERS__MAX_MESSAGES": "2"}) as slack:
        await slack.start()
        question = say(slack, "ada", "Explain the sea [[len=40000]]")
        await pages(slack, question)
        file = await until(
            slack, lambda: next((f for f in slack.slack.world.files.values() if f.shares), None)
        )

        assert file.name.endswith(".md")
        rest = file.content.decode()
        assert rest.strip()[-200:] == slack.poe.world.calls[0].text.strip()[-200:]
        shared = [m for m in slack.slack.world.from_bot("general") if m.files]
        assert [m.thread_ts for m in shared] == [question.ts]
