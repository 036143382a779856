from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bridge.rules import prompt as rules
from bridge.turn import engine, gather, settle, sweep
from bridge.turn.hold import hold
from bridge.values.draft import Action, Button, Page
from bridge.values.errors import ChatBroken
from bridge.values.notices import Reconciled
from bridge.values.points import HoldState
from bridge.values.turn import Closing, ShownPage, TurnState
from bridge.wiring.system import SystemClock
from tests.plugins.stage import FakeChat


async def admitted(kit, *, sent: bool, at: float | None = None):
    desk = kit.desk
    turn = kit.turn(created_at=at) if at else kit.turn()
    brief = await gather.gather(turn, desk.turns, desk.catalog, desk.files, desk.settings)
    plan = rules.plan(brief, desk.settings, chain=False)
    taken = await hold(
        brief, plan, desk.ledger, desk.settings, rate=30_000, now=desk.clock.now(), name="1", again=False
    )
    if sent:
        await desk.ledger.sent(taken.hold.id, desk.clock.now())
    return turn, taken


async def recovered(kit, desk=None):
    resumed = []

    async def resume(record, name):
        resumed.append((record.turn.id, name))

    await sweep.recover(desk or kit.desk, resume, set(), kit.desk.clock.now() + 1)
    return resumed


async def test_a_turn_that_was_never_asked_is_asked_now_and_its_hold_given_back(kit):
    turn, _ = await admitted(kit, sent=False)
    ((id_, name),) = await recovered(kit)

    assert id_ == turn.id
    assert name.startswith("a")
    assert await kit.store.open_holds() == ()


async def test_a_stale_question_is_not_asked_by_itself(kit):
    await admitted(kit, sent=False, at=kit.desk.clock.now() - sweep.STALE - 1)

    assert await recovered(kit) == []
    assert await kit.store.open_holds() == ()
    assert "interrupted" in kit.standing()[0].lower()


async def test_a_sent_turn_becomes_uncertain_and_its_message_is_finished_with_its_words(kit):
    turn, _ = await admitted(kit, sent=True)
    page = Page(text="The sky is\n-# You are number 2 in the queue")
    written = await kit.chat.post(turn.prompt.to, page, f"{turn.id}-0")
    await kit.store.shown(ShownPage(turn=turn.id, number=0, ref=written.ref, to=turn.prompt.to))
    await recovered(kit)

    assert [each.state for each in await kit.store.open_holds()] == [HoldState.UNCERTAIN]
    record = await kit.store.get(turn.id)
    assert (record.state, record.text) == (TurnState.UNCERTAIN, "The sky is")
    (shown,) = kit.standing()
    assert shown.startswith("The sky is\n")
    assert "interrupted" in shown.lower()
    assert "queue" not in shown
    assert await kit.store.undelivered() == ()


@pytest.mark.parametrize("remembered", [True, False])
async def test_an_answer_that_stands_complete_is_left_as_it_stands_and_its_cost_uncertain(kit, remembered):
    """The store could not book it, and the process ended before it could."""
    turn, _ = await admitted(kit, sent=True)
    again = Button(action=Action.REGENERATE, turn=turn.id, label="Regenerate")
    words = ["The sky is", "blue.\n-# Claude"]
    pages = [Page(text=words[0]), Page(text=words[1], buttons=(again,))]
    for number, page in enumerate(pages):
        written = await kit.chat.post(turn.prompt.to, page, f"{turn.id}-{number}")
        if remembered or not number:
            shown = ShownPage(turn=turn.id, number=number, ref=written.ref, to=turn.prompt.to)
            await kit.store.shown(shown)
    writes = len(kit.chat.happened)
    await recovered(kit)

    assert kit.standing() == words
    assert len(kit.chat.happened) == writes
    assert [each.state for each in await kit.store.open_holds()] == [HoldState.UNCERTAIN]
    record = await kit.store.get(turn.id)
    assert (record.state, record.text, record.error) == (TurnState.UNCERTAIN, "The sky is\nblue.", "")
    assert await kit.store.undelivered() == ()


async def test_a_call_whose_turn_was_closed_is_doubted(kit):
    turn, _ = await admitted(kit, sent=True)
    await kit.store.close(Closing(turn=turn.id, state=TurnState.REFUSED, at=1.0))
    await recovered(kit)

    assert [each.state for each in await kit.store.open_holds()] == [HoldState.UNCERTAIN]


