"""Markdown as models write it (CommonMark with GFM's tables and strikethrough, and chat's spoilers).

`display` makes a growing text showable, `plain` makes a title of one. What a platform does not understand of
standard Markdown is translated in its adapter's `format`; where long texts are cut is decided in `split`.
"""

from bridge.rules.markdown.display import display
from bridge.rules.markdown.plain import plain

__all__ = ["display", "plain"]
