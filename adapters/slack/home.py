"""Somebody's own page in Slack's Home tab. Pure: `bridge.values.home.Home` in, a view out. When it is drawn is said in `pages`.

https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bridge.values.command import CommandSpec
from bridge.values.home import Home, PastAnswer
from bridge.values.inbound import Choice
from bridge.values.points import PeriodKind, ScopeKind, Share, Standing

from . import marks, modals, shapes
from .shapes import Json

CELLS = 20
DEFAULT = Choice(label="The usual one", value="default")
"""What takes a choice back."""

_PER = {
    PeriodKind.DAY: "a day",
    PeriodKind.WEEK: "a week",
    PeriodKind.MONTH: "a month",
    PeriodKind.NEVER: "in all",
}
_WHOSE = {
    (ScopeKind.PERSON, Share.EACH): "Your own budget",
    (ScopeKind.ROLE, Share.EACH): "Yours, as a member of {}",
    (ScopeKind.ROLE, Share.POOL): "All of {} together",
    (ScopeKind.CHANNEL, Share.EACH): "Yours in {}",
    (ScopeKind.CHANNEL, Share.POOL): "All in {} together",
    (ScopeKind.WORKSPACE, Share.EACH): "Yours, as for each person in this workspace",
    (ScopeKind.WORKSPACE, Share.POOL): "This workspace together",
    (ScopeKind.HOUSE, Share.EACH): "Yours, as for each person of this bridge",
    (ScopeKind.HOUSE, Share.POOL): "The whole bridge together",
    (ScopeKind.KEY, Share.EACH): "Yours, as for each person on this Poe key",
    (ScopeKind.KEY, Share.POOL): "The Poe key as a whole",
}


def view(
    home: Home, specs: Sequence[CommandSpec], names: Mapping[str, str] | None = None, notice: str = ""
) -> Json:
    """`names` are those of the groups and channels in it; `notice` is what the last change said."""
    blocks = [*shapes.said(notice), *_budgets(home, names or {}), *_choices(home, specs), *_answers(home)]
    if home.admin and modals.of_group(specs):
        blocks += [
            {"type": "divider"},
            shapes.section(
                "*For admins*\nWho may spend how much.", shapes.button(marks.BUDGETS, "Manage budgets…")
            ),
        ]
    return {"type": "home", "blocks": blocks}


def unavailable(say: str) -> Json:
    """The page of somebody for whom nothing can be read just now."""
    return {"type": "home", "blocks": [shapes.section(shapes.literal(say))]}


def _budgets(home: Home, names: Mapping[str, str]) -> Iterator[Json]:
    yield shapes.header("What you have left")
    for standing in home.standings:
        yield shapes.section("\n".join(_standing(standing, names)))
    if not home.standings:
        yield shapes.section("No budget is set for you here.")


def _standing(standing: Standing, names: Mapping[str, str]) -> Iterator[str]:
    budget = standing.budget
    whole = budget.limit + standing.granted
    name = shapes.literal(names.get(budget.scope.id, budget.scope.id))
    yield f"*{_WHOSE.get((budget.scope.kind, budget.share), 'A budget').format(name)}*"
    yield f"`{bar(standing)}` {max(standing.left, 0):,} of {whole:,} points left, {_PER[budget.period.kind]}"
    if standing.frozen:
        yield "Frozen by an admin: nothing can be spent from it just now."
    elif standing.span.end is not None:
        yield f"Renews {date(standing.span.end)}."


def bar(standing: Standing) -> str:
    """What is left, as cells: spent and set aside ones are empty. While something is left, so is a cell."""
    whole = standing.budget.limit + standing.granted
    if whole <= 0 or standing.left <= 0:
        return "░" * CELLS
    full = max(1, min(CELLS, standing.left * CELLS // whole))
    return "█" * full + "░" * (CELLS - full)


def date(at: float) -> str:
    """A moment as each reader's own clock shows it.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    written = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at)}^{{date_short_pretty}} at {{time}}|{written}>"


def _choices(home: Home, specs: Sequence[CommandSpec]) -> Iterator[Json]:
    """What is chosen is given to the command that keeps it; without such a command there is nothing to choose."""
    known = {spec.name for spec in specs}
    yield {"type": "divider"}
    if "model" in known:
        menu = _menu("model", home.models, home.model, "Choose a model")
        yield shapes.section("*Your model*\nIt answers where nobody asks for another.", menu)
    if "preset" in known and home.presets:
        menu = _menu("preset", home.presets, home.preset, "Choose a preset")
        yield shapes.section("*Your preset*\nHow your questions are asked.", menu)


def _menu(command: str, choices: Sequence[Choice], chosen: str, hint: str) -> Json:
    """A list where all fit; many are searched while typing, which also finds those that were left out of the list."""
    action_id = marks.choosing(command)
    selected = next((one for one in choices if one.value == chosen), None)
    if command == "model":
        shown = selected or (Choice(label=chosen, value=chosen) if chosen else None)
        return shapes.searched(action_id, shown, hint)
    return shapes.menu(action_id, (DEFAULT, *choices), chosen, hint)


def _answers(home: Home) -> Iterator[Json]:
    yield {"type": "divider"}
    yield shapes.header("Your last answers")
    for answer in home.answers:
        yield shapes.section("\n".join(_answer(answer)))
    if not home.answers:
        yield shapes.section("Nothing yet. Mention me in a channel, or write to me under Messages.")


def _answer(answer: PastAnswer) -> Iterator[str]:
    question = shapes.literal(answer.question) or "_No words, only a file_"
    cost = (
        "cost not known yet"
        if answer.points is None
        else f"{answer.points:,} point{'s' if answer.points != 1 else ''}"
    )
    yield question
    yield f"{shapes.literal(answer.model)} · {cost} · {date(answer.at)}"
