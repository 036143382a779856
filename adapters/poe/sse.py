"""An event stream as bytes, cut into the data of its events, within bounds.

Here: lines, events and sizes, as https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream says.
`event:`, `id:` and `retry:` mean nothing to us: a Responses event names its type in its JSON, and a stream is never resumed.
Not here: what the data says (`responses`).
"""

from __future__ import annotations

import re

LONGEST_DELTA = 256 * 1024  # bytes of one event that adds a piece
LONGEST_EVENT = 16 * 1024 * 1024  # a terminal event repeats the whole output, pictures in base64 among it
LONGEST_STREAM = 128 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_HEAD = 1024  # where a type is looked for before an event is complete
_DELTA = re.compile(rb'"type"\s*:\s*"[a-z0-9_.]{1,60}\.delta"')


class StreamError(Exception):
    """The stream is not one we can read."""


class EventTooLarge(StreamError):
    """One event is larger than its kind may be."""


class StreamTooLarge(StreamError):
    """All events together are larger than an answer may be."""


class Splitter:
    """Feed it chunks as they come; it gives back the data of every event completed by them.

    A line ends with CR, LF or CRLF, wherever chunks are cut. An event without data gives nothing. Memory is bounded by one event.
    """

    def __init__(
        self,
        *,
        longest_delta: int = LONGEST_DELTA,
        longest_event: int = LONGEST_EVENT,
        longest_stream: int = LONGEST_STREAM,
    ) -> None:
        self._longest_delta = longest_delta
        self._longest_event = longest_event
        self._left = longest_stream
        self._rest = bytearray()  # of the event under way, its line ends made LF
        self._after_cr = False
        self._fresh = True  # a byte order mark may still come

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that end in this chunk, in order, none empty. Raises StreamError."""
        self._left -= len(chunk)
        if self._left < 0:
            raise StreamTooLarge
        if self._after_cr or b"\r" in chunk:
            chunk = self._with_lf(chunk)
        if self._rest:
            return self._continue(chunk)
        cut = chunk.find(b"\n\n")
        if 0 < cut == len(chunk) - 2 <= self._longest_delta and not self._fresh:
            data = _data(chunk[:cut])  # one event to a chunk, as models speak
            return [data] if data else []
        cut = chunk.rfind(b"\n\n")
        if cut < 0:
            self._keep(chunk)
            return []
        self._keep(chunk[cut + 2 :])
        return self._events(chunk[:cut])

    def tail(self) -> bytes:
        """What came after the last blank line: data never dispatched, or a bare line of JSON; b"" when there is nothing.

        The standard throws it away. Servers that die leave their error there.
        """
        rest = bytes(self._rest).strip(b"\n")
        return rest if rest.startswith(b"{") else _data(self._without_bom(rest))

    def _continue(self, chunk: bytes) -> list[bytes]:
        """Append to the event under way; only the new bytes are searched, so that slow drips cost no more than one gulp."""
        rest = self._rest
        start = max(0, len(rest) - 1)
        rest += chunk
        cut = rest.rfind(b"\n\n", start)
        if cut < 0:
            self._check(rest)
            return []
        done = bytes(rest[:cut])
        del rest[: cut + 2]
        self._check(rest)
        return self._events(done)

    def _keep(self, rest: bytes) -> None:
        self._rest += rest
        self._check(self._rest)

    def _events(self, blocks: bytes) -> list[bytes]:
        if self._fresh:
            blocks = self._without_bom(blocks)
        found = [data for block in blocks.split(b"\n\n") if (data := _data(block))]
        for data in found:
            if len(data) > self._longest_delta:
                self._check(data)
        return found

    def _without_bom(self, block: bytes) -> bytes:
        if not self._fresh:
            return block
        self._fresh = False
        return block.removeprefix(_BOM)

    def _check(self, event: bytes | bytearray) -> None:
        if len(event) <= self._longest_delta:
            return
        if len(event) > self._longest_event or _DELTA.search(event, 0, _HEAD):
            raise EventTooLarge

    def _with_lf(self, chunk: bytes) -> bytes:
        """CR and CRLF as LF. A CR at the end of a chunk ends its line at once; a LF that follows it belongs to it."""
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _data(block: bytes) -> bytes:
    """The data of one event: its `data` lines, joined."""
    if block.startswith(b"event:"):
        block = block[block.find(b"\n") + 1 :]
    if block.startswith(b"data: ") and b"\n" not in block:
        return block[6:]
    lines: list[bytes] = []
    for line in block.split(b"\n"):
        if line.startswith(b"data:"):
            lines.append(line[6:] if line.startswith(b"data: ") else line[5:])
        elif line == b"data":
            lines.append(b"")
    return b"\n".join(lines)
