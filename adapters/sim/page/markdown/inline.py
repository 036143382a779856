"""What stands within a line: emphasis, spoilers, code, links, mentions, times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What things are called that a text mentions by id; a role has a colour besides."""

    users: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


SPANS = (("**", "strong"), ("__", "u"), ("~~", "s"), ("||", "spoiler"), ("*", "em"), ("_", "em"))
NOWHERE = -2
MENTION = re.compile(r"<(@!?|@&|#)(\d{1,20})>|@(everyone|here)\b")
COMMAND = re.compile(r"</([\w -]{1,100}):\d+>")
MOMENT = re.compile(r"<t:(-?\d{1,12})(?::([tTdDfFR]))?>")
EMOJI = re.compile(r"<a?:(\w{2,32}):\d+>")
ADDRESS = r"https?://[^\s<>\"]+"
BARE = re.compile(ADDRESS)
ANGLED = re.compile(rf"<({ADDRESS})>")
MASKED = re.compile(r"\[((?:\\.|[^\[\]\\\n])+)\]\(<?(https?://[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)")
TRAILING = ".,:;!?'\")]}*_~|"


def add(parser: MarkdownIt) -> None:
    """Teach a parser these rules, and no others of its own."""
    parser.enable(["newline", "escape", "backticks"])
    for character in ("|", "h", "@", "<", "["):
        parser.inline.add_terminator_char(character)
    for name, rule in (("angled", _angled), ("masked", _masked), ("bare", _bare), ("spans", _spans)):
        parser.inline.ruler.push(f"discord_{name}", rule)
    parser.add_render_rule("chip", _render_chip)
    for name in ("softbreak", "hardbreak"):
        parser.add_render_rule(name, lambda self, tokens, index, options, env: "<br>")
    for name in ("spoiler_open", "spoiler_close"):
        parser.add_render_rule(name, _render_spoiler)


# -- emphasis -----------------------------------------------------------------------------------


def _spans(state: StateInline, silent: bool) -> bool:
    if state.level >= state.md.options["maxNesting"]:
        return False
    for marker, tag in SPANS:
        if not state.src.startswith(marker, state.pos):
            continue
        hopeless = state.env.setdefault(
            "hopeless", set()
        )  # where none closes, a later one need not look again
        key = (state.src, marker, state.posMax)
        close = -1 if key in hopeless else _closing(state, marker)
        if close > 0:
            _nested(state, marker, tag, close)
            return True
        if close == NOWHERE:
            hopeless.add(key)
    return False


def _nested(state: StateInline, marker: str, tag: str, close: int) -> None:
    end, after = state.posMax, close + len(marker)
    token = state.push(f"{tag}_open", tag, 1)
    token.markup = marker
    state.pos, state.posMax = state.pos + len(marker), close
    state.md.inline.tokenize(state)
    state.push(f"{tag}_close", tag, -1)
    state.pos, state.posMax = after, end


def _closing(state: StateInline, marker: str) -> int:
    """Where the span that opens here ends; -1 where none opens here, NOWHERE where none ends behind."""
    src, start, end = state.src, state.pos + len(marker), state.posMax
    if marker in ("*", "_") and not _may_open(src, state.pos, start, end):
        return -1
    at = start
    while (at := src.find(marker[0], at, end)) >= 0:
        run = len(src[at:end]) - len(src[at:end].lstrip(marker[0]))
        if src[at - 1] == "\\" and src[at - 2 : at - 1] != "\\":
            at += 1
            continue
        place = _place_in(run, at, start, len(marker))
        if place >= 0 and not _in_code(src, start, place) and _may_close(src, marker, place, end):
            return place if src[start:place].strip("*_") else -1
        at += run
    return NOWHERE


def _place_in(run: int, at: int, start: int, size: int) -> int:
    """Where in a run of the marker's character the marker stands: its end for two, an odd one for one."""
    if size == 1:
        return at + run - 1 if run % 2 and at + run - 1 > start else -1
    return at + run - 2 if run >= 2 and at + run - 2 > start else -1


def _may_open(src: str, before: int, start: int, end: int) -> bool:
    """A single marker stands before a word; an underscore not within one."""
    if start >= end or src[start].isspace():
        return False
    return src[before] != "_" or before == 0 or not (src[before - 1].isalnum())


