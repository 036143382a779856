"""One turn, from the question to the settled budget.

    gather ─► plan ─► hold ─► sent ─► ask ─► book ─► close
                       ▲               │
                       └──── replay ◄──┘  (the server did not take the previous response)

Every way out says something to the person and leaves no hold behind that nobody resolves.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

from bridge.rules import prompt as rules
from bridge.rules.lifecycle import Money, outcome
from bridge.rules.prompt import Brief, Plan
from bridge.turn import settle
from bridge.turn.ask import Reading, ask, worth_a_replay
from bridge.turn.desk import Desk, Living
from bridge.turn.gather import gather
from bridge.turn.hold import AlreadyTaken, Held, hold
from bridge.turn.show import Showing, Shown
from bridge.values.answer import Failed
from bridge.values.draft import Draft, DraftState
from bridge.values.errors import BridgeError, ChainRefused, StoreError, origin
from bridge.values.notices import ChainRepaired, Duplicate, Reconciled, Trouble, TurnBegan, TurnEnded
from bridge.values.points import Standing
from bridge.values.turn import Turn

CHAIN = "chain"
"""The fact remembered of a model whose server refuses to chain."""


class NotAsked(Exception):
    """Stopped before the model was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    brief: Brief
    held: Held
    reading: Reading


async def run(turn: Turn, living: Living, showing: Showing, desk: Desk, *, resumed: str = "") -> None:
    """Answer one turn. `resumed` names the new hold of a turn that a dead process had admitted but not asked.

    Raises nothing but cancellation: whatever goes wrong is said to the person and noted.
    """
    try:
        asked = await _ask(turn, living, showing, desk, resumed)
        await _finish(asked, living, showing, desk)
    except AlreadyTaken:
        desk.notify(Duplicate(event=turn.prompt.event))
        showing.drop()
    except NotAsked:
        await settle.never_asked(turn, living, showing, desk)
    except BridgeError as error:
        await settle.refuse(turn, error, showing, desk)


async def _ask(turn: Turn, living: Living, showing: Showing, desk: Desk, resumed: str) -> Asked:
    brief = await gather(turn, desk.turns, desk.catalog, desk.files, desk.settings)
    refused = await desk.memory.remembers(turn.model, CHAIN, desk.clock.now())
    chain = rules.may_chain(brief, desk.settings, refused=refused)
    asked = await _call(
        brief, _plan(brief, chain, desk), living, showing, desk, resumed or "1", bool(resumed)
    )
    if not chain:
        return asked
    return await _repaired(asked, living, showing, desk, resumed)


def _plan(brief: Brief, chain: bool, desk: Desk) -> Plan:
    return rules.plan(brief, desk.settings, chain=chain)


async def _call(
    brief: Brief, plan: Plan, living: Living, showing: Showing, desk: Desk, name: str, again: bool
) -> Asked:
    """One call: hold, commit that it leaves, read."""
    held = await hold(
        brief,
        plan,
        desk.ledger,
        desk.settings,
        rate=desk.catalog.points_per_usd(),
        now=desk.clock.now(),
        name=name,
        again=again,
    )
    living.kept.set()
    if living.stop.is_set():  # somebody thought better of it while it was prepared: nothing is asked
        await desk.ledger.release(held.hold.id, desk.clock.now())
        raise NotAsked
    desk.notify(
        TurnBegan(
            turn=brief.turn.id,
            model=brief.card.id,
            held=held.hold.amount,
            chained=plan.chained,
            replayed=bool(brief.past) and not plan.chained,
        )
    )
    try:
        await desk.ledger.sent(held.hold.id, desk.clock.now())
    except StoreError:
        await desk.ledger.release(held.hold.id, desk.clock.now())
        raise
    reading = await ask(
        held.plan.request,
        Draft(turn=brief.turn.id),
        desk.model,
        showing,
        living,
        desk.clock,
        most_seconds=desk.settings.answer_seconds,
        grace=desk.settings.stop_grace,
    )
    return Asked(brief=brief, held=held, reading=reading)


async def _repaired(asked: Asked, living: Living, showing: Showing, desk: Desk, resumed: str) -> Asked:
    """Ask again with the conversation replayed, where the server did not take the previous response. The person sees only the answer."""
    end = asked.reading.end
    refused = isinstance(end, Failed) and isinstance(end.error, ChainRefused) and not asked.reading.stopped
    if desk.settings.threading == "chain" or not (
        refused or worth_a_replay(asked.reading, asked.held.plan.request)
    ):
        return asked
    now = desk.clock.now()
    brief, booked = asked.brief, _due(asked, desk)
    try:
        await settle.book(asked.held, booked, desk.ledger, now)
    except StoreError:
        return asked  # nothing more is asked while the books can't be written
    released = asked.held.hold.amount if booked.outcome.money is Money.RELEASE else 0
    desk.notify(ChainRepaired(turn=brief.turn.id, model=brief.card.id, released=released))
    if living.stop.is_set():
        raise NotAsked
    plan = _plan(brief, False, desk)
    again = await _call(brief, plan, living, showing, desk, f"{resumed or '1'}r", True)
    if refused or not isinstance(again.reading.end, Failed | None):
        await _remember(brief, desk, now)
    return again


