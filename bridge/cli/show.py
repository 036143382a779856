"""Values on a terminal: Markdown, tables, and JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bridge.commands.budget_page import Shown
    from bridge.values.points import Standing

WIDE = 160
"""Columns where nobody looks: what reads a pipe breaks lines itself."""


def markdown(text: str) -> None:
    """A reply as it would look in a chat: there a line's end is a line's end."""
    from rich.markdown import Markdown

    _print(Markdown(text.replace("\n", "  \n")))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
    from rich.table import Table

    shown = Table(box=None, pad_edge=False)
    for column, name in enumerate(head):
        shown.add_column(name, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    _print(shown)


def _print(shown: RenderableType) -> None:
    """Rich fills every line up with blanks, which nobody wants in a pipe."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    with console.capture() as captured:
        console.print(shown)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def as_json(value: object) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def budget(shown: Shown) -> dict[str, Any]:
    """One rule for `--json`. Times are seconds since the epoch."""
    rule = shown.rule.budget
    return {
        "kind": rule.scope.kind.value,
        "id": rule.scope.id,
        "server": rule.scope.workspace,
        "share": rule.share.value,
        "limit": rule.limit,
        "period": rule.period.kind.value,
        "zone": rule.period.zone,
        **_amounts(shown.rule),
        "people": [_amounts(each) for each in shown.people],
    }


def _amounts(standing: Standing) -> dict[str, Any]:
    return {
        "holder": standing.holder,
        "spent": standing.spent,
        "held": standing.held,
        "granted": standing.granted,
        "left": standing.left,
        "frozen": standing.frozen,
        "since": standing.span.start,
        "renews": standing.span.end,
    }
