"""The bytes of an event stream: frames, and the ways their form may vary.

Here: turning events into ``Frame`` values.  Not here: which events there are (``events``, ``chunks``), nor
when they are sent (``deliver``).  https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

GARBAGE = b"\xff\xfe\x00<html>\r\r502 Bad Gateway\x00\n{not json\n\n"
COMMENT = b": keep-alive"


class Frame(NamedTuple):
    """Some bytes of a stream.  ``tokens`` is what they carry; ``delta`` marks a piece of the text."""

    data: bytes
    tokens: int = 0
    delta: bool = False
    wait: float = 0.0


class Told(NamedTuple):
    """What a stream leaves out: everything ``after`` so many deltas; its ``usage`` (missing or zero)."""

    after: int | None = None
    usage: str | None = None


_ENCODER = msgspec.json.Encoder()


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return _ENCODER.encode(value)


class Wire:
    """How events look on this stream."""

    def __init__(self, *, event_lines: bool, crlf: bool = False, comments: bool = False) -> None:
        self.newline = b"\r\n" if crlf else b"\n"
        self.event_lines = event_lines
        self.lead = COMMENT + self.newline * 2 if comments else b""

    def head(self, kind: str | None) -> bytes:
        """Everything before the JSON of an event."""
        named = self.event_lines and kind is not None
        line = b"event: " + str(kind).encode() + self.newline if named else b""
        return self.lead + line + b"data: "

    @property
    def tail(self) -> bytes:
        """Everything after the JSON of an event."""
        return self.newline * 2

    def event(self, kind: str | None, value: Mapping[str, Any]) -> bytes:
        """One whole event."""
        return self.head(kind) + dumps(value) + self.tail

    def marker(self) -> bytes:
        """``data: [DONE]``."""
        return self.lead + b"data: [DONE]" + self.tail


def shredded(data: bytes, chance: random.Random) -> list[bytes]:
    """Bytes cut anywhere, also inside a character or a line end."""
    parts: list[bytes] = []
    at = 0
    while at < len(data):
        step = chance.choice((1, 2, 3, 5, 8, 13, 40))
        parts.append(data[at : at + step])
        at += step
    return parts
