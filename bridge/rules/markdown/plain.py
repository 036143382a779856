"""One short line without any markup, for thread titles and quotes."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_ELLIPSIS = "…"


def plain(text: str, limit: int = 80) -> str:
    """The words of `text` on one line of at most `limit` code points, cut between words where possible.

    Code blocks are left out while there is anything else to say; HTML and link addresses always are.
    """
    tokens = _PARSER.parse(text)
    words = " ".join(_words(tokens, code=False)) or " ".join(_words(tokens, code=True))
    return _shortened(" ".join(words.split()), limit)


def _words(tokens: list[Token], *, code: bool) -> list[str]:
    words = []
    for token in tokens:
        if token.type == "inline":
            words.append("".join(_piece(child) for child in token.children or []))
        elif code and token.type in ("fence", "code_block"):
            words.append(token.content)
    return words


def _piece(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "html_inline":
        return ""
    return token.content.replace("||", "")


def _shortened(words: str, limit: int) -> str:
    if len(words) <= limit:
        return words
    room = max(limit - len(_ELLIPSIS), 0)
    cut = words.rfind(" ", room // 2, room + 1)
    return (words[: cut if cut > 0 else room].rstrip() + _ELLIPSIS)[:limit]
