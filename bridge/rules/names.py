"""Names that people gave, put into a sentence of ours."""

from __future__ import annotations

import re

LENGTH = 60
_SIGNS = re.compile(r"([\\*_~`|<>\[\]])")


def escaped(name: str) -> str:
    """Short, on one line, and unable to do anything but be read."""
    return _SIGNS.sub(r"\\\1", " ".join(name.split())[:LENGTH])
