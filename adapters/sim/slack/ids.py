"""Ids and time stamps as Slack makes them: a letter and ten characters; seconds with six decimals, always growing.

https://docs.slack.dev/reference/objects
"""

import hashlib
import secrets
import string
import time

ALPHABET = string.digits + string.ascii_uppercase
SEED_TIME = 1_760_000_000  # 2025-10-09: when the seeded world was made


def fresh(letter: str) -> str:
    """A new id of this kind, like `C07ABCDEFGH`."""
    return letter + "0" + "".join(secrets.choice(ALPHABET) for _ in range(9))


def seeded(letter: str, name: str) -> str:
    """The same id on every run."""
    number = int.from_bytes(hashlib.sha256(f"{letter} {name}".encode()).digest()[:8])
    tail = ""
    for _ in range(9):
        number, digit = divmod(number, len(ALPHABET))
        tail += ALPHABET[digit]
    return letter + "0" + tail


class Stamps:
    """Hands out the `ts` of one workspace; every one is greater than the one before it."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        """A new time stamp made now."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
