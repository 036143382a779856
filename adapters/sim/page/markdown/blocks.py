"""Blocks: fences, quotes, lists, headings, subtext, and lines of text with the blank lines between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.token import Token

# A language may stand alone on the opening line; the text ends at the next three backticks, wherever they are.
FENCE = re.compile(r"```(?:([A-Za-z0-9_+\-.#]+)\n)?(?:[ \t]*\n)*(.*?)\n*```", re.DOTALL)
HEADING = re.compile(r"(#{1,3})[ \t]+(\S.*)")
SUBTEXT = re.compile(r"-#[ \t]+(\S.*)")
QUOTE = re.compile(r">(?: |$)")
QUOTE_REST = ">>> "


def add(parser: MarkdownIt) -> None:
    """Teach a parser these rules, and no others of its own."""
    ruler = parser.block.ruler
    interrupting: RuleOptionsType = {"alt": ["paragraph", "list"]}
    ruler.before("paragraph", "discord_fence", _fence, {"alt": ["list"]})
    ruler.before("paragraph", "discord_quote", _quote, interrupting)
    ruler.before("paragraph", "discord_heading", _heading, interrupting)
    ruler.before("paragraph", "discord_subtext", _subtext, interrupting)
    ruler.before("paragraph", "discord_list", _list, {"alt": ["paragraph"]})
    ruler.at("paragraph", _lines)
    parser.add_render_rule("fence", _render_fence)
    parser.add_render_rule("gap", lambda self, tokens, index, options, env: '<div class="gap"></div>')


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if _fence_at(state, start, 0) is None:
        return False
    if not silent:
        _run(state, start, end)
    return True


def _lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    _run(state, start, end)
    return True


def _run(state: StateBlock, start: int, end: int) -> None:
    """Text and fences in turn, as long as one begins on the line where the other ends."""
    line, going = start, True
    while going:
        found = _fence_at(state, line, 0)
        line, going = _push_fence(state, line, found) if found else _push_text(state, line, end)
    state.line = line


def _fence_at(state: StateBlock, line: int, at: int) -> re.Match[str] | None:
    """The fence that begins so many characters behind the indent of this line; an unclosed or empty one is none."""
    if not _line(state, line).startswith("```", at):
        return None
    text = state.getLines(line, state.lineMax, state.blkIndent, False).lstrip(" \t")
    found = FENCE.match(text, at)
    return found if found is not None and found[2].strip() else None


def _push_fence(state: StateBlock, start: int, found: re.Match[str]) -> tuple[int, bool]:
    """The line to go on with, and whether text still stands there behind the closing backticks."""
    _blank_lines(state, start)
    token = state.push("fence", "code", 0)
    token.info, token.content = found[1] or "", found[2]
    line = start + found[0].count("\n")
    rest = found.string[found.end() :].partition("\n")[0]
    if not rest.strip():
        return line + 1, False
    _begin_at(state, line, state.eMarks[line] - len(rest.lstrip()))
    return line, True


def _begin_at(state: StateBlock, line: int, position: int) -> None:
    """Forget what stands on this line before a position, for it is done."""
    state.bMarks[line], state.tShift[line], state.sCount[line] = position, 0, state.blkIndent


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.env.get("quoted"):
        return False
    first = _line(state, start)
    rest = first.startswith(QUOTE_REST)
    if not rest and not QUOTE.match(first):
        return False
    if silent:
        return True
    last = start + 1
    while last < end and (rest or QUOTE.match(_line(state, last))):
        last += 1
    lines = [_line(state, line) for line in range(start, last)]
    inner = [first[4:], *lines[1:]] if rest else [line[2:] for line in lines]
    _blank_lines(state, start)
    state.push("blockquote_open", "blockquote", 1)
    state.md.block.parse("\n".join(inner), state.md, {**state.env, "quoted": True}, state.tokens)
    state.push("blockquote_close", "blockquote", -1)
    state.line = last
    return True


def _heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    found = HEADING.match(_line(state, start))
    if found is None:
        return False
    if not silent:
        _wrapped(state, start, "heading", f"h{len(found[1])}", found[2])
    return True


def _subtext(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    found = SUBTEXT.match(_line(state, start))
    if found is None:
        return False
    if not silent:
        _wrapped(state, start, "subtext", "small", found[1])
    return True


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lists as everywhere, but that `+` starts none."""
    if _line(state, start).startswith("+") or not list_block(state, start, end, True):
        return False
    if not silent:
        _blank_lines(state, start)
        list_block(state, start, end, False)
    return True


def _wrapped(state: StateBlock, line: int, kind: str, tag: str, text: str) -> None:
    _blank_lines(state, line)
    state.push(f"{kind}_open", tag, 1).map = [line, line + 1]
    _inline(state, line, line + 1, text)
    state.push(f"{kind}_close", tag, -1)
    state.line = line + 1


def _inline(state: StateBlock, start: int, end: int, text: str) -> None:
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [start, end], []


def _push_text(state: StateBlock, start: int, end: int) -> tuple[int, bool]:
    """Text up to the next blank line, other block, or fence in the middle of a line; where to go on, and whether at a fence."""
    taken: list[str] = []
    line, fenced = start, False
    while line < end and not fenced and not (line > start and _ends(state, line, end)):
        text = _line(state, line)
        at = text.find("```")
        fenced = at >= 0 and _fence_at(state, line, at) is not None
        taken.append(text[:at] if fenced else text)
        if fenced:
            _begin_at(state, line, state.bMarks[line] + state.tShift[line] + at)
        else:
            line += 1
    _blank_lines(state, start)
    state.push("paragraph_open", "p", 1).map = [start, line]
    _inline(state, start, line, "\n".join(taken).rstrip())
    state.push("paragraph_close", "p", -1)
    return line, fenced


def _ends(state: StateBlock, line: int, end: int) -> bool:
    """Whether text ends before this line."""
    if state.isEmpty(line) or state.sCount[line] < state.blkIndent or _fence_at(state, line, 0):
        return True
    return any(stop(state, line, end, True) for stop in state.md.block.ruler.getRules("paragraph"))


def _blank_lines(state: StateBlock, start: int) -> None:
    """Blank lines are seen in Discord, each of them."""
    if not state.tokens or state.tokens[-1].nesting == 1:
        return
    line = start - 1
    while line >= 0 and state.isEmpty(line):
        state.push("gap", "", 0)
        line -= 1


def _render_fence(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    language = f'<figcaption class="language">{escapeHtml(token.info)}</figcaption>' if token.info else ""
    kind = f' data-language="{escapeHtml(token.info)}"' if token.info else ""
    return (
        f'<figure class="block"{kind}>{language}<pre><code>{escapeHtml(token.content)}</code></pre></figure>'
    )
