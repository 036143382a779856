"""Standard Markdown as Discord shows it, and long words of ours in pieces. Pure.

Only what Discord would show as raw signs is changed: deep headings, nested quotes, and tables (see `tables`). A text without a table
never grows; one with a table may, so the core measures what is written here before it cuts a page. Mentions stay: `allowed_mentions`
keeps them silent, and what a model wrote is not altered.
https://support.discord.com/hc/en-us/articles/210298617
"""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from . import tables

_SUSPECT = re.compile(r"^ {0,3}(?:#{4}|>>)", re.MULTILINE)
_DEEP_HEADING = re.compile(r"^ {0,3}#{4,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_DEEP_QUOTE = re.compile(r"^ {0,3}>{2,} ?")
_BLOCKS = MarkdownIt("commonmark").enable("table").disable(["inline"])


def shown(text: str) -> str:
    """The text as it is sent; unchanged when given again."""
    if _SUSPECT.search(text) or tables.suspected(text):
        return _translated(text)
    return text


@lru_cache(maxsize=128)  # a page that grows is measured again and again
def _translated(text: str) -> str:
    lines = text.split("\n")
    tokens = _BLOCKS.parse(text.replace("\r", " "))
    for token in tokens:
        if token.map is None or token.level:
            continue
        if token.type == "heading_open" and token.tag in ("h4", "h5", "h6"):
            lines[token.map[0]] = _heading(lines[token.map[0]])
        elif token.type == "blockquote_open":
            for number in range(*token.map):
                lines[number] = _DEEP_QUOTE.sub("> ", lines[number])
    return "\n".join(tables.written(lines, tokens))


def _heading(line: str) -> str:
    """Discord knows three sizes of heading; a deeper one becomes bold, or plain where it holds emphasis already."""
    found = _DEEP_HEADING.match(line)
    if found is None or not found[1]:
        return line  # a page of nothing else would be empty, which Discord takes for a mistake
    title = found[1]
    return f"**{title}**" if not set(title) & set("*_`\\") else title


def pieces(text: str, limit: int, most: int = 3) -> tuple[str, ...]:
    """A text of ours cut at line ends into messages; empty when that would take more than `most`, or would cut code."""
    if len(text) <= limit:
        return (text,)
    if "```" in text:
        return ()
    found: list[str] = []
    rest = text
    while len(rest) > limit and len(found) < most:
        head = beginning(rest, limit)
        found.append(head)
        rest = rest[len(head) :].lstrip("\n")
    return (*found, rest) if rest and len(found) < most else (() if rest else tuple(found))


def beginning(text: str, limit: int) -> str:
    """As many whole lines as fit, or whole words of the first one, or simply its first characters."""
    for sign in ("\n", " "):
        end = text.rfind(sign, 1, limit + 1)
        if end > 0:
            return text[:end]
    return text[:limit]
