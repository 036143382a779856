"""The last room: the books are closed, the transcript is kept, and the final text is delivered.

In this order, so that a process may die anywhere: the charge together with the whole text on disk as not yet delivered, then the small
print that depends on the charge, then the delivery, then the mark that it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bridge.ports import Ledger, Turns
from bridge.rules import budget, prompt
from bridge.rules.lifecycle import Money, Outcome, outcome
from bridge.rules.names import typed
from bridge.rules.prompt import Brief
from bridge.turn.ask import Reading
from bridge.turn.desk import Desk, Living
from bridge.turn.hold import Held
from bridge.turn.show import Showing, Shown
from bridge.values.answer import Ending, Failed, Finished
from bridge.values.draft import Draft, DraftState
from bridge.values.errors import BridgeError, NotAccepted, NothingToSay, StoreError, TooLarge, UnknownName
from bridge.values.ids import TurnId
from bridge.values.notices import Trouble, TurnEnded
from bridge.values.parts import Item
from bridge.values.points import HoldState, Points, Resolution, Standing
from bridge.values.settings import Settings
from bridge.values.turn import Closing, Turn, TurnState

INTERRUPTED = "Interrupted"
"""The error of a turn that the end of a process cut short."""
POINTLESS = (NothingToSay, UnknownName, NotAccepted, TooLarge)
"""Refusals that asking the same again can only repeat."""
UNKNOWN_COST = "What this cost is not known yet; it will be booked from Poe's own records."


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What the end of a call comes to. `points` None: only Poe's records can say. The other two are known once it is booked."""

    outcome: Outcome
    points: Points | None
    standings: tuple[Standing, ...] = ()
    warnings: tuple[str, ...] = ()


RESOLVED = {
    Money.SETTLE: HoldState.SETTLED,
    Money.RELEASE: HoldState.RELEASED,
    Money.DOUBT: HoldState.UNCERTAIN,
}


def due(brief: Brief, reading: Reading, settings: Settings, *, rate: float) -> Booked:
    """What this call costs; `rate` is points per USD."""
    result = outcome(reading.end, stopped=reading.stopped)
    if result.money is not Money.SETTLE:
        return Booked(outcome=result, points=0 if result.money is Money.RELEASE else None)
    assert result.usage is not None
    flat = settings.flat_prices.get(brief.card.id)
    return Booked(outcome=result, points=budget.charge(result.usage, brief.card.price, rate, flat))


def resolution(held: Held, booked: Booked) -> Resolution:
    """The same, in the words of the books."""
    return Resolution(
        hold=held.hold.id,
        state=RESOLVED[booked.outcome.money],
        points=booked.points or 0,
        usage=booked.outcome.usage,
    )


async def book(held: Held, booked: Booked, ledger: Ledger, now: float) -> None:
    """Resolve the hold of a call that another one follows. Raises StoreError when the books can't be written."""
    match booked.outcome.money:
        case Money.RELEASE:
            await ledger.release(held.hold.id, now)
        case Money.DOUBT:
            await ledger.doubt(held.hold.id, now)
        case Money.SETTLE:
            await ledger.settle(held.hold.id, booked.points or 0, booked.outcome.usage, now)


async def after(booked: Booked, standings: tuple[Standing, ...], desk: Desk) -> Booked:
    """With what the charge did to the budgets. A store that fails here costs a warning, not the answer."""
    if booked.outcome.money is not Money.SETTLE:
        return booked
    try:
        warnings = await _warnings(standings, desk.ledger, desk.settings)
    except StoreError as error:
        desk.notify(Trouble(where="warn", error=type(error).__name__))
        warnings = ()
    return replace(booked, standings=standings, warnings=warnings)


async def _warnings(standings: Sequence[Standing], ledger: Ledger, settings: Settings) -> tuple[str, ...]:
    """Once for each budget, period and percentage; the highest reached is said."""
    said = []
    for standing in standings:
        reached = [
            percent
            for percent in budget.warnings(standing, settings.warn_percents)
            if await ledger.warn_once(standing, percent)
        ]
        if reached:
            said.append(_warning(standing, max(reached)))
    return tuple(said)


def _warning(standing: Standing, percent: int) -> str:
    used = "is used up" if percent >= 100 else f"is {percent} % used"
    name = budget.describe(standing)
    return f"{name[0].upper()}{name[1:]} {used}. {budget.renewal(standing)}"


def final_draft(held: Held, reading: Reading, brief: Brief, booked: Booked, *, shutdown: bool) -> Draft:
    """The draft as it will stand: its state, our sentences under it, and the footer."""
    notes = [held.plan.note, _ending_note(held, reading, brief)]
    if booked.points is None and reading.draft.text:
        notes.append(UNKNOWN_COST)
    return replace(
        reading.draft,
        state=_state(reading, shutdown),
        notes=(*reading.draft.notes, *filter(None, notes), *booked.warnings),
        footer=footer(brief, booked) if brief.preset.footer else "",
    )


def _state(reading: Reading, shutdown: bool) -> DraftState:
    if reading.stopped:
        return DraftState.INTERRUPTED if shutdown else DraftState.STOPPED
    return DraftState.DONE if isinstance(reading.end, Finished) else DraftState.FAILED


