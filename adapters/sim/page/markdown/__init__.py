"""Discord's Markdown as HTML: what its client shows, and only that. Everything else is shown as it was typed.

Tables, rules, indented code, HTML and unclosed fences are no Markdown to Discord; neither are they here.
https://support.discord.com/hc/en-us/articles/210298617-Markdown-Text-101-Chat-Formatting-Bold-Italic-Underline
"""

from __future__ import annotations

from markdown_it import MarkdownIt

from . import blocks, inline
from .inline import Names

__all__ = ["Names", "to_html"]


def _made() -> MarkdownIt:
    """A parser that knows nothing but the rules of this room."""
    made = MarkdownIt("zero", {"breaks": True, "html": False, "maxNesting": 30})
    blocks.add(made)
    inline.add(made)
    return made


_PARSER = _made()


def to_html(text: str, names: Names) -> str:
    """HTML that may be put into a page as it is; `names` says what the mentions in it are called."""
    html: str = _PARSER.render(text, {"names": names})
    return html
