"""What the tests of the Poe adapter share: a server that says exactly what it is told to, and a clock that is turned by hand."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.poe import PoeClient, Timeouts
from bridge.values.answer import AnswerEvent, Failed, Finished
from bridge.values.notices import Notice
from bridge.values.parts import Item, Role, Text
from bridge.values.request import DEFAULT_KEY, Request

SAMPLES = Path(__file__).parents[2] / "samples" / "poe"
RECORDINGS = Path(__file__).parents[4] / "shared" / "reference" / "poe-recordings"
NOW = 1_780_000_000.0
SECRET = "sk-secret-of-the-house"

Script = Callable[[asyncio.StreamWriter, asyncio.StreamReader], Awaitable[None]]


@dataclass
class Got:
    """One request as it arrived."""

    verb: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Server:
    """Answers each request with the next script; with the last one for ever."""

    scripts: deque[Script] = field(default_factory=deque)
    got: list[Got] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    connections: int = 0
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.got.append(await _request(reader))
                script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
                await script(writer, reader)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.gone.set()
        finally:
            self.connections -= 1
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Got:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    verb, path, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:]) if name}
    return Got(verb, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@asynccontextmanager
async def serving(*scripts: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server(deque(scripts), tls=tls)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        async with asyncio.timeout(30):
            while server.connections:
                await asyncio.sleep(0.005)


def reply(status: int, body: Any = b"", **headers: str) -> Script:
    """A whole reply. Underscores in header names are hyphens."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def script(writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        lines = [f"HTTP/1.1 {status} x", f"content-length: {len(data)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + data)

    return script


def stream(*parts: bytes | float | None, type: str = "text/event-stream", **headers: str) -> Script:
    """A chunked reply. A number is a pause in seconds; None cuts the connection."""

    async def script(writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        lines = ["HTTP/1.1 200 OK", "transfer-encoding: chunked", f"content-type: {type}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        for part in parts:
            if part is None:
                raise ConnectionResetError
            if isinstance(part, float):
                await writer.drain()
                await _pause(part, reader)
            else:
                writer.write(b"%x\r\n%s\r\n" % (len(part), part))
        writer.write(b"0\r\n\r\n")

    return script


async def _pause(seconds: float, reader: asyncio.StreamReader) -> None:
    """Do nothing for so long, unless the client leaves."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + seconds
    while loop.time() < ends_at:
        if reader.at_eof():
            raise ConnectionResetError
        await asyncio.sleep(min(seconds, 0.02))


async def hang_up(writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
    """Close without a byte."""
    raise ConnectionResetError


async def cut_refusal(writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
    """A 401 whose body breaks off."""
    writer.write(b"HTTP/1.1 401 x\r\ncontent-length: 100\r\n\r\n{")
    await writer.drain()
    raise ConnectionResetError


def event(kind: str, **fields: Any) -> bytes:
    return b"data: " + json.dumps({"type": kind, **fields}).encode() + b"\n\n"


def delta(text: str, **fields: Any) -> bytes:
    return event(
        "response.output_text.delta", **{"output_index": 0, "content_index": 0, **fields}, delta=text
    )


CREATED = event("response.created", response={"id": "resp_1", "status": "in_progress", "output": []})
USAGE = {
    "input_tokens": 10,
    "input_tokens_details": {"cached_tokens": 4},
    "output_tokens": 7,
    "output_tokens_details": {"reasoning_tokens": 3},
    "total_tokens": 17,
}


def response(text: str | None = None, **fields: Any) -> dict[str, Any]:
    """A response object with one message."""
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    output = [] if text is None else [message]
    return {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "output": output,
        "usage": USAGE,
        **fields,
    }


def completed(text: str | None = None, **fields: Any) -> bytes:
    return event("response.completed", response=response(text, **fields))


class HandClock:
    """Time that moves when told to, or at once when somebody sleeps and `hurried` is set."""

    def __init__(self, *, hurried: bool = False) -> None:
        self.at = NOW
        self.hurried = hurried
        self.slept: list[float] = []
        self._alarms: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.wait(asyncio.Event(), seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        if self.hurried and seconds is not None:
            self.at += 0 if event.is_set() else seconds
            await asyncio.sleep(0)
            return event.is_set()
        if seconds is None:
            return await event.wait()
        alarm = (self.at + seconds, asyncio.Event())
        self._alarms.append(alarm)
        rung, waited = asyncio.ensure_future(alarm[1].wait()), asyncio.ensure_future(event.wait())  # noqa: TID251 (both ended below)
        try:
            await asyncio.wait({rung, waited}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._alarms.remove(alarm)
            rung.cancel()
            waited.cancel()
            await asyncio.gather(rung, waited, return_exceptions=True)
        return event.is_set()

    async def settle(self) -> None:
        """Let everybody go on until all wait again."""
        for _ in range(50):
            await asyncio.sleep(0)

    async def turn_to(self, seconds: float) -> None:
        """Pass time up to so many seconds after the start, ringing each alarm on its way."""
        end = NOW + seconds
        await self.settle()
        while due := [alarm for alarm in self._alarms if alarm[0] <= end]:
            self.at, ring = min(due, key=lambda alarm: alarm[0])
            ring.set()
            await self.settle()
        self.at = end


class EvenChance:
    """The middle of every range."""

    def token(self) -> str:
        return "A" * 16

    def uniform(self, low: float, high: float) -> float:
        return (low + high) / 2


@dataclass
class Told:
    """Keeps what was noticed."""

    notices: list[Notice] = field(default_factory=list)

    def __call__(self, notice: Notice) -> None:
        self.notices.append(notice)


QUICK = Timeouts(connect=10.0, first_byte=30.0, idle=30.0, total=60.0)
"""Of no concern to a test that does not set its own."""


@asynccontextmanager
async def client_of(
    url: str, *, clock: HandClock | None = None, notify: Told | None = None, usage: str = "", **options: Any
) -> AsyncIterator[PoeClient]:
    options.setdefault("timeouts", QUICK)
    keys = options.pop("keys", {DEFAULT_KEY: SECRET})
    clock = clock or HandClock(hurried=True)
    async with PoeClient(url, usage, keys, clock, EvenChance(), notify or Told(), **options) as client:
        yield client


def asking(text: str = "Hello", **fields: Any) -> Request:
    defaults: dict[str, Any] = {"turn": "t1", "model": "gpt-5.2", "max_output_tokens": 100}
    items = (Item(role=Role.USER, parts=(Text(text=text),)),)
    return Request(**{**defaults, "items": items, **fields})


async def answered(client: PoeClient, request: Request | None = None) -> list[AnswerEvent]:
    """Every event of a call; the last is the only ending."""
    async with asyncio.timeout(60):
        events = [event async for event in client.ask(request or asking())]
    assert [isinstance(event, Finished | Failed) for event in events] == [False] * (len(events) - 1) + [True]
    return events
