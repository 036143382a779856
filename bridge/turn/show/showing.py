"""One answer on its way to its reader: the newest draft, the messages that stand, and the one next step between them.

Nothing here waits for a platform, and nothing decides when a step is taken.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Protocol

from bridge.ports import Chat
from bridge.rules import pages as rules
from bridge.rules.pages import Sheet
from bridge.rules.schedule import Job, Kind
from bridge.rules.split import Cut
from bridge.values.capabilities import Capabilities
from bridge.values.draft import Draft, Page
from bridge.values.errors import ChatError
from bridge.values.ids import BucketId, TurnId
from bridge.values.inbound import Destination, MessageRef
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


@dataclass(slots=True)
class Standing:
    """A message of this answer. `page` None: what it says now is not known."""

    ref: MessageRef
    to: Destination
    page: Page | None = None
    end: int = 0
    gone: bool = False
    renewed: bool = False  # it replaces one that was deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One write: a "post" or an "edit" of page `number`. Once it is confirmed, `end` characters of the draft stand."""

    verb: str
    number: int
    page: Page
    end: int
    draft: Draft
    more: bool = False  # others follow for the same draft
    renew: bool = False  # post anew what was deleted


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
    word_at: float | None = None  # when the first word came
    since: float = 0.0  # when the first unseen thing came
    fresh: bool = False  # something may be unseen
    flying: Step | None = None
    unsure: Step | None = None  # a post nobody knows the outcome of; repeated as it was
    unsure_since: float = 0.0
    muted: bool = False  # the platform takes no progress; the final is tried all the same
    ready_at: float = 0.0  # not before: a write failed
    failures: int = 0
    error: ChatError | None = None  # the last one
    finished_at: float | None = None
    filed: BucketId | None = None
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
        return Kind.FIRST if first else Kind.PROGRESS

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

    def next_step(self, chat: Chat, max_pages: int) -> Step | None:
        """The first page, in reading order, that does not stand as it should; None when all do."""
        if self.unsure:
            return self.unsure
        if self.final and self.before is None:
            self.before = len(self.standing)
        capabilities = chat.capabilities
        self.cuts = rules.cut(
            self.cuts, self.draft, capabilities, self.shown, closed=self._closed(), measure=chat.measure
        )
        sheets = rules.pages(
            self.draft,
            self.cuts,
            capabilities,
            max_pages,
            standing=len(self.standing) if self.before is None else self.before,
            shown=self.shown,
            measure=chat.measure,
        )
        steps = self._steps(self._with_leftovers(sheets, capabilities))
        return replace(steps[0], more=len(steps) > 1) if steps else None

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
        if step.draft is self.draft and not step.more:
            self.fresh = False
        return first

    def _closed(self) -> bool:
        """The page that grew stands as it can stay: complete up to what is shown, and without a button."""
        last = self.standing[-1] if len(self.standing) == len(self.cuts) + 1 else None
        return last is not None and last.page is not None and not last.page.buttons and not last.gone

    def _take(self, draft: Draft) -> None:
        now = self.owner.now()
        if draft.text and self.word_at is None:
            self.word_at = now
        if not self.fresh:
            self.fresh, self.since = True, now
        self.draft = draft
        self.owner.touched(self)

    def _with_leftovers(self, sheets: tuple[Sheet, ...], capabilities: Capabilities) -> list[Sheet]:
        """A message of an earlier process that the final text no longer needs must not look unfinished."""
        spare = len(self.standing) - len(sheets) if self.final else 0
        filler = Page(text=capabilities.subtext + rules.ABOVE)
        return [*sheets, *[Sheet(page=filler, end=len(self.draft.text))] * spare]

    def _steps(self, sheets: list[Sheet]) -> list[Step]:
        return [step for number, sheet in enumerate(sheets) if (step := self._step(number, sheet))]

    def _step(self, number: int, sheet: Sheet) -> Step | None:
        verb, renew = "post", False
        if number < len(self.standing):
            standing = self.standing[number]
            if standing.gone and (standing.renewed or not self.final):
                return None
            if standing.page and (standing.page.text, standing.page.buttons) == (
                sheet.page.text,
                sheet.page.buttons,
            ):
                return None
            verb, renew = ("post", True) if standing.gone else ("edit", False)
        return Step(verb=verb, number=number, page=sheet.page, end=sheet.end, draft=self.draft, renew=renew)
