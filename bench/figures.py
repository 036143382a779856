"""What a measurement comes to: figures, and the arithmetic to get there. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number. `reference` is the same number of the program it is compared with, None where there is none.

    `expected` is what is hoped for, as "< 50" or ">= 4 ratio"; it decides nothing but a word in the table.
    """

    name: str
    value: float
    unit: str
    runs: int
    reference: float | None = None
    expected: str = ""

    @property
    def ratio(self) -> float | None:
        """The value divided by the reference; None without one, or where that is 0."""
        return self.value / self.reference if self.reference else None

    def met(self) -> bool | None:
        """Whether the expectation was met; None where there is none to judge."""
        found = re.fullmatch(r"(<=|>=|<|>|=) ([0-9.]+)( ratio)?", self.expected)
        measured = self.ratio if found and found[3] else self.value
        if found is None or measured is None:
            return None
        bound = float(found[2])
        return {
            "<": measured < bound,
            ">": measured > bound,
            "<=": measured <= bound,
            ">=": measured >= bound,
            "=": measured == bound,
        }[found[1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Figures that are measured together, and one line on how."""

    method: str
    figures: tuple[Figure, ...]


def median(values: Sequence[float]) -> float:
    """The middle one; of an even number, the mean of the two in the middle. Raises ValueError for none."""
    if not values:
        raise ValueError("the median of nothing")
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed (nearest rank). Raises ValueError for none."""
    if not values:
        raise ValueError("a percentile of nothing")
    rank = math.ceil(percent / 100 * len(values))
    return sorted(values)[max(rank, 1) - 1]
