"""Slack's two ways of writing, as HTML: `mrkdwn`, and the standard Markdown of `markdown` blocks and streams.

https://docs.slack.dev/messaging/formatting-message-text. Nothing anybody wrote becomes HTML but through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

Names = dict[str, str]

_PRE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_ANGLE = re.compile(r"<([^<>\n]+)>")
_STYLES = (
    (re.compile(r"(?<![\w*])\*(?=\S)(.+?)(?<=\S)\*(?![\w*])"), "strong"),
    (re.compile(r"(?<![\w_])_(?=\S)(.+?)(?<=\S)_(?![\w_])"), "em"),
    (re.compile(r"(?<![\w~])~(?=\S)(.+?)(?<=\S)~(?![\w~])"), "s"),
)
_EMOJI = {
    "thumbsup": "👍", "+1": "👍", "thumbsdown": "👎", "-1": "👎", "eyes": "👀", "wave": "👋", "tada": "🎉",
    "heart": "❤️", "white_check_mark": "✅", "x": "❌", "warning": "⚠️", "hourglass_flowing_sand": "⏳", "robot_face": "🤖",
}  # fmt: skip
_NAMED = re.compile(r":([a-z0-9_+-]+):")
_SAFE = ("http://", "https://", "mailto:")


def mrkdwn(text: str, names: Names) -> Markup:
    """`text` in Slack's wire form: `&amp; &lt; &gt;` are escaped, what stands in `<>` means something."""
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\x00{len(kept) - 1}\x00"

    text = _PRE.sub(lambda found: keep(f"<pre><code>{_escaped(found[1])}</code></pre>"), text)
    text = _CODE.sub(lambda found: keep(f"<code>{_escaped(found[1])}</code>"), text)
    text = _ANGLE.sub(lambda found: keep(_meant(found[1], names)), text)
    text = _escaped(text)
    for pattern, tag in _STYLES:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    text = _NAMED.sub(lambda found: _EMOJI.get(found[1], found[0]), text)
    lines = "<br>".join(_quote(line) for line in text.split("\n"))
    return Markup(_restored(lines, kept))


def emoji(name: str) -> str:
    """A reaction's sign."""
    return _EMOJI.get(name, f":{name}:")


def _restored(text: str, kept: list[str]) -> str:
    while "\x00" in text:
        text = re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text)
    return text


def _escaped(text: str) -> str:
    """Wire form to HTML: what is escaped stays escaped, everything else becomes so."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return escape(plain, quote=True)


def _quote(line: str) -> str:
    return f"<span class='quote'>{line[5:]}</span>" if line.startswith("&gt; ") else line


def _meant(inner: str, names: Names) -> str:
    """A mention, a place, a group, a call to everybody, or a link."""
    target, _, label = inner.partition("|")
    if target[:1] in "@#" and target[1:]:
        name = names.get(target[1:], label or target[1:])
        return f"<span class='mention'>{target[0]}{escape(name)}</span>"
    if target.startswith("!subteam^"):
        return f"<span class='mention'>@{escape(names.get(target[9:], label or target[9:]))}</span>"
    if target.startswith("!date^"):
        return f"<span>{escape(label)}</span>"
    if target.startswith("!"):
        return f"<span class='mention loud'>@{escape(target[1:])}</span>"
    return _link(_unescaped(target), _unescaped(label or target))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _link(target: str, label: str) -> str:
    if not target.startswith(_SAFE):
        return escape(label)
    return f"<a href='{escape(target, quote=True)}' target='_blank' rel='noopener noreferrer'>{escape(label)}</a>"


# -- Markdown -------------------------------------------------------------------------------------


def _outside(self: RendererHTML, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("target", "_blank")
    tokens[at].attrSet("rel", "noopener noreferrer")
    return self.renderToken(tokens, at, options, env)


def _picture(self: RendererHTML, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    """https://docs.slack.dev/reference/block-kit/blocks/markdown-block: images become links."""
    return _link(str(tokens[at].attrs.get("src", "")), tokens[at].content or "image")


def _cell(self: RendererHTML, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    """The page's policy forbids styles in the text, so how a column stands is a class."""
    _, _, stands = str(tokens[at].attrs.pop("style", "")).partition("text-align:")
    if stands in ("center", "right"):
        tokens[at].attrSet("class", stands)
    return self.renderToken(tokens, at, options, env)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    reader.add_render_rule("link_open", _outside)
    reader.add_render_rule("image", _picture)
    reader.add_render_rule("th_open", _cell)
    reader.add_render_rule("td_open", _cell)
    return reader


_READER = _reader()
_IN_MARKDOWN = re.compile(
    r"&lt;(@[UW][A-Z0-9]+|#[CDG][A-Z0-9]+|!channel|!here|!everyone|!subteam\^S[A-Z0-9]+)(?:\|[^&]*)?&gt;"
)


def markdown(text: str, names: Names) -> Markup:
    """Standard Markdown. Slack's own mentions work in it as well."""
    html = _READER.render(text)
    return Markup(_IN_MARKDOWN.sub(lambda found: _meant(found[1], names), html))


Writer = Callable[[str], Markup]
