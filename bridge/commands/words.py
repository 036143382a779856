"""How commands say things: names, bars, prices and how often a budget renews. Pure; sentences about one budget are in `rules/budget`."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.rules import budget
from bridge.rules.names import escaped
from bridge.values.errors import NoPrice
from bridge.values.models import ModelCard
from bridge.values.points import Period, PeriodKind, Points, Standing, Usage
from bridge.values.settings import Settings

TYPICAL = Usage(input=500, output=300)
"""An ordinary question and an ordinary answer, in tokens: about a page read and 200 words written."""

_PER = {
    PeriodKind.DAY: " a day",
    PeriodKind.WEEK: " a week",
    PeriodKind.MONTH: " a month",
    PeriodKind.NEVER: "",
}
_CELLS = 10


def named(id_: str, names: Mapping[str, str]) -> str:
    """The readable name of an id, unable to do anything but be read."""
    return escaped(names.get(id_, id_))


def someone(id_: str, names: Mapping[str, str], mention: str) -> str:
    """A person nobody named in the command: as the platform names them, by a mention that pings nobody."""
    return named(id_, names) if id_ in names else mention.format(id_)


def per(period: Period) -> str:
    """Behind a number of points: " a day"; "" for a budget that never renews."""
    return _PER[period.kind]


def bar(standing: Standing) -> str:
    """Ten cells: what is spent, what is set aside, what is left."""
    whole = standing.budget.limit + standing.granted
    if whole <= 0:
        return "▰" * _CELLS
    spent = min(_CELLS, -(-standing.spent * _CELLS // whole)) if standing.spent > 0 else 0
    held = min(_CELLS - spent, -(-standing.held * _CELLS // whole)) if standing.held > 0 else 0
    return "▰" * spent + "▨" * held + "▱" * (_CELLS - spent - held)


def typical(card: ModelCard, settings: Settings, rate: float) -> Points | None:
    """What an ordinary answer of this model costs; None where nobody knows."""
    try:
        return max(1, budget.charge(TYPICAL, card.price, rate, settings.flat_prices.get(card.id)))
    except NoPrice:
        return None


def priced(card: ModelCard, settings: Settings, rate: float) -> str:
    """ "~45 points an answer" """
    cost = typical(card, settings, rate)
    return "price unknown" if cost is None else f"~{budget.in_words(cost)} an answer"
