"""TLS over any of httpcore's streams, another TLS among them: a proxy may be spoken to in TLS. Who is connected is not known here."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpcore

CHUNK = 1 << 16
"""Bytes asked for at a time."""


async def secured(
    below: httpcore.AsyncNetworkStream,
    context: ssl.SSLContext,
    server: str | None,
    timeout: float | None,  # noqa: ASYNC109 (httpcore's)
) -> Secured:
    """Shake hands. Raises httpcore.ConnectError, httpcore.ConnectTimeout; `below` is closed then, and when cancelled."""
    stream = Secured(below, context, server)
    try:
        async with asyncio.timeout(timeout):
            await stream.shake()
    except BaseException as exc:
        await below.aclose()
        if isinstance(exc, TimeoutError):
            raise httpcore.ConnectTimeout(str(exc)) from exc
        if isinstance(exc, ssl.SSLError | httpcore.NetworkError):
            raise httpcore.ConnectError(str(exc)) from exc
        raise
    return stream


class Secured(httpcore.AsyncNetworkStream):
    """The encrypted side of a stream. Closing says no farewell, as is usual in HTTP, whose messages tell their own end."""

    def __init__(
        self, below: httpcore.AsyncNetworkStream, context: ssl.SSLContext, server: str | None
    ) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server)
        self._over = False

    async def shake(self) -> None:
        """Raises ssl.SSLError, httpcore.NetworkError."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._more(None)
            else:
                return await self._flush(None)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """b"" at the end, with a farewell or without. Raises httpcore.ReadError, httpcore.ReadTimeout."""
        while True:
            try:
                data = self._tls.read(max_bytes)
            except ssl.SSLWantReadError:
                await self._more(timeout)
                continue
            except ssl.SSLEOFError:
                data = b""
            except ssl.SSLError as exc:
                raise httpcore.ReadError(str(exc)) from exc
            self._over = not data
            return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Returns when it has left. Raises httpcore.WriteError, httpcore.WriteTimeout."""
        if buffer:
            try:
                self._tls.write(buffer)
            except ssl.SSLError as exc:
                raise httpcore.WriteError(str(exc)) from exc
            await self._flush(timeout)

    async def aclose(self) -> None:
        await self._below.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Raises httpcore.ConnectError, httpcore.ConnectTimeout; the connection is closed then."""
        return await secured(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._tls
        if info == "is_readable" and (self._over or self._incoming.pending or self._tls.pending()):
            return True
        return self._below.get_extra_info(info)

    async def _more(self, seconds: float | None) -> None:
        """Say what the protocol has to say first, then listen. Raises as `below` does."""
        await self._flush(seconds)
        if data := await self._below.read(CHUNK, seconds):
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def _flush(self, seconds: float | None) -> None:
        await self._below.write(self._outgoing.read(), seconds)
