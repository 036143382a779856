"""The process is killed, at any moment, and another one is started on the same database."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager

import pytest

from adapters.store.store import open_store
from bridge.values.points import HoldState
from tests.plugins.program import Program
from tests.plugins.waiting import PATIENCE, until

WRITING = "pb:stop:"
FINISHED = "pb:regenerate:"
QUICK = {"POEBRIDGE_POE__BOOKS_SETTLE_SECONDS": "1", "POEBRIDGE_BUDGET__PERSON": "100000"}
AT_LAST = {"POEBRIDGE_POE__UNCERTAIN_SECONDS": "1"}
"""An operator who waits a second, not a day, for what Poe has no record of."""


async def books(whole):
    """The holds that are open, and what does not hold in the books; also beside a running bridge."""
    async with looking(whole) as store:
        return await store.open_holds(), await store.verify()


@asynccontextmanager
async def looking(whole):
    async with await open_store(whole.environment()["POEBRIDGE_STORE__URL"], read_only=True) as store:
        yield store


def writing(whole) -> list:
    return [message for message in whole.dc.world.from_bot("general") if WRITING in str(message.components)]


async def told(store, question: str) -> list:
    """The first column of what the database answers."""
    return await store._read(lambda conn: list(conn.exec_driver_sql(question).scalars()))


async def taken(store) -> set[str]:
    """The questions that a bridge has written down, by their messages."""
    return set(await told(store, "SELECT message FROM turns"))


async def lost(whole, store) -> int:
    """How many requests were to leave, as the ledger knows, and never reached Poe."""
    return len(await told(store, "SELECT id FROM holds WHERE sent_at IS NOT NULL")) - len(
        whole.poe.world.calls
    )


async def spent(store) -> int:
    """What everybody spent, on whatever day."""
    return sum(await told(store, "SELECT spent FROM accounts"))


async def unfinished(whole, store) -> str:
    """What is not yet as it will stay; empty once every question that was taken has its end, and Poe's every line its hold."""
    holds = await store.open_holds()
    known = {
        "turns": [record.turn.id for record in await store.open()],
        "owed": [record.turn.id for record in await store.undelivered()],
        "written": [message.id for message in writing(whole)],
        "holds": [hold.hold.id for hold in holds if hold.state is not HoldState.UNCERTAIN],
        "unknown": len(holds) - await lost(whole, store),
    }
    return ", ".join(f"{what}: {left}" for what, left in known.items() if left)


async def rest(whole) -> None:
    """Wait until nothing changes any more but by the passing of a day."""
    left = "everything"
    try:
        async with looking(whole) as store, asyncio.timeout(PATIENCE):
            while left := await unfinished(whole, store):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"still open: {left}") from None


async def asked(whole, number: int, moment: str) -> None:
    """Ask two questions, and wait until they have come so far."""
    calls, written = len(whole.poe.world.calls), len(whole.dc.world.from_bot("general"))
    for person in ("ada", "ben"):
        text = f"Question {number} of {person}: explain tides [[len=600]]"
        whole.dc.as_person(person).say("general", text, mention_bot=True)
    if moment == "called":
        await until(lambda: len(whole.poe.world.calls) > calls)
    elif moment == "shown":
        await until(lambda: len(whole.dc.world.from_bot("general")) > written)


@pytest.mark.timeout(400)
async def test_killed_at_any_moment_it_leaves_nothing_half_done(make_whole):
    """Nine kills at seeded moments, with questions in flight each time: before the call, in it, and after it."""
    chance = random.Random(7)
    async with make_whole(speed=100.0, env=QUICK) as whole:
        program = Program(whole)
        interrupted = 0
        for number, moment in enumerate(("asked", "called", "shown") * 3):
            await program.start()
            await asked(whole, number, moment)
            await asyncio.sleep(chance.choice([0.0, 0.02, 0.1, 0.3]))
            interrupted += any(call.outcome == "running" for call in whole.poe.world.calls)
            program.kill()
            assert await program.ended() == -9
        await program.start()
        await rest(whole)

        assert interrupted > 0, "no kill hit a call, so nothing was proved"
        await as_it_should_be(whole)
        await at_last(whole, program)
        await as_it_should_be(whole)
        await program.stop()


async def at_last(whole, program: Program) -> None:
    """Let so much time pass that nothing can come any more: no hold is left open."""
    await program.stop()
    program.environment |= AT_LAST
    await program.start()
    async with looking(whole) as store, asyncio.timeout(PATIENCE):
        while await store.open_holds():
            await asyncio.sleep(0.1)


