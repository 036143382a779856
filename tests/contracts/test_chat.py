"""The stories every platform tells alike, on the whole program: real libraries, real sockets, a real database."""

from __future__ import annotations

import pytest

from bridge.values.notices import Duplicate
from tests.contracts.chat import (
    FENCES,
    STAGES,
    WITHIN,
    Stage,
    answered,
    asked,
    books,
    finished,
    growing,
    letters,
)
from tests.plugins.program import Program

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=sorted(STAGES))
def on(request, make_whole):
    """`async with on(speed=…) as whole`, and the stage of this platform."""
    name = request.param

    def made(**more):
        return make_whole(discord=name == "discord", slack=name == "slack", **more)

    return made, STAGES[name]


async def test_ids_make_the_round_trip_through_disk(on):
    """What is remembered of a message is enough to find, edit and continue it after a restart."""
    made, stage_of = on
    async with made() as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        first = stage.say("Remember the word harbour")
        (page,) = await answered(stage, first)
        await whole.restart()
        again = stage.say("Which word?", after=page)
        await answered(stage, again)
        assert "harbour" in str(asked(whole, "Which word?")[0].body) or asked(whole, "Which word?")[
            0
        ].body.get("previous_response_id")


async def test_what_the_bot_itself_says_is_never_answered(on):
    made, stage_of = on
    async with made() as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        stage.robot("a question of my own")
        await answered(stage, stage.say("A question of Ada's"))
        assert not asked(whole, "a question of my own")


async def test_a_text_at_the_limit_is_one_message_and_a_longer_one_is_split_whole(on):
    made, stage_of = on
    async with made() as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        short = await answered(stage, stage.say(f"[[len={stage.limit // 2}]] Explain tides"))
        assert len(short) == 1
        question = stage.say(f"[[len={stage.limit + stage.limit // 2}]] Explain tides with code")
        pages = await answered(stage, question)
        assert len(pages) > 1
        assert all(len(stage.text(page)) <= 13_200 for page in pages)
        assert all(len(FENCES.findall(stage.text(page))) % 2 == 0 for page in pages)
        (call,) = asked(whole, f"[[len={stage.limit + stage.limit // 2}]]")
        shown = letters("".join(stage.text(page) for page in pages))
        assert all(letters(line) in shown for line in call.text.splitlines() if len(letters(line)) > 20)


async def test_a_message_deleted_while_it_grows_does_not_lose_the_answer(on):
    made, stage_of = on
    async with made(speed=60.0) as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        question = stage.say("[[len=1500]] Explain tides")
        page = await growing(stage, question)
        stage.delete(page)
        (call,) = asked(whole, "Explain tides")

        def stands() -> bool:
            shown = letters("".join(stage.text(message) for message in stage.all_from_us()))
            return bool(call.text) and call.outcome == "completed" and letters(call.text)[-100:] in shown

        await stage.world.until(stands, within=WITHIN)
        holds, broken = await _closed(whole)
        assert (holds, broken) == ((), ())


async def test_too_many_writes_in_the_middle_cost_nothing_but_time(on):
    made, stage_of = on
    async with made(speed=80.0) as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        question = stage.say("[[len=1200]] Explain tides")
        await growing(stage, question, 20)
        stage.busy()
        pages = await answered(stage, question)
        (call,) = asked(whole, "Explain tides")
        assert letters(call.text) in letters("".join(stage.text(page) for page in pages))


async def test_stop_ends_an_answer_where_it_is(on):
    made, stage_of = on
    async with made(speed=40.0) as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        question = stage.say("[[len=6000]] Explain tides")
        await growing(stage, question)
        stage.stop(question)
        pages = await answered(stage, question)
        (call,) = asked(whole, "Explain tides")
        assert call.outcome != "completed"
        assert "Stopped" in stage.text(pages[-1])


async def test_regenerate_works_after_a_restart(on):
    made, stage_of = on
    async with made() as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        question = stage.say("Explain tides")
        (page,) = await answered(stage, question)
        await whole.restart()
        before = len(stage.all_from_us())
        stage.press(page, "regenerate")
        await stage.world.until(
            lambda: (
                len(stage.all_from_us()) > before
                and not any(stage.writing(message) for message in stage.all_from_us())
                and len(asked(whole, "Explain tides")) == 2
            ),
            within=WITHIN,
        )


async def test_an_event_delivered_again_is_answered_once(on):
    made, stage_of = on
    async with made() as whole:
        await whole.start()
        stage: Stage = stage_of(whole)
        question = stage.say("Explain tides")
        stage.redeliver()
        await answered(stage, question)
        stage.redeliver()
        await whole.hears(Duplicate)
        await whole.restart()
        stage.redeliver()
        await answered(stage, stage.say("Explain winds"))
        assert len(asked(whole, "Explain tides")) == 1
        assert len(finished(stage, question)) == 1


async def test_a_kill_in_the_middle_leaves_no_answer_unfinished_and_asks_nothing_twice(on):
    made, stage_of = on
    async with made(speed=40.0) as whole:
        stage: Stage = stage_of(whole)
        program = Program(whole)
        try:
            await program.start()
            question = stage.say("[[len=3000]] Explain tides")
            page = await growing(stage, question)
            shown = letters(stage.text(page))[:60]
            program.kill()
            assert await program.ended() == -9
            await program.start()
            pages = await answered(stage, question)
        finally:
            await program.stop()
        assert shown in letters("".join(stage.text(page) for page in pages))
        assert "interrupted" in stage.text(pages[-1]).lower()
        assert len(asked(whole, "Explain tides")) == 1
        holds, broken = await books(whole)
        assert [hold.state.value for hold in holds] == ["uncertain"]
        assert broken == ()


async def _closed(whole):
    """The books once the bridge has ended."""
    await whole.stop()
    return await books(whole)
