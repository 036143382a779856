"""A person's own page, as the house fills it and a platform draws it."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.values.ids import ModelId
from bridge.values.inbound import Choice
from bridge.values.points import Points, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAnswer:
    """One of a person's last answers."""

    question: str  # its beginning, one line
    model: ModelId
    points: Points | None  # None: not known yet
    at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """`standings`: what pays for the person, the tightest first. Choices are what may be chosen, the chosen one's value beside them."""

    standings: tuple[Standing, ...] = ()
    answers: tuple[PastAnswer, ...] = ()  # newest first
    models: tuple[Choice, ...] = ()
    model: str = ""
    presets: tuple[Choice, ...] = ()
    preset: str = ""
    admin: bool = False  # whether commands that need an admin are offered
