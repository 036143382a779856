"""How figures are told: a table for people, an object for programs."""

from __future__ import annotations

import os
import platform
import textwrap
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from bench.figures import Case, Figure

COLUMNS = "{:<42}{:>12} {:<9}{:>12}{:>9}{:>6}  {}"
SAID = {True: "", False: "MISSED", None: ""}


def environment() -> str:
    """One line about where the numbers were taken."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    made_with = ", ".join(
        f"{name} {version(name)}" for name in ("httpx", "openai", "discord.py", "SQLAlchemy")
    )
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}; {made_with}"


def header() -> str:
    return COLUMNS.format("case", "value", "unit", "reference", "ratio", "runs", "expected")


def table(case: Case) -> str:
    """The lines of one case, and under them how they were measured."""
    lines = [_line(figure) for figure in case.figures]
    method = textwrap.fill(
        " ".join(case.method.split()), 118, initial_indent="    ", subsequent_indent="    "
    )
    return "\n".join([*lines, method])


def results(figures: Sequence[Figure]) -> dict[str, dict[str, Any]]:
    """One object for each figure, by its name. `ratio` is value / reference."""
    return {
        each.name: {
            "value": _rounded(each.value),
            "unit": each.unit,
            "reference": _rounded(each.reference),
            "ratio": _rounded(each.ratio),
            "runs": each.runs,
        }
        for each in figures
    }


def _line(figure: Figure) -> str:
    expected = " ".join(filter(None, [figure.expected, SAID[figure.met()]]))
    return COLUMNS.format(
        figure.name,
        _shown(figure.value),
        figure.unit,
        _shown(figure.reference),
        _shown(figure.ratio),
        figure.runs,
        expected,
    ).rstrip()


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
