"""What Slack makes of a `markdown` block: blocks of its own, which is what comes back when a message is read.

https://docs.slack.dev/reference/block-kit/blocks/markdown-block
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from .mentions import TYPED, element
from .nouns import Json

HEADER_LIMIT = 150
STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
KEPT = re.compile("\ue000(\\d+)\ue001")
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])


def all_of(blocks: list[Json]) -> list[Json]:
    """The blocks of a message as Slack gives them back."""
    made: list[Json] = []
    for block in blocks:
        made += markdown(block["text"]) if block["type"] == "markdown" else [block]
    return made


@lru_cache(maxsize=256)
def markdown(text: str) -> list[Json]:
    """The blocks a text becomes; nobody changes them."""
    mentions: list[str] = []

    def keep(found: re.Match[str]) -> str:
        mentions.append(found.group())
        return f"\ue000{len(mentions) - 1}\ue001"

    tree = SyntaxTreeNode(PARSER.parse(TYPED.sub(keep, text)))
    made: list[Json] = []
    for node in tree.children:
        _block(node, mentions, made)
    for number, block in enumerate(made):
        block["block_id"] = f"md{number}"
    return made


def _block(node: SyntaxTreeNode, mentions: list[str], made: list[Json]) -> None:
    inline = _inline(node, mentions)
    if node.type == "heading" and 0 < len(_plain(inline)) <= HEADER_LIMIT:
        shown = {"type": "plain_text", "text": _plain(inline), "emoji": True}
        made.append({"type": "header", "text": shown})
    elif node.type == "hr":
        made.append({"type": "divider"})
    elif node.type == "table":
        rows = [row for part in node.children for row in part.children]
        cells = [[_cell(cell, mentions) for cell in row.children] for row in rows]
        made.append({"type": "table", "rows": cells})
    else:
        if not made or made[-1]["type"] != "rich_text":
            made.append({"type": "rich_text", "elements": []})
        made[-1]["elements"] += _rich(node, mentions, 0)


def _rich(node: SyntaxTreeNode, mentions: list[str], indent: int) -> Iterator[Json]:
    match node.type:
        case "fence" | "code_block":
            shown = [{"type": "text", "text": _restored(node.content.rstrip("\n"), mentions)}]
            language = {"language": node.info.split()[0]} if node.info.split() else {}
            yield {"type": "rich_text_preformatted", "elements": shown, "border": 0, **language}
        case "bullet_list" | "ordered_list":
            yield from _list(node, mentions, indent)
        case "blockquote":
            lines: list[Json] = []
            for child in node.children:
                lines += [{"type": "text", "text": "\n"}] if lines else []
                lines += _inline(child, mentions)
            yield {"type": "rich_text_quote", "elements": lines}
        case _:
            yield {"type": "rich_text_section", "elements": _inline(node, mentions)}


def _list(node: SyntaxTreeNode, mentions: list[str], indent: int) -> Iterator[Json]:
    """A list is flat: what stands below an item is a list of its own, indented."""
    style = "ordered" if node.type == "ordered_list" else "bullet"
    offset = int(node.attrs.get("start", 1)) - 1
    items: list[Json] = []
    for number, item in enumerate(node.children):
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list", "fence", "blockquote"):
                if items:
                    yield _flat(style, indent, offset, items)
                items, offset = [], int(node.attrs.get("start", 1)) + number
                yield from _rich(child, mentions, indent + 1)
            else:
                items.append({"type": "rich_text_section", "elements": _inline(child, mentions)})
    if items:
        yield _flat(style, indent, offset, items)


def _flat(style: str, indent: int, offset: int, items: list[Json]) -> Json:
    return {
        "type": "rich_text_list",
        "style": style,
        "indent": indent,
        "offset": offset if style == "ordered" else 0,
        "border": 0,
        "elements": items,
    }


def _cell(node: SyntaxTreeNode, mentions: list[str]) -> Json:
    section = {"type": "rich_text_section", "elements": _inline(node, mentions)}
    return {"type": "rich_text", "elements": [section]}


def _inline(node: SyntaxTreeNode, mentions: list[str], style: Json | None = None) -> list[Json]:
    """Every text below a node, with how it looks."""
    style = style or {}
    found: list[Json] = []
    for child in node.children:
        match child.type:
            case "text":
                found += _texts(child.content, mentions, style)
            case "softbreak" | "hardbreak":
                found.append({"type": "text", "text": "\n"})
            case "code_inline":
                text = _restored(child.content, mentions)
                found.append({"type": "text", "text": text, "style": {**style, "code": True}})
            case "link" | "image":
                found.append(_link(child, mentions, style))
            case kind:
                more = {STYLES[kind]: True} if kind in STYLES else {}
                found += _inline(child, mentions, {**style, **more})
    return found


def _link(node: SyntaxTreeNode, mentions: list[str], style: Json) -> Json:
    """Images become links too."""
    label = _plain(_inline(node, mentions)) or node.content
    link = {"type": "link", "url": str(node.attrs.get("href") or node.attrs.get("src"))}
    return link | ({"text": label} if label else {}) | ({"style": style} if style else {})


def _texts(text: str, mentions: list[str], style: Json) -> Iterator[Json]:
    """A text, and the mentions in it."""
    look = {"style": style} if style else {}
    for number, part in enumerate(KEPT.split(text)):
        if number % 2:
            yield element(mentions[int(part)]) | look
        elif part:
            yield {"type": "text", "text": part, **look}


def _restored(text: str, mentions: list[str]) -> str:
    return KEPT.sub(lambda found: mentions[int(found.group(1))], text)


def _plain(elements: list[Json]) -> str:
    return "".join(str(part.get("text", "")) for part in elements)
