"""One answer on its way to its reader: the newest draft, the messages that stand, and the one next step between them.

Nothing here waits for a platform, and nothing decides when a step is taken.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Protocol

from bridge.rules import pages as rules
from bridge.rules.pages import Sheet
from bridge.rules.schedule import Job, Kind
from bridge.rules.split import Cut, Measure
from bridge.turn.show.standing import (
    APPEND,
    BEGIN,
    EDIT,
    END,
    POST,
    Standing,
    Step,
    Stream,
    begun,
    ended,
    grown,
    whole,
)
from bridge.values.capabilities import Capabilities
from bridge.values.draft import Draft, Page
from bridge.values.errors import ChatError
from bridge.values.ids import BucketId, TurnId
from bridge.values.inbound import Destination
from bridge.values.turn import ShownPage

QUIET = 1.0
"""Seconds before a line of ours (the place in a queue, a step) is worth a message of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How an answer came to stand. `delivered`: every page is confirmed; if not, `error` says why."""

    pages: tuple[ShownPage, ...]
    late: float  # seconds from the final draft to the last page's confirmation, or to giving up
    delivered: bool
    told: bool = False  # not as pages, but told to the person another way
    error: ChatError | None = None


class Owner(Protocol):
    """What an answer asks of the delivery it belongs to."""

    def now(self) -> float: ...

    def touched(self, showing: Showing) -> None:
        """There is something new to show."""

    async def ended(self, showing: Showing) -> Shown:
        """Wait for the end, within the patience of the house."""

    def dropped(self, showing: Showing) -> None: ...


@dataclass(slots=True, eq=False)
class Showing:
    """One answer. `update` and `finish` are for its writer, all else for the delivery."""

    to: Destination
    turn: TurnId
    owner: Owner
    opened_at: float
    asked_at: float
    draft: Draft
    standing: list[Standing] = field(default_factory=list)
    before: int | None = None  # messages that stood before the final was laid out: files need later ones
    cuts: tuple[Cut, ...] = ()
    shown: int = 0  # characters of the draft's text that stand
    perhaps: int = 0  # as many may stand, for all we know
    word_at: float | None = None  # when the first word came
    since: float = 0.0  # when the first unseen thing came
    fresh: bool = False  # something may be unseen
    flying: Step | None = None
    unsure: Step | None = None  # a post or a begin nobody knows the outcome of; repeated as it was
    unsure_since: float = 0.0
    muted: bool = False  # the platform takes no progress; the final is tried all the same
    ready_at: float = 0.0  # not before: a write failed
    failures: int = 0
    error: ChatError | None = None  # the last one
    finished_at: float | None = None
    filed: BucketId | None = None
    verb: str = ""  # what it is filed for, or was last
    needs: str = ""  # the verb of its next write, where that is known
    plain: bool = False  # its pages grow by edits alone
    over: asyncio.Event = field(default_factory=asyncio.Event)
    result: Shown | None = None
    unremembered: list[ShownPage] = field(default_factory=list)

    # -- for the writer of the answer ----------------------------------------------------------------

    def update(self, draft: Draft) -> None:
        """Show this draft as soon as it may be; a newer one takes its place. Returns at once."""
        if self.finished_at is None and not self.over.is_set():
            self._take(draft)

    async def finish(self, draft: Draft) -> Shown:
        """Show the final draft. Returns when all of it stands, or when that is certainly or after long patience impossible."""
        if self.finished_at is None and not self.over.is_set():
            self.finished_at = self.owner.now()
            self.ready_at = min(self.ready_at, self.finished_at)
            self._take(draft)
        return await self.owner.ended(self)

    def drop(self) -> None:
        """Leave everything as it stands; nothing more is written."""
        self.owner.dropped(self)

    # -- for the delivery ----------------------------------------------------------------------------

    @property
    def final(self) -> bool:
        return self.finished_at is not None

    @property
    def kind(self) -> Kind:
        if self.final:
            return Kind.FINAL
        # Whatever comes first is a first post: the place in a queue may not wait behind answers that have long been growing.
        first = not self.standing or (self.draft.text and not self.shown)
        # Nothing is seen of an answer whose page is full until that is ended, and every open stream has room for its end.
        return Kind.FIRST if first or self.wants == END else Kind.PROGRESS

    @property
    def idle(self) -> bool:
        """Nothing to write now."""
        return (
            not self.fresh or self.flying is not None or self.over.is_set() or (self.muted and not self.final)
        )

    @property
    def ready(self) -> float:
        """Not to be written before this moment."""
        quiet = not self.standing and not self.draft.text and not self.final
        return max(self.ready_at, self.opened_at + QUIET) if quiet else self.ready_at

    def job(self) -> Job[Showing]:
        """What it asks of the schedule."""
        unseen = len(self.draft.text) - self.shown
        return Job(key=self, kind=self.kind, unseen=unseen, since=self.since, ready=self.ready)

    @property
    def seen(self) -> int:
        """Characters that stay where they are: somebody may have read them there."""
        return max(self.shown, self.perhaps)

    @property
    def stream(self) -> Stream | None:
        """The one that is open: every page but the last is ended before the next one begins."""
        return self.standing[-1].stream if self.standing else None

    @property
    def streaming(self) -> bool:
        """Whether a message of it grows piece by piece, as far as we know."""
        opening = BEGIN in {step.verb for step in (self.flying, self.unsure) if step}
        return opening or self.stream is not None

    @property
    def closes(self) -> str:
        """The verb of its last write, as things stand."""
        return END if self.streaming else EDIT

    @property
    def wants(self) -> str:
        """The verb of its next write, as far as can be told without laying it out; "begin" may be a "post" as well."""
        if self.unsure:
            return self.unsure.verb
        if self.needs:
            return self.needs
        if not self.standing:
            return POST if self.final or self.plain else BEGIN
        if self.stream is None:
            return EDIT
        return END if self.final or self.stream.old or self.stream.doubt else APPEND

    def next_step(self, capabilities: Capabilities, measure: Measure, max_pages: int) -> Step | None:
        """The first page, in reading order, that does not stand as it should; None when all do.

        A new page that will grow is begun where the answer is filed for that, and posted where it is not.
        """
        if self.unsure:
            return self.unsure
        if self.final and self.before is None:
            self.before = len(self.standing)
        self.cuts = rules.cut(
            self.cuts,
            self.draft,
            capabilities,
            self.seen,
            closed=self._closed(),
            full=self._full(),
            measure=measure,
        )
        streamed = self._streamed()
        sheets = rules.pages(
            self.draft,
            self.cuts,
            capabilities,
            max_pages,
            standing=len(self.standing) if self.before is None else self.before,
            shown=self.seen,
            streamed=streamed,
            measure=measure,
        )
        steps = self._steps(self._with_leftovers(sheets, capabilities), streamed)
        return replace(steps[0], more=steps[0].amiss or len(steps) > 1) if steps else None

    def shown_pages(self) -> tuple[ShownPage, ...]:
        return tuple(
            ShownPage(turn=self.turn, number=number, ref=each.ref, to=each.to)
            for number, each in enumerate(self.standing)
        )

    def confirm(self, step: Step, left_at: float) -> bool:
        """A step's page, which left at `left_at`, stands. True when it shows the first words of the answer."""
        first = not self.shown and step.end > 0
        self.shown = max(self.shown, step.end)
        self.failures = 0
        if not step.more:
            self.since = left_at  # what is unseen now came later
        overdue = step.verb == APPEND and self.stream is not None and self.stream.old
        if step.draft is self.draft and not step.more and not overdue:
            self.fresh = False
        return first

    def _closed(self) -> bool:
        """The page that grew stands as it can stay: complete up to what is shown, and without a button."""
        last = self._last()
        if last is None or last.stream or last.gone or last.page is None:
            return False
        return not last.page.buttons

    def _full(self) -> int | None:
        """How much of the draft the page that grew takes at most: its stream is too old, or was and is ended. A final ends it anyway."""
        last = None if self.final else self._last()
        if last and last.stream and last.stream.old:
            return rules.stop(self.draft, self.seen)
        return self.seen if last and last.full else None

    def _last(self) -> Standing | None:
        """The page that grew last, where no cut has ended it yet."""
        return self.standing[-1] if len(self.standing) == len(self.cuts) + 1 else None

    def _streamed(self) -> bool:
        """Whether the page that grows now does so piece by piece."""
        number = len(self.cuts)
        if self.final:
            return False
        if number < len(self.standing):
            return self.standing[number].stream is not None
        return self.verb == BEGIN or not (self.plain or self.verb == POST)

    def _take(self, draft: Draft) -> None:
        now = self.owner.now()
        if draft.text and self.word_at is None:
            self.word_at = now
        if not self.fresh:
            self.fresh, self.since = True, now
        self.draft = draft
        if self.final:
            self.needs = ""
        self.owner.touched(self)

    def _with_leftovers(self, sheets: tuple[Sheet, ...], capabilities: Capabilities) -> list[Sheet]:
        """A message of an earlier process that the final text no longer needs must not look unfinished."""
        spare = len(self.standing) - len(sheets) if self.final else 0
        filler = Page(text=capabilities.subtext + rules.ABOVE)
        return [*sheets, *[Sheet(page=filler, end=len(self.draft.text))] * spare]

    def _steps(self, sheets: list[Sheet], streamed: bool) -> list[Step]:
        return [step for number, sheet in enumerate(sheets) if (step := self._step(number, sheet, streamed))]

    def _step(self, number: int, sheet: Sheet, streamed: bool) -> Step | None:
        standing = self.standing[number] if number < len(self.standing) else None
        told = {id_ for each in self.standing[:number] for id_ in each.steps}
        grows = streamed and number == len(self.cuts)
        if standing and standing.stream:
            if not grows or standing.stream.doubt:
                return ended(number, sheet, self.draft, standing, told)
            if standing.stream.old:
                sheet = rules.closed(self.draft, self.cuts, rules.stop(self.draft, self.seen))
                return ended(number, sheet, self.draft, standing, told)
            return grown(number, sheet, self.draft, standing, told)
        if grows and not standing:
            return begun(number, sheet, self.draft, told)
        return whole(number, sheet, self.draft, standing)
