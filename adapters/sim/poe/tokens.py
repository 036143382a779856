"""Counting: how long a text is in tokens, in this simulator.

Four characters are one token, everywhere: in what a prompt weighs, in what an answer costs and in the deltas
a stream is cut into.  A test can therefore compute every number it sees.
"""

from __future__ import annotations

TOKEN_CHARS = 4
IMAGE_TOKENS = 765  # what OpenAI's documents give for one 1024 x 1024 picture in high detail
FILE_BYTES_PER_TOKEN = 64  # a rough measure for files that are not text
TURN_TOKENS = 4  # every message carries a few tokens of its own


def count(text: str) -> int:
    """Tokens of a text."""
    return -(-len(text) // TOKEN_CHARS)


def pieces(text: str) -> list[str]:
    """A text cut into the deltas that a stream sends, one token each."""
    return [text[at : at + TOKEN_CHARS] for at in range(0, len(text), TOKEN_CHARS)]


def first(text: str, tokens: int) -> str:
    """The leading part of a text that fits into so many tokens."""
    return text[: max(tokens, 0) * TOKEN_CHARS]
