"""TLS of our own against the loop's: handshakes that succeed and fail, ends with and without a farewell, TLS inside TLS."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpcore
import pytest

from adapters.poe.sockets import Sockets
from adapters.poe.tls import Secured

LOCAL = "127.0.0.1"
LARGE = 1 << 20


@dataclass(frozen=True)
class Identity:
    """A certificate that vouches for itself, and its key."""

    certificate: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client(self) -> ssl.SSLContext:
        """Trusts this certificate and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return made(tmp_path_factory.mktemp("tls"))


def made(folder: Path) -> Identity:
    """A new certificate for this machine's own address."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate, and is not installed")
    identity = Identity(folder / "certificate.pem", folder / "key.pem")
    command = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:{LOCAL}"
    subprocess.run(
        [*command.split(), "-out", str(identity.certificate), "-keyout", str(identity.key)],
        check=True,
        capture_output=True,
    )
    return identity


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()


class Server:
    """Speaks TLS, or not, and remembers whether its last caller left."""

    def __init__(self, serve: object = echo) -> None:
        self._serve = serve
        self.left = asyncio.Event()
        self.port = 0

    @asynccontextmanager
    async def open(self, context: ssl.SSLContext | None) -> AsyncIterator[Server]:
        server = await asyncio.start_server(self._served, LOCAL, 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, ssl.SSLError):
                await self._serve(reader, writer)  # type: ignore[operator]
        finally:
            self.left.set()
            writer.transport.abort()


async def called(port: int, context: ssl.SSLContext, server: str = LOCAL) -> httpcore.AsyncNetworkStream:
    plain = await Sockets().connect_tcp(LOCAL, port, timeout=30.0)
    return await plain.start_tls(context, server, timeout=30.0)


async def exactly(stream: httpcore.AsyncNetworkStream, size: int) -> bytes:
    heard = b""
    while len(heard) < size and (piece := await stream.read(1 << 16, timeout=30.0)):
        heard += piece
    return heard


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_what_is_said_in_private_is_answered(identity: Identity, version: ssl.TLSVersion) -> None:
    context = identity.client()
    context.maximum_version = version
    async with Server().open(identity.server()) as server:
        stream = await called(server.port, context)
        await stream.write(b"")
        await stream.write(b"x" * LARGE, timeout=30.0)
        assert await exactly(stream, LARGE) == b"x" * LARGE
        assert stream.get_extra_info("ssl_object").version() == version.name.replace("_", ".")
        assert stream.get_extra_info("server_addr")[1] == server.port
        assert not stream.get_extra_info("is_readable")
        await stream.aclose()
        await server.left.wait()


async def test_whoever_is_not_trusted_or_bears_another_name_is_left_at_once(identity: Identity) -> None:
    for context, name in ((ssl.create_default_context(), LOCAL), (identity.client(), "example.org")):
        async with Server().open(identity.server()) as server:
            with pytest.raises(httpcore.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await called(server.port, context, name)


async def test_whoever_does_not_speak_tls_is_left(identity: Identity) -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async with Server(chatter).open(None) as server:
        with pytest.raises(httpcore.ConnectError):
            await called(server.port, identity.client())
        await server.left.wait()


async def test_whoever_hangs_up_before_hands_are_shaken_was_never_connected(identity: Identity) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async with Server(hang_up).open(None) as server:
        with pytest.raises(httpcore.ConnectError):
            await called(server.port, identity.client())


async def test_a_handshake_has_its_time_and_leaves_nothing_open(identity: Identity) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async with Server(silence).open(None) as server:
        plain = await Sockets().connect_tcp(LOCAL, server.port)
        with pytest.raises(httpcore.ConnectTimeout):
            await plain.start_tls(identity.client(), LOCAL, timeout=0.05)
        await server.left.wait()


async def test_who_is_cancelled_while_shaking_hands_leaves_nothing_open(identity: Identity) -> None:
    heard = asyncio.Event()

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        heard.set()
        await reader.read(-1)

    async with Server(silence).open(None) as server:
        calling = asyncio.get_running_loop().create_task(called(server.port, identity.client()))
        await heard.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        await server.left.wait()


@pytest.mark.parametrize("farewell", [True, False])
async def test_the_end_is_the_end_with_a_farewell_or_without(identity: Identity, farewell: bool) -> None:
    async def bye(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")
        await writer.drain()
        await reader.read(1)
        if farewell:
            writer.close()
            await writer.wait_closed()

    async with Server(bye).open(identity.server()) as server:
        stream = await called(server.port, identity.client())
        assert await exactly(stream, 3) == b"bye"
        await stream.write(b"x")
        assert await stream.read(10, timeout=30.0) == b""
        assert await stream.read(10, timeout=30.0) == b""
        assert stream.get_extra_info("is_readable")
        await stream.aclose()


async def test_what_came_and_was_not_read_shows(identity: Identity) -> None:
    async with Server().open(identity.server()) as server:
        stream = await called(server.port, identity.client())
        await stream.write(b"hello")
        assert await stream.read(1, timeout=30.0) == b"h"
        assert stream.get_extra_info("is_readable")
        await stream.aclose()


async def test_what_cannot_be_decrypted_is_an_error(identity: Identity) -> None:
    nonsense = b"\x17\x03\x03\x00\x20" + b"?" * 32
    async with Server().open(identity.server()) as server:
        stream = await called(server.port, identity.client())
        assert isinstance(stream, Secured)
        stream._incoming.write(nonsense)
        with pytest.raises(httpcore.ReadError):
            await stream.read(10, timeout=30.0)
        with pytest.raises(httpcore.WriteError):
            await stream.write(b"x")
        await stream.aclose()


async def test_a_private_line_runs_inside_another(identity: Identity) -> None:
    """As through a proxy that is spoken to in TLS."""

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection(LOCAL, inner.port)

        async def pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                while data := await source.read(1 << 16):
                    target.write(data)
            target.close()

        await asyncio.gather(pipe(reader, here), pipe(there, writer))

    async with Server().open(identity.server()) as inner, Server(tunnel).open(identity.server()) as outer:
        first = await called(outer.port, identity.client())
        second = await first.start_tls(identity.client(), LOCAL, timeout=30.0)
        await second.write(b"hello")
        assert await exactly(second, 5) == b"hello"
        await second.aclose()
        await inner.left.wait()