async def _remember(brief: Brief, desk: Desk, now: float) -> None:
    """Without it the next question is refused and replayed once more; that is not worth an answer."""
    try:
        await desk.memory.remember(brief.turn.model, CHAIN, now + desk.settings.refusal_memory)
    except StoreError as error:
        desk.notify(Trouble(where="remember", error=type(error).__name__))


def _due(asked: Asked, desk: Desk) -> settle.Booked:
    return settle.due(asked.brief, asked.reading, desk.settings, rate=desk.catalog.points_per_usd())


async def _finish(asked: Asked, living: Living, showing: Showing, desk: Desk) -> None:
    """Close the books, then deliver. A store that can't be written does not keep the answer from its reader; it is booked later."""
    brief, held, reading = asked.brief, asked.held, asked.reading
    now = desk.clock.now()
    booked = _due(asked, desk)
    drafted = partial(settle.final_draft, held, reading, brief, shutdown=living.shutdown)
    draft = drafted(booked)
    try:
        standings = await _conclude(asked, draft, desk, now)
    except StoreError as error:
        desk.notify(Trouble(where="settle", error=type(error).__name__))
        booked = settle.Booked(outcome=outcome(None, stopped=reading.stopped), points=None)
        draft = drafted(booked)
        desk.owed.append(partial(_pay, asked, draft, desk, now))
    else:
        booked = await settle.after(booked, standings, desk)
        kept, draft = draft, drafted(booked)
        await settle.footnote(draft, kept, desk)
    shown = await settle.deliver(draft, showing, desk)
    desk.notify(_ended(asked, booked, shown, now))


async def _conclude(asked: Asked, draft: Draft, desk: Desk, now: float) -> tuple[Standing, ...]:
    """The charge and the answer, at once. Raises StoreError: then neither stands."""
    booked = _due(asked, desk)
    closing = settle.closing(draft, asked.reading, booked, asked.held.plan.items, now)
    return await desk.ledger.conclude(settle.resolution(asked.held, booked), closing, now)


async def _pay(asked: Asked, draft: Draft, desk: Desk, ended: float) -> None:
    """Book an answer that has been standing for a while. Raises StoreError; may be repeated."""
    await _conclude(asked, draft, desk, ended)
    booked = _due(asked, desk)
    settled = booked.points or 0
    released = 0 if booked.outcome.money is Money.DOUBT else max(asked.held.hold.amount - settled, 0)
    desk.notify(
        Reconciled(
            hold=asked.held.hold.id, settled=settled, released=released, corrected=0, how="booked late"
        )
    )


def _ended(asked: Asked, booked: settle.Booked, shown: Shown, now: float) -> TurnEnded:
    end = asked.reading.end
    amount = asked.held.hold.amount
    settled = booked.points or 0
    known = booked.outcome.money is not Money.DOUBT
    return TurnEnded(
        turn=asked.brief.turn.id,
        model=asked.brief.card.id,
        state=booked.outcome.state.value,
        held=amount,
        settled=settled,
        released=max(amount - settled, 0) if known else 0,
        seconds=now - asked.brief.turn.prompt.at,
        final_late=shown.late,
        error=type(end.error).__name__ if isinstance(end, Failed) else "",
    )


async def guarded(turn: Turn, living: Living, showing: Showing, desk: Desk, *, resumed: str = "") -> None:
    """`run`, with the last net under it: a mistake of ours is said in general words, and its turn is left for the sweep."""
    try:
        await run(turn, living, showing, desk, resumed=resumed)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # a bug in one answer must not end the others
        desk.notify(Trouble(where="engine", error=type(error).__name__, detail=origin(error)))
        await _general(turn, showing, desk)


async def _general(turn: Turn, showing: Showing, desk: Desk) -> None:
    """The last words when even refusing may fail."""
    try:
        await settle.refuse(turn, BridgeError(), showing, desk)
    except Exception as error:  # the same mistake again: the person is told, the turn is left for the sweep
        desk.notify(Trouble(where="engine", error=type(error).__name__, detail=origin(error)))
        await showing.finish(Draft(turn=turn.id, state=DraftState.FAILED, notes=(BridgeError().say,)))
