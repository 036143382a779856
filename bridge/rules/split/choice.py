"""The choice of one cut: the best of the places whose seam fits into the piece.

What places there are and what they cost is in `places`, what a cut repairs in `seams`; here they meet the
limit. Nothing is remembered from one choice to the next.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from bridge.rules.markdown.document import Document
from bridge.rules.split.graphemes import joined
from bridge.rules.split.places import atoms, places
from bridge.rules.split.seams import Seam, bare, seam

Measure = Callable[[str], int]

_GOOD = 0.2
"""Below this worth a cut inside a long word is better than a nearly empty piece."""


def capacity(text: str, limit: int, measure: Measure) -> int:
    """How many code points of `text` one piece can hold."""
    return bisect_right(range(len(text) + 1), limit, key=lambda size: measure(text[:size])) - 1


def best(document: Document, base: int, limit: int, measure: Measure, *, floor: int = 0) -> Seam | None:
    """The best cut after `base`, and not before `floor` if there is one; None if nothing can be cut."""

    def small(repair: str) -> bool:
        return measure(repair) <= limit // 2

    def fitting(offsets: Iterable[int]) -> Seam | None:
        for at in offsets:
            one = seam(document, at, small)
            if one and base < one.end and measure(document.text[: one.end] + one.close) <= limit:
                return one
        return None

    text, full = document.text, capacity(document.text, limit, measure)
    kept = atoms(document, base, limit)
    every = places(document, base, full)
    ranked = [(worth, at) for worth, at in every if not _within(kept, at)]
    inside = [at for at in range(len(text) - 1, base, -1) if not joined(text, at)]
    return (
        (fitting(_from(floor, [*ranked, *every], inside)) if floor > base else None)
        or fitting(at for worth, at in ranked if worth >= _GOOD)
        or fitting(at for at in inside if at > full // 2 and not _within(kept, at))
        or fitting(at for worth, at in ranked if worth < _GOOD)
        or fitting(inside)
        or _anywhere(document, base, limit, measure)
    )


def _within(kept: list[tuple[int, int]], at: int) -> bool:
    return any(start < at < stop for start, stop in kept)


def _from(floor: int, ranked: list[tuple[float, int]], inside: list[int]) -> Iterator[int]:
    """The places that leave what was seen where it was seen, the best first."""
    yield from (at for _, at in ranked if at >= floor)
    yield from (at for at in inside if at >= floor)


def _anywhere(document: Document, base: int, limit: int, measure: Measure) -> Seam | None:
    """Where nothing can be kept whole (one endless character) the piece is filled, with one code point at least."""
    last = len(document.text) - 1
    fitting = (at for at in range(last, base, -1) if measure(document.text[:at]) <= limit)
    at = next(fitting, min(base + 1, last))
    return bare(document, at) if at > base else None
