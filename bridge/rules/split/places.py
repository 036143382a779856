"""Where a document is best cut: the places a reader would choose, with what each costs.

A place's worth is how full the piece becomes minus the cost of interrupting there, so a paragraph's end at
two thirds beats a word at the very end. What a cut there needs is in `seams`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.rules.markdown.document import FLOWING, Document, Leaf
from bridge.rules.split.graphemes import joined, wide

# Costs, in shares of a piece: what it may stay short by to avoid such a cut.
_ITEM = 0.05
_LEVEL = 0.05
_NESTED = 0.1
_LINE = 0.12
_SENTENCE = 0.2
_CLAUSE = 0.3
_WORD = 0.35
_ROW = 0.4
_PARAGRAPH_OF_CODE = 0.4
_CODE = 0.45
_IDEOGRAPH = 0.45
_WORD_OF_CODE = 0.6
_AFTER_HEADING = 0.6
_BEFORE_HEADING = -0.1
_AFTER_COLON = 0.1
_LOOKS_LIKE_A_BLOCK = 0.4

_SENTENCE_ENDS = ".!?…。！？"
_CLAUSE_ENDS = ",;:，、；："
_CLOSING = "\"'”’)]»）」』*_~`|"


def places(document: Document, base: int, full: int) -> list[tuple[float, int]]:
    """Every place after `base` where words or lines end, as (worth, offset), the best first.

    `full` is the offset at which the piece is full.
    """
    size = len(document.text)
    found = [(min(at / full, 1) - cost, at) for cost, at in _places(document) if base < at < size]
    return sorted(found, reverse=True)


def atoms(document: Document, base: int, limit: int) -> list[tuple[int, int]]:
    """The stretches after `base` that must not be cut while they fit into a piece of their own."""
    found = [
        span
        for leaf in document.leaves
        if document.lines[leaf.last - 1][1] > base
        for span in (_words_kept(document, leaf) if leaf.kind in FLOWING else _lines_kept(document, leaf))
    ]
    return [(start, stop) for start, stop in found if stop - start <= limit * 3 // 4]


def _words_kept(document: Document, leaf: Leaf) -> Iterator[tuple[int, int]]:
    passage, last = document.passage(leaf), leaf is document.leaves[-1]
    for start, stop in passage.inline.whole(growing=last):
        yield passage.to_document(start), passage.to_document(stop - 1) + 1
    # What may be a table's header is no table before the line below it is complete.
    heads = [start for start in leaf.starts[-2:] if document.text.startswith("|", start)]
    if last and heads:
        yield heads[0], len(document.text)


def _lines_kept(document: Document, leaf: Leaf) -> Iterator[tuple[int, int]]:
    """A line of code or a table's row cut in two would be two lines or two rows."""
    for start, line in zip(leaf.starts, document.lines[leaf.first : leaf.last], strict=True):
        yield start, line[1]


def _places(document: Document) -> Iterator[tuple[float, int]]:
    before: Leaf | None = None
    for number, (start, stop) in enumerate(document.lines):
        leaf = document.leaf_on(number)
        if leaf is None or _undecided(document, leaf, number):
            continue
        if leaf.first == number:
            yield _between(document, before, leaf), start
            before = leaf
        elif (cost := _inside(document, leaf, number)) is not None:
            yield cost, start
        yield from _words(document.text, leaf, leaf.starts[number - leaf.first], stop)


def _undecided(document: Document, leaf: Leaf, number: int) -> bool:
    """Whether the last line may still become something else: an item, a fence, a table's second line."""
    line = document.text[leaf.starts[number - leaf.first] :]
    return leaf.kind in FLOWING and number == len(document.lines) - 1 and not any(map(str.isalpha, line))


def _between(document: Document, before: Leaf | None, leaf: Leaf) -> float:
    around = [one for one in leaf.containers if one.line < leaf.first]
    items = sum(not one.quote for one in around)
    cost = _NESTED + _LEVEL * items if items else _LEVEL * bool(around)
    if before is None:
        return cost
    if not around and leaf.containers and before.containers:
        cost += _ITEM
    if leaf.kind == "heading":
        cost += _BEFORE_HEADING
    if before.kind == "heading":
        cost += _AFTER_HEADING
    elif document.text[: document.lines[before.last - 1][1]].rstrip().endswith(":"):
        cost += _AFTER_COLON
    return cost


def _inside(document: Document, leaf: Leaf, number: int) -> float | None:
    """The cost of cutting before this line of a block, or None where one side would be left empty."""
    row = number - leaf.first
    if leaf.kind in FLOWING:
        start = leaf.starts[row]
        return _LINE + _block(document.text[start : start + 12])
    if leaf.kind == "table":
        return _ROW if row > 2 else None
    if leaf.kind == "fence":
        if row == 1 or (leaf.closed and number == leaf.last - 1):
            return None
        start, stop = document.lines[number - 1]
        blank = not document.text[start:stop].strip("> \t")
        return _PARAGRAPH_OF_CODE if blank else _CODE
    return _CODE


def _words(text: str, leaf: Leaf, start: int, stop: int) -> Iterator[tuple[float, int]]:
    flowing = leaf.kind in FLOWING
    for at in range(start + 1, stop):
        after = text[at]
        if after.isspace():
            continue
        before = text[at - 1]
        if before.isspace():
            yield (_after(text, start, at) + _block(text[at : at + 12]) if flowing else _WORD_OF_CODE), at
        elif (
            flowing
            and wide(before)
            and not joined(text, at)
            and after not in _SENTENCE_ENDS + _CLAUSE_ENDS + _CLOSING
        ):
            yield _ending(before, _IDEOGRAPH), at


def _after(text: str, start: int, at: int) -> float:
    words = text[max(start, at - 12) : at].rstrip().rstrip(_CLOSING)
    return _ending(words[-1:], _WORD)


def _ending(character: str, otherwise: float) -> float:
    if character and character in _SENTENCE_ENDS:
        return _SENTENCE
    if character and character in _CLAUSE_ENDS:
        return _CLAUSE
    return otherwise


def _block(text: str) -> float:
    """The cost of a piece whose first words would be read as an item, a heading or a quote."""
    marker, space, _ = text.partition(" ")
    number = marker[-1:] in (".", ")") and marker[:-1].isdigit()
    marked = marker in ("-", "+", "*") or number or not marker.strip("#")
    return _LOOKS_LIKE_A_BLOCK if (marked and space) or text.startswith(">") else 0.0