def next_door(kit):
    """The desk of another platform in the same house."""
    return replace(kit.desk, chat=FakeChat(clock=kit.desk.clock, platform="elsewhere"))


async def test_what_was_left_on_another_platform_is_that_platform_s_to_finish(kit):
    turn, _ = await admitted(kit, sent=True)

    assert await recovered(kit, next_door(kit)) == []
    assert [each.state for each in await kit.store.open_holds()] == [HoldState.SENT]
    assert [record.turn.id for record in await kit.store.open()] == [turn.id]
    await recovered(kit)
    assert await kit.store.open() == ()


async def test_what_is_owed_on_another_platform_is_not_delivered_here(kit):
    turn = kit.turn()
    await kit.store.receive(turn)
    await kit.store.close(Closing(turn=turn.id, state=TurnState.SETTLED, at=1.0, text="Blue."))

    assert await sweep._owed(next_door(kit)) == ()
    assert [record.turn.id for record in await sweep._owed(kit.desk)] == [turn.id]


@pytest.mark.parametrize(
    ("sent", "state", "holds"),
    [(True, TurnState.UNCERTAIN, [HoldState.UNCERTAIN]), (False, TurnState.FAILED, [])],
)
async def test_what_was_left_on_a_platform_that_is_gone_holds_no_points(kit, sent, state, holds):
    turn, _ = await admitted(kit, sent=sent)
    await sweep.disown(kit.desk, ["stage"], kit.desk.clock.now() + 1)
    assert [record.turn.id for record in await kit.store.open()] == [turn.id]

    await sweep.disown(kit.desk, ["elsewhere"], kit.desk.clock.now() + 1)

    assert await kit.store.open() == ()
    assert (await kit.store.get(turn.id)).state is state
    assert [each.state for each in await kit.store.open_holds()] == holds
    assert [record.turn.id for record in await kit.store.undelivered()] == [turn.id]


async def test_what_is_owed_is_delivered_whole_but_not_while_somebody_works_on_it(kit):
    turns = [kit.turn(), kit.turn()]
    for turn in turns:
        await kit.store.receive(turn)
        await kit.store.close(
            Closing(
                turn=turn.id, state=TurnState.SETTLED, at=1.0, text=f"Blue, {turn.id}.", footer="M · 1 point"
            )
        )
    async with asyncio.TaskGroup() as group:
        owing = group.create_task(sweep.deliver_owed(kit.desk, lambda id_: id_ == turns[1].id, set()))
        async with asyncio.timeout(10):
            while len(await kit.store.undelivered()) > 1:
                await asyncio.sleep(0.01)
        owing.cancel()

    (shown,) = kit.standing()
    assert shown == f"Blue, {turns[0].id}.\n-# M · 1 point"
    assert [record.turn.id for record in await kit.store.undelivered()] == [turns[1].id]


async def test_what_is_owed_and_was_posted_without_being_remembered_is_not_posted_again(kit):
    """The process was killed between the platform's taking the page and our writing that down."""
    turn = kit.turn()
    await kit.store.receive(turn)
    await kit.store.close(Closing(turn=turn.id, state=TurnState.SETTLED, at=1.0, text="Blue.", footer="M"))
    again = Button(action=Action.REGENERATE, turn=turn.id, label="Regenerate")
    await kit.chat.post(turn.prompt.to, Page(text="Blue.\n-# M", buttons=(again,)), f"{turn.id}-before")
    async with asyncio.TaskGroup() as group:
        owing = group.create_task(sweep.deliver_owed(kit.desk, lambda id_: False, set()))
        async with asyncio.timeout(10):
            while await kit.store.undelivered():
                await asyncio.sleep(0.01)
        owing.cancel()

    assert kit.standing() == ["Blue.\n-# M"]


