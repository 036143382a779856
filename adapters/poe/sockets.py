"""Sockets for httpcore. Its own, anyio's, open a cancel scope for every read, which costs as much as decoding an event.

Here: one plain connection. Not here: which address answers (`dial`), TLS (`tls`), and when to give up an answer (`watch`). Failures are
httpcore's, as its backends raise them: https://www.encode.io/httpcore/network-backends/
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from adapters.poe.dial import Address, Option, dialled, interleaved, race
from adapters.poe.tls import secured

ENOUGH = 1 << 18
"""Bytes heard and not asked for yet, after which the server has to wait."""


class Sockets(httpcore.AsyncNetworkBackend):
    """Connections over TCP, on the running loop."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's)
        local_address: str | None = None,
        socket_options: Iterable[Option] | None = None,
    ) -> Plain:
        """Raises httpcore.ConnectError, httpcore.ConnectTimeout."""
        options = tuple(socket_options or ())
        loop = asyncio.get_running_loop()

        async def dial(address: Address) -> socket.socket:
            return await dialled(address, local_address, options)

        try:
            async with asyncio.timeout(timeout):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                return await connected(await race(interleaved(found), dial))
        except TimeoutError as exc:
            raise httpcore.ConnectTimeout(str(exc)) from exc
        except (OSError, UnicodeError) as exc:  # a name that can't be written for the DNS is a UnicodeError
            raise httpcore.ConnectError(str(exc)) from exc


async def connected(sock: socket.socket) -> Plain:
    """The stream on a connected socket, which is now the stream's."""
    try:
        _, wire = await asyncio.get_running_loop().create_connection(Wire, sock=sock)
    except BaseException:
        sock.close()
        raise
    return Plain(wire)


class Wire(asyncio.Protocol):
    """What the loop tells of one connection, kept until somebody asks."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._heard: list[bytes] = []
        self._size = 0  # bytes of it
        self._over = False  # nothing more will be heard
        self._lost = False  # nothing more can be said either
        self._fault = ""  # why, if it was not the other side's wish
        self._held = False  # reading is paused
        self._full = False  # writing is
        self._news: asyncio.Future[None] | None = None  # whoever waits to read
        self._room: asyncio.Future[None] | None = None  # or to write

    # -- for the loop --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        transport.set_write_buffer_limits(0)  # so that what is written has left

    def data_received(self, data: bytes) -> None:
        self._heard.append(data)
        self._size += len(data)
        if self._size > ENOUGH and not self._held:
            self._held = True
            self._transport.pause_reading()
        _wake(self._news)

    def eof_received(self) -> bool:
        self._over = True
        _wake(self._news)
        return True  # the other half stays open

    def connection_lost(self, exc: Exception | None) -> None:
        self._over = self._lost = True
        if exc is not None:
            self._fault = str(exc) or type(exc).__name__
        _wake(self._news)
        _wake(self._room)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        _wake(self._room)

    # -- for the stream ------------------------------------------------------------------------------

    async def read(self, most: int, seconds: float | None) -> bytes:
        if not self._heard and not self._over:
            self._news = self._loop.create_future()
            await _told(self._news, seconds, httpcore.ReadTimeout)
        if not self._heard and self._fault:
            raise httpcore.ReadError(self._fault)
        heard = self._heard[0] if len(self._heard) == 1 else b"".join(self._heard)
        rest = heard[most:]
        self._heard, self._size = [rest] if rest else [], len(rest)
        if self._held and not rest and not self._over:
            self._held = False
            self._transport.resume_reading()
        return heard[:most]

    async def write(self, data: bytes, seconds: float | None) -> None:
        if not self._lost:
            self._transport.write(data)
        if self._full and not self._lost:
            self._room = self._loop.create_future()
            await _told(self._room, seconds, httpcore.WriteTimeout)
        if self._lost:
            raise httpcore.WriteError(self._fault or "the connection was closed")

    def close(self) -> None:
        """At once. What was written before has left."""
        self._over = self._lost = True
        self._fault = self._fault or "closed"
        self._heard = []
        self._transport.abort()

    def readable(self) -> bool:
        """Something came, or would come at once: the next one to read doesn't wait."""
        return bool(self._heard) or self._over or _readable(self._transport.get_extra_info("socket"))

    def about(self, name: str) -> Any:
        return self._transport.get_extra_info(name)


def _wake(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


async def _told(
    waiting: asyncio.Future[None], seconds: float | None, late: type[httpcore.TimeoutException]
) -> None:
    """Wait. Raises `late` when it takes too long."""
    if seconds is None:
        return await waiting
    timer = asyncio.get_running_loop().call_later(seconds, _give_up, waiting, late)
    try:
        return await waiting
    finally:
        timer.cancel()


def _give_up(waiting: asyncio.Future[None], late: type[httpcore.TimeoutException]) -> None:
    if not waiting.done():
        waiting.set_exception(late())


def _readable(sock: socket.socket | None) -> bool:
    """Whether a socket has something the loop has not looked at yet. One that is gone has its end to tell."""
    number = -1 if sock is None else sock.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):  # on Windows
        return bool(select.select([number], [], [], 0)[0])
    asked = select.poll()
    asked.register(number, select.POLLIN)
    return bool(asked.poll(0))


class Plain(httpcore.AsyncNetworkStream):
    """One connection, unencrypted. At most one reads and one writes at a time, as httpcore does."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """b"" at the end. Raises httpcore.ReadError, httpcore.ReadTimeout."""
        return await self._wire.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Returns when it has left. Raises httpcore.WriteError, httpcore.WriteTimeout."""
        if buffer:
            await self._wire.write(buffer, timeout)

    async def aclose(self) -> None:
        self._wire.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Raises httpcore.ConnectError, httpcore.ConnectTimeout; the connection is closed then."""
        return await secured(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._wire.readable()
        known = {"client_addr": "sockname", "server_addr": "peername", "socket": "socket"}
        return self._wire.about(known[info]) if info in known else None
