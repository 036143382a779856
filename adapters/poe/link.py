"""The wire itself. This file alone knows that httpx carries the bytes; its successor would change nothing else but `sockets` and `tls`.

Here: connections, time-outs, and which failures happened before anything left. Not here: what the bytes mean.
A task that reads a reply owns its connection: leaving the block closes it at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType

import httpx

from adapters.poe.sockets import Sockets
from adapters.poe.watch import Watch

# Below the five seconds after which uvicorn and many others hang up: a request on a connection that is just being closed can't be
# told from one that was carried out.
KEEP_ALIVE = 4.0
KEPT = 20

# They log addresses and, at DEBUG, every header of a reply, `set-cookie` and `x-q-stat` (our address) among them.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class LinkError(Exception):
    """The wire failed. The message is a word or two for the log: no address, no header."""


class NotSent(LinkError):
    """Nothing left the house."""


class Lost(LinkError):
    """The request left, in part at least; nobody knows what became of it."""


class TooMuch(LinkError):
    """A body is longer than it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds."""

    connect: float = 10.0
    first_byte: float = 180.0  # reasoning models think before they speak
    idle: float = 90.0  # between two chunks of an answer
    total: float = 600.0


class Reply:
    """Status, headers (names in lower case), and the body as it comes."""

    def __init__(self, response: httpx.Response, timeouts: Timeouts, first_at: float, ends_at: float) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._watch = Watch(ends_at=ends_at, first_at=first_at, idle=timeouts.idle)
        self._source = _body(response)

    async def chunk(self) -> bytes:
        """The next piece of the body, b"" at its end. Raises Lost."""
        try:
            with self._watch:
                return await anext(self._source, b"")
        except TimeoutError as exc:
            raise Lost("total time-out" if self._watch.ended else "idle time-out") from exc
        except (httpx.HTTPError, httpx.StreamError) as exc:
            raise Lost(type(exc).__name__) from exc

    async def read(self, limit: int) -> bytes:
        """The rest of the body, at most `limit` bytes. Raises Lost, TooMuch."""
        body = bytearray()
        while chunk := await self.chunk():
            body += chunk
            if len(body) > limit:
                raise TooMuch(f"more than {limit} bytes")
        return bytes(body)

    def close(self) -> None:
        """No time-out is left behind."""
        self._watch.close()


def _body(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body, without the layers of httpx that a plain one does not need: each costs as much as decoding an event."""
    if "content-encoding" in response.headers:
        return response.aiter_bytes()
    assert isinstance(response.stream, httpx.AsyncByteStream), "an asynchronous client has such a stream"
    return aiter(response.stream)


def _on_our_sockets(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Directly and through each proxy the environment names. httpx has no parameter for what httpcore calls a network backend."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.AsyncHTTPTransport):
            transport._pool._network_backend = Sockets()
    return client


class Link:
    """Connections to one house. Close it, or use it as a context manager."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._http = _on_our_sockets(
            httpx.AsyncClient(
                timeout=httpx.Timeout(None, connect=timeouts.connect),
                limits=httpx.Limits(
                    max_connections=None, max_keepalive_connections=KEPT, keepalive_expiry=KEEP_ALIVE
                ),
                follow_redirects=False,
            )
        )

    async def __aenter__(self) -> Link:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    @asynccontextmanager
    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> AsyncIterator[Reply]:
        """Send, and wait for the head of the reply. Raises NotSent, Lost."""
        async with self._exchange("POST", url, headers, body, self._timeouts) as reply:
            yield reply

    @asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str], query: Mapping[str, str | int] | None = None
    ) -> AsyncIterator[Reply]:
        """As `post`, for what is answered at once or not at all."""
        address = str(httpx.URL(url, params=dict(query))) if query else url
        quick = Timeouts(connect=self._timeouts.connect, first_byte=20.0, idle=20.0, total=60.0)
        async with self._exchange("GET", address, headers, b"", quick) as reply:
            yield reply

    @asynccontextmanager
    async def _exchange(
        self, verb: str, url: str, headers: Mapping[str, str], body: bytes, timeouts: Timeouts
    ) -> AsyncIterator[Reply]:
        now = asyncio.get_running_loop().time()
        first_at, ends_at = now + timeouts.first_byte, now + timeouts.total
        response = await self._send(verb, url, headers, body, min(first_at, ends_at))
        reply = Reply(response, timeouts, first_at, ends_at)
        try:
            yield reply
        finally:
            reply.close()
            await response.aclose()

    async def _send(
        self, verb: str, url: str, headers: Mapping[str, str], body: bytes, until: float
    ) -> httpx.Response:
        try:
            async with asyncio.timeout_at(until):
                request = self._http.build_request(verb, url, headers=dict(headers), content=body)
                return await self._http.send(request, stream=True)
        except TimeoutError as exc:
            raise Lost("no reply in time") from exc
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as exc:
            raise NotSent(type(exc).__name__) from exc
        except httpx.HTTPError as exc:
            raise Lost(type(exc).__name__) from exc
