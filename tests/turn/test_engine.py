from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bridge.turn import engine, sweep
from bridge.values.errors import StoreError
from bridge.values.notices import ChainRepaired, Duplicate, Reconciled, TurnBegan, TurnEnded
from bridge.values.points import HoldState, Scope, ScopeKind
from bridge.values.turn import TurnState

HOUSE_SCOPE = Scope(kind=ScopeKind.HOUSE)


async def ran(kit, turn, desk=None):
    living, showing = kit.begun(turn)
    await engine.guarded(turn, living, showing, desk or kit.desk)
    return await kit.store.get(turn.id)


async def test_a_turn_walks_from_question_to_settled_budget(kit):
    turn = kit.turn()
    record = await ran(kit, turn)

    assert record.state is TurnState.SETTLED
    assert record.text == kit.poe.world.calls[0].text
    assert record.points == kit.poe.world.calls[0].points
    assert await kit.store.open_holds() == ()
    assert await kit.store.undelivered() == ()
    (shown,) = kit.standing()
    assert record.text[:40] in shown


async def test_the_same_event_is_asked_once(kit):
    prompt = kit.prompt()
    await ran(kit, kit.turn(prompt))
    await ran(kit, kit.turn(prompt))

    assert len(kit.poe.world.calls) == 1
    assert len(kit.told(Duplicate)) == 1
    assert len(kit.standing()) == 1


async def test_a_refused_chain_is_replayed_with_a_hold_of_its_own(kit):
    first = kit.turn(kit.prompt("My name is Ada"))
    await ran(kit, first)
    kit.poe.world.forget()
    second = kit.turn(kit.prompt("What is my name?"), conversation=first.id, parent=first.id)
    record = await ran(kit, second)

    assert "Ada" in record.text
    assert len(kit.told(ChainRepaired)) == 1
    assert [began.chained for began in kit.told(TurnBegan)] == [False, True, False]
    assert await kit.store.open_holds() == ()


async def test_a_bare_5xx_on_a_chained_call_leaves_its_hold_uncertain(kit):
    first = kit.turn(kit.prompt("My name is Ada"))
    await ran(kit, first)
    kit.poe.faults.add(status=500, times=1)
    record = await ran(kit, kit.turn(kit.prompt("What is my name?"), conversation=first.id, parent=first.id))

    assert "Ada" in record.text
    (left,) = await kit.store.open_holds()
    assert left.state is HoldState.UNCERTAIN


async def test_too_small_a_budget_is_said_and_nothing_is_asked(kit):
    (budget,) = await kit.store.find(HOUSE_SCOPE)
    await kit.store.set(replace(budget, limit=3), "test", kit.desk.clock.now())
    turn = kit.turn()
    record = await ran(kit, turn)

    assert record.state is TurnState.REFUSED
    assert len(kit.poe.world.calls) == 0
    assert "3 points left" in kit.standing()[0]
    assert kit.told(TurnEnded)[0].error == "BudgetSpent"


async def test_a_budget_that_covers_a_short_answer_shortens_it_and_says_so(kit):
    (budget,) = await kit.store.find(HOUSE_SCOPE)
    await kit.store.set(replace(budget, limit=60), "test", kit.desk.clock.now())
    await ran(kit, kit.turn(kit.prompt("At length [[len=9000]]")))

    assert kit.poe.world.calls[0].body["max_output_tokens"] < 4096
    assert "The budget covered an answer of this length and no more." in kit.standing()[-1]


async def test_stop_keeps_what_was_shown_and_settles_what_is_known(make_kit):
    async with make_kit(speed=40.0) as kit:
        turn = kit.turn(kit.prompt("At length [[len=6000]]"))
        living, showing = kit.begun(turn)
        async with asyncio.TaskGroup() as group:
            group.create_task(engine.guarded(turn, living, showing, kit.desk))
            async with asyncio.timeout(20):
                while not kit.standing():
                    await asyncio.sleep(0.01)
            living.stop.set()
        record = await kit.store.get(turn.id)

        assert record.state is TurnState.STOPPED
        assert record.text
        assert [hold.state for hold in await kit.store.open_holds()] == [HoldState.UNCERTAIN]


async def test_a_mistake_of_ours_is_said_in_general_words(kit):
    class Broken:
        async def cards(self):
            raise RuntimeError("a person's words")

    turn = kit.turn()
    await ran(kit, turn, replace(kit.desk, catalog=Broken()))

    assert "Something went wrong here" in kit.standing()[0]
    assert not any("a person's words" in repr(notice) for notice in kit.notices)


async def test_stopped_before_the_call_nothing_is_asked_and_nothing_stays_held(kit):
    turn = kit.turn()
    living, showing = kit.begun(turn)
    living.stop.set()
    await engine.guarded(turn, living, showing, kit.desk)

    assert len(kit.poe.world.calls) == 0
    assert await kit.store.open_holds() == ()
    assert (await kit.store.get(turn.id)).state is TurnState.STOPPED