async def test_an_uncertain_call_is_settled_from_poes_own_books(make_kit):
    async with make_kit(row_after=0.05, cost_after=0.05) as kit:
        turn = kit.turn(kit.prompt("Tides [[cut=7]]"))
        living, showing = kit.begun(turn)
        await engine.guarded(turn, living, showing, kit.desk)
        assert [each.state for each in await kit.store.open_holds()] == [HoldState.UNCERTAIN]
        async with asyncio.timeout(20):
            while await kit.store.open_holds():
                await asyncio.sleep(0.2)
                await sweep.reconciled(kit.desk, kit.desk.model, kit.desk.catalog)

        (told,) = kit.told(Reconciled)
        assert told.settled == kit.poe.world.calls[0].points
        assert (told.how, told.platform) == ("matched", "stage")


async def test_a_chore_that_fails_ends_nothing(kit):
    async def chore():
        raise RuntimeError("words")

    await sweep._each(chore(), kit.desk)

    assert [notice.error for notice in kit.notices if hasattr(notice, "error")] == ["RuntimeError"]
    assert "words" not in repr(kit.notices)


@pytest.mark.parametrize("due", [False, True])
async def test_settled_calls_are_compared_with_the_books_now_and_then(make_kit, due):
    async with make_kit(row_after=0.01, cost_after=0.01) as kit:
        turn = kit.turn()
        living, showing = kit.begun(turn)
        await engine.guarded(turn, living, showing, kit.desk)
        await asyncio.sleep(0.8)
        await sweep.reconciled(kit.desk, kit.desk.model, kit.desk.catalog, corrections=due)

        assert len(kit.told(Reconciled)) == int(due)


async def test_a_debt_that_can_never_be_paid_keeps_no_other_waiting(kit):
    paid = []

    async def broken():
        raise RuntimeError

    async def fine():
        paid.append(True)

    kit.desk.owed.extend([broken, fine])
    for _ in range(2):
        await sweep._each(sweep.pay(kit.desk), kit.desk)

    assert paid == [True]
    assert not kit.desk.owed


async def test_a_platform_in_trouble_is_asked_again_before_a_message_is_given_up(kit):
    turn, _ = await admitted(kit, sent=True)
    page = Page(text="The sky is", buttons=(Button(action=Action.STOP, turn=turn.id, label="Stop"),))
    await kit.chat.post(turn.prompt.to, page, f"{turn.id}-0")
    find, failures = kit.chat.find, [ChatBroken()]

    async def shaky(to, id_):
        if failures:
            raise failures.pop()
        return await find(to, id_)

    kit.chat.find = shaky
    patient = replace(kit.desk, clock=Hasty())

    async def resume(record, name):
        raise AssertionError

    await sweep.recover(patient, resume, set(), kit.desk.clock.now() + 1)

    (shown,) = kit.chat.pages.values()
    assert "interrupted" in shown.text.lower()
    assert all(button.action is not Action.STOP for button in shown.buttons)


class Hasty(SystemClock):
    """Does not sleep as long as it is told."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


async def test_what_is_owed_is_not_posted_again_where_the_kill_only_kept_us_from_remembering_it(kit):
    turn, _ = await admitted(kit, sent=True)
    await kit.store.close(
        Closing(turn=turn.id, state=TurnState.UNCERTAIN, at=1.0, text="Blue.", error=settle.INTERRUPTED)
    )
    again = Button(action=Action.REGENERATE, turn=turn.id, label="Regenerate")
    written = await kit.chat.post(turn.prompt.to, Page(text="Blue.", buttons=(again,)), "forgotten-0")
    async with asyncio.TaskGroup() as group:
        owing = group.create_task(sweep.deliver_owed(kit.desk, lambda id_: False, set()))
        async with asyncio.timeout(10):
            while await kit.store.undelivered():
                await asyncio.sleep(0.01)
        owing.cancel()

    assert list(kit.chat.pages) == [written.ref.message]
    assert "interrupted" in kit.standing()[0].lower()


async def test_an_interrupted_answer_is_delivered_as_interrupted(kit):
    turn = kit.turn()
    await kit.store.receive(turn)
    await kit.store.close(
        Closing(turn=turn.id, state=TurnState.UNCERTAIN, at=1.0, text="Blue.", error=settle.INTERRUPTED)
    )
    async with asyncio.TaskGroup() as group:
        owing = group.create_task(sweep.deliver_owed(kit.desk, lambda id_: False, set()))
        async with asyncio.timeout(10):
            while await kit.store.undelivered():
                await asyncio.sleep(0.01)
        owing.cancel()

    assert "interrupted" in kit.standing()[0].lower()
