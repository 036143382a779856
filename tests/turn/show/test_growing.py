"""An answer that grows: what is seen, when, and at what price."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from bridge.turn.show import Backlog
from bridge.values.capabilities import Rate
from bridge.values.draft import Action, Draft, DraftState
from bridge.values.notices import FirstWord, Wrote
from tests.plugins.stage import LIKE_DISCORD, FakeChat, FixedWindow, SlidingWindow, destination
from tests.plugins.staleness import Case, measure, table
from tests.turn.show.conftest import SENTENCE, Stage, done, stream, writing

Play = Callable[..., None]


def bodies(chat: FakeChat) -> list[str]:
    """What stands, without our lines."""
    return [
        "\n".join(line for line in text.split("\n") if not line.startswith("-# ")) for text in chat.texts()
    ]


def test_the_first_word_is_posted_at_once(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stage.clock.sleep(2)
        asked = stage.clock.now()
        showing.update(writing(showing, "Hello"))
        await stage.clock.sleep(0.2)

        (post,) = stage.chat.happened
        assert (post.verb, post.page.text) == ("post", "Hello")
        assert post.at - asked < 0.05
        assert [button.action for button in post.page.buttons] == [Action.STOP]
        (word,) = stage.told(FirstWord)
        assert isinstance(word, FirstWord)
        assert word.since_event == pytest.approx(2.08, abs=0.01)
        assert word.since_word == pytest.approx(0.08, abs=0.01)

    play(scene)


def test_the_first_word_does_not_wait_with_the_line_it_takes_the_place_of(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(Draft(turn=showing.turn))
        await stage.clock.sleep(0.2)
        showing.update(writing(showing, "Hello"))
        asked = stage.clock.now()
        await stage.clock.sleep(0.2)

        (post,) = stage.chat.happened
        assert post.at - asked < 0.05

    play(scene)


def test_an_update_never_waits_and_the_latest_wins(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        for size in range(1, 100):
            showing.update(writing(showing, SENTENCE[: 1 + size % 40] + "x" * size))
        await showing.finish(done(showing, "The end"))

        assert stage.chat.texts() == ["The end"]
        assert len(stage.chat.happened) == 1

    play(scene)


def test_a_growing_answer_is_edited_at_an_even_pace_and_never_refused(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE * 30, 30)
        shown = await showing.finish(done(showing, SENTENCE * 30))

        gaps = [after.at - before.at for before, after in pairwise(stage.chat.happened)]
        assert shown.delivered
        assert max(gaps) < 1.5
        assert stage.chat.busy == 0
        assert stage.chat.identical == 0
        assert Counter(each.verb for each in stage.chat.happened)["post"] == 1

    play(scene)


def test_text_only_grows_on_every_page_and_pages_end_before_the_next_begins(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        text = (SENTENCE * 120).strip()
        await stream(stage, showing, text, 20)
        shown = await showing.finish(done(showing, text, footer="Model"))

        seen: dict[str, str] = {}
        for each in stage.chat.happened:
            body = each.page.text.removesuffix("\n-# Model")
            assert body.startswith(seen.get(each.ref.message, ""))
            if each.verb == "post":
                assert all(not stage.chat.pages[ref].buttons or ref == each.ref.message for ref in seen)
            seen[each.ref.message] = body
        assert " ".join(bodies(stage.chat)) == text
        assert len(shown.pages) == len(stage.remembered) == 4
        assert [page.number for page in shown.pages] == [0, 1, 2, 3]
        assert [bool(page.buttons) for page in stage.chat.pages.values()] == [False, False, False, True]

    play(scene)


def test_only_the_first_page_answers_the_question(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await showing.finish(done(showing, SENTENCE * 100))

        assert [page.to.reply_to for page in stage.remembered] == ["question", None, None]

    play(scene)


def test_a_finished_answer_is_one_write_for_each_page(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        shown = await showing.finish(done(showing, SENTENCE * 100, footer="Model"))

        assert [each.verb for each in stage.chat.happened] == ["post"] * 3
        assert shown.delivered
        assert shown.late < 0.5
        assert len(stage.told(Wrote)) == 3

    play(scene)


def test_beyond_the_last_message_nothing_is_written_until_the_file(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE * 200, 20)
        before = len(stage.chat.happened)
        await stream(stage, showing, SENTENCE * 400, 20, have=len(SENTENCE) * 200)
        await stage.clock.sleep(5)
        assert len(stage.chat.happened) <= before + 1
        await showing.finish(done(showing, SENTENCE * 400))

        *texts, last = stage.chat.pages.values()
        assert len(texts) == 2
        (file,) = last.files
        shown = "".join(page.text for page in texts) + file.data.decode()
        assert shown.replace(" ", "") == (SENTENCE * 400).replace(" ", "")

    play(scene, max_pages=2)


def test_a_place_in_the_queue_is_shown_only_to_those_who_wait(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        quick, slow = stage.open("quick"), stage.open("slow")
        for showing in (quick, slow):
            showing.update(Draft(turn=showing.turn, state=DraftState.QUEUED, ahead=2))
        await stage.clock.sleep(0.5)
        await quick.finish(done(quick, "Done"))
        assert stage.chat.texts() == ["Done"]
        await stage.clock.sleep(1.5)
        assert stage.chat.texts() == ["Done", "-# You are number 3 in the queue."]
        slow.update(Draft(turn=slow.turn))
        await stage.clock.sleep(3)
        assert stage.chat.texts()[1] == "-# Thinking…"
        await slow.finish(done(slow, "Done too"))
        assert stage.chat.texts() == ["Done", "Done too"]

    play(scene)


def test_typing_is_shown_until_the_first_text_once_for_a_channel(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        first, second = stage.open("a"), stage.open("b")
        await stage.clock.sleep(20)
        assert len(stage.chat.typed) == 3
        first.update(writing(first, "Hello"))
        second.update(writing(second, "Hello"))
        await stage.clock.sleep(30)
        assert len(stage.chat.typed) == 3
        assert stage.chat.happened[0].verb == "post"

    play(scene)


def test_nobody_sees_typing_for_a_private_answer(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        stage.delivery.open(destination(private=True), stage.open("x").turn)
        await stage.clock.sleep(1)
        assert [channel for _, channel in stage.chat.typed] == ["general"]

    play(scene)


def test_words_that_come_at_once_need_no_typing_sign(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        quick, slow = stage.open("q"), stage.open("s", "slow")
        await stage.clock.sleep(0.1)
        quick.update(writing(quick, "Hello"))
        await stage.clock.sleep(1)
        assert [channel for _, channel in stage.chat.typed] == ["slow"]
        slow.drop()

    play(scene)


def test_a_final_does_not_wait_for_progress_of_others(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        others = [stage.open(f"o{n}") for n in range(6)]
        async with asyncio.TaskGroup() as group:
            for other in others:
                group.create_task(stream(stage, other, SENTENCE * 20, 60))
            await stage.clock.sleep(31.3)
            shown = await others[0].finish(done(others[0], "Stopped here"))

        assert shown.late < 0.7

    play(scene)


def test_where_a_limit_counts_minutes_every_final_finds_a_write_kept_for_it(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showings = [stage.open(f"t{number}", f"c{number}") for number in range(10)]
        async with asyncio.TaskGroup() as group:
            for showing in showings:
                group.create_task(stream(stage, showing, SENTENCE * 20, 90))
        ends = (showing.finish(done(showing, SENTENCE * 20 + "The end.")) for showing in showings)
        shown = await asyncio.gather(*ends)

        assert max(each.late for each in shown) < 1.0
        assert stage.chat.busy == 0

    rates = {"edit": Rate(writes=48, seconds=60.0)}
    play(
        scene,
        capabilities=replace(LIKE_DISCORD, rates=rates),
        bucket_of=lambda to, verb: "edit" if verb == "edit" else to.place.channel,
        new_limit=lambda: SlidingWindow(50, 60.0),
        headers=False,
    )


def test_the_bucket_is_asked_for_each_write(play: Play) -> None:
    """An answer to a command writes by its token first, and in the channel later."""

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE * 5, 20)
        stage.chat.bucket_of = lambda to, verb: "channel"
        await stream(stage, showing, SENTENCE * 10, 20, have=len(SENTENCE) * 5)
        await showing.finish(done(showing, SENTENCE * 10))

        assert stage.chat.busy == 0
        assert {notice.bucket for notice in stage.told(Wrote)} == {"token-edit", "token-post", "channel"}  # type: ignore[union-attr]

    play(scene, bucket_of=lambda to, verb: f"token-{verb}")


def test_messages_of_an_earlier_process_are_edited_and_not_posted_again(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        old = stage.open()
        await old.finish(done(old, SENTENCE * 100))
        posts = len(stage.chat.happened)

        again = stage.open(pages=tuple(reversed(stage.remembered)))
        shown = await again.finish(Draft(turn=again.turn, state=DraftState.INTERRUPTED, text="Only this."))

        assert [each.verb for each in stage.chat.happened[posts:]] == ["edit"] * 3
        assert stage.chat.texts() == [
            "Only this.\n-# This answer was interrupted by a restart.",
            "-# The answer ends above.",
            "-# The answer ends above.",
        ]
        assert len(shown.pages) == 3

    play(scene)


def test_a_dropped_answer_is_left_as_it_stands(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, "Hello"))
        await stage.clock.sleep(0.01)
        showing.drop()
        showing.update(writing(showing, "Hello there"))
        await stage.clock.sleep(5)

        assert stage.chat.texts() == ["Hello"]
        assert not (await showing.finish(done(showing, "x"))).delivered
        assert stage.delivery.standing() == Backlog(answers=0, writes_waiting=0, oldest_wait=0.0)

    play(scene)


def test_the_backlog_tells_who_waits_and_for_how_long(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        for number in range(7):
            showing = stage.open(f"t{number}")
            showing.update(writing(showing, "Hello"))
        await stage.clock.sleep(2)

        standing = stage.delivery.standing()
        assert (standing.answers, standing.writes_waiting) == (7, 2)
        assert standing.oldest_wait == pytest.approx(2, abs=0.01)

    play(scene)


def test_what_is_open_when_the_delivery_ends_is_not_said_to_stand(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        end = asyncio.gather(showing.finish(done(showing, "Hello")))
        await stage.clock.sleep(0.01)
        stage.running.cancel()

        assert [shown.delivered for shown in await end] == [False]

    play(scene)


def test_a_bucket_nobody_uses_is_forgotten(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        for number in range(3):
            showing = stage.open(f"t{number}", f"c{number}")
            await showing.finish(done(showing, "Hello"))
            await stage.clock.sleep(1000)

        assert len(stage.delivery._queues._queues) == 1

    play(scene)


@pytest.mark.parametrize("limit", [FixedWindow, SlidingWindow, lambda: SlidingWindow(whole=True)])
@pytest.mark.parametrize("headers", [True, False])
def test_a_crowded_channel_is_never_refused_and_loses_nothing(
    play: Play, limit: Callable[[], object], headers: bool
) -> None:
    async def scene(stage: Stage) -> None:
        async def answer(number: int) -> None:
            showing = stage.open(f"t{number}", f"c{number % 3}")
            text = f"{number}: " + SENTENCE * 10
            await stage.clock.sleep(number * 0.3)
            await stream(stage, showing, text, 8)
            assert (await showing.finish(done(showing, text))).delivered

        async with asyncio.TaskGroup() as group:
            for number in range(24):
                group.create_task(answer(number))
        assert stage.chat.busy == 0
        assert stage.chat.identical == 0
        assert sorted(stage.chat.texts()) == sorted(f"{n}: {SENTENCE * 10}".strip() for n in range(24))

    play(scene, new_limit=limit, headers=headers)


@pytest.mark.parametrize(
    "case",
    [
        Case(answers=1, channels=1, speed=250),
        Case(answers=8, channels=2),
        Case(answers=64, channels=16, speed=20, stagger=0.1),
    ],
    ids=str,
)
def test_many_answers_cost_no_refusal_no_repetition_and_no_character(case: Case) -> None:
    measured = measure(case)

    assert (measured.http_429, measured.identical, measured.lost) == (0, 0, 0)
    assert len(measured.firsts) == len(measured.lates) == case.answers


def test_the_table_of_numbers_has_a_line_for_each_case() -> None:
    assert len(table([Case(answers=2, channels=1, seconds=5.0)]).splitlines()) == 2
