"""What was left open is closed: at the start what a dead process left, later what time and Poe's books resolve.

What stands on a platform is finished by that platform's own desk; the books are kept once for all of them.

After a kill at any moment: an unsent turn is asked now, a sent one is uncertain and its message finished with what was shown, an answer
that was complete on disk is delivered whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from bridge.ports import ModelCatalog, UsageFeed
from bridge.rules import reconcile
from bridge.turn.desk import Desk
from bridge.turn.settle import INTERRUPTED, delivered
from bridge.values.draft import Draft, DraftState
from bridge.values.errors import BridgeError, ChatError, StoreError, origin
from bridge.values.ids import ModelId, Platform, TurnId
from bridge.values.inbound import MessageRef
from bridge.values.notices import Reconciled, Trouble
from bridge.values.points import HoldState, OpenHold, UsageRow
from bridge.values.turn import Closing, ShownPage, TurnRecord, TurnState

STALE = 15 * 60.0
"""A question older than this is not asked by itself after a restart; its asker is offered the button."""
LOOKED_AT = 30 * 24 * 3600.0
"""Poe's books go back this far."""
EVERY = 60.0
HURRY = 2.0
"""The same while something is owed to the books."""
AGAIN = 5.0
"""Seconds before a platform in trouble is asked once more."""
OWED = 24 * 3600.0
"""An answer that could not be delivered for so long is not wanted any more."""
CORRECTED = 3.0
"""How far back settled calls are compared, in times that rows take to settle; each is looked at twice or three times."""
SLACK_PART = 5.0
"""Clocks may differ by this part of the time that rows take to settle: two of ten minutes."""

Resume = Callable[[TurnRecord, str], Awaitable[None]]


async def recover(desk: Desk, resume: Resume, busy: set[TurnId], before: float) -> None:
    """Close what a dead process left open on this desk's platform before this one began. One turn that can't be closed does not keep
    the others open.

    Raises StoreError while the store can't be read; then nothing was done. `busy` holds the turns that are being finished, so that
    `deliver_owed` leaves them alone.
    """
    holds = [hold for hold in await desk.ledger.open_holds() if (hold.sent_at or 0.0) < before]
    left = [record for record in await desk.turns.open() if record.turn.created_at < before]
    async with asyncio.TaskGroup() as group:
        for record in left:
            if not _ours(record, desk):
                continue
            own = [hold for hold in holds if hold.hold.turn == record.turn.id]
            if not await _resumed(record, own, desk, resume):
                group.create_task(_alone(record.turn.id, _interrupt(record, own, desk), desk, busy))
        ended = {record.turn.id for record in left}
        for hold in holds:
            if (
                hold.state is HoldState.SENT and hold.hold.turn not in ended
            ):  # its turn was closed, its call never
                await _each(desk.ledger.doubt(hold.hold.id, desk.clock.now()), desk)


async def disown(desk: Desk, connected: Collection[Platform], before: float) -> None:
    """Close what a dead process left open on platforms that are not connected any more: nobody can write there, and the points must not
    stay held. Should such a platform come back in time, its answers are delivered as interrupted. Raises StoreError."""
    holds = await desk.ledger.open_holds()
    for record in await desk.turns.open():
        if record.turn.prompt.place.platform not in connected and record.turn.created_at < before:
            own = [hold for hold in holds if hold.hold.turn == record.turn.id]
            await _each(_closed(record, own, desk, ""), desk)


async def deliver_owed(desk: Desk, alive: Callable[[TurnId], bool], busy: set[TurnId]) -> None:
    """Forever: deliver what a dead process, or the platform in its trouble, left undelivered. `alive`: still somebody's work."""
    async with asyncio.TaskGroup() as group:
        while True:
            for record in await _owed(desk):
                if not alive(record.turn.id) and record.turn.id not in busy:
                    group.create_task(_alone(record.turn.id, _deliver(record, desk), desk, busy))
            await desk.clock.sleep(EVERY)


async def _alone(turn: TurnId, work: Awaitable[None], desk: Desk, busy: set[TurnId]) -> None:
    busy.add(turn)
    try:
        await _each(work, desk)
    finally:
        busy.discard(turn)


async def _owed(desk: Desk) -> tuple[TurnRecord, ...]:
    try:
        return tuple(record for record in await desk.turns.undelivered() if _ours(record, desk))
    except StoreError as error:
        desk.notify(Trouble(where="sweep", error=type(error).__name__))
        return ()


