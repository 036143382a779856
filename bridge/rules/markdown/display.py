"""A message that is still being written, made fit to be looked at.

A half-written construct at the very end is held back, what is open is closed. A final text is shown as it
is and never comes here. Where to cut a long text is decided in `bridge.rules.split`.
"""

from __future__ import annotations

from bridge.rules.markdown.blocks import read
from bridge.rules.markdown.document import FLOWING, Document, Leaf, Passage, prefix
from bridge.rules.markdown.inline import Inline

ROOM = 64
"""Characters: the most that closing can add. Deeper nesting than this is left open."""

LONGEST_LINE = 80
"""Characters of an opening fence line or of a line of bare markers that may be held back."""

_MARKERS = frozenset("#>-*+=_~|:`!\\[] \t")


def display(text: str) -> str:
    """The showable form of a text that is still growing: same words, nothing half-written, nothing open.

    Holds back at most the last line of bare markers, an opening fence without content, or the address of a
    half-written link, each within the bounds above. `display(display(t)) == display(t)`.
    """
    trimmed = _trimmed(text)
    closed = _closed(trimmed)
    # Closing may pair with something it was not meant for ("`` ` "); then the plain text is the better lie.
    stable = closed == trimmed or (_trimmed(closed) == closed and _closed(closed) == closed)
    return closed if stable else trimmed


def _trimmed(text: str) -> str:
    """Hold back construct after construct.

    Words may go with the first only: those of one before it had been shown, and must not vanish again.
    """
    short = text
    while (shorter := _shorter(read(short))) is not None:
        if short is not text and _words(shorter) != _words(short):
            return text
        short = shorter
    return short


def _words(text: str) -> int:
    return sum(map(str.isalnum, text))


def _shorter(document: Document) -> str | None:
    """The text without one half-written construct at its end, or None if there is none."""
    fence = open_fence(document)
    if fence is not None:
        return _without_half_fence(document, fence)
    start, stop = document.lines[-1]
    line, leaf = document.text[start:stop], document.leaf_on(len(document.lines) - 1)
    literal = leaf is not None and leaf.kind in ("fence", "code")
    if line.strip() and len(line) <= LONGEST_LINE and _MARKERS.issuperset(line) and not literal:
        return document.text[:start]
    passage = growing(document)
    return None if passage is None else _without_half_marker(document, passage)


def open_fence(document: Document) -> Leaf | None:
    """The fence that the text ends in."""
    if not document.leaves:
        return None
    leaf = document.leaves[-1]
    start, stop = document.lines[-1]
    # A last line of spaces or of the marks around the fence is none for markdown-it, nor is the empty one after the last line end.
    around = "".join(prefix(leaf.containers).split())
    lines = len(document.lines) - around.startswith("".join(document.text[start:stop].split()))
    return None if leaf.closed or leaf.last < lines else leaf


def growing(document: Document) -> Passage | None:
    """The inline text that the next words will be added to, or None when they begin a new block."""
    if not document.leaves:
        return None
    leaf = document.leaves[-1]
    rest = document.text[document.lines[leaf.last - 1][1] :]
    lines = 1 if leaf.kind == "paragraph" else 0
    if rest.strip() or rest.count("\n") > lines:
        return None
    if leaf.kind == "table":
        return document.cell(leaf, leaf.last - 1, document.lines[leaf.last - 1][1])
    return document.passage(leaf) if leaf.kind in FLOWING else None


def _without_half_fence(document: Document, leaf: Leaf) -> str | None:
    """Without an opening line that has no content yet, or without the first characters of a closing line."""
    text, opening, start = document.text, leaf.starts[0], leaf.starts[-1]
    stop = document.lines[leaf.first][1]
    if not text[stop:].strip(" \t\n>"):
        return text[:opening] if stop - opening <= LONGEST_LINE else None
    last = text[start:]
    if last and len(last) < len(leaf.markup) and leaf.markup.startswith(last):
        return text[:start].rstrip(" \t>")
    return None


def _without_half_marker(document: Document, passage: Passage) -> str | None:
    dropped = _half(passage.inline, document.text[passage.to_document(len(passage.text)) :])
    if not dropped:
        return None
    text = document.text
    for start, stop in reversed(dropped):
        text = text[: passage.to_document(start)] + text[passage.to_document(stop - 1) + 1 :]
    return text


def _half(inline: Inline, rest: str) -> list[tuple[int, int]]:
    """The stretches to leave out because what they belong to is still being written; `rest` is white space."""
    end = len(inline.text)
    if inline.ticks and inline.ticks[-1].end == end:
        return [(inline.ticks[-1].start, end)]
    if inline.code() is not None:
        return []
    if "\n" not in rest and (link := _half_link(inline)):
        return link
    if not rest and (start := inline.half_mention()) is not None:
        return [(start, end)]
    return _half_delimiter(inline)


def _half_link(inline: Inline) -> list[tuple[int, int]]:
    link = inline.half_link()
    if link is None:
        return []
    start, label, stop = link
    end = len(inline.text)
    return [(start, label), (stop, end)] if stop < end else [(start, label)]


def _half_delimiter(inline: Inline) -> list[tuple[int, int]]:
    text, end = inline.text, len(inline.text)
    if not text or text[-1] not in "*_~|\\" or end in inline.spent or inline.atom_ends(end):
        return []
    if text[-1] == "\\":
        return [(end - 1, end)]
    start = len(text.rstrip(text[-1]))
    if text[-1] == "|" and end - start == 1 and not inline.waits_for("||"):
        return []  # the edge of a table's row
    return [(start, end)]


def _closed(text: str) -> str:
    """The text with what is open at its end closed, each container kept to."""
    document = read(text)
    fence = open_fence(document)
    if fence is not None:
        closing = "\n" + closing_line(fence)
        return text.rstrip() + closing if len(closing) <= ROOM else text
    passage = growing(document)
    if passage is None:
        return text
    closing = closers(passage.inline, len(passage.text), growing=True)
    at = passage.to_document(len(passage.text))
    return text[:at] + closing + text[at:] if len(closing) <= ROOM else text


def closing_line(fence: Leaf) -> str:
    """The line that closes `fence` inside its containers."""
    return prefix(fence.containers) + " " * fence.indent + fence.markup


def closers(inline: Inline, offset: int, *, growing: bool) -> str:
    """What closes everything that is open at `offset`, innermost first."""
    code = inline.code_at(offset, growing=growing)
    marks = inline.open_at(offset, growing=growing)
    ticks = code.fence if code else ""
    # A backtick beside the closing ones would make them a longer run.
    gap = " " if code and inline.text[:offset].rstrip().endswith("`") else ""
    return gap + ticks + "".join(mark.text for mark in reversed(marks))
