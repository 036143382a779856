"""Which neighbouring code points a reader sees as one character.

The rules of Unicode's extended grapheme clusters that occur in chat (https://unicode.org/reports/tr29/), from
the tables Python ships: combining marks, emoji sequences, flags, Hangul, conjuncts.
"""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_VIRAMA = 9  # canonical combining class


def joined(text: str, offset: int) -> bool:
    """Whether a cut at `offset`, inside `text`, would go through the middle of a visible character."""
    before, after = text[offset - 1], text[offset]
    if after.isascii() and before.isascii():
        return (before, after) == ("\r", "\n")
    if _extends(after) or before == _JOINER:
        return True
    if _flag(before) and _flag(after):
        return _flags_before(text, offset) % 2 == 1
    return _jamo(after) or (unicodedata.combining(before) == _VIRAMA and unicodedata.category(after) == "Lo")


def wide(character: str) -> bool:
    """Whether lines of this script may break after any character, as in Chinese or Japanese."""
    return not character.isascii() and unicodedata.east_asian_width(character) in "WF"


def _extends(character: str) -> bool:
    code = ord(character)
    modifier = 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F
    return modifier or character == _JOINER or unicodedata.category(character).startswith("M")


def _flag(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _flags_before(text: str, offset: int) -> int:
    start = offset
    while start > 0 and _flag(text[start - 1]):
        start -= 1
    return offset - start


def _jamo(character: str) -> bool:
    """A vowel or a final consonant, which Hangul writes into the syllable before."""
    return 0x1160 <= ord(character) <= 0x11FF
