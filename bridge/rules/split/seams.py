"""What a cut at one place needs: what closes the piece before it and what opens the piece after it.

A piece after a cut is Markdown of its own: fences come back with their language, tables with their header,
quotes with their mark, emphasis with its delimiters. An interrupted list item comes back as its marker with
an ellipsis, which keeps the indentation below it, the numbers after it and its level right in every
renderer. Which place is best is decided in `places`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bridge.rules.markdown.display import closers, closing_line
from bridge.rules.markdown.document import FLOWING, Container, Document, Leaf, Passage, prefix

Small = Callable[[str], bool]

_CONTINUED = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """A cut in a document: the text shown before it stops at `end`, the text shown after it starts at `start`.

    The cut itself is `at`; what lies between `end` and `start` is white space, or is said again by `reopen`.
    """

    end: int
    at: int
    start: int
    close: str = ""
    reopen: str = ""


def bare(document: Document, at: int) -> Seam:
    """A cut that repairs nothing."""
    return Seam(end=len(document.text[:at].rstrip()), at=at, start=at)


def seam(document: Document, at: int, small: Small) -> Seam | None:
    """The seam for a cut at `at`, or None where a cut would break what it cannot repair.

    `small` tells whether a repair leaves enough room for words. Where it does not (many levels, tiny limits)
    nothing is repaired.
    """
    number = document.line_at(at)
    leaf = document.leaf_on(number)
    if leaf is None:
        return bare(document, at)
    found = _seam(document, leaf, number, at, small)
    if found is None or (small(found.close * 2) and small(found.reopen)):
        return found
    return bare(document, at)


def _seam(document: Document, leaf: Leaf, number: int, at: int, small: Small) -> Seam | None:
    begins = document.lines[number][0] == at
    if begins and number == leaf.first:
        return _before(document, leaf, at)
    if not begins and at <= leaf.starts[number - leaf.first]:
        return None
    if leaf.kind == "fence":
        return _in_fence(document, leaf, number, at)
    if leaf.kind == "table":
        return _in_table(document, leaf, number, at, small)
    if leaf.kind in FLOWING:
        return _in_passage(document, leaf, number, at)
    return _in_lines(document, leaf, number, at)


def _before(document: Document, leaf: Leaf, at: int) -> Seam:
    """Between two blocks: what surrounds both is continued."""
    around = tuple(one for one in leaf.containers if one.line < leaf.first)
    begun = tuple(one for one in leaf.containers if one.line == leaf.first)
    number = next((one for one in begun if not one.quote), None)
    reopen = _continued(around)
    if reopen and not _interrupts(leaf, number):
        reopen += prefix(around).rstrip() + "\n"
    start = at
    if number is not None and _renumbers(document, leaf, number):
        start = document.text.index(number.source, at)
        reopen += document.text[at:start] + number.marker
        start += len(number.source)
    return Seam(end=_end_before(document.text, at), at=at, start=start, reopen=reopen)


def _renumbers(document: Document, leaf: Leaf, item: Container) -> bool:
    """Whether the next piece must say a number the author did not write.

    A longer number would push the item's content out of the item: what stands below matters more.
    """
    wider = len(item.marker) > len(item.source)
    below = document.leaf_after(leaf)
    return item.marker != item.source and not (wider and below is not None and item in below.containers)


def _end_before(text: str, at: int) -> int:
    """Where the shown text before a block ends: not in blank lines, nor in the empty lines of a quote."""
    end = len(text[:at].rstrip())
    while (line := text[text.rfind("\n", 0, end) + 1 : end]).strip() and not line.strip("> \t"):
        end = len(text[: end - len(line)].rstrip())
    return end


def _interrupts(leaf: Leaf, number: Container | None) -> bool:
    """Whether this block is recognised directly below the line that continues its item."""
    if number is not None:
        return _may_follow_text(number)
    return leaf.kind in ("paragraph", "fence", "table")


def _in_fence(document: Document, leaf: Leaf, number: int, at: int) -> Seam | None:
    if leaf.closed and number == leaf.last - 1:
        return None
    margin = prefix(leaf.containers) + " " * leaf.indent
    opening = f"{margin}{leaf.markup}{leaf.info}\n"
    begins = document.lines[number][0] == at
    return Seam(
        end=at - 1 if begins else at,
        at=at,
        start=at,
        close="\n" + closing_line(leaf),
        reopen=_continued(leaf.containers) + opening + ("" if begins else margin),
    )


def _in_table(document: Document, leaf: Leaf, number: int, at: int, small: Small) -> Seam | None:
    row = number - leaf.first
    if row < 2:
        return None
    text, margin = document.text, prefix(leaf.containers)
    head = "".join(
        f"{margin}{text[start : document.lines[leaf.first + index][1]].rstrip()}\n"
        for index, start in enumerate(leaf.starts[:2])
    )
    reopen = _continued(leaf.containers)
    if small(reopen + head + margin):
        reopen += head
    close = ""
    if document.lines[number][0] != at:
        cell = document.cell(leaf, number, at)
        growing = leaf is document.leaves[-1] and number == leaf.last - 1
        marks = _marks(cell, cell.from_document(at), growing=growing)
        if marks is None:
            return None
        # The cells before the cut stay empty, so that the rest of the row stays below its own headings.
        close = marks[0]
        reopen += margin + "| " * _cells(text[leaf.starts[row] : at]) + marks[1]
    return Seam(end=len(text[:at].rstrip()), at=at, start=at, close=close, reopen=reopen)


def _cells(row: str) -> int:
    """How many cells of a row have begun."""
    pipes = row.replace("\\\\", "").replace("\\|", "").count("|")
    return pipes if row.startswith("|") else pipes + 1


def _in_passage(document: Document, leaf: Leaf, number: int, at: int) -> Seam | None:
    atx = leaf.markup.startswith("#")
    if leaf.kind == "heading" and not atx and number == leaf.last - 1:
        return None  # its underline
    passage = document.passage(leaf)
    start = max(at, leaf.starts[number - leaf.first])
    marks = _marks(passage, passage.from_document(start), growing=leaf is document.leaves[-1])
    if marks is None:
        return None
    reopen = _continued(leaf.containers, beside=not atx)
    if atx:
        reopen += prefix(leaf.containers) + leaf.markup + " "
    reopen += marks[1]
    return Seam(end=len(document.text[:at].rstrip()), at=at, start=start, close=marks[0], reopen=reopen)


def _marks(passage: Passage, offset: int, *, growing: bool) -> tuple[str, str] | None:
    """What closes before and opens after `offset`; None beside a delimiter that would then hold nothing."""
    text, inline = passage.text, passage.inline
    end = len(text[:offset].rstrip())
    if text[offset : offset + 1].isspace():
        return None
    if (end - len(text[:end].rstrip("\\"))) % 2:
        return None  # a backslash would escape what closes
    marks = inline.open_at(offset, growing=growing)
    code = inline.code_at(offset, growing=growing)
    if any(mark.end >= end or mark.close == offset for mark in marks):
        return None
    opened = "".join(mark.text for mark in marks)
    if code is not None:
        if not code.start + len(code.fence) < end or offset == code.end - len(code.fence):
            return None
        opened += code.fence + (" " if text.startswith("`", offset) else "")
    return closers(inline, offset, growing=growing), opened


def _in_lines(document: Document, leaf: Leaf, number: int, at: int) -> Seam:
    """In indented code, HTML and the like, whose lines stand for themselves."""
    reopen = _continued(leaf.containers)
    if reopen:
        reopen += prefix(leaf.containers).rstrip() + "\n"
    if document.lines[number][0] != at:
        reopen += prefix(leaf.containers) + ("    " if leaf.kind == "code" else "")
    return Seam(end=len(document.text[:at].rstrip()), at=at, start=at, reopen=reopen)


def _continued(containers: tuple[Container, ...], *, beside: bool = False) -> str:
    """The lines that say which items go on; with `beside`, up to where the rest of a line can follow."""
    lines: list[str] = []
    for index, item in enumerate(containers):
        if item.quote:
            continue
        around = containers[:index]
        if lines and not _may_follow_text(item):
            lines.append(prefix(around).rstrip())
        lines.append(prefix(around) + _marker(item, around) + _CONTINUED)
    if not beside:
        return "".join(line + "\n" for line in lines)
    if lines and not containers[-1].quote:
        return "\n".join(lines)
    return "".join(line + "\n" for line in lines) + prefix(containers)


def _may_follow_text(item: Container) -> bool:
    """An ordered list interrupts a paragraph only when it begins with 1."""
    return not item.marker[0].isdigit() or item.marker[:-1] == "1"


def _marker(item: Container, around: tuple[Container, ...]) -> str:
    """The item's marker with white space around, so that its content begins where the author's did."""
    column = around[-1].column if around and not around[-1].quote else 0
    marker = item.marker if len(item.marker) < item.column - column else item.source
    room = max(item.column - column - len(marker), 1)
    after = min(room, 4)
    return " " * (room - after) + marker + " " * after
