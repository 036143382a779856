"""Cuts and pieces: where a growing text is cut for good, and what each message then shows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bridge.rules.markdown.blocks import read
from bridge.rules.markdown.display import ROOM, display
from bridge.rules.split.choice import Measure, best, capacity
from bridge.rules.split.seams import Seam, seam

SMALLEST = 40
"""The smallest limit that leaves room for words beside what a cut repeats."""

_AHEAD = 64
"""Code points read beyond a full piece, so that a marker at its edge is seen whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A decided cut of the source at offset `at`.

    The piece before it shows the source up to `end` and then `close`; the piece after it shows `reopen` and
    then the source from `start`. Everything is decided when the cut is, so neither side changes by growth.
    """

    end: int
    at: int
    start: int
    close: str = ""
    reopen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message: `text` is shown; it carries the source from `start` to `end` (exclusive)."""

    text: str
    start: int
    end: int


def split(text: str, limit: int, measure: Measure = len) -> tuple[Piece, ...]:
    """The pieces of a whole text, each balanced and within `limit`; at least one, if an empty one."""
    return pieces(text, grow((), text, limit, measure))


def pieces(text: str, cuts: tuple[Cut, ...]) -> tuple[Piece, ...]:
    """What `cuts` make of `text`. The last piece is not repaired for display: it may still grow."""
    first = _beginning(text)
    last = Cut(
        end=max(len(text.rstrip()), cuts[-1].start if cuts else first.start), at=len(text), start=len(text)
    )
    return tuple(
        Piece(text=one.reopen + text[one.start : other.end] + other.close, start=one.at, end=other.at)
        for one, other in pairwise((first, *cuts, last))
    )


def grow(
    cuts: tuple[Cut, ...], text: str, limit: int, measure: Measure = len, *, shown: int = 0
) -> tuple[Cut, ...]:
    """The cuts of a text that has grown: those it had, and new ones where it no longer fits.

    After it, the last piece fits `limit` both as it is and as `display` shows it. What stands before the offset
    `shown` has been seen in its piece already, and stays there wherever that is possible. The work is in
    proportion to the new text and one piece. Raises ValueError for a limit below `SMALLEST`.
    """
    if limit < SMALLEST:
        raise ValueError(f"a message needs room for at least {SMALLEST} characters, not {limit}")
    while True:
        last = cuts[-1] if cuts else _beginning(text)
        window = _overfull(last, text, limit, measure)
        cut = None if window is None else _cut(window, last, limit, measure, shown)
        if cut is None:
            return cuts
        cuts += (cut,)


def cut_here(
    cuts: tuple[Cut, ...], text: str, at: int, limit: int, measure: Measure = len
) -> tuple[Cut, ...] | None:
    """The cuts with one more, at `at` and nowhere else though the piece is not full; None where none can be made.

    On a line before its first word that is before the line, and at the end of one, after it.
    """
    at += len(text[at:]) - len(text[at:].lstrip("\n"))
    line = text.rfind("\n", 0, at) + 1
    at = at if text[line:at].strip() else line
    last = cuts[-1] if cuts else _beginning(text)
    base = len(last.reopen)
    shift = last.start - base
    document = read(last.reopen + text[last.start : at + _AHEAD])
    if not base < at - shift < len(document.text):
        return None
    found = seam(document, at - shift, lambda repair: measure(repair) <= limit // 2)
    if found is None or found.end <= base or measure(document.text[: found.end] + found.close) > limit:
        return None
    return (*cuts, _shifted(found, shift))


def _beginning(text: str) -> Cut:
    """Where the first piece begins: the first line with something on it."""
    start = len(text) - len(text.lstrip())
    return Cut(end=0, at=0, start=text.rfind("\n", 0, start) + 1)


def _overfull(last: Cut, text: str, limit: int, measure: Measure) -> str | None:
    """The open piece and a little of what follows, if it is more than one piece; else None."""
    size = limit + _AHEAD
    while True:
        window = last.reopen + text[last.start : last.start + size]
        if measure(shown := window.rstrip()) > limit:
            return _narrowed(window, limit, measure)
        if last.start + size >= len(text):
            break
        size *= 2
    size = measure(shown)
    plain = size <= len(shown)  # what closing adds is then all that is added
    closable = (plain and size + ROOM <= limit) or measure(display(shown)) <= limit
    return None if closable else shown


def _narrowed(window: str, limit: int, measure: Measure) -> str:
    """As much as one piece can hold and a little more, up to a word."""
    stop = min(capacity(window, limit, measure) + _AHEAD, len(window))
    while stop < len(window) and window[stop - 1].isspace():
        stop += 1
    return window[:stop]


def _cut(window: str, last: Cut, limit: int, measure: Measure, shown: int) -> Cut | None:
    """The best cut of an overfull piece, in the source's offsets."""
    base = len(last.reopen)
    shift = last.start - base
    found = best(read(window), base, limit, measure, floor=shown - shift)
    if found is None:
        return None
    return _shifted(found, shift)


def _shifted(found: Seam, shift: int) -> Cut:
    return Cut(
        end=found.end + shift,
        at=found.at + shift,
        start=found.start + shift,
        close=found.close,
        reopen=found.reopen,
    )
