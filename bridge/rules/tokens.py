"""How many tokens something may be, before anybody counted. High rather than low: holds are made of it."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import assert_never

from bridge.values.parts import Document, Image, Item, Part, Text

IMAGE = 2_000
"""Providers count an image at its largest useful size as 250 to 1,600 tokens; a little more is held."""
OVERHEAD = 8
"""Role and separators of one item."""
LETTERS = 2.5
"""ASCII characters of one token in dense code; prose has about 4."""


def of_text(text: str) -> int:
    """A ceiling for ordinary text: outside ASCII a character may well be more than a token."""
    plain = sum(character < "\x80" for character in text)
    return ceil(plain / LETTERS + (len(text) - plain) * 1.5)


def of_items(items: Iterable[Item]) -> int:
    return sum(OVERHEAD + sum(map(_of_part, item.parts)) for item in items)


def _of_part(part: Part) -> int:
    match part:
        case Text():
            return of_text(part.text)
        case Document():
            return of_text(part.text) + of_text(part.name) + OVERHEAD
        case Image():
            return IMAGE
    assert_never(part)
