from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.rules import prompt as rules
from bridge.turn import gather, settle
from bridge.turn.ask import Reading
from bridge.turn.hold import hold
from bridge.turn.show import Shown
from bridge.values.answer import Ending, Failed, Finished
from bridge.values.draft import Draft, DraftState
from bridge.values.errors import (
    AnswerCut,
    ChatBroken,
    ChatForbidden,
    NothingToSay,
    StoreError,
    UnknownName,
    UpstreamBusy,
)
from bridge.values.points import HoldState, Scope, ScopeKind, Usage
from bridge.values.turn import Closing, TurnState

USAGE = Usage(input=10, output=100)


async def held(kit, turn):
    desk = kit.desk
    brief = await gather.gather(turn, desk.turns, desk.catalog, desk.files, desk.settings)
    plan = rules.plan(brief, desk.settings, chain=False)
    taken = await hold(
        brief, plan, desk.ledger, desk.settings, rate=30_000, now=desk.clock.now(), name="1", again=False
    )
    await desk.ledger.sent(taken.hold.id, desk.clock.now())
    return brief, taken


async def booked(kit, end, **more):
    brief, taken = await held(kit, kit.turn())
    reading = Reading(draft=Draft(turn=brief.turn.id, text=more.pop("text", "Blue.")), end=end, **more)
    due = settle.due(brief, reading, kit.desk.settings, rate=30_000)
    draft = settle.final_draft(taken, reading, brief, due, shutdown=False)
    now = kit.desk.clock.now()
    closing = settle.closing(draft, reading, due, taken.plan.items, now)
    standings = await kit.store.conclude(settle.resolution(taken, due), closing, now)
    result = await settle.after(due, standings, kit.desk)
    return settle.final_draft(taken, reading, brief, result, shutdown=False), result


async def test_a_usage_is_charged_and_the_footer_says_what_is_left(kit):
    draft, result = await booked(kit, Finished(usage=USAGE))

    assert result.points == 14
    assert draft.footer == "Claude-Haiku-4.5 · 14 points · 49,986 left"
    assert (draft.state, draft.notes) == (DraftState.DONE, ())


async def test_a_sure_failure_gives_everything_back(kit):
    draft, result = await booked(kit, Failed(error=UpstreamBusy()), text="")

    assert result.points == 0
    assert await kit.store.open_holds() == ()
    assert draft.state is DraftState.FAILED
    assert "very busy" in draft.notes[0]


@pytest.mark.parametrize(
    ("end", "more", "words"),
    [
        (Failed(error=AnswerCut()), {}, "broke in the middle"),
        (None, {}, "took too long"),
        (Finished(), {}, "not known yet"),
    ],
)
async def test_what_nobody_knows_stays_held_and_is_said(kit, end, more, words):
    draft, result = await booked(kit, end, **more)

    assert result.points is None
    assert [hold.state.value for hold in await kit.store.open_holds()] == ["uncertain"]
    assert words in " ".join(draft.notes)
    assert draft.notes[-1] == settle.UNKNOWN_COST


@pytest.mark.parametrize(
    ("end", "text", "words"),
    [
        (Finished(usage=USAGE, ending=Ending.FILTERED), "Bl", "content filter"),
        (Finished(usage=USAGE, ending=Ending.LENGTH), "", "whole allowance for thinking"),
        (Finished(usage=USAGE), "", "without a word"),
    ],
)
async def test_an_odd_end_is_explained(kit, end, text, words):
    draft, _ = await booked(kit, end, text=text)

    assert words in draft.notes[0]


async def test_a_warning_is_given_once_at_each_mark(kit):
    (budget,) = await kit.store.find(Scope(kind=ScopeKind.HOUSE))
    await kit.store.set(replace(budget, limit=1_000), "test", kit.desk.clock.now())
    dear = Finished(usage=Usage(input=0, output=6_600))
    first, _ = await booked(kit, dear)
    await kit.store.set(replace(budget, limit=2_000), "test", kit.desk.clock.now())
    second, _ = await booked(kit, Finished(usage=Usage(input=0, output=10)))

    assert "Your daily budget is 85 % used" in first.notes[0] or "80 % used" in first.notes[0]
    assert second.notes == ()


async def test_a_refusal_is_known_said_and_delivered(kit):
    turn = kit.turn()
    _, showing = kit.begun(turn)
    await settle.refuse(turn, NothingToSay(), showing, kit.desk)

    assert "Ask me something" in kit.standing()[0]
    assert (await kit.store.get(turn.id)).state is TurnState.REFUSED
    assert await kit.store.seen(turn.prompt.event)
    assert await kit.store.undelivered() == ()
    (page,) = kit.chat.pages.values()
    assert page.buttons == ()


async def test_a_refusal_calls_commands_as_they_are_typed_here(kit):
    kit.chat.capabilities = replace(kit.chat.capabilities, command="/poe {}")
    turn = kit.turn()
    _, showing = kit.begun(turn)
    await settle.refuse(turn, UnknownName("/model shows what there is."), showing, kit.desk)

    assert kit.standing()[0].startswith("/poe model shows")
    assert (await kit.store.get(turn.id)).notes == ("/poe model shows what there is.",)


@pytest.mark.parametrize(
    ("shown", "owed"),
    [
        (Shown(pages=(), late=0.0, delivered=True), 0),
        (Shown(pages=(), late=0.0, delivered=False, told=True), 0),
        (Shown(pages=(), late=0.0, delivered=False, error=ChatForbidden()), 0),
        (Shown(pages=(), late=0.0, delivered=False, error=ChatBroken()), 1),
        (Shown(pages=(), late=0.0, delivered=False), 1),
    ],
)
async def test_what_the_platform_may_still_take_stays_owed(kit, shown, owed):
    turn = kit.turn()
    await kit.store.receive(turn)
    await kit.store.close(Closing(turn=turn.id, state=TurnState.SETTLED, at=1.0, text="Blue."))
    await settle.delivered(turn.id, shown, kit.store)

    assert len(await kit.store.undelivered()) == owed


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (Finished(usage=USAGE), None),
        (Failed(error=UpstreamBusy()), None),
        (Failed(error=AnswerCut()), HoldState.UNCERTAIN),
    ],
)
async def test_a_call_that_another_one_follows_is_booked_and_its_turn_stays_open(kit, end, state):
    brief, taken = await held(kit, kit.turn())
    due = settle.due(brief, Reading(draft=Draft(turn=brief.turn.id), end=end), kit.desk.settings, rate=30_000)
    await settle.book(taken, due, kit.store, kit.desk.clock.now())

    assert [each.state for each in await kit.store.open_holds()] == ([state] if state else [])
    assert (await kit.store.get(brief.turn.id)).state.open


async def test_a_mark_the_store_does_not_take_is_owed(kit):
    class Full:
        async def delivered(self, turn):
            raise StoreError

    turn = kit.turn()
    _, showing = kit.begun(turn)
    draft = Draft(turn=turn.id, state=DraftState.DONE, text="Blue.")
    shown = await settle.deliver(draft, showing, replace(kit.desk, turns=Full()))

    assert shown.delivered
    assert len(kit.desk.owed) == 1