async def as_it_should_be(whole) -> None:
    """Nobody pays or is answered twice, nobody waits for an answer, and the books are Poe's."""
    per_question = Counter(_question(call) for call in whole.poe.world.calls)
    assert max(per_question.values()) == 1, "a question was paid twice"
    first_pages = Counter(
        str(message.reference.message_id)
        for message in whole.dc.world.from_bot("general")
        if message.reference
    )
    assert max(first_pages.values()) == 1, "a question was answered twice"
    assert writing(whole) == []
    async with looking(whole) as store:
        assert await taken(store) == set(first_pages), "a question was taken and not answered"
        assert await store.verify() == ()
        assert await spent(store) == sum(call.points or 0 for call in whole.poe.world.calls)


async def test_points_for_a_call_that_never_reached_poe_are_given_back_at_last(make_whole):
    """What Poe has no record of may still come, so it stays held; after so long that it can't, it cost nothing."""
    async with make_whole(env=QUICK) as whole:
        whole.poe.world.faults.add(endpoint="responses", wait_headers=600)
        program = Program(whole)
        await program.start()
        whole.dc.as_person("ada").say("general", "Explain tides", mention_bot=True)
        await until(lambda: whole.poe.world.calls)
        program.kill()
        await program.ended()
        await program.start()
        (answer,) = await whole.answered("general")
        holds, _ = await books(whole)

        assert "interrupted" in answer.content.lower()
        assert [hold.state for hold in holds] == [HoldState.UNCERTAIN]
        await at_last(whole, program)
        async with looking(whole) as store:
            assert await spent(store) == 0
        assert await books(whole) == ((), ())
        assert len(whole.poe.world.calls) == 1
        await program.stop()


def _question(call) -> str:
    return str(call.body["input"][-1]["content"][-1]["text"])


async def test_an_answer_cut_by_a_kill_is_marked_and_can_be_asked_again(make_whole):
    async with make_whole(speed=40.0) as whole:
        program = Program(whole)
        await program.start()
        ada = whole.dc.as_person("ada")
        ada.say("general", "Explain tides [[len=1600]]", mention_bot=True)
        message = await until(
            lambda: next((m for m in whole.dc.world.from_bot("general") if len(m.content) > 60), None)
        )
        program.kill()
        await program.ended()
        shown = message.content.split("\n-# ")[0]
        await program.start()
        await until(lambda: not writing(whole))

        (left,) = whole.dc.world.from_bot("general")
        assert left.id == message.id
        assert shown[:60] in left.content
        assert "interrupted" in left.content.lower()
        button = next(
            part["custom_id"] for part in left.components[0]["components"] if FINISHED in part["custom_id"]
        )
        ada.press(left, button)
        await whole.answered("general", 2)
        await program.stop()
        holds, broken = await books(whole)
        assert [hold.state.value for hold in holds] == ["uncertain"]
        assert broken == ()


async def test_a_question_that_waited_is_answered_by_the_next_process(make_whole):
    async with make_whole(speed=10.0) as whole:
        program = Program(whole)
        await program.start()
        direct = whole.dc.world.dm("ada").id
        ada = whole.dc.as_person("ada")
        ada.say(direct, "Explain tides [[len=1500]]")
        await until(lambda: whole.poe.world.calls)
        second = ada.say(direct, "And what is the moon? [[speed=0]]")
        async with looking(whole) as store, asyncio.timeout(PATIENCE):
            while str(second.id) not in await taken(store):
                await asyncio.sleep(0.1)
        program.kill()
        await program.ended()
        await program.start()
        await whole.dc.world.until(
            lambda: any(
                m.reference and m.reference.message_id == second.id and FINISHED in str(m.components)
                for m in whole.dc.world.from_bot(direct)
            )
        )
        await program.stop()

        assert sum("the moon" in _question(call) for call in whole.poe.world.calls) == 1


async def test_told_to_stop_it_lets_answers_end(make_whole):
    async with make_whole(speed=100.0) as whole:
        program = Program(whole)
        await program.start()
        question = whole.dc.as_person("ada").say("general", "Explain tides [[len=800]]", mention_bot=True)
        await whole.dc.world.until(lambda: whole.dc.world.from_bot("general"))
        await program.stop()

        (answer,) = whole.dc.world.from_bot("general")
        assert answer.reference.message_id == question.id
        assert FINISHED in str(answer.components)
        assert "interrupted" not in answer.content.lower()
        assert await books(whole) == ((), ())
