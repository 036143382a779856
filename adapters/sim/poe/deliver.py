"""Sending: frames onto the wire, on time, with what was ordered to go wrong.

Here: pacing against the clock, cutting, stalling, garbage, and telling whether the caller went away.
Not here: the frames' content (``events``, ``chunks``) or which fault applies (``faults``).
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Iterator

from starlette.types import Receive, Scope, Send

from adapters.sim.poe.faults import Fault
from adapters.sim.poe.wire import GARBAGE, Frame, dumps, shredded

BURST = 64  # frames put together when they are all due: one write, then other streams have their turn
FULL = 65_536  # bytes waiting in a socket from which a stream waits for its reader
DRAIN = 5.0  # seconds that written bytes get to leave before a cut
CONNECTION = "poe.sim.connection"  # where the server puts the connection into the scope


class Connection:
    """What a handler may know and do about the socket below a request."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._gone = asyncio.Event()

    @property
    def is_gone(self) -> bool:
        """True once the caller went away or the connection was closed."""
        return self._gone.is_set() or self._transport.is_closing()

    def lost(self) -> None:
        """Told by the server when the connection is down."""
        self._gone.set()

    async def wait(self, seconds: float | None) -> bool:
        """Wait so long, or until the caller goes away; True when he did."""
        if seconds is not None and seconds <= 0:
            return self.is_gone
        try:
            await asyncio.wait_for(self._gone.wait(), seconds)
        except TimeoutError:
            return self._gone.is_set()
        return True

    def write_chunk(self, data: bytes) -> bool:
        """Write one chunk of a chunked body; False when the socket is full and the writer should wait.

        This goes around h11, whose bookkeeping costs more than everything else in a delta; h11 keeps no
        count of chunks, so it can still write the last one.
        """
        self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))
        return self._transport.get_write_buffer_size() < FULL

    async def cut(self) -> None:
        """Close without a proper end, after what was written has left."""
        self._transport.close()
        if not await self.wait(DRAIN):
            self._transport.abort()
        await self._gone.wait()

    async def reset(self) -> None:
        """Close with a TCP reset."""
        below = self._transport.get_extra_info("socket")
        below.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
        await self._gone.wait()


def connection_of(scope: Scope) -> Connection:
    """The connection of a request."""
    connection: Connection = scope[CONNECTION]
    return connection


class Gone(Exception):
    """The caller went away while being answered."""


class Stream:
    """One answer on its way; ``deltas`` counts what was handed to the socket."""

    def __init__(self, scope: Scope, send: Send, *, speed: float, first: float, fault: Fault) -> None:
        self._connection = connection_of(scope)
        self._send = send
        self._speed = speed
        self._first = first
        self._fault = fault
        self._chance = None if fault.shred is None else random.Random(fault.shred)
        self._troubled = bool(fault.stall or fault.garbage or fault.oversized)
        self._chunked = scope["http_version"] == "1.1"
        self._buffer: list[bytes] = []
        self.deltas = 0

    async def start(self, status: int, headers: dict[str, str]) -> None:
        """Send the headers, and wait where the first byte is to be late.  Raises ``Gone``."""
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})
        if self._fault.wait_first:
            await self._pause(self._fault.wait_first)

    async def run(self, frames: Iterator[Frame]) -> None:
        """Send all frames when they are due.  Raises ``Gone``."""
        now = asyncio.get_running_loop().time
        begun, position = now(), 0
        pace = 1 / self._speed if self._speed > 0 else 0.0
        for frame in frames:
            begun += frame.wait
            if frame.tokens:
                begun += self._take_first()
                position += frame.tokens
            late = begun + position * pace - now()
            if late > 0 or len(self._buffer) >= BURST:
                await self._until(late)
            if frame.delta:
                if self._troubled and self.deltas == (self._fault.after or 0):
                    begun += await self._trouble()
                self.deltas += 1
            if frame.data:
                self._buffer.append(frame.data)
        await self._flush()

    def _take_first(self) -> float:
        """The delay before the first token, once."""
        first, self._first = self._first, 0.0
        return first

    async def finish(self, ending: str) -> None:
        """End the body: properly, by a cut, or never (until the caller leaves).  Raises ``Gone``."""
        if ending == "cut":
            await self._connection.cut()
        elif ending == "stall":
            await self._connection.wait(None)
            raise Gone
        else:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until(self, seconds: float) -> None:
        """Wait until a frame is due; what was due before it leaves first."""
        await self._flush()
        if seconds > 0.25:
            await self._pause(seconds)
        else:
            # Also without anything to wait for: other streams have their turn.
            await asyncio.sleep(max(seconds, 0))

    async def _pause(self, seconds: float) -> None:
        if await self._connection.wait(seconds):
            raise Gone

    async def _trouble(self) -> float:
        """Do what the fault orders in the middle of a stream; returns the seconds it took."""
        fault = self._fault
        if fault.garbage:
            self._buffer.append(GARBAGE)
        if fault.oversized:
            padding = {"type": "response.sim.padding", "padding": "x" * fault.oversized}
            self._buffer.append(b"data: " + dumps(padding) + b"\n\n")
        if fault.stall:
            await self._flush()
            await self._pause(fault.stall)
        return fault.stall

    async def _flush(self) -> None:
        if self._connection.is_gone:
            raise Gone
        if not self._buffer:
            return
        data = b"".join(self._buffer)
        self._buffer.clear()
        if self._chance is None and self._chunked:
            if not self._connection.write_chunk(data):
                await self._send_part(b"")
            return
        for part in [data] if self._chance is None else shredded(data, self._chance):
            await self._send_part(part)

    async def _send_part(self, part: bytes) -> None:
        """Send through uvicorn, which waits while the socket is full."""
        await self._send({"type": "http.response.body", "body": part, "more_body": True})


class Plain:
    """A finished body with headers: what a handler returns when there is nothing to stream."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._status = status
        self._headers = headers
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; the usual interface of Starlette's responses."""
        told = {**self._headers, "content-length": str(len(self._body))}
        raw = [(name.encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": self._status, "headers": raw})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})
