"""An answer that grows piece by piece, where the platform takes it so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from bridge.values.answer import Ending
from bridge.values.capabilities import Rate, Streaming
from bridge.values.draft import Action, Draft, DraftState, StepShown
from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatForbidden, ChatGone, ChatRefused
from bridge.values.notices import FirstWord
from tests.plugins.stage import broken_once, destination
from tests.turn.show.conftest import SENTENCE, Stage, done, stream, writing
from tests.turn.show.streaming import LIKE_SLACK, StreamingChat

Play = Callable[..., None]
FENCE = "```python\n" + "".join(f"print({n})\n" for n in range(400)) + "```"


def verbs(stage: Stage) -> list[str]:
    return [each.verb for each in stage.chat.happened]


def flat(texts: list[str]) -> str:
    return "".join("".join(texts).split())


def clean(stage: Stage) -> None:
    """Nothing was refused, nothing was sent twice, nothing is left streaming."""
    chat = stage.chat
    assert isinstance(chat, StreamingChat)
    assert (chat.violations, chat.busy, chat.identical, chat.unfinished()) == ([], 0, 0, [])


@pytest.fixture
def flow(play: Play) -> Play:
    """Play a scene on a platform that streams."""

    def flow(scene: Callable[..., object], **setting: object) -> None:
        play(scene, chat_type=StreamingChat, **setting)

    return flow


def test_an_answer_is_begun_grown_and_ended_and_never_edited(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        text = (SENTENCE * 20).strip()
        await stream(stage, showing, text, 20)
        shown = await showing.finish(done(showing, text, footer="Model"))

        clean(stage)
        seen = verbs(stage)
        assert (seen[0], set(seen[1:-1]), seen[-1]) == ("begin", {"append"}, "end")
        assert len(seen) > 10
        assert stage.chat.texts() == [f"{text}\n-# Model"]
        (page,) = stage.chat.pages.values()
        assert [button.action for button in page.buttons] == [Action.REGENERATE]
        assert shown.delivered
        assert shown.late < 0.5
        assert [each.number for each in stage.remembered] == [0]

    flow(scene)


def test_while_it_grows_nothing_of_ours_stands_in_it(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        text = FENCE[:300]
        running = StepShown(id="s", label="Running code", done=False)
        for size in range(0, 300, 10):
            showing.update(replace(writing(showing, text[:size]), steps=(running,)))
            await stage.clock.sleep(0.3)
            assert all(text.startswith(each.page.text) for each in stage.chat.happened)
            assert not any(each.page.buttons for each in stage.chat.happened)
        await showing.finish(done(showing, text))

        clean(stage)

    flow(scene)


def test_the_first_whole_words_are_begun_at_once(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stage.clock.sleep(2)
        asked = stage.clock.now()
        showing.update(writing(showing, "Hel"))
        await stage.clock.sleep(0.01)
        showing.update(writing(showing, "Hello wor"))
        await stage.clock.sleep(0.2)

        (begin,) = stage.chat.happened
        assert begin.page.text == "Hello "
        assert begin.at - asked < 0.06
        assert len(stage.told(FirstWord)) == 1
        await showing.finish(done(showing, "Hello world"))
        clean(stage)

    flow(scene)


def test_a_script_without_spaces_is_not_held_back(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, "青い空は光の散乱による。" * 10, 10)
        assert verbs(stage).count("append") > 1
        await showing.finish(done(showing, "青い空は光の散乱による。" * 10))

        assert stage.chat.texts() == ["青い空は光の散乱による。" * 10]
        clean(stage)

    flow(scene)


def test_what_goes_on_before_the_first_word_is_told_as_steps(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        waiting = Draft(turn=showing.turn)
        search = StepShown(id="s", label="Searching", done=False)
        told = []
        for draft in (
            replace(waiting, state=DraftState.QUEUED, ahead=1),
            waiting,
            replace(waiting, thought="Let me see.\n"),
            replace(waiting, thought="Let me see.\n", steps=(search,)),
            writing(showing, "Well, it is "),
            replace(writing(showing, "Well, it is so."), steps=(replace(search, done=True),)),
        ):
            showing.update(draft)
            await stage.clock.sleep(2)
            (open_,) = stage.chat.open.values()
            told.append([(step.label, step.done) for step in open_.steps.values()])
        await showing.finish(done(showing, "Well, it is so.", steps=(replace(search, done=True),)))

        assert told == [
            [("Number 2 in the queue", False)],
            [("Number 2 in the queue", True), ("Thinking", False)],
            [("Number 2 in the queue", True), ("Let me see", False)],
            [("Number 2 in the queue", True), ("Let me see", False), ("Searching", False)],
            [("Number 2 in the queue", True), ("Let me see", True), ("Searching", True)],
            [("Number 2 in the queue", True), ("Let me see", True), ("Searching", True)],
        ]
        assert stage.chat.texts() == ["Well, it is so."]
        clean(stage)

    flow(scene)


def test_a_step_that_was_stopped_does_not_go_on_for_ever(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        search = StepShown(id="s", label="Searching", done=False)
        showing.update(replace(Draft(turn=showing.turn), steps=(search,)))
        await stage.clock.sleep(2)
        await showing.finish(Draft(turn=showing.turn, state=DraftState.STOPPED, steps=(search,)))

        (open_,) = stage.chat.open.values()
        assert [step.done for step in open_.steps.values()] == [True]
        assert stage.chat.texts() == ["Stopped."]
        clean(stage)

    flow(scene)


def test_a_long_answer_rolls_over_with_its_fence_closed_and_opened_again(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, FENCE, 60)
        await showing.finish(done(showing, FENCE))

        assert len(stage.chat.pages) > 4
        for text in stage.chat.texts():
            assert text.startswith("```python\n")
            assert text.endswith("\n```")
        words = [line for text in stage.chat.texts() for line in text.split("\n") if line.startswith("print")]
        assert words == FENCE.split("\n")[1:-1]
        assert set(verbs(stage)) == {"begin", "append", "end"}
        clean(stage)

    flow(scene, max_pages=50)


def test_an_answer_older_than_a_stream_may_be_goes_on_in_another(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        text = (SENTENCE * 20).strip()
        await stream(stage, showing, text, 700)
        shown = await showing.finish(done(showing, text))

        assert len(stage.chat.pages) == 3
        assert flat(stage.chat.texts()) == flat([text])
        assert Counter(verbs(stage))["end"] == 3
        assert not {"edit", "post"} & set(verbs(stage))
        assert shown.delivered
        clean(stage)

    flow(scene)


def test_a_stream_is_ended_in_time_though_nothing_more_is_said(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        begun = "```python\nprint('a long enough beginning')\nprint('and'"
        showing.update(writing(showing, begun))
        await stage.clock.sleep(400)
        assert stage.chat.unfinished() == []
        assert stage.chat.texts()[0].endswith("\n```")
        rest = begun + ")\n" + "print('more')\n" * 3 + "```"
        await stream(stage, showing, rest, 5, have=len(begun))
        await showing.finish(done(showing, rest))

        first, second = stage.chat.texts()
        assert second.startswith("```python\n")
        assert len([each for each in (first + second).split("\n") if each.startswith("print")]) == 5
        clean(stage)

    flow(scene)


def test_a_stream_that_ends_before_the_first_word_goes_on_by_edits(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        thinking = replace(Draft(turn=showing.turn), thought="Hard.\n")
        showing.update(thinking)
        await stage.clock.sleep(400)
        assert stage.chat.texts() == ["-# Hard…"]
        await stream(stage, showing, SENTENCE * 5, 10)
        shown = await showing.finish(done(showing, SENTENCE * 5))

        assert stage.chat.texts() == [(SENTENCE * 5).strip()]
        assert shown.delivered
        clean(stage)

    flow(scene)


def test_an_old_stream_is_ended_by_the_final_with_all_the_rest(flow: Play) -> None:
    def fault(verb: str, number: int, done: bool) -> Exception | None:
        return ChatBusy(retry_after=20.0) if verb == "end" and not done and not ended.pop() else None

    ended = [True, False]

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, SENTENCE * 3))
        await stage.clock.sleep(241)
        await showing.finish(done(showing, SENTENCE * 5))

        assert stage.chat.texts() == [(SENTENCE * 5).strip()]
        assert stage.chat.unfinished() == []

    flow(scene, fault=fault)


def test_a_final_too_long_for_its_page_ends_it_and_goes_on_below(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, SENTENCE * 20))
        await stage.clock.sleep(5)
        text = (SENTENCE * 50).strip()
        await showing.finish(done(showing, text, ending=Ending.LENGTH))

        assert verbs(stage) == ["begin", "end", "post", "post"]
        assert flat(stage.chat.texts()).startswith(flat([text]))
        clean(stage)

    flow(scene)


def test_pages_beyond_the_last_message_wait_for_the_file(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE * 80, 30)
        await stage.clock.sleep(5)
        assert stage.chat.unfinished() == []
        await showing.finish(done(showing, SENTENCE * 80))

        *texts, last = stage.chat.pages.values()
        assert flat([page.text for page in texts] + [last.files[0].data.decode()]) == flat([SENTENCE * 80])
        clean(stage)

    flow(scene, max_pages=2)


def test_another_text_than_before_is_put_right_by_an_edit(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, SENTENCE * 3))
        await stage.clock.sleep(2)
        await showing.finish(done(showing, "Something else."))

        assert verbs(stage) == ["begin", "end", "edit"]
        assert stage.chat.texts() == ["Something else."]
        clean(stage)

    flow(scene)


def test_a_stream_that_was_stopped_on_the_platform_goes_on_by_edits_and_the_next_page_streams(
    flow: Play,
) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        text = (SENTENCE * 50).strip()
        await stream(stage, showing, text[:300], 5)
        stage.chat.stop(stage.remembered[0].ref)
        await stream(stage, showing, text, 30, have=300)
        await showing.finish(done(showing, text))

        seen = Counter((each.ref.message, each.verb) for each in stage.chat.happened)
        first, second, *_ = stage.chat.pages
        assert seen[first, "edit"] > 1
        assert (seen[first, "end"], seen[second, "begin"], seen[second, "edit"]) == (0, 1, 0)
        assert flat(stage.chat.texts()) == flat([text])
        clean(stage)

    flow(scene)


def test_a_stream_that_is_over_is_put_right_although_nothing_more_comes(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, SENTENCE * 2))
        await stage.clock.sleep(2)
        stage.chat.stop(stage.remembered[0].ref)
        showing.update(writing(showing, SENTENCE * 3))
        await stage.clock.sleep(5)

        assert verbs(stage) == ["begin", "edit"]
        assert stage.chat.texts() == [(SENTENCE * 3).strip()]
        assert [button.action for button in stage.chat.happened[-1].page.buttons] == [Action.STOP]
        await showing.finish(done(showing, SENTENCE * 3))
        clean(stage)

    flow(scene)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("verb", ["begin", "append", "end"])
def test_a_piece_whose_answer_got_lost_is_neither_lost_nor_doubled(
    flow: Play, verb: str, after: bool
) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        text = (SENTENCE * 10).strip()
        await stream(stage, showing, text, 10)
        shown = await showing.finish(done(showing, text))

        assert stage.chat.texts() == [text]
        assert shown.delivered
        assert len(shown.pages) == 1
        assert stage.chat.violations == []
        assert stage.chat.unfinished() == []

    flow(scene, fault=broken_once(verb, after=after))


@pytest.mark.parametrize("error", [ChatRefused, ChatForbidden, ChatGone])
def test_where_no_message_may_be_begun_the_answer_is_posted_and_edited(
    flow: Play, error: type[ChatError]
) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE * 10, 10)
        await showing.finish(done(showing, SENTENCE * 10))

        assert set(verbs(stage)) == {"post", "edit"}
        assert stage.chat.texts() == [(SENTENCE * 10).strip()]

    flow(scene, fault=lambda verb, number, done: error() if verb == "begin" else None)


@pytest.mark.parametrize("verb", ["append", "end"])
def test_a_refused_piece_costs_an_edit(flow: Play, verb: str) -> None:
    left = [1]

    def fault(asked: str, number: int, done: bool) -> ChatError | None:
        if asked == verb and not done and left:
            left.pop()
            stage_chat.stop(next(iter(stage_refs))) if verb == "end" else None
            return ChatRefused()
        return None

    stage_refs: list = []

    async def scene(stage: Stage) -> None:
        nonlocal stage_chat
        stage_chat = stage.chat
        showing = stage.open()
        showing.update(writing(showing, SENTENCE * 3))
        await stage.clock.sleep(1)
        stage_refs.append(stage.remembered[0].ref)
        await stream(stage, showing, SENTENCE * 10, 5, have=len(SENTENCE * 3))
        await showing.finish(done(showing, SENTENCE * 10))

        assert stage.chat.texts() == [(SENTENCE * 10).strip()]
        clean(stage)

    stage_chat = None
    flow(scene, fault=fault)


def test_a_message_that_is_deleted_while_it_streams_is_replaced_in_the_end(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, SENTENCE * 2))
        await stage.clock.sleep(1)
        ref = stage.remembered[0].ref
        stage.chat.stop(ref)
        stage.chat.delete(ref)
        await stream(stage, showing, SENTENCE * 5, 5, have=len(SENTENCE * 2))
        shown = await showing.finish(done(showing, SENTENCE * 5))

        assert stage.chat.texts() == [(SENTENCE * 5).strip()]
        assert shown.delivered

    flow(scene)


def test_the_first_word_is_posted_where_beginning_would_have_to_wait(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        for number in range(20):
            showing = stage.open(f"t{number}", f"c{number}")
            asked = stage.clock.now()
            showing.update(writing(showing, "Hello there, "))
            await stage.clock.sleep(0.3)
            assert stage.chat.happened[-1].at - asked < 0.2
            await showing.finish(done(showing, "Hello there, you."))

        made = Counter(verbs(stage))
        assert made["begin"] <= 18
        assert made["begin"] + made["post"] == 20
        assert stage.chat.happened[-1].at - stage.chat.happened[0].at < 20
        clean(stage)

    flow(scene)


def test_who_waits_to_begin_is_posted_as_soon_as_others_have_taken_the_room(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        for number in range(4):
            showing = stage.open(f"t{number}", f"c{number}")
            showing.update(writing(showing, "Hello there, "))
        await stage.clock.sleep(0.5)

        assert Counter(verbs(stage)) == {"begin": 2, "post": 2}

    rates = {**LIKE_SLACK.rates, "begin": Rate(writes=2, seconds=60.0)}
    flow(scene, capabilities=replace(LIKE_SLACK, rates=rates))


def test_no_more_stream_than_may_at_once(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showings = [stage.open(f"t{number}", f"c{number}") for number in range(5)]
        for showing in showings:
            showing.update(writing(showing, "Hello there, "))
        await stage.clock.sleep(0.5)
        assert Counter(verbs(stage)) == {"begin": 3, "post": 2}
        await asyncio.gather(*(showing.finish(done(showing, "Hello there, you.")) for showing in showings))
        clean(stage)

    flow(
        scene,
        capabilities=replace(LIKE_SLACK, streaming=Streaming(limit=1000, seconds=240.0, at_once=3)),
    )


@pytest.mark.parametrize("private", [True, False])
def test_what_is_private_or_not_taken_is_posted(flow: Play, private: bool) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.delivery.open(destination(private=private), stage.open("x").turn)
        await stream(stage, showing, SENTENCE, 3)
        await showing.finish(done(showing, SENTENCE))

        assert set(verbs(stage)) == {"post", "edit"}

    flow(scene, takes=private)


def test_a_final_does_not_wait_with_the_progress_of_its_stream(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE * 10, 10)
        assert stage.chat.busy == 0
        stage.chat.fault = lambda verb, number, done: (
            ChatBusy(retry_after=30.0) if verb == "append" and not done else None
        )
        await stream(stage, showing, SENTENCE * 12, 2, have=len(SENTENCE * 10))
        shown = await showing.finish(done(showing, SENTENCE * 12))

        assert shown.late < 0.5
        assert stage.chat.texts() == [(SENTENCE * 12).strip()]

    flow(scene)


def test_pages_of_an_earlier_process_are_edited(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        old = stage.open()
        await old.finish(done(old, SENTENCE * 10))
        again = stage.open(pages=tuple(stage.remembered))
        await again.finish(Draft(turn=again.turn, state=DraftState.INTERRUPTED, text="Only this."))

        assert verbs(stage) == ["post", "edit"]

    flow(scene)


@pytest.mark.parametrize("answers", [1, 4, 10])
def test_many_fast_answers_are_never_refused_and_end_in_time(flow: Play, answers: int) -> None:
    async def scene(stage: Stage) -> None:
        async def answer(number: int) -> float:
            showing = stage.open(f"t{number}", f"c{number}")
            text = (f"{number}: " + SENTENCE * 90).strip()  # 200 characters a second
            await stage.clock.sleep(number * 0.3)
            await stream(stage, showing, text, 20)
            shown = await showing.finish(done(showing, text))
            assert shown.delivered
            return shown.late

        lates = await asyncio.gather(*(answer(number) for number in range(answers)))
        assert max(lates) < 2.0
        clean(stage)

    flow(
        scene,
        capabilities=replace(
            LIKE_SLACK, text_limit=11_000, streaming=replace(LIKE_SLACK.streaming, limit=11_000)
        ),
    )


def test_pages_that_are_full_together_are_ended_together(flow: Play) -> None:
    async def scene(stage: Stage) -> None:
        showings = [stage.open(f"t{number}", f"c{number}") for number in range(6)]
        async with asyncio.TaskGroup() as group:
            for showing in showings:
                group.create_task(stream(stage, showing, SENTENCE * 30, 25))
        ends = [each.at for each in stage.chat.happened if each.verb == "end"]
        await asyncio.gather(*(showing.finish(done(showing, SENTENCE * 30)) for showing in showings))

        assert len(ends) == len(showings)
        assert max(ends) - min(ends) < 7
        clean(stage)

    flow(scene)


def test_a_platform_in_trouble_loses_nothing(flow: Play) -> None:
    def fault(verb: str, number: int, done: bool) -> Exception | None:
        return ChatBroken() if number % 3 == 2 else ChatBusy(retry_after=1.0) if number % 7 == 0 else None

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        text = (SENTENCE * 60).strip()
        await stream(stage, showing, text, 60)
        await showing.finish(done(showing, text))

        assert flat(stage.chat.texts()) == flat([text])
        assert stage.chat.unfinished() == []
        assert stage.chat.violations == []

    flow(scene, fault=fault)
