"""Finding the inline constructs of a text, with their offsets.

markdown-it decides (its flanking rules, its precedence), but its inline tokens carry no positions, so its
rules are wrapped to note the offsets they were called at. Three rules are added that its grammar lacks and
chat has: spoilers, bare addresses, and angle-bracketed mentions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt, rules_inline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from bridge.rules.markdown.inline import LONGEST_MENTION, MENTIONS, Atom, Inline, Mark

_Rule = Callable[[StateInline, bool], bool]


def scan(text: str, references: dict[str, Any]) -> Inline:
    """Find the inline constructs of `text`; `references` are the document's link definitions."""
    notes = _Notes()
    _PARSER.inline.parse(text, _PARSER, {"references": references, "notes": notes}, [])
    marks, spent = notes.pairs()
    return Inline(
        text=text,
        marks=tuple(marks),
        atoms=tuple(notes.atoms),
        brackets=tuple(notes.brackets),
        ticks=tuple(notes.ticks),
        spent=frozenset(spent),
    )


@dataclass(slots=True)
class _Notes:
    atoms: list[Atom] = field(default_factory=list)
    ticks: list[Atom] = field(default_factory=list)
    brackets: list[int] = field(default_factory=list)
    delimiters: list[tuple[list[Delimiter], int, int, int]] = field(default_factory=list)

    def pairs(self) -> tuple[list[Mark], list[int]]:
        """Join what the rules noted with the partners that were found afterwards."""
        places = {(id(found), index): start for found, index, start, _ in self.delimiters}
        marks, spent = [], []
        for found, index, start, width in self.delimiters:
            delimiter = found[index]
            close = places[id(found), delimiter.end] if delimiter.end >= 0 else None
            if close is not None:
                spent.append(close + width)
            if delimiter.open:
                text = chr(delimiter.marker) * width
                marks.append(Mark(start=start, end=start + width, text=text, close=close))
        return marks, spent


def _notes(state: StateInline) -> _Notes:
    notes: _Notes = state.env["notes"]
    return notes


def _delimiter_rule(rule: _Rule, width: int) -> _Rule:
    def watched(state: StateInline, silent: bool) -> bool:
        first = len(state.delimiters)
        if not rule(state, silent):
            return False
        count = len(state.delimiters) - first
        for step in range(count):
            start = state.pos - (count - step) * width
            _notes(state).delimiters.append((state.delimiters, first + step, start, width))
        return True

    return watched


def _atom_rule(rule: _Rule) -> _Rule:
    def watched(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if not rule(state, silent):
            return False
        if not silent:
            _notes(state).atoms.append(Atom(start=start, end=state.pos))
        return True

    return watched


def _code(state: StateInline, silent: bool) -> bool:
    start, before = state.pos, len(state.tokens)
    if not rules_inline.backtick(state, silent):
        return False
    if not silent:
        run = start
        while run < state.pos and state.src[run] == "`":
            run += 1
        found = _notes(state).ticks if len(state.tokens) == before else _notes(state).atoms
        found.append(Atom(start=start, end=state.pos, fence=state.src[start:run]))
    return True


def _spoiler(state: StateInline, silent: bool) -> bool:
    """`||hidden||`, Discord's spoiler: https://support.discord.com/hc/en-us/articles/360022320632."""
    if silent or not state.src.startswith("||", state.pos):
        return False
    scanned = state.scanDelims(state.pos, True)
    for _ in range(scanned.length // 2):
        state.push("text", "", 0).content = "||"
        delimiter = Delimiter(
            marker=ord("|"),
            length=0,
            token=len(state.tokens) - 1,
            end=-1,
            open=scanned.can_open,
            close=scanned.can_close,
        )
        state.delimiters.append(delimiter)
    state.pos += scanned.length // 2 * 2
    return True


def _mention(state: StateInline, silent: bool) -> bool:
    """`<@1>`, `<#1>`, `<:name:1>`, `<a:name:1>`, `<t:1:R>`, `</name:1>`.

    https://discord.com/developers/docs/reference#message-formatting
    """
    if not state.src.startswith(MENTIONS, state.pos):
        return False
    stop = state.src.find(">", state.pos, min(state.posMax, state.pos + LONGEST_MENTION))
    if stop < 0 or any(character.isspace() for character in state.src[state.pos : stop]):
        return False
    if not silent:
        state.append_pending(state.src[state.pos : stop + 1])
        _notes(state).atoms.append(Atom(start=state.pos, end=stop + 1))
    state.pos = stop + 1
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """A bare `https://…`: its underscores are no emphasis, and half of it is no address."""
    if not state.src.startswith("://", state.pos):
        return False
    scheme = next((name for name in ("https", "http") if state.src.endswith(name, 0, state.pos)), None)
    if scheme is None:
        return False
    stop = state.pos
    while (
        stop < state.posMax
        and not state.src[stop].isspace()
        and state.src[stop] not in '<>"*`|，。；！？）」】'
    ):
        stop += 1
    stop = state.pos + len(state.src[state.pos : stop].rstrip("_~.,;:!?'()[]\\"))
    if stop <= state.pos + 3:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : stop])
        _notes(state).atoms.append(Atom(start=state.pos - len(scheme), end=stop))
    state.pos = stop
    return True


def _image(state: StateInline, silent: bool) -> bool:
    """An image's label is parsed as a text of its own: its offsets are not ours."""
    notes, state.env["notes"] = state.env["notes"], _Notes()
    try:
        return rules_inline.image(state, silent)
    finally:
        state.env["notes"] = notes


def _leftover(state: StateInline, silent: bool) -> bool:
    """Last in the row: sees the brackets that no link has claimed, and claims nothing itself."""
    if not silent and state.src[state.pos] in "[]":
        _notes(state).brackets.append(state.pos)
    return False


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.inline.add_terminator_char("|")
    ruler = parser.inline.ruler
    ruler.at("backticks", _code)
    ruler.at("strikethrough", _delimiter_rule(rules_inline.strikethrough.tokenize, 2))
    ruler.at("emphasis", _delimiter_rule(rules_inline.emphasis.tokenize, 1))
    ruler.at("image", _atom_rule(_image))
    for name in ("escape", "link", "autolink", "html_inline", "entity"):
        ruler.at(name, _atom_rule(getattr(rules_inline, name)))
    ruler.before("escape", "address", _address)
    ruler.before("autolink", "mention", _mention)
    ruler.push("spoiler", _delimiter_rule(_spoiler, 2))
    ruler.push("leftover", _leftover)
    return parser


_PARSER = _parser()
