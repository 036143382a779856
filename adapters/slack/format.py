"""Standard Markdown as Slack shows it, and what stands beside it: small lines, the text of notifications. Pure.

A `markdown` block takes Markdown as it is. Only what would ring for somebody is changed: a mention in a model's text loses its meaning by
a sign nobody sees, and keeps its looks, in code too. `text` and small lines are written in Slack's older way, with three signs escaped.
https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re

from . import limits

SMALL = "-# "
"""How a small line begins on a page. Small lines at a page's end stand in a block of their own."""

SILENT = "\u2060"
"""Stands between `<` and what would make it a mention; no wider than nothing."""

_RINGS = re.compile(r"<(?=@[UWB][A-Z0-9]|!(?:channel|here|everyone|subteam\^))")
_RINGS_MANY = re.compile(r"<(?=!(?:channel|here|everyone|subteam\^))")
_CALLS = ("@U", "@W", "@B", "!channel", "!here", "!everyone", "!subteam^")
_BEGINNINGS = frozenset("<" + call[:length] for call in _CALLS for length in range(len(call))) | {
    "<@U",
    "<@W",
    "<@B",
}
_LONGEST = max(map(len, _BEGINNINGS))
_SILENCED = re.compile(rf"<{SILENT}(?=[@!])")

_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s()|]+)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_STRUCK = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~")
_HEADING = re.compile(r"^ {0,3}#{1,6} +(.+?)(?: +#+)? *$", re.MULTILINE)
_CUT_SIGN = re.compile(r"&[a-z]{0,3}$")


def shown(text: str, *, naming: bool = False) -> str:
    """The Markdown as it is sent; unchanged when given again. `naming`: mentions of people stay, and show their names."""
    return (_RINGS_MANY if naming else _RINGS).sub("<" + SILENT, text) if "<" in text else text


def unshown(text: str) -> str:
    """As it was before it was sent."""
    return _SILENCED.sub("<", text) if SILENT in text else text


def undecided(text: str) -> int:
    """How many characters at the end of a growing text may become a mention with what comes next."""
    begin = text.rfind("<", max(0, len(text) - _LONGEST))
    return len(text) - begin if begin >= 0 and text[begin:] in _BEGINNINGS else 0


def parted(text: str, *, begins_line: bool = True) -> tuple[str, tuple[str, ...]]:
    """A page's body, and the small lines under it without their sign. `begins_line`: nothing stands before the text on its line."""
    lines = text.split("\n")
    body = len(lines)
    while body and lines[body - 1].startswith(SMALL) and (body > 1 or begins_line):
        body -= 1
    return "\n".join(lines[:body]), tuple(line.removeprefix(SMALL) for line in lines[body:])


def mrkdwn(text: str, *, naming: bool = False) -> str:
    """Markdown in Slack's older way. `naming`: mentions of people stay, and show their names."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if naming:
        escaped = re.sub(r"&lt;(@[UW][A-Z0-9]+)&gt;", r"<\1>", escaped)
    escaped = _LINK.sub(r"<\2|\1>", escaped)
    return _STRUCK.sub(r"~\1~", _BOLD.sub(r"*\1*", escaped))


def unescaped(text: str) -> str:
    """What Slack's older way says, as plain text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def fallback(text: str, *, naming: bool = False) -> str:
    """What notifications and screen readers say: the whole page where it fits, else its beginning."""
    body, small = parted(text)
    plain = _HEADING.sub(r"**\1**", body.strip() or "\n".join(small))
    written = mrkdwn(plain, naming=naming)
    if len(written) <= limits.FALLBACK:
        return written or "…"
    return _CUT_SIGN.sub("", beginning(written, limits.FALLBACK - 1)).rstrip() + "…"


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
