"""The last room: the books are closed, the transcript is kept, and the final text is delivered.

In this order, so that a process may die anywhere: the charge, then the whole text on disk as not yet delivered, then the delivery,
then the mark that it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bridge.ports import Ledger, Notify, Turns
from bridge.rules import budget, prompt
from bridge.rules.lifecycle import Money, Outcome, outcome
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
from bridge.values.points import Points, Standing
from bridge.values.settings import Settings
from bridge.values.turn import Closing, Turn, TurnState

INTERRUPTED = "Interrupted"
"""The error of a turn that the end of a process cut short."""
POINTLESS = (NothingToSay, UnknownName, NotAccepted, TooLarge)
"""Refusals that asking the same again can only repeat."""
UNKNOWN_COST = "What this cost is not known yet; it will be booked from Poe's own records."


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What closing the books came to. `points` None: only Poe's records can say."""

    outcome: Outcome
    points: Points | None
    standings: tuple[Standing, ...] = ()
    warnings: tuple[str, ...] = ()


async def book(
    held: Held, brief: Brief, reading: Reading, ledger: Ledger, settings: Settings, *, rate: float, now: float
) -> Booked:
    """Settle, release, or mark as uncertain. Raises StoreError when the books can't be written."""
    result = outcome(reading.end, stopped=reading.stopped)
    match result.money:
        case Money.RELEASE:
            await ledger.release(held.hold.id, now)
            return Booked(outcome=result, points=0)
        case Money.DOUBT:
            await ledger.doubt(held.hold.id, now)
            return Booked(outcome=result, points=None)
        case Money.SETTLE:
            assert result.usage is not None
            flat = settings.flat_prices.get(brief.card.id)
            points = budget.charge(result.usage, brief.card.price, rate, flat)
            standings = await ledger.settle(held.hold.id, points, result.usage, now)
            warnings = await _warnings(standings, ledger, settings)
            return Booked(outcome=result, points=points, standings=standings, warnings=warnings)


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


async def close(
    turn: Turn,
    draft: Draft,
    reading: Reading,
    booked: Booked,
    showing: Showing,
    turns: Turns,
    *,
    items: Closing,
    now: float,
) -> Shown:
    """Keep the answer, deliver it, and mark it delivered."""
    await keep(draft, reading, booked, turns, items=items, now=now)
    shown = await showing.finish(draft)
    await delivered(turn.id, shown, turns)
    return shown


async def delivered(turn: TurnId, shown: Shown, turns: Turns) -> None:
    """Mark it, unless the platform may still take it: then it stays owed, and the sweep tries again."""
    hopeless = shown.error is not None and not shown.error.retry
    if shown.delivered or shown.told or hopeless:
        await turns.delivered(turn)


async def keep(
    draft: Draft, reading: Reading, booked: Booked, turns: Turns, *, items: Closing, now: float
) -> None:
    """Write the answer and its end down. `items` names the turn and what it was asked."""
    end = reading.end
    await turns.close(
        replace(
            items,
            state=booked.outcome.state,
            at=now,
            response=end.response if isinstance(end, Finished) and not reading.stopped else None,
            text=draft.text,
            ending=draft.ending,
            error=_error(draft, end),
            footer=draft.footer,
            notes=draft.notes,
        )
    )


def _error(draft: Draft, end: Finished | Failed | None) -> str:
    if draft.state is DraftState.INTERRUPTED:
        return INTERRUPTED
    return type(end.error).__name__ if isinstance(end, Failed) else ""


async def refuse(
    turn: Turn, error: BridgeError, showing: Showing, turns: Turns, notify: Notify, now: float
) -> None:
    """Say why nothing was asked. The event stays claimed, so that a redelivery is not answered again."""
    again = not isinstance(error, POINTLESS)
    draft = Draft(turn=turn.id, state=DraftState.FAILED, notes=(error.say,), again=again)
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
        notify(Trouble(where="settle", error=type(store).__name__))
        await showing.finish(draft)
    notify(
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
