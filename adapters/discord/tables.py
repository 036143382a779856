"""Tables, which Discord does not have: as columns of monospaced text, or as a list where that reads better. Pure.

Columns are for what fits beside each other. A wide table would be folded by every phone into nonsense, and links work nowhere in
monospaced text: both become one item for each row, every value after its heading. No word of a cell is lost.
https://github.github.com/gfm/#tables-extension-
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

WIDEST = 90  # columns
_GAP = "  "
_FENCE = "```"
_SUBTEXT = "-# "

_SUSPECT = re.compile(r"^[ \t>]*[|:-][|:\- \t]*$", re.MULTILINE)
_PREFIX = re.compile(r"(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*[ \t]*")
_QUOTED = re.compile(r"[ \t>]*")
_ORDINARY = re.compile(r"(?:[^\W_]|[\s,.;:?!%$€£/()+='\"°×–—-])*")
_SIGNS = re.compile(r"[\\*_~`|\[\]<>]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_INLINE = MarkdownIt("commonmark").enable("strikethrough")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Lines `first` to `last` (exclusive); cells are Markdown, a row may have more or fewer than the head."""

    first: int
    last: int
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sides: tuple[str, ...]  # "left", "center" or "right", one for each cell of the head
    lead: str  # what stands before the first line: signs of quotes, list items, indentation

    @property
    def margin(self) -> str:
        """What stands before every further line to keep it in the same quotes and items."""
        return "".join(sign if sign in "> \t" else " " for sign in self.lead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell without its markers."""

    text: str
    literal: bool = False  # signs are left that must not become markers
    linked: bool = False  # an address is left out, or should be pressed

    @property
    def plain(self) -> bool:
        """Whether it is all said in monospaced text."""
        return not self.linked and _FENCE not in self.text


def suspected(text: str) -> bool:
    """Whether a table may be in it; costs nearly nothing where there is none."""
    return "|" in text and (_SUSPECT.search(text) is not None or _half(text.split("\n")) is not None)


def written(lines: Sequence[str], tokens: Sequence[Token]) -> list[str]:
    """The lines with every table of `tokens` written out, and with the first line of one at the very end."""
    found = [*_tables(lines, tokens)]
    half = _half(lines)
    if half is not None and _is_text(tokens, half):
        found.append(_begun(lines, half))
    out = list(lines)
    for table in reversed(found):
        out[table.first : table.last] = _written(table)
    return out


# -- reading ------------------------------------------------------------------------------------------


def _tables(lines: Sequence[str], tokens: Sequence[Token]) -> Iterator[Table]:
    for number, token in enumerate(tokens):
        if token.type != "table_open" or token.map is None:
            continue
        first, end = token.map
        last = next((at for at in range(first + 2, end) if _ended(lines[at])), end)
        lead = _lead(lines[first])
        sides = tuple(_side(tokens, number))
        head = _cells(lines[first][len(lead) :])
        if len(head) == len(sides):
            rows = tuple(_cells(_QUOTED.sub("", line, count=1)) for line in lines[first + 2 : last])
            yield Table(first=first, last=last, head=head, rows=rows, sides=sides, lead=lead)


def _side(tokens: Sequence[Token], start: int) -> Iterator[str]:
    for token in tokens[start:]:
        if token.type == "thead_close":
            return
        if token.type == "th_open":
            yield str(token.attrs.get("style", "")).rpartition(":")[2] or "left"


def _ended(line: str) -> bool:
    """A table ends where a line without cells follows, whatever the standard says: it is the next sentence, or small print."""
    line = _QUOTED.sub("", line, count=1)
    return "|" not in line or line.startswith(_SUBTEXT)


def _lead(line: str) -> str:
    found = _PREFIX.match(line)
    return found[0] if found else ""


def _cells(row: str) -> tuple[str, ...]:
    cells = escapedSplit(row.strip())
    if cells and not cells[0]:
        cells = cells[1:]
    if cells and not cells[-1]:
        cells = cells[:-1]
    return tuple(cell.strip() for cell in cells)


def _half(lines: Sequence[str]) -> int | None:
    """The number of the last line where that looks like the first of a table that is still being written."""
    number = len(lines) - 1
    while number > 0 and lines[number].startswith(_SUBTEXT):
        number -= 1
    if number > 0 and not lines[number]:
        number -= 1  # where the next line was held back
    line = lines[number]
    rest = line[len(_lead(line)) :]
    return number if rest.startswith("| ") and any(map(str.isalnum, rest)) else None


def _is_text(tokens: Sequence[Token], number: int) -> bool:
    """Whether a line belongs to a paragraph, and not to code or to a whole table."""
    return any(
        token.type == "paragraph_open" and token.map is not None and token.map[0] <= number < token.map[1]
        for token in tokens
    )


def _begun(lines: Sequence[str], number: int) -> Table:
    lead = _lead(lines[number])
    head = _cells(lines[number][len(lead) :])
    return Table(first=number, last=number + 1, head=head, rows=(), sides=("left",) * len(head), lead=lead)


@lru_cache(maxsize=2048)
def _cell(source: str) -> Cell:
    if _ORDINARY.fullmatch(source) and "://" not in source:
        return Cell(text=source)
    text, literal, linked = "", False, "://" in source
    for token in _INLINE.parseInline(source)[0].children or []:
        linked = linked or token.type in ("link_open", "image")
        literal = literal or (token.type.startswith("text") and _SIGNS.search(token.content) is not None)
        text += " " if _BREAK.fullmatch(token.content) else token.content
    return Cell(text=text.strip(), literal=literal or _FENCE in text, linked=linked)


# -- writing ------------------------------------------------------------------------------------------


def _written(table: Table) -> list[str]:
    rows = [[_cell(source) for source in row] for row in (table.head, *table.rows)]
    if all(cell.plain for row in rows for cell in row):
        lines = _columns([[cell.text for cell in row] for row in rows], table.sides)
        if max(map(width, lines)) <= WIDEST:
            return _led(table, [_FENCE, *lines, _FENCE])
    return _led(table, [*_items(table)] or [""])


def _led(table: Table, lines: list[str]) -> list[str]:
    return [(table.margin if number else table.lead) + line for number, line in enumerate(lines)]


def _columns(rows: list[list[str]], sides: Sequence[str]) -> list[str]:
    """Aligned lines, the head underlined. Cells beyond the head's get columns of their own."""
    count = max(map(len, rows))
    filled = [row + [""] * (count - len(row)) for row in rows]
    widths = [max(1, *(width(row[column]) for row in filled)) for column in range(count)]
    sides = [*sides, *["left"] * (count - len(sides))]
    head, *body = [
        _GAP.join(_padded(*each) for each in zip(row, widths, sides, strict=True)).rstrip() for row in filled
    ]
    return [head, _GAP.join("-" * size for size in widths), *body]


def _padded(text: str, size: int, side: str) -> str:
    room = size - width(text)
    before = {"right": room, "center": room // 2}.get(side, 0)
    return " " * before + text + " " * (room - before)


def width(text: str) -> int:
    """Columns of monospaced text: two for a wide sign of East Asia, none for one that is put on the sign before it."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(sign) for sign in text)


def _columns_of(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _items(table: Table) -> Iterator[str]:
    labels = [_label(source) for source in table.head]
    if not table.rows:
        yield " · ".join(filter(None, labels))
    used = {number for row in table.rows for number, source in enumerate(row) if source}
    for row in table.rows:
        sign = "- "
        for number, label in enumerate(labels + [""] * (len(row) - len(labels))):
            value = _value(row[number]) if number < len(row) else ""
            if value or (label and row is table.rows[0] and number not in used):
                yield sign + ": ".join(filter(None, (label, value)))
                sign = "  "


def _label(source: str) -> str:
    cell = _cell(source)
    if cell.linked:
        return _value(source)
    return f"**{_escaped(cell.text)}**" if cell.text else ""


def _value(source: str) -> str:
    """A cell in ordinary text: as it was written, but what is no marker in its cell must not become one outside."""
    cell = _cell(source)
    return _escaped(cell.text) if cell.literal and not cell.linked else _BREAK.sub(" ", source)


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", text)
