"""Budgets made readable: one rule, how it stands, and who used most of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.commands.targets import holder_of, whom, whose
from bridge.commands.words import bar, per, someone
from bridge.rules.budget import in_words, renewal
from bridge.values.points import Scope, ScopeKind, Share, Standing

MOST_LINES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A rule as it stands by itself, and the accounts of the people it gives something to, where it gives to each."""

    rule: Standing
    people: tuple[Standing, ...] = ()

    @property
    def for_many(self) -> bool:
        return self.rule.holder == "" and self.rule.budget.share is Share.EACH


def page(shown: Sequence[Shown], names: Mapping[str, str], mention: str = "{}") -> str:
    """`mention` is how the platform names a person by their id."""
    return "\n\n".join(
        _many(each, names, mention) if each.for_many else account(each.rule, names) for each in shown
    )


def others(rules: Sequence[Standing], names: Mapping[str, str], mention: str = "{}") -> str:
    """The rules for one person, role or channel each, a line for each of them."""
    lines = [_line(each, names, mention) for each in rules]
    return _listed("**Rules for one person, role or channel**", lines)


def freezes(scopes: Sequence[Scope], names: Mapping[str, str], mention: str = "{}") -> str:
    lines = [whom(each.kind, _who(each, names, mention)) for each in scopes]
    return _listed("**Frozen**: nothing can be spent by", lines)


def _listed(head: str, lines: Sequence[str]) -> str:
    left_out = len(lines) - MOST_LINES
    more = (f"- and {left_out:,} more",) if left_out > 0 else ()
    return "\n".join((head, *(f"- {line}" for line in lines[:MOST_LINES]), *more)) if lines else ""


def _line(standing: Standing, names: Mapping[str, str], mention: str) -> str:
    budget = standing.budget
    own = budget.scope.kind is ScopeKind.PERSON
    who = _who(budget.scope, names, mention) if own else whose(budget, names)
    left = f" · {standing.left:,} left" if own or budget.share is Share.POOL else ""
    frozen = " · **frozen**" if standing.frozen else ""
    return f"{who}: {in_words(budget.limit)}{per(budget.period)}{left}{frozen}"


def _who(scope: Scope, names: Mapping[str, str], mention: str) -> str:
    """A name, or for a person nobody named a mention."""
    name = someone(scope.id, names, mention if scope.kind is ScopeKind.PERSON else "{}")
    return f"**{name}**"


def account(standing: Standing, names: Mapping[str, str]) -> str:
    """Limit, bar, what is spent, set aside and left, and when it renews: a few short lines."""
    return "\n".join((_limit(standing, names), f"{bar(standing)} {amounts(standing)}", _next(standing)))


def amounts(standing: Standing) -> str:
    """ "1,200 spent · 300 set aside · 3,500 left" """
    told = [f"{standing.spent:,} spent"]
    if standing.held > 0:
        told.append(f"{standing.held:,} set aside")
    told.append(f"**{max(standing.left, 0):,} left**")
    if standing.granted > 0:
        told.append(f"{standing.granted:,} granted on top")
    if standing.left < 0:
        told.append(f"{-standing.left:,} too many spent")
    return " · ".join(told)


def _limit(standing: Standing, names: Mapping[str, str]) -> str:
    budget = standing.budget
    who = holder_of(standing, names) if standing.holder else whose(budget, names)
    return f"{who}: {in_words(budget.limit)}{per(budget.period)}"


def _next(standing: Standing) -> str:
    frozen = "**Frozen**: nothing can be spent. " if standing.frozen else ""
    return f"{frozen}{renewal(standing)}"


def _many(shown: Shown, names: Mapping[str, str], mention: str) -> str:
    used = sorted(
        (each for each in shown.people if each.spent or each.held or each.granted),
        key=lambda each: (-each.spent, -each.held, each.holder),
    )
    lines = [_limit(shown.rule, names), _next(shown.rule)]
    if not used:
        return "\n".join((*lines, "Nobody has used it in this period yet."))
    total = sum(each.spent for each in used)
    people = "1 person" if len(used) == 1 else f"{len(used):,} people"
    lines.append(f"{people} spent {in_words(total)} in this period.")
    for place, each in enumerate(used[:MOST_LINES], start=1):
        lines.append(f"{place}. {someone(each.holder, names, mention)}: {_short(each)}")
    return "\n".join(lines)


def _short(standing: Standing) -> str:
    aside = f" · {standing.held:,} set aside" if standing.held > 0 else ""
    frozen = " · **frozen**" if standing.frozen else ""
    return f"{standing.spent:,} spent{aside} · **{standing.left:,} left**{frozen}"