def _ending_note(held: Held, reading: Reading, brief: Brief) -> str:
    """What the reader should know of how the answer ended."""
    end = reading.end
    if reading.stopped:
        return ""
    if end is None:
        return "The answer took too long and was ended here."
    if isinstance(end, Failed):
        return end.error.say
    if end.ending is Ending.FILTERED:
        return "The model's content filter ended this answer."
    if end.ending is Ending.COMPLETE:
        return "" if reading.draft.text else "The model ended without a word."
    if not reading.draft.text:
        return "The model used its whole allowance for thinking and wrote nothing. Try a shorter question."
    short = held.plan.request.max_output_tokens < prompt.most_tokens(brief)
    return "The budget covered an answer of this length and no more." if short else ""


def footer(brief: Brief, booked: Booked) -> str:
    """Model, cost, and what is left of the budget closest to the person."""
    parts = [brief.card.name]
    if booked.points is not None:
        parts.append(budget.in_words(booked.points))
    if booked.standings:
        parts.append(f"{max(booked.standings[0].left, 0):,} left")
    return " · ".join(parts)


async def footnote(draft: Draft, kept: Draft, desk: Desk) -> None:
    """Keep the small print that came with the charge, where it differs from what is kept. The answer does not depend on it."""
    if (draft.footer, draft.notes) == (kept.footer, kept.notes):
        return
    try:
        await desk.turns.footnote(draft.turn, draft.footer, draft.notes)
    except StoreError as error:
        desk.notify(Trouble(where="footnote", error=type(error).__name__))


async def deliver(draft: Draft, showing: Showing, desk: Desk) -> Shown:
    """Deliver, and mark it; a mark the store does not take is owed."""
    shown = await showing.finish(draft)
    mark = partial(delivered, draft.turn, shown, desk.turns)
    try:
        await mark()
    except StoreError as error:
        desk.notify(Trouble(where="delivered", error=type(error).__name__))
        desk.owed.append(mark)
    return shown


async def delivered(turn: TurnId, shown: Shown, turns: Turns) -> None:
    """Mark it, unless the platform may still take it: then it stays owed, and the sweep tries again."""
    hopeless = shown.error is not None and not shown.error.retry
    if shown.delivered or shown.told or hopeless:
        await turns.delivered(turn)


def closing(draft: Draft, reading: Reading, booked: Booked, items: tuple[Item, ...], now: float) -> Closing:
    """The answer and its end, as they are written down. `items` is what the turn was asked, for later replays."""
    end = reading.end
    return Closing(
        turn=draft.turn,
        state=booked.outcome.state,
        at=now,
        response=end.response if isinstance(end, Finished) and not reading.stopped else None,
        text=draft.text,
        ending=draft.ending,
        items=items,
        error=_error(draft, end),
        footer=draft.footer,
        notes=draft.notes,
    )


def _error(draft: Draft, end: Finished | Failed | None) -> str:
    if draft.state is DraftState.INTERRUPTED:
        return INTERRUPTED
    return type(end.error).__name__ if isinstance(end, Failed) else ""


async def refuse(turn: Turn, error: BridgeError, showing: Showing, desk: Desk) -> None:
    """Say why nothing was asked. The event stays claimed, so that a redelivery is not answered again."""
    turns, now = desk.turns, desk.clock.now()
    again = not isinstance(error, POINTLESS)
    say = typed(error.say, desk.chat.capabilities.command)
    draft = Draft(turn=turn.id, state=DraftState.FAILED, notes=(say,), again=again)
    if isinstance(error, StoreError):
        await showing.finish(draft)  # a store in trouble may take long to say so again
    closing = Closing(
        turn=turn.id, state=TurnState.REFUSED, at=now, error=type(error).__name__, notes=draft.notes
    )
    try:
        await turns.receive(turn)  # so that its message is known, too
        await turns.close(closing)
        await delivered(turn.id, await showing.finish(draft), turns)
    except StoreError as store:
        desk.notify(Trouble(where="settle", error=type(store).__name__))
        await showing.finish(draft)
    desk.notify(
        TurnEnded(
            turn=turn.id,
            model=turn.model,
            state=TurnState.REFUSED.value,
            held=0,
            settled=0,
            released=0,
            seconds=now - turn.prompt.at,
            final_late=0.0,
            error=type(error).__name__,
        )
    )


async def never_asked(turn: Turn, living: Living, showing: Showing, desk: Desk) -> None:
    """Stopped before it was asked. When the house closes it stays as it is, and is asked by the next process."""
    if living.shutdown:
        showing.drop()
        return
    now = desk.clock.now()
    try:
        await desk.turns.receive(turn)
        await desk.turns.close(Closing(turn=turn.id, state=TurnState.STOPPED, at=now))
        await delivered(
            turn.id, await showing.finish(Draft(turn=turn.id, state=DraftState.STOPPED)), desk.turns
        )
    except StoreError as error:
        desk.notify(Trouble(where="stop", error=type(error).__name__))
