from __future__ import annotations

import asyncio

from bridge.turn.ask import Reading, ask, worth_a_replay
from bridge.values.answer import Failed, Finished
from bridge.values.draft import Draft
from bridge.values.errors import AnswerCut, UpstreamBroken
from bridge.values.parts import Item, Role, Text
from bridge.values.request import Request


def request(text, **more):
    items = (Item(role=Role.USER, parts=(Text(text=text),)),)
    return Request(turn="t", model="claude-haiku-4.5", items=items, max_output_tokens=2000, **more)


async def read(kit, text, *, most=30.0, grace=0.2, stop_after=None):
    turn = kit.turn()
    living, showing = kit.begun(turn)

    async def stop() -> None:
        async with asyncio.timeout(20):
            while not kit.standing():
                await asyncio.sleep(0.01)
        living.stop.set()

    async with asyncio.TaskGroup() as group:
        if stop_after:
            group.create_task(stop())
        reading = await ask(
            request(text),
            Draft(turn=turn.id),
            kit.desk.model,
            showing,
            living,
            kit.desk.clock,
            most_seconds=most,
            grace=grace,
        )
    showing.drop()
    return reading


async def test_the_draft_grows_to_the_whole_answer_and_the_end_is_kept(kit):
    reading = await read(kit, "Tides [[len=500]]")

    assert isinstance(reading.end, Finished)
    assert reading.draft.text == kit.poe.world.calls[0].text
    assert reading.ended_at is not None
    assert not reading.stopped


async def test_stop_ends_the_words_at_once_and_awaits_the_usage(make_kit):
    async with make_kit(speed=100.0) as kit:
        reading = await read(kit, "Tides [[len=1200]]", grace=30.0, stop_after=True)

        assert reading.stopped
        assert len(reading.draft.text) < 1200
        assert isinstance(reading.end, Finished)
        assert reading.end.usage is not None


async def test_stop_does_not_wait_for_ever(make_kit):
    async with make_kit(speed=20.0) as kit:
        reading = await read(kit, "Tides [[len=9000]]", grace=0.05, stop_after=True)

        assert reading.stopped
        assert reading.end is None


async def test_an_endless_answer_is_cut_after_its_time(kit):
    reading = await read(kit, "Tides [[stall=3]]", most=0.4)

    assert reading.end is None
    assert not reading.stopped


def test_only_a_chained_call_that_the_server_itself_broke_before_a_word_is_worth_a_replay():
    chained = request("x", previous="resp_1")
    broken = Failed(error=UpstreamBroken(answered=True))
    silent = Reading(draft=Draft(turn="t"), end=broken)

    assert worth_a_replay(silent, chained)
    assert not worth_a_replay(silent, request("x"))
    assert not worth_a_replay(Reading(draft=Draft(turn="t", text="Hm"), end=broken), chained)
    assert not worth_a_replay(Reading(draft=Draft(turn="t"), end=broken, stopped=True), chained)
    assert not worth_a_replay(Reading(draft=Draft(turn="t"), end=Failed(error=UpstreamBroken())), chained)
    assert not worth_a_replay(Reading(draft=Draft(turn="t"), end=Failed(error=AnswerCut())), chained)