def _may_close(src: str, marker: str, at: int, end: int) -> bool:
    after = at + len(marker)
    if marker == "*":
        return not src[at - 1].isspace()
    return marker != "_" or after >= end or not src[after].isalnum()


def _in_code(src: str, start: int, at: int) -> bool:
    """Whether a marker stands within inline code, which is read first."""
    return src.count("`", start, at) % 2 == 1 and src.find("`", at) >= 0


# -- links and mentions -------------------------------------------------------------------------


def _link(state: StateInline, address: str, text: str | None, length: int) -> bool:
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": address, "target": "_blank", "rel": "noopener noreferrer nofollow"}
    if text is None:
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
        state.pos += length
    else:
        start, end = state.pos, state.posMax
        state.pos, state.posMax = start + 1, start + 1 + len(text)
        state.md.inline.tokenize(state)
        state.push("link_close", "a", -1)
        state.pos, state.posMax = start + length, end
    return True


def _linked(state: StateInline) -> bool:
    """Whether a link is open already: none stands in another."""
    opened = sum(t.type == "link_open" for t in state.tokens)
    return opened > sum(t.type == "link_close" for t in state.tokens)


def _bare(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("http", state.pos) or _linked(state):
        return False
    found = BARE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    address = found[0].rstrip(TRAILING)
    if found[0].startswith(address + ")") and address.count("(") > address.count(")"):
        address += ")"
    return address.partition("://")[2] != "" and _link(state, address, None, len(address))


def _masked(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or _linked(state) or state.level >= state.md.options["maxNesting"]:
        return False
    found = MASKED.match(state.src, state.pos, state.posMax)
    return found is not None and _link(state, found[2], found[1], len(found[0]))


def _angled(state: StateInline, silent: bool) -> bool:
    """Everything that begins with `<`, and @everyone."""
    if state.src[state.pos] not in "<@":
        return False
    for pattern, make in CHIPS:
        found = pattern.match(state.src, state.pos, state.posMax)
        if found is not None:
            token = state.push("chip", "", 0)
            token.content = make(found, state.env["names"])
            state.pos = found.end()
            return True
    found = ANGLED.match(state.src, state.pos, state.posMax)
    return found is not None and not _linked(state) and _link(state, found[1], None, len(found[0]))


def _mention(found: re.Match[str], names: Names) -> str:
    if found[3]:
        return _chip(f"@{found[3]}", "mention")
    sort, number = found[1], int(found[2])
    if sort == "#":
        name = names.channels.get(number)
        return _chip(f"#{name}" if name else "#unknown", "mention channel", f' data-channel="{number}"')
    if sort == "@&":
        name, color = names.roles.get(number, ("unknown-role", 0))
        return _chip(f"@{name}", "mention role", f' data-color="#{color:06x}"' if color else "")
    name = names.users.get(number)
    return _chip(f"@{name}" if name else f"<@{number}>", "mention", f' data-user="{number}"')


def _command(found: re.Match[str], names: Names) -> str:
    return _chip(f"/{found[1]}", "mention")


def _emoji(found: re.Match[str], names: Names) -> str:
    return _chip(f":{found[1]}:", "emoji")


def _moment(found: re.Match[str], names: Names) -> str:
    try:
        shown = datetime.fromtimestamp(int(found[1]), UTC)
    except (OverflowError, ValueError, OSError):
        return escapeHtml(found[0])
    style = found[2] or "f"
    return f'<time class="moment" datetime="{shown.isoformat()}" data-style="{style}">{shown:%d %B %Y %H:%M}</time>'


def _chip(text: str, kind: str, more: str = "") -> str:
    return f'<span class="{kind}"{more}>{escapeHtml(text)}</span>'


CHIPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Names], str]], ...] = (
    (MENTION, _mention),
    (COMMAND, _command),
    (MOMENT, _moment),
    (EMOJI, _emoji),
)


def _render_chip(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return tokens[index].content  # made and escaped above


def _render_spoiler(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    if tokens[index].nesting < 0:
        return "</span></span>"
    return (
        '<span class="spoiler" role="button" tabindex="0" aria-label="Spoiler" aria-expanded="false"><span>'
    )
