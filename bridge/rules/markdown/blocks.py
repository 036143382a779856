"""Where the blocks of a Markdown text stand: every leaf block, its lines, and the containers around it.

markdown-it decides the structure; this room only writes down the columns and offsets that its tokens leave
out, by wrapping its block rules (https://markdown-it-py.readthedocs.io/en/latest/architecture.html).
Nothing here looks inside a paragraph (see `inline`) or decides what is shown or cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt, rules_block
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from bridge.rules.markdown.document import Container, Document, Kind, Leaf

_Rule = Callable[[StateBlock, int, int, bool], bool]


def read(text: str) -> Document:
    """Read the block structure of `text`; every offset is one of `text` itself."""
    # markdown-it's own normalisation would shorten the text and shift every offset.
    source = text.replace("\r", " ").replace("\0", "\ufffd")
    notes = _Notes()
    tokens: list[Token] = []
    env: dict[str, Any] = {"notes": notes}
    _PARSER.block.parse(source, _PARSER, env, tokens)
    return Document(
        text=source,
        lines=_lines(source),
        leaves=_leaves(tokens, notes),
        references=env.get("references", {}),
    )


def _lines(text: str) -> tuple[tuple[int, int], ...]:
    lines, start = [], 0
    for row in text.split("\n"):
        lines.append((start, start + len(row)))
        start += len(row) + 1
    return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a block rule knew when it succeeded: the index of its first token, and its place."""

    index: int
    kind: Kind
    first: int
    last: int
    column: int
    indent: int
    starts: tuple[int, ...]


@dataclass(slots=True)
class _Notes:
    leaves: list[_Seen] = field(default_factory=list)
    columns: dict[int, int] = field(default_factory=dict)


def _leaf_rule(rule: _Rule, kind: Kind) -> _Rule:
    def watched(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        index = len(state.tokens)
        if not rule(state, start, end, silent):
            return False
        if not silent:
            notes: _Notes = state.env["notes"]
            seen = _Seen(
                index=index,
                kind=kind,
                first=start,
                last=state.line,
                column=state.blkIndent,
                indent=max(state.sCount[start] - state.blkIndent, 0),
                starts=tuple(state.bMarks[n] + state.tShift[n] for n in range(start, state.line)),
            )
            notes.leaves.append(seen)
        return True

    return watched


def _container_rule(rule: _Rule) -> _Rule:
    def watched(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if not silent:
            # Written before the rule runs; a rule that then declines leaves a note nobody looks up.
            state.env["notes"].columns[len(state.tokens)] = state.blkIndent
        return rule(state, start, end, silent)

    return watched


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    text = ["paragraph", "reference"]
    anywhere = [*text, "blockquote", "list"]
    rules: list[tuple[str, _Rule, list[str]]] = [
        ("table", _leaf_rule(rules_block.table, "table"), text),
        ("code", _leaf_rule(rules_block.code, "code"), []),
        ("fence", _leaf_rule(rules_block.fence, "fence"), anywhere),
        ("blockquote", _container_rule(rules_block.blockquote), anywhere),
        ("hr", _leaf_rule(rules_block.hr, "rule"), anywhere),
        ("list", _container_rule(rules_block.list_block), [*text, "blockquote"]),
        ("reference", _leaf_rule(rules_block.reference, "reference"), []),
        ("html_block", _leaf_rule(rules_block.html_block, "html"), [*text, "blockquote"]),
        ("heading", _leaf_rule(rules_block.heading, "heading"), [*text, "blockquote"]),
        ("lheading", _leaf_rule(rules_block.lheading, "heading"), []),
        ("paragraph", _leaf_rule(rules_block.paragraph, "paragraph"), []),
    ]
    for name, rule, alternatives in rules:
        parser.block.ruler.at(name, rule, {"alt": alternatives})
    return parser


_PARSER = _parser()


@dataclass(slots=True)
class _Open:
    """A container or a list while the tokens are walked."""

    token: Token
    column: int = 0
    shown: int = -1

    def container(self) -> Container:
        line = self.token.map[0] if self.token.map else 0
        if self.token.type == "blockquote_open":
            return Container(line=line)
        number = str(self.shown) if self.token.info else ""
        return Container(
            line=line,
            column=self.column,
            marker=number + self.token.markup,
            source=self.token.info + self.token.markup,
        )


def _leaves(tokens: list[Token], notes: _Notes) -> tuple[Leaf, ...]:
    leaves: list[Leaf] = []
    stack: list[_Open] = []
    waiting = iter(notes.leaves)
    seen = next(waiting, None)
    for index, token in enumerate(tokens):
        while seen is not None and seen.index == index:
            _indent(stack, seen.column)
            leaves.append(_leaf(seen, token, stack))
            seen = next(waiting, None)
        if token.type in _NESTING:
            _indent(stack, notes.columns.get(index))
            stack.append(_open(token, stack))
        elif token.nesting < 0 and stack and stack[-1].token.tag == token.tag:
            stack.pop()
    return tuple(leaves)


_NESTING = {"blockquote_open", "bullet_list_open", "ordered_list_open", "list_item_open"}


def _indent(stack: list[_Open], column: int | None) -> None:
    """What stands in a list item tells where the item's content begins."""
    if column is not None and stack and stack[-1].token.type == "list_item_open":
        stack[-1].column = column


def _open(token: Token, stack: list[_Open]) -> _Open:
    opened = _Open(token)
    if token.type == "list_item_open" and token.info:
        # Whatever the author wrote ("1. 1. 1."), every renderer counts on from the list's first number.
        around = stack[-1]
        opened.shown = int(token.info) if around.shown < 0 else around.shown + 1
        around.shown = opened.shown
    return opened


def _leaf(seen: _Seen, token: Token, stack: list[_Open]) -> Leaf:
    return Leaf(
        kind=seen.kind,
        first=seen.first,
        last=seen.last,
        starts=seen.starts,
        indent=seen.indent,
        containers=tuple(one.container() for one in stack if not one.token.type.endswith("_list_open")),
        markup=token.markup,
        info=token.info.strip() if seen.kind == "fence" else "",
        closed=seen.kind != "fence" or _closed(seen, token),
    )


def _closed(seen: _Seen, token: Token) -> bool:
    content = token.content.count("\n") + (not token.content.endswith("\n") and token.content != "")
    return seen.last - seen.first - 1 > content
