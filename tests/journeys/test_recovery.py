"""The process is killed, at any moment, and another one is started on the same database."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter

import pytest

from adapters.store.store import open_store
from bridge.rules import periods
from bridge.values.points import Scope, ScopeKind
from tests.plugins.program import Program

WRITING = "pb:stop:"
FINISHED = "pb:regenerate:"


async def settled(whole, questions: list, within: float = 45.0) -> None:
    """Wait until every question has an answer that is finished one way or the other, and nothing is being written."""

    def done() -> bool:
        messages = whole.dc.world.from_bot("general")
        answered = {message.reference.message_id for message in messages if message.reference}
        unfinished = [message for message in messages if WRITING in str(message.components)]
        return not unfinished and all(question.id in answered for question in questions)

    await whole.dc.world.until(done, within=within)


async def books(whole):
    async with await open_store(whole.environment()["POEBRIDGE_STORE__URL"]) as store:
        return await store.open_holds(), await store.verify()


async def closed(whole, program: Program, within: float = 40.0) -> None:
    """Wait until no hold is open any more: Poe's own books have told what the cut-off calls cost."""
    async with asyncio.timeout(within):
        while True:
            await program.stop()
            holds, broken = await books(whole)
            assert broken == ()
            if not holds:
                return
            await program.start()
            await asyncio.sleep(2.5)


@pytest.mark.timeout(240)
async def test_killed_at_any_moment_it_leaves_nothing_half_done(make_whole):
    """Eight kills at seeded moments, with questions in flight each time: before the call, in it, and after it."""
    chance = random.Random(7)
    quick = {"POEBRIDGE_POE__BOOKS_SETTLE_SECONDS": "1", "POEBRIDGE_BUDGET__PERSON": "100000"}
    async with make_whole(speed=150.0, env=quick) as whole:
        program = Program(whole)
        asked = []
        phases = Counter()
        for number in range(8):
            await program.start()
            for person in ("ada", "ben"):
                text = f"Question {number} of {person}: explain tides [[len=600]]"
                asked.append(whole.dc.as_person(person).say("general", text, mention_bot=True))
            await asyncio.sleep(chance.choice([0.02, 0.1, 0.3, 0.6, 1.0, 1.6]))
            calls = [call.outcome for call in whole.poe.world.calls[-2:]]
            phases["in flight" if "running" in calls else "other"] += 1
            program.kill()
            assert await program.ended() == -9
        await program.start()
        known = [question for question in asked if _answered(whole, question)]
        await settled(whole, known)
        await closed(whole, program)

        assert phases["in flight"] > 0, "no kill hit a call, so nothing was proved"
        per_question = Counter(_question(call) for call in whole.poe.world.calls)
        assert max(per_question.values()) == 1, "a question was paid twice"
        first_pages = Counter(
            message.reference.message_id
            for message in whole.dc.world.from_bot("general")
            if message.reference
        )
        assert max(first_pages.values()) == 1, "a question was answered twice"
        assert sum(call.points or 0 for call in whole.poe.world.calls) == await _spent(whole)


def _answered(whole, question) -> bool:
    return any(
        message.reference and message.reference.message_id == question.id
        for message in whole.dc.world.from_bot("general")
    )


def _question(call) -> str:
    return str(call.body["input"][-1]["content"][-1]["text"])


async def _spent(whole) -> int:
    """What the ledger says was spent, over every account of the house's budget for each person."""
    async with await open_store(whole.environment()["POEBRIDGE_STORE__URL"]) as store:
        (budget,) = await store.find(Scope(kind=ScopeKind.HOUSE))
        span = periods.span(budget.period, time.time())
        return sum(standing.spent for standing in await store.accounts(budget, span.start))


async def test_an_answer_cut_by_a_kill_is_marked_and_can_be_asked_again(make_whole):
    async with make_whole(speed=40.0) as whole:
        program = Program(whole)
        await program.start()
        ada = whole.dc.as_person("ada")
        question = ada.say("general", "Explain tides [[len=3000]]", mention_bot=True)
        message = await whole.dc.world.until(
            lambda: next((m for m in whole.dc.world.from_bot("general") if len(m.content) > 60), None),
            within=20,
        )
        program.kill()
        await program.ended()
        shown = message.content.split("\n-# ")[0]
        await program.start()
        await settled(whole, [question])

        (left,) = whole.dc.world.from_bot("general")
        assert left.id == message.id
        assert shown[:60] in left.content
        assert "interrupted" in left.content.lower()
        button = next(
            part["custom_id"] for part in left.components[0]["components"] if FINISHED in part["custom_id"]
        )
        ada.press(left, button)
        await whole.answered("general", 2, within=90)
        await program.stop()
        holds, broken = await books(whole)
        assert [hold.state.value for hold in holds] == ["uncertain"]
        assert broken == ()


async def test_a_question_that_waited_is_answered_by_the_next_process(make_whole):
    async with make_whole(speed=30.0) as whole:
        program = Program(whole)
        await program.start()
        direct = whole.dc.world.dm("ada").id
        ada = whole.dc.as_person("ada")
        ada.say(direct, "Explain tides [[len=1500]]")
        await whole.dc.world.until(lambda: whole.poe.world.calls, within=20)
        second = ada.say(direct, "And what is the moon? [[speed=0]]")
        await asyncio.sleep(1.0)
        program.kill()
        await program.ended()
        await program.start()
        await whole.dc.world.until(
            lambda: any(
                m.reference and m.reference.message_id == second.id and FINISHED in str(m.components)
                for m in whole.dc.world.from_bot(direct)
            ),
            within=30,
        )
        await program.stop()

        assert sum("the moon" in _question(call) for call in whole.poe.world.calls) == 1


async def test_told_to_stop_it_lets_answers_end(make_whole):
    async with make_whole(speed=100.0) as whole:
        program = Program(whole)
        await program.start()
        question = whole.dc.as_person("ada").say("general", "Explain tides [[len=800]]", mention_bot=True)
        await whole.dc.world.until(lambda: whole.dc.world.from_bot("general"), within=20)
        await program.stop()

        assert _answered(whole, question)
        (answer,) = whole.dc.world.from_bot("general")
        assert FINISHED in str(answer.components)
        assert "interrupted" not in answer.content.lower()
        assert await books(whole) == ((), ())