async def test_a_mistake_even_in_refusing_is_said_and_ends_nothing(kit):
    class Broken:
        def __getattr__(self, name):
            async def broken(*args):
                raise UnicodeError

            return broken

    await ran(kit, kit.turn(), replace(kit.desk, turns=Broken(), ledger=Broken()))

    assert "Something went wrong here" in kit.standing()[0]


def heard(call):
    """What a call said, in order: role and words."""
    return [
        (item["role"], " ".join(part["text"] for part in item["content"] if "text" in part))
        for item in call.body["input"]
    ]


async def test_a_refused_question_is_known_when_its_asker_says_try_again(kit):
    (budget,) = await kit.store.find(HOUSE_SCOPE)
    await kit.store.set(replace(budget, limit=3), "test", kit.desk.clock.now())
    first = kit.turn(kit.prompt("What are tides?"))
    assert (await ran(kit, first)).state is TurnState.REFUSED
    await kit.store.set(budget, "test", kit.desk.clock.now())
    await ran(kit, kit.turn(kit.prompt("try again"), conversation=first.id, parent=first.id))

    assert heard(kit.poe.world.calls[0]) == [("user", "What are tides?"), ("user", "try again")]


async def test_a_question_that_failed_is_known_when_its_asker_says_try_again(kit):
    first = kit.turn(kit.prompt("What are tides?"))
    kit.poe.faults.add(endpoint="responses", status=402)
    failed = await ran(kit, first)
    kit.poe.faults.clear()
    await ran(kit, kit.turn(kit.prompt("try again"), conversation=first.id, parent=first.id))

    assert failed.state is TurnState.FAILED
    assert heard(kit.poe.world.calls[-1]) == [("user", "What are tides?"), ("user", "try again")]


class Failing:
    """A store of which one method fails, before or after it did its work."""

    def __init__(self, store, method, error, *, done=False):
        self._store, self._method, self._error, self._done = store, method, error, done
        self.asked = []

    def __getattr__(self, name):
        self.asked.append(name)
        if name != self._method:
            return getattr(self._store, name)

        async def fail(*args):
            if self._done:
                await getattr(self._store, name)(*args)
            raise self._error

        return fail

    def mend(self):
        self._method = ""


async def test_whoever_dies_right_after_the_charge_has_kept_the_whole_answer(kit):
    turn = kit.turn()
    dying = Failing(kit.store, "conclude", asyncio.CancelledError(), done=True)
    with pytest.raises(asyncio.CancelledError):
        await ran(kit, turn, replace(kit.desk, ledger=dying))
    record = await kit.store.get(turn.id)

    assert (record.text, record.points) == (kit.poe.world.calls[0].text, kit.poe.world.calls[0].points)
    assert record.response
    assert "points" in record.footer
    assert [owed.turn.id for owed in await kit.store.undelivered()] == [turn.id]


async def test_whoever_dies_right_before_the_charge_is_not_charged(kit):
    turn = kit.turn()
    dying = Failing(kit.store, "conclude", asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await ran(kit, turn, replace(kit.desk, ledger=dying))
    record = await kit.store.get(turn.id)

    assert record.state.open
    assert record.points is None
    assert [hold.state for hold in await kit.store.open_holds()] == [HoldState.SENT]


async def test_an_answer_the_store_cannot_book_is_delivered_and_booked_with_its_charge_later(kit):
    turn = kit.turn()
    full = Failing(kit.store, "conclude", StoreError())
    record = await ran(kit, turn, replace(kit.desk, ledger=full))
    assert (record.text, record.points) == ("", None)
    assert "not known yet" in kit.standing()[0]
    full.mend()
    await sweep.pay(kit.desk)
    record = await kit.store.get(turn.id)

    assert record.text == kit.poe.world.calls[0].text
    assert record.points == kit.poe.world.calls[0].points
    assert await kit.store.open_holds() == ()
    assert await kit.store.undelivered() == ()
    assert [told.how for told in kit.told(Reconciled)] == ["booked late"]


@pytest.mark.parametrize("method", ["warn_once", "footnote"])
async def test_small_print_that_cannot_be_written_costs_nobody_the_answer(kit, method):
    (budget,) = await kit.store.find(HOUSE_SCOPE)
    await kit.store.set(replace(budget, limit=400), "test", kit.desk.clock.now())
    failing = Failing(kit.store, method, StoreError())
    desk = replace(kit.with_settings(warn_percents=(1,)), ledger=failing, turns=failing)
    record = await ran(kit, kit.turn(), desk)

    assert method in failing.asked
    assert record.text[:40] in kit.standing()[0]
    assert record.points == kit.poe.world.calls[0].points
    assert await kit.store.undelivered() == ()
