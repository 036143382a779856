"""Which budgets a turn is charged to, how much answer they afford, what a call cost, and the sentences that say so.

That two turns cannot take the same points is the store's matter; when a period begins is `rules/periods`'.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TypeGuard

from bridge.rules import periods
from bridge.values.errors import BudgetFrozen, BudgetSpent, NoPrice, Refused
from bridge.values.ids import WorkspaceId
from bridge.values.points import (
    MOST_POINTS,
    NO_WORKSPACE,
    Budget,
    Leg,
    Payer,
    PeriodKind,
    Points,
    Price,
    Scope,
    ScopeKind,
    Share,
    Standing,
    Usage,
)

MARGIN = Decimal("1.10")
"""Holds are this much above the catalogue's price: it is rounded to two digits, and points per dollar are a measured average."""

_NAMES = {
    (ScopeKind.PERSON, Share.EACH): "your{} budget",
    (ScopeKind.PERSON, Share.POOL): "your{} budget",
    (ScopeKind.ROLE, Share.EACH): "your role's{} budget",
    (ScopeKind.ROLE, Share.POOL): "your role's shared{} budget",
    (ScopeKind.CHANNEL, Share.EACH): "your{} budget in this channel",
    (ScopeKind.CHANNEL, Share.POOL): "this channel's{} budget",
    (ScopeKind.WORKSPACE, Share.EACH): "your{} budget on this server",
    (ScopeKind.WORKSPACE, Share.POOL): "this server's{} budget",
    (ScopeKind.HOUSE, Share.EACH): "your{} budget",
    (ScopeKind.HOUSE, Share.POOL): "the whole bridge's{} budget",
    (ScopeKind.KEY, Share.EACH): "your{} budget",
    (ScopeKind.KEY, Share.POOL): "the{} budget of this bridge's Poe key",
}
_FROZEN = {
    ScopeKind.PERSON: "for you",
    ScopeKind.ROLE: "for your role",
    ScopeKind.CHANNEL: "in this channel",
    ScopeKind.WORKSPACE: "on this server",
    ScopeKind.HOUSE: "for the whole bridge",
    ScopeKind.KEY: "with this bridge's Poe key",
}
_OFTEN = {
    PeriodKind.DAY: " daily",
    PeriodKind.WEEK: " weekly",
    PeriodKind.MONTH: " monthly",
    PeriodKind.NEVER: "",
}
_DAYS = {PeriodKind.DAY: 1, PeriodKind.WEEK: 7, PeriodKind.MONTH: 30, PeriodKind.NEVER: 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one call may need. A published price counts; `flat` fills in where the catalogue says nothing.

    `input_tokens` of a chained call counts what its chain already holds.
    """

    input_tokens: int
    output_tokens: int  # wanted at most
    floor_tokens: int  # an answer shorter than this is not worth starting
    price: Price | None
    points_per_usd: float
    flat: Points | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Afforded:
    max_output_tokens: int
    points: Points  # to hold


def scopes(payer: Payer) -> tuple[Scope, ...]:
    """Every scope the payer stands in, most specific first. A rule made for this server comes before one made for everywhere."""
    here = payer.workspace
    return tuple(
        dict.fromkeys(
            (
                *_here_and_everywhere(ScopeKind.PERSON, payer.person, here),
                *(
                    scope
                    for role in payer.roles
                    for scope in _here_and_everywhere(ScopeKind.ROLE, role, here)
                ),
                *_here_and_everywhere(ScopeKind.CHANNEL, payer.channel, here),
                Scope(kind=ScopeKind.WORKSPACE, id=here, workspace=here),
                Scope(kind=ScopeKind.HOUSE),
                Scope(kind=ScopeKind.KEY, id=payer.key),
            )
        )
    )


def _here_and_everywhere(kind: ScopeKind, id_: str, here: WorkspaceId) -> tuple[Scope, Scope]:
    return Scope(kind=kind, id=id_, workspace=here), Scope(kind=kind, id=id_)


def legs(budgets: Sequence[Budget], payer: Payer, now: float) -> tuple[tuple[Budget, Leg], ...]:
    """The accounts a turn takes from: the one most specific allotment, then every pool, most specific first.

    In a direct message there is no server, so whoever may spend little on one could spend the house's allotment here instead. Therefore
    the rules that servers made for this very person count there too: the one that allows least a day, if that is less than the allotment
    they have there anyway, stands before it, and both pay. So no server's admin makes anybody's allotment larger than the house does,
    neither by a rule nor by a grant. A rule made for direct messages themselves is stronger than any server's.
    """
    rank = {scope: place for place, scope in enumerate(scopes(payer))}
    mine = sorted((b for b in budgets if b.scope in rank), key=lambda b: rank[b.scope])
    allotments = [b for b in mine if b.share is Share.EACH][:1]
    if payer.direct:
        allotments = [*_tighter(budgets, payer, allotments), *allotments]
    pools = [b for b in mine if b.share is Share.POOL]
    return tuple((b, _leg(b, payer, now)) for b in (*allotments, *pools))


def _tighter(budgets: Sequence[Budget], payer: Payer, allotments: Sequence[Budget]) -> list[Budget]:
    """The tightest rule that another server made for this person, if it allows less a day than their allotment here."""
    here = (NO_WORKSPACE, payer.workspace)
    if any(b.scope.kind is ScopeKind.PERSON and b.scope.workspace == payer.workspace for b in allotments):
        return []
    servers = (b for b in budgets if b.scope.kind is ScopeKind.PERSON and b.scope.workspace not in here)
    own = [b for b in servers if b.scope.id == payer.person]
    tightest = sorted(own, key=lambda b: (_a_day(b), b.scope.workspace))[:1]
    return [b for b in tightest if all(_a_day(b) < _a_day(other) for other in allotments)]


def _a_day(budget: Budget) -> Decimal:
    """What a rule allows a day, to compare rules of different periods; one that never renews is taken for a year's."""
    return Decimal(budget.limit) / _DAYS[budget.period.kind]


def _leg(budget: Budget, payer: Payer, now: float) -> Leg:
    holder = payer.person if budget.share is Share.EACH else ""
    return Leg(budget=budget.id, holder=holder, span=periods.span(budget.period, now))


def afford(quote: Quote, standings: Sequence[Standing]) -> Afforded:
    """How long an answer every budget affords, and what to hold for it: never less than the call can cost.

    Raises NoPrice; BudgetFrozen, BudgetSpent with a sentence that names the budget.
    """
    _refuse_frozen(standings)
    lengths = range(min(quote.floor_tokens, quote.output_tokens), quote.output_tokens + 1)
    tightest = min(standings, key=lambda standing: standing.left, default=None)
    affordable = len(lengths)
    if tightest is not None:
        left = min(tightest.left, MOST_POINTS)
        affordable = bisect_right(lengths, left, key=lambda length: _ceiling(quote, length))
        if affordable == 0:
            raise BudgetSpent(_too_dear(tightest, _ceiling(quote, lengths[0])))
    longest = lengths[affordable - 1]
    return Afforded(max_output_tokens=longest, points=_ceiling(quote, longest))


def charge(usage: Usage, price: Price | None, points_per_usd: float, flat: Points | None = None) -> Points:
    """What a call cost, from its usage; the estimate that Poe's own books correct later. Raises NoPrice."""
    if not _published(price):
        return _flat(flat)
    prompt = price.prompt or Decimal(0)
    cached = prompt if price.cached is None else price.cached
    fresh = max(usage.input - usage.cached, 0)
    usd = fresh * prompt + usage.cached * cached + usage.output * (price.completion or Decimal(0))
    return min(_points(usd + (price.request or Decimal(0)), points_per_usd), MOST_POINTS)


def verdict(standing: Standing, amount: Points) -> bool:
    """Whether this account admits a hold of that much. The store asks the same question inside its UPDATE."""
    return not standing.frozen and amount <= standing.left


def warnings(standing: Standing, percents: Iterable[int] = (80, 100)) -> tuple[int, ...]:
    """The percentages of the budget that are spent by now. Held points are not spent yet."""
    whole = standing.budget.limit + standing.granted
    if whole <= 0:
        return ()
    return tuple(percent for percent in percents if standing.spent * 100 >= whole * percent)


def describe(standing: Standing) -> str:
    """The budget in the words of the person who pays, in the middle of a sentence: "your daily budget"."""
    budget = standing.budget
    return _NAMES[budget.scope.kind, budget.share].format(_OFTEN[budget.period.kind])


def renewal(standing: Standing) -> str:
    """A sentence: when there are new points."""
    period = standing.budget.period
    at = periods.renews(period, standing.span)
    if at is None:
        return "It does not renew by itself; an admin can grant more."
    day = {
        PeriodKind.DAY: "tomorrow",
        PeriodKind.WEEK: f"on {at:%A}, {at.day} {at:%B}",
    }.get(period.kind, f"on {at.day} {at:%B}")
    return f"It renews {day} at {at:%H:%M} ({period.zone})."


def in_words(points: Points) -> str:
    """Points for people: "1 point", "12,000 points"."""
    return "1 point" if points == 1 else f"{points:,} points"


def denial(standing: Standing) -> Refused:
    """What to raise when the store refused a hold that seemed affordable a moment before."""
    if standing.frozen:
        return _frozen(standing)
    name = _capital(describe(standing))
    return BudgetSpent(f"{name} has {_left(standing)}, too few for this answer. {renewal(standing)}")


def _refuse_frozen(standings: Sequence[Standing]) -> None:
    for standing in standings:
        if standing.frozen:
            raise _frozen(standing)


def _frozen(standing: Standing) -> BudgetFrozen:
    return BudgetFrozen(
        f"An admin has frozen spending {whom_frozen(standing)}. Until that is undone, nothing can be spent."
    )


def whom_frozen(standing: Standing) -> str:
    """Of whom the freeze is, as its payer would say it: "for your role"."""
    return _FROZEN[(standing.frozen_scope or standing.budget.scope).kind]


def _too_dear(standing: Standing, needed: Points) -> str:
    name = _capital(describe(standing))
    return f"{name} has {_left(standing)} and this answer needs at least {needed:,}. {renewal(standing)}"


def _left(standing: Standing) -> str:
    left = f"{in_words(standing.left)} left" if standing.left > 0 else "no points left"
    if standing.held > 0:
        left += f" ({standing.held:,} more set aside for answers still being written)"
    return left


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _ceiling(quote: Quote, output_tokens: int) -> Points:
    """The most a call can cost: nothing cached, every token of output written, at the dearer of what output can be."""
    price = quote.price
    if not _published(price):
        return _flat(quote.flat)
    output = max(price.completion or Decimal(0), price.image or Decimal(0))
    usd = quote.input_tokens * (price.prompt or Decimal(0)) + output_tokens * output
    return _points((usd + (price.request or Decimal(0))) * MARGIN, quote.points_per_usd)


def _published(price: Price | None) -> TypeGuard[Price]:
    """Half a price is none: a model that tells what it takes in but not what it gives out could cost anything."""
    if price is None:
        return False
    return price.request is not None or (price.prompt is not None and price.completion is not None)


def _flat(flat: Points | None) -> Points:
    if flat is None:
        raise NoPrice
    return flat


def _points(usd: Decimal, points_per_usd: float) -> Points:
    """Whole points, rounded up. Money is decimal: a float here would round the wrong way one call in many."""
    return int((usd * Decimal(str(points_per_usd))).to_integral_value(rounding=ROUND_CEILING))
