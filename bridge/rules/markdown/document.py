"""The nouns of a Markdown text that was read: its lines, its leaf blocks, and the containers around them.

Only values and the questions they can answer from themselves. How they are found is in `blocks`, what
stands inside a line in `inline`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from bridge.rules.markdown.inline import Inline
from bridge.rules.markdown.scan import scan

Kind = Literal["paragraph", "heading", "fence", "code", "table", "html", "rule", "reference"]

FLOWING: frozenset[Kind] = frozenset({"paragraph", "heading"})
"""Blocks whose lines are one run of inline text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A block quote or a list item around a leaf.

    `line` is where it begins, `column` where its content begins, counted from the innermost quote around it.
    `marker` is what a reader sees ("3."), `source` what the author wrote ("1."); both are empty for a quote.
    """

    line: int
    column: int = 0
    marker: str = ""
    source: str = ""

    @property
    def quote(self) -> bool:
        return not self.marker


def prefix(containers: tuple[Container, ...]) -> str:
    """What a further line needs in front to belong inside all of `containers`."""
    out, width = "", 0
    for container in containers:
        if container.quote:
            out, width = out + "> ", 0
        else:
            out, width = out + " " * (container.column - width), container.column
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A block without blocks inside: lines `first` to `last` (exclusive).

    `starts` holds, for each line, the offset of its first character after quotes, indentation and markers.
    `indent` is what is left of the first line's indentation inside its container. `closed` matters for fences.
    """

    kind: Kind
    first: int
    last: int
    starts: tuple[int, ...]
    indent: int
    containers: tuple[Container, ...]
    markup: str = ""
    info: str = ""
    closed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The inline text of some lines, without their prefixes, and the way back to the document's offsets."""

    text: str
    inner: tuple[int, ...]
    outer: tuple[int, ...]
    inline: Inline

    def to_document(self, offset: int) -> int:
        row = bisect_right(self.inner, offset) - 1
        return self.outer[row] + offset - self.inner[row]

    def from_document(self, offset: int) -> int:
        row = max(bisect_right(self.outer, offset) - 1, 0)
        return max(self.inner[row] + offset - self.outer[row], self.inner[row])


@dataclass(frozen=True, kw_only=True)
class Document:
    """A text, its lines as (start, stop) offsets without the line ends, and its leaves in order."""

    text: str
    lines: tuple[tuple[int, int], ...]
    leaves: tuple[Leaf, ...]
    references: dict[str, Any]
    _passages: dict[int, Passage] = field(default_factory=dict, compare=False)

    @cached_property
    def _owners(self) -> list[int | None]:
        owners: list[int | None] = [None] * len(self.lines)
        for index, leaf in enumerate(self.leaves):
            owners[leaf.first : leaf.last] = [index] * (leaf.last - leaf.first)
        return owners

    def line_at(self, offset: int) -> int:
        return bisect_right(self.lines, offset, key=lambda line: line[0]) - 1

    def leaf_on(self, line: int) -> Leaf | None:
        owner = self._owners[line]
        return None if owner is None else self.leaves[owner]

    def leaf_after(self, leaf: Leaf) -> Leaf | None:
        index = self._owners[leaf.first]
        return self.leaves[index + 1] if index is not None and index + 1 < len(self.leaves) else None

    def passage(self, leaf: Leaf) -> Passage:
        """The inline text of all lines of a leaf."""
        if leaf.first not in self._passages:
            stops = [stop for _, stop in self.lines[leaf.first : leaf.last]]
            self._passages[leaf.first] = self._between(leaf.starts, stops)
        return self._passages[leaf.first]

    def cell(self, leaf: Leaf, line: int, offset: int) -> Passage:
        """The inline text of a table's cell, the one around `offset` of this line."""
        start, stop = leaf.starts[line - leaf.first], self.lines[line][1]
        edges = [at for at in range(start, stop) if self.text[at] == "|" and self.text[at - 1 : at] != "\\"]
        left = max((edge + 1 for edge in edges if edge < offset), default=start)
        right = min((edge for edge in edges if edge >= offset), default=stop)
        return self._between((left,), [right])

    def _between(self, outer: tuple[int, ...], stops: list[int]) -> Passage:
        rows = [self.text[start:stop] for start, stop in zip(outer, stops, strict=True)]
        rows[-1] = rows[-1].rstrip()
        inner = [0]
        for row in rows[:-1]:
            inner.append(inner[-1] + len(row) + 1)
        text = "\n".join(rows)
        return Passage(text=text, inner=tuple(inner), outer=outer, inline=scan(text, self.references))
