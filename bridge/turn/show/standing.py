"""What stands of an answer, and the one write that brings a page nearer to what it should be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from bridge.rules import status, streaming
from bridge.rules.pages import Sheet
from bridge.values.draft import Draft, Page, Piece, StepShown
from bridge.values.inbound import Destination, MessageRef

POST, EDIT, BEGIN, APPEND, END = "post", "edit", "begin", "append", "end"
OPENING = (POST, BEGIN)
"""What makes a new message."""


@dataclass(slots=True)
class Stream:
    """What a message that grows piece by piece says for certain. `doubt`: a piece may have come or not, so that no other may follow."""

    begun: float
    sent: str
    old: bool = False  # its time is over
    doubt: bool = False


@dataclass(slots=True)
class Standing:
    """A message of this answer. `page` None: what it says now is not known, or is to be put right."""

    ref: MessageRef
    to: Destination
    page: Page | None = None
    gone: bool = False
    renewed: bool = False  # it replaces one that was deleted
    stream: Stream | None = None  # it grows piece by piece, until it is ended
    full: bool = False  # its stream grew old: what comes next begins a new page
    steps: dict[str, StepShown] = field(default_factory=dict)  # told in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One write of page `number`: a whole page ("post", "edit") or a piece of it ("begin", "append", "end").

    Once it is confirmed, `end` characters of the draft stand.
    """

    verb: str
    number: int
    page: Page
    end: int
    draft: Draft
    piece: Piece = Piece()  # noqa: RUF009  # frozen
    more: bool = False  # others follow for the same draft
    renew: bool = False  # post anew what was deleted
    amiss: bool = False  # it ends a page that then still has to be put right


def whole(number: int, sheet: Sheet, draft: Draft, standing: Standing | None) -> Step | None:
    """The write of a page as a whole; None where it stands as it should, or was deleted while nobody needs it."""
    verb, renew = POST, False
    if standing:
        if standing.gone and (standing.renewed or not draft.state.final):
            return None
        page = standing.page
        if page and (page.text, page.buttons) == (sheet.page.text, sheet.page.buttons):
            return None
        verb, renew = (POST, True) if standing.gone else (EDIT, False)
    return Step(verb=verb, number=number, page=sheet.page, end=sheet.end, draft=draft, renew=renew)


def begun(number: int, sheet: Sheet, draft: Draft, told: Collection[str]) -> Step | None:
    """The first piece of a page that will grow; None while it would say nothing. `told`: steps named on pages before."""
    steps = status.news(status.steps(draft, something=False), {}, told)
    if not sheet.page.text and all(step.done for step in steps):
        return None
    piece = Piece(text=sheet.page.text, steps=steps)
    return Step(verb=BEGIN, number=number, page=sheet.page, end=sheet.end, draft=draft, piece=piece)


def grown(number: int, sheet: Sheet, draft: Draft, standing: Standing, told: Collection[str]) -> Step | None:
    """The next piece of a page that goes on growing; None where there is none."""
    stream = standing.stream
    assert stream is not None
    text = streaming.rest(stream.sent, sheet.page.text)
    if text is None:
        return ended(number, sheet, draft, standing, told)
    steps = status.news(status.steps(draft, something=True), standing.steps, told)
    if not text and not steps:
        return None
    piece = Piece(text=text, steps=steps)
    return Step(verb=APPEND, number=number, page=sheet.page, end=sheet.end, draft=draft, piece=piece)


def ended(number: int, sheet: Sheet, draft: Draft, standing: Standing, told: Collection[str]) -> Step:
    """The last piece of a page. Where no piece makes it what it should be, or it is not known what the last one made it, just an end."""
    stream = standing.stream
    assert stream is not None
    text = streaming.rest(stream.sent, sheet.page.text) if sheet.page.text else None
    wanted = status.finished(draft.steps) if draft.state.final else ()
    piece = Piece(text=text or "", steps=status.news(wanted, standing.steps, told))
    step = Step(verb=END, number=number, page=sheet.page, end=sheet.end, draft=draft, piece=piece)
    if text is not None and not stream.doubt:
        return step
    piece = Piece() if stream.doubt else piece
    return replace(step, piece=piece, page=Page(text=stream.sent), end=0, amiss=True, more=True)
