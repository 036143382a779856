"""What a reader saw of an answer, and when: from what the model said and what stood on the platform to figures. Pure.

Only letters and digits are counted: markup is the platform's, footers and buttons are the bot's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SUBTEXT = "-# "

Steps = Sequence[tuple[float, int]]
"""(when, how many characters from then on), in order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answer. Times are seconds of one clock; `shared` is how many answers ran in its channel at once."""

    channel: str
    shared: int
    arrived: tuple[tuple[float, int], ...]
    visible: tuple[tuple[float, int], ...]
    written: float  # when the last write of all took effect

    @property
    def began(self) -> float:
        return self.arrived[0][0]

    @property
    def ended(self) -> float:
        return self.arrived[-1][0]

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def characters(self) -> int:
        return self.arrived[-1][1]

    @property
    def first_visible(self) -> float:
        """From the model's first word to the first one that can be read; to the last write where none ever could."""
        word = next(at for at, count in self.arrived if count)
        return next((at for at, count in self.visible if count), self.written) - word

    @property
    def final_late(self) -> float:
        return self.written - self.ended

    @property
    def lost(self) -> int:
        return self.characters - (self.visible[-1][1] if self.visible else 0)

    @property
    def stale(self) -> float:
        return staleness(self.arrived, self.visible)


def letters(text: str) -> str:
    """What is counted of a text."""
    lines = (line for line in text.split("\n") if not line.startswith(SUBTEXT))
    return "".join(sign for line in lines for sign in line if sign.isalnum())


def followed(answer: str, shown: str) -> int:
    """How far the shown letters tell the answer's, in order; what stands between (a language named again, a mark) is passed over."""
    at = 0
    for sign in shown:
        if at < len(answer) and answer[at] == sign:
            at += 1
    return at


def arrivals(text: str, ended: float, pace: float, size: int) -> tuple[tuple[float, int], ...]:
    """A text that came in pieces of `size` characters, one every `pace` seconds, the last one at `ended`."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    begun = ended - pace * len(pieces)
    found, count = [(begun, 0)], 0
    for number, piece in enumerate(pieces, 1):
        count += len(letters_of(piece))
        found.append((begun + pace * number, count))
    return tuple(found)


def letters_of(piece: str) -> str:
    """Letters of a part of a text; its lines are not whole, so none is taken for a footer."""
    return "".join(sign for sign in piece if sign.isalnum())


def staleness(arrived: Steps, visible: Steps) -> float:
    """Characters that have arrived and are not visible yet, integrated over time, until the later of both ends."""
    have, see = dict(arrived), dict(visible)
    moments = sorted({*have, *see})
    total, came, read = 0.0, 0, 0
    for now, then in pairwise(moments):
        came, read = have.get(now, came), see.get(now, read)
        total += max(0, came - read) * (then - now)
    return total