def _ours(record: TurnRecord, desk: Desk) -> bool:
    return record.turn.prompt.place.platform == desk.chat.platform


async def _each(work: Awaitable[None], desk: Desk) -> None:
    try:
        await work
    except BridgeError as error:
        desk.notify(Trouble(where="sweep", error=type(error).__name__, detail=error.detail))
    except Exception as error:  # a mistake in one chore must not end the house
        desk.notify(Trouble(where="sweep", error=type(error).__name__, detail=origin(error)))


async def _resumed(record: TurnRecord, holds: Sequence[OpenHold], desk: Desk, resume: Resume) -> bool:
    """Ask a turn that had not been asked, if its question is not stale."""
    now = desk.clock.now()
    if record.state not in (TurnState.RECEIVED, TurnState.HELD) or now - record.turn.created_at >= STALE:
        return False
    try:
        for hold in holds:
            await desk.ledger.release(hold.hold.id, now)
        # The hold of the dead process is resolved; the new one needs a name of its own.
        await resume(record, f"a{desk.chance.token()[:6]}" if record.state is TurnState.HELD else "")
    except BridgeError as error:
        desk.notify(Trouble(where="sweep", error=type(error).__name__, detail=error.detail))
    return True


async def _interrupt(record: TurnRecord, holds: Sequence[OpenHold], desk: Desk) -> None:
    """Finish the messages of a turn with what was shown, and keep that as its answer."""
    await _given_up(holds, desk)
    turn = record.turn
    pages = await _standing_pages(record, desk)
    read = [await _text(page, turn.id, desk) for page in pages]
    text = "\n".join(read)
    await _closed(record, (), desk, text)
    showing = desk.delivery.open(turn.prompt.to, turn.id, pages)
    shown = await showing.finish(Draft(turn=turn.id, state=DraftState.INTERRUPTED, text=text))
    await delivered(turn.id, shown, desk.turns)


async def _closed(record: TurnRecord, holds: Sequence[OpenHold], desk: Desk, text: str) -> None:
    await _given_up(holds, desk)
    unsent = record.state in (TurnState.RECEIVED, TurnState.HELD)
    await desk.turns.close(
        Closing(
            turn=record.turn.id,
            state=TurnState.FAILED if unsent else TurnState.UNCERTAIN,
            at=desk.clock.now(),
            text=text,
            error=INTERRUPTED,
        )
    )


async def _given_up(holds: Sequence[OpenHold], desk: Desk) -> None:
    """What left the house may have cost something; what did not, has not."""
    for hold in holds:
        if hold.state is HoldState.SENT:
            await desk.ledger.doubt(hold.hold.id, desk.clock.now())
        elif hold.state is HoldState.HELD:
            await desk.ledger.release(hold.hold.id, desk.clock.now())


async def _standing_pages(record: TurnRecord, desk: Desk) -> tuple[ShownPage, ...]:
    """The pages we remember, and one whose posting the kill kept us from remembering."""
    known = await desk.turns.pages(record.turn.id)
    to = record.turn.prompt.to
    found = await _found(record, desk)
    ids = {page.ref.message for page in known}
    new = [ref for ref, _ in found if ref.message not in ids]
    more = tuple(
        ShownPage(turn=record.turn.id, number=number, ref=ref, to=to)
        for number, ref in enumerate(new, start=len(known))
    )
    for page in more:
        await desk.turns.shown(page)
    return known + more


async def _found(record: TurnRecord, desk: Desk) -> tuple[tuple[MessageRef, str], ...]:
    """Asked until the platform says something: a message nobody finds would be marked as being written for ever."""
    while True:
        try:
            return await desk.chat.find(record.turn.prompt.to, record.turn.id)
        except ChatError as error:
            desk.notify(Trouble(where="sweep", error=type(error).__name__, detail=error.detail))
            if not error.retry:
                return ()
            await desk.clock.sleep(AGAIN)


async def _text(page: ShownPage, turn: TurnId, desk: Desk) -> str:
    """The words a page shows, without our small print. Asked until the platform says something: words are not given up."""
    while True:
        try:
            shown = await desk.chat.read(page.to, page.ref)
        except ChatError as error:
            desk.notify(Trouble(where="sweep", error=type(error).__name__, detail=str(turn)))
            if not error.retry:
                return ""
            await desk.clock.sleep(AGAIN)
        else:
            small = desk.chat.capabilities.subtext
            return "\n".join(line for line in shown.split("\n") if not line.startswith(small)).rstrip()


