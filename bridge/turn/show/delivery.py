"""The scheduler: one task that chooses, for every rate limit, whose write leaves next.

It sleeps until a limit allows the next write or somebody has news; an answer that already waits for its turn wakes nobody when it grows.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import inf

from bridge.ports import Chat, Clock, Notify, Written
from bridge.rules import pacing
from bridge.rules.schedule import Kind, Wait, decide
from bridge.turn.show import writing
from bridge.turn.show.queues import Queue, Queues
from bridge.turn.show.showing import Showing, Shown
from bridge.turn.show.standing import BEGIN, Standing, Step
from bridge.turn.show.streams import Growing
from bridge.turn.show.typing import Typing
from bridge.turn.show.writing import Pen, Remember
from bridge.values.draft import Draft
from bridge.values.errors import ChatBusy, ChatError, ChatRefused
from bridge.values.ids import TurnId
from bridge.values.inbound import Destination
from bridge.values.notices import FirstWord, Trouble, Wrote
from bridge.values.turn import ShownPage

PATIENCE = 600.0
"""Seconds a final is tried before it is given up."""
SHORTEST = 0.001
"""Seconds: a wait that rounding made shorter than the clock can tell would be no wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What the delivery has before it."""

    answers: int  # live ones
    writes_waiting: int
    oldest_wait: float  # seconds that the stalest reader has waited


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    rank: tuple[int, float, float]
    kind: Kind
    queue: Queue
    showing: Showing


class Delivery:
    """All answers of one platform on their way. `run` must be running for anything to be written."""

    def __init__(
        self,
        chat: Chat,
        clock: Clock,
        notify: Notify,
        remember: Remember,
        *,
        max_pages: int,
        patience: float = PATIENCE,
    ) -> None:
        self._chat = chat
        self._clock = clock
        self._notify = notify
        self._max_pages = max_pages
        self._patience = patience
        self._typing = Typing(chat, clock, notify)
        self._overall = pacing.flow(chat.capabilities.overall_writes)
        self._live: dict[Showing, None] = {}
        self._growing = Growing(chat, self._live.keys())
        self._pen = Pen(
            chat=chat, streams=self._growing.platform, clock=clock, notify=notify, remember=remember
        )
        self._wake = asyncio.Event()
        self._queues = Queues(chat, clock, self._growing, self._wake)
        self._group: asyncio.TaskGroup | None = None

    # -- for the writers of answers ------------------------------------------------------------------

    def open(
        self,
        to: Destination,
        turn: TurnId,
        pages: tuple[ShownPage, ...] = (),
        *,
        asked_at: float | None = None,
    ) -> Showing:
        """A new answer, or one an earlier process left: its `pages` are edited, not posted again. `asked_at` is for FirstWord."""
        now = self._clock.now()
        self._queues.prune(now)
        showing = Showing(
            to=to,
            turn=turn,
            owner=self,
            opened_at=now,
            asked_at=now if asked_at is None else asked_at,
            draft=Draft(turn=turn),
            plain=self._growing.platform is None,
            standing=[Standing(ref=page.ref, to=page.to) for page in sorted(pages, key=lambda p: p.number)],
        )
        self._live[showing] = None
        self._typing.begin(showing, now)
        self._wake.set()
        return showing

    def standing(self) -> Backlog:
        now = self._clock.now()
        waiting = list(self._queues.waiting())
        oldest = max((now - showing.since for showing in waiting), default=0.0)
        return Backlog(answers=len(self._live), writes_waiting=len(waiting), oldest_wait=oldest)

    async def run(self) -> None:
        """Write until cancelled. Answers still open then are left as they stand."""
        try:
            async with asyncio.TaskGroup() as self._group:
                while True:
                    self._wake.clear()
                    pause = self._pass(self._group)
                    await self._clock.wait(self._wake, pause)
        finally:
            self._group = None
            for showing in list(self._live):
                self._end(showing, delivered=False)

    # -- for showings --------------------------------------------------------------------------------

    def now(self) -> float:
        return self._clock.now()

    def touched(self, showing: Showing) -> None:
        if not showing.idle:
            self._queues.touched(showing)

    async def ended(self, showing: Showing) -> Shown:
        if not await self._clock.wait(showing.over, self._patience):
            self._notify(Trouble(where="delivery", error="GivenUp", detail=str(showing.turn)))
            self._end(showing, delivered=False, error=showing.error)
        assert showing.result is not None
        return showing.result

    def dropped(self, showing: Showing) -> None:
        self._end(showing, delivered=False)

    # -- choosing ------------------------------------------------------------------------------------

    def _pass(self, group: asyncio.TaskGroup) -> float | None:
        """Let go what may leave now; the seconds until something else might, None if only news can tell."""
        now = self._clock.now()
        for to in self._typing.due(now):
            group.create_task(self._typing.sign(to))
            self._overall = self._overall.taken(now)
        for showing in self._growing.due(now):
            showing.needs, showing.fresh = "", True
            self.touched(showing)
        while chosen := sorted(self._choices(now), key=lambda each: each.rank):
            for each in chosen:
                at = self._overall.next_free(now, evenly=each.kind is Kind.PROGRESS)
                if at > now:
                    each.queue.due = at
                elif step := self._laid_out(each):
                    self._let_go(each, step, group, now)
        due = min(self._typing.next_due(), self._queues.next_due(), self._growing.next_due())
        return None if due == inf else max(due - self._clock.now(), SHORTEST)

    def _choices(self, now: float) -> list[Chosen]:
        return [chosen for queue in self._queues.due(now) if (chosen := self._choice(queue, now))]

    def _choice(self, queue: Queue, now: float) -> Chosen | None:
        """The next write of one bucket, or None and `queue.due` set."""
        jobs = [showing.job() for showing in queue.waiting]
        decision = decide(queue.bucket, self._overall, jobs, now, self._queues.finals(queue))
        if isinstance(decision, Wait):
            queue.due = decision.until
            self._queues.relieve(queue, now)
            return None
        job = decision.job
        return Chosen(rank=job.rank(now), kind=job.kind, queue=queue, showing=job.key)

    def _laid_out(self, chosen: Chosen) -> Step | None:
        """Only for whoever may write now, because it costs most. None: it leaves this queue, which is looked at again."""
        showing, queue = chosen.showing, chosen.queue
        step = self._step(showing)
        if step is None:
            self._queues.leave(showing)
            return None
        here = step.verb == showing.verb and self._chat.bucket(showing.to, step.verb) == queue.id
        begins = step.verb == BEGIN and not showing.unsure
        if not here or (begins and not self._queues.may_begin(showing)):
            self._queues.move(showing, step.verb)
            return None
        return step

    def _step(self, showing: Showing) -> Step | None:
        """What to write for this answer, if anything; a final that stands already ends here, and so does one nobody can lay out."""
        try:
            capabilities = self._growing.within(self._chat.capabilities)
            step = showing.next_step(capabilities, self._chat.measure, self._max_pages)
        except (
            Exception
        ) as error:  # a bug in our rules must cost one answer its pages, and nobody else anything
            self._notify(Trouble(where="pages", error=type(error).__name__, detail=str(showing.turn)))
            showing.muted = True
            if showing.final and self._group:
                showing.fresh = False
                self._group.create_task(self._elsewhere(showing, ChatRefused(detail=type(error).__name__)))
            return None
        if step is None:
            showing.fresh = False
            if showing.final:
                self._end(showing, delivered=True)
        return step

    def _let_go(self, chosen: Chosen, step: Step, group: asyncio.TaskGroup, now: float) -> None:
        showing, queue = chosen.showing, chosen.queue
        self._queues.leave(showing)
        showing.flying = step
        queue.bucket = pacing.sent(queue.bucket, now)
        self._overall = self._overall.taken(now)
        group.create_task(self._carry(showing, step, queue, now))

    # -- writing -------------------------------------------------------------------------------------

    async def _carry(self, showing: Showing, step: Step, queue: Queue, sent_at: float) -> None:
        """One write from leaving to its outcome; never raises but for cancellation."""
        try:
            written = await writing.send(step, showing, self._pen)
        except ChatError as error:
            await self._refused(showing, step, queue, sent_at, error)
        else:
            await self._confirmed(showing, step, queue, sent_at, written)
        showing.flying, showing.needs = None, ""
        self.touched(showing)

    async def _confirmed(
        self, showing: Showing, step: Step, queue: Queue, sent_at: float, written: Written
    ) -> None:
        now = self._clock.now()
        queue.bucket = pacing.answered(queue.bucket, sent_at, now, written.allowance)
        self._queues.stir(queue)
        bucket = self._chat.bucket(showing.to, step.verb)
        self._notify(Wrote(turn=showing.turn, verb=step.verb, bucket=bucket))
        if showing.confirm(step, sent_at):
            self._typing.end(showing)
            self._notify(
                FirstWord(
                    turn=showing.turn,
                    since_event=now - showing.asked_at,
                    since_word=now - (showing.word_at or now),
                )
            )
        await writing.landed(step, written, sent_at, showing, self._pen)
        if showing.final and not showing.fresh:
            self._end(showing, delivered=True)

    async def _refused(
        self, showing: Showing, step: Step, queue: Queue, sent_at: float, error: ChatError
    ) -> None:
        now = self._clock.now()
        if isinstance(error, ChatBusy):
            queue.bucket = pacing.refused(queue.bucket, sent_at, now, error.retry_after)
        else:
            queue.bucket = pacing.answered(queue.bucket, sent_at, now, None)
        self._queues.stir(queue)
        showing.error = error
        if writing.failed(step, error, showing, self._pen):
            await self._elsewhere(showing, error, step)

    async def _elsewhere(self, showing: Showing, error: ChatError, step: Step | None = None) -> None:
        told = await writing.tell(showing, self._pen)
        if step is not None and step.page.files:
            await writing.explain(step, error, showing, self._pen, told=told)
        self._end(showing, delivered=False, told=told, error=error)

    def _end(
        self, showing: Showing, *, delivered: bool, told: bool = False, error: ChatError | None = None
    ) -> None:
        if showing.over.is_set():
            return
        now = self._clock.now()
        late = 0.0 if showing.finished_at is None else now - showing.finished_at
        showing.result = Shown(
            pages=showing.shown_pages(), late=late, delivered=delivered, told=told, error=error
        )
        showing.over.set()
        self._queues.leave(showing)
        self._typing.end(showing)
        self._live.pop(showing, None)
