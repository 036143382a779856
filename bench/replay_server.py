"""A server that says one Responses stream, encoded beforehand, to everybody who posts: as fast as it can, or at 50 events a second.

It costs next to nothing, so that it is never what limits a client. `python -m bench.replay_server` prints its address.

Under /burst an answer is told in chunks of 64 events, as a server does that has everything at hand; under /paced each event is a chunk
and a packet of its own, 20 ms after the one before, as a model does it.
"""

from __future__ import annotations

import asyncio
import json

from bench.child import tell
from bridge.cli.shell import waited

EVENTS = 502
"""Of one burst: created, 500 deltas, completed."""
PACE = 0.02
TOGETHER = 64
WORD = " word"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def paced_deltas(path: str) -> int:
    """How many deltas /paced/NUMBER/v1 asks for."""
    return int(path.split("/")[2])


def encoded(deltas: int) -> list[bytes]:
    """A stream of so many deltas in the form of the Responses API, one element an event."""
    item = {"id": "msg_0123456789abcdef0123456789abcdef", "type": "message", "role": "assistant"}
    part = {"type": "output_text", "text": WORD * deltas, "annotations": [], "logprobs": []}
    response = {
        "id": "resp_0123456789abcdef0123456789abcdef",
        "object": "response",
        "created_at": 1_700_000_000,
        "model": "Claude-Haiku-4.5",
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    usage = {
        "input_tokens": 8,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": deltas,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": deltas + 8,
    }
    events: list[dict[str, object]] = [
        {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}}
    ]
    events += [
        {
            "type": "response.output_text.delta",
            "item_id": item["id"],
            "output_index": 0,
            "content_index": 0,
            "delta": WORD,
            "logprobs": [],
        }
        for _ in range(deltas)
    ]
    output = [{**item, "status": "completed", "content": [part]}]
    ended = {**response, "status": "completed", "output": output, "usage": usage}
    events.append({"type": "response.completed", "response": ended})
    numbered = ({**event, "sequence_number": number} for number, event in enumerate(events))
    return [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in numbered]


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body; b"" is its end."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class Replay(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._out = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, blank, body = bytes(self._heard).partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not blank or not lengths or len(body) < int(lengths[0][15:]):
            return
        self._heard.clear()
        self._answer(head.split(b" ", 2)[1].decode())

    def _answer(self, path: str) -> None:
        if path.startswith("/burst/"):
            self._out.write(BURST)
            return
        self._out.write(HEAD)
        self._next(PACED[paced_deltas(path)], 0, self._loop.time())

    def _next(self, chunks: list[bytes], number: int, due: float) -> None:
        """Event by event; the pace is absolute, so a late one does not make the others late."""
        self._out.write(chunks[number])
        if number + 1 < len(chunks):
            self._timer = self._loop.call_at(due + PACE, self._next, chunks, number + 1, due + PACE)


class _Paced(dict[int, list[bytes]]):
    """The chunks of a paced stream by its number of deltas, made once."""

    def __missing__(self, deltas: int) -> list[bytes]:
        chunks = [chunk(event) for event in encoded(deltas)]
        chunks[-1] += chunk(b"")
        self[deltas] = chunks
        return chunks


PACED = _Paced()


def _burst() -> bytes:
    events = encoded(EVENTS - 2)
    parts = [b"".join(events[at : at + TOGETHER]) for at in range(0, len(events), TOGETHER)]
    return HEAD + b"".join(map(chunk, [*parts, b""]))


BURST = _burst()


async def serve() -> None:
    """Until terminated."""
    server = await asyncio.get_running_loop().create_server(Replay, "127.0.0.1", 0, backlog=1024)
    tell(url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


if __name__ == "__main__":
    waited(serve())