async def _deliver(record: TurnRecord, desk: Desk) -> None:
    """An answer that is whole on disk, and perhaps not on the platform."""
    if desk.clock.now() - record.turn.created_at > OWED:
        await desk.turns.delivered(record.turn.id)
        return
    states = {
        TurnState.STOPPED: DraftState.STOPPED,
        TurnState.FAILED: DraftState.FAILED,
        TurnState.REFUSED: DraftState.FAILED,
    }
    draft = Draft(
        turn=record.turn.id,
        state=DraftState.INTERRUPTED
        if record.error == INTERRUPTED
        else states.get(record.state, DraftState.DONE),
        text=record.text,
        notes=record.notes,
        footer=record.footer,
        ending=record.ending,
    )
    pages = await _standing_pages(record, desk)
    shown = await desk.delivery.open(record.turn.prompt.to, record.turn.id, pages).finish(draft)
    await delivered(record.turn.id, shown, desk.turns)


async def keep_house(desk: Desk, feed: UsageFeed, catalog: ModelCatalog, retention: float | None) -> None:
    """Forever: book what is owed, release unsent holds whose time is over, reconcile with Poe's books, forget old words."""
    compared = desk.clock.now()
    while True:
        await desk.clock.sleep(min(HURRY if desk.owed else EVERY, desk.settings.row_settles))
        await _each(pay(desk), desk)
        await _each(_expire(desk), desk)
        now = desk.clock.now()
        due = now - compared >= desk.settings.row_settles
        compared = now if due else compared
        await _each(reconciled(desk, feed, catalog, corrections=due), desk)
        if retention is not None:
            await _each(_forget(desk, retention), desk)


async def pay(desk: Desk) -> None:
    """Book what the store could not take when it ended. One that can never be booked keeps no other waiting."""
    for _ in range(len(desk.owed)):
        debt = desk.owed.popleft()
        try:
            await debt()
        except StoreError:
            desk.owed.append(debt)
            raise


async def _expire(desk: Desk) -> None:
    await desk.ledger.expire(desk.clock.now())


async def _forget(desk: Desk, retention: float) -> None:
    await desk.memory.forget_older(desk.clock.now() - retention)


async def reconciled(
    desk: Desk, feed: UsageFeed, catalog: ModelCatalog, *, corrections: bool = False
) -> None:
    """Join Poe's rows to our calls; see `rules/reconcile`.

    Asks Poe while something is uncertain; with `corrections` also to compare what was settled from usage in the last while.
    """
    now = desk.clock.now()
    slack = desk.settings.row_settles / SLACK_PART
    since = now - (CORRECTED * desk.settings.row_settles if corrections else 0.0)
    holds = await desk.ledger.reconcilable(now - LOOKED_AT)
    unsure = [hold.sent_at or now for hold in holds if hold.state is HoldState.UNCERTAIN]
    since = min(since, *unsure) if unsure else since
    holds = tuple(hold for hold in holds if (hold.ended_at or now) >= since - slack)
    if not holds:
        return
    how = reconcile.Matching(
        settle=desk.settings.row_settles,
        slack=slack,
        give_up=desk.settings.uncertain_seconds,
        models={card.name.casefold(): ModelId(card.id.casefold()) for card in await catalog.cards()},
    )
    rows: list[UsageRow] = [row async for row in feed.history(desk.settings.key, since - slack)]
    taken = await desk.ledger.matched_rows([row.id for row in rows])
    still_open = [hold for hold in await desk.ledger.open_holds() if hold.state is HoldState.SENT]
    verdicts = reconcile.match([*holds, *still_open], [row for row in rows if row.id not in taken], now, how)
    known = {each.hold.id: each for each in holds}
    for verdict in verdicts:
        hold = known[verdict.hold]
        record = await desk.turns.get(hold.hold.turn)
        await desk.ledger.resolve(verdict.hold, verdict.points, verdict.row, now)
        desk.notify(_told(hold, verdict, record.turn.prompt.place.platform if record else None))


def _told(hold: OpenHold, verdict: reconcile.Resolved, platform: Platform | None) -> Reconciled:
    uncertain = hold.state is HoldState.UNCERTAIN
    return Reconciled(
        hold=verdict.hold,
        settled=verdict.points if uncertain else 0,
        released=max(hold.hold.amount - verdict.points, 0) if uncertain else 0,
        corrected=0 if uncertain else verdict.points - (hold.settled or 0),
        how="matched" if verdict.row else "window over",
        platform=platform,
    )
