"""The wire: time-outs, bodies, and which failures happened before anything left."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from adapters.poe.link import Link, Lost, NotSent, Reply, Timeouts, TooMuch
from adapters.poe.sockets import Sockets
from tests.adapters.poe.stage import Script, hang_up, reply, serving, stream
from tests.adapters.poe.test_tls import Identity, made


def link(**seconds: float) -> Link:
    return Link(Timeouts(**{"first_byte": 30.0, "idle": 30.0, "total": 60.0, **seconds}))


@asynccontextmanager
async def posted(script: Script, **seconds: float) -> AsyncIterator[Reply]:
    """A reply under way."""
    async with serving(script) as server, link(**seconds) as wire, wire.post(server.url, {}, b"") as got:
        yield got


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def test_a_reply_has_a_status_headers_and_a_body_in_pieces() -> None:
    script = stream(b"a", b"b" * 100_000, x_test="yes")
    async with (
        serving(script) as server,
        link() as wire,
        wire.post(server.url, {"x-mine": "1"}, b"{}") as got,
    ):
        assert (got.status, got.headers["x-test"]) == (200, "yes")
        assert await got.read(200_000) == b"a" + b"b" * 100_000
        assert await got.chunk() == b""
    assert (server.got[0].verb, server.got[0].headers["x-mine"], server.got[0].raw) == ("POST", "1", b"{}")


async def test_a_query_is_part_of_the_address() -> None:
    query: dict[str, str | int] = {"limit": 100, "starting_after": "a b"}
    async with (
        serving(reply(200, b"[]")) as server,
        link() as wire,
        wire.get(f"{server.url}/usage", {}, query) as got,
    ):
        assert await got.read(10) == b"[]"
    assert server.got[0].path.replace("%20", "+") == "/usage?limit=100&starting_after=a+b"


async def test_nobody_there_means_nothing_was_sent() -> None:
    async with link() as wire:
        with pytest.raises(NotSent):
            async with wire.post(f"http://127.0.0.1:{unused_port()}", {}, b""):
                pytest.fail("nobody answers there")


async def test_a_hang_up_leaves_the_fate_unknown() -> None:
    async with serving(hang_up) as server, link() as wire:
        with pytest.raises(Lost):
            async with wire.post(server.url, {}, b""):
                pytest.fail("there is no reply")


async def test_a_reply_that_does_not_come_is_given_up() -> None:
    async with serving(stream(60.0, b"late")) as server, link(first_byte=0.1) as wire:
        with pytest.raises(Lost, match="time"):
            async with wire.post(server.url, {}, b"") as got:
                await got.chunk()


async def test_silence_between_two_chunks_is_given_up() -> None:
    async with posted(stream(b"a", 30.0), idle=0.1) as got:
        assert await got.chunk() == b"a"
        with pytest.raises(Lost, match="idle"):
            await got.chunk()


async def test_an_endless_drip_is_given_up() -> None:
    async with posted(stream(*(b"a", 0.02) * 1000), total=0.3) as got:
        with pytest.raises(Lost, match="total"):
            await got.read(10**6)


async def test_a_body_cut_in_the_middle_is_lost() -> None:
    async with posted(stream(b"a", None)) as got:
        with pytest.raises(Lost):
            await got.read(100)


async def test_a_body_has_a_limit() -> None:
    async with posted(stream(b"a" * 1000)) as got:
        with pytest.raises(TooMuch):
            await got.read(999)


async def test_a_compressed_body_is_read_all_the_same() -> None:
    async with posted(stream(gzip.compress(b"hello"), content_encoding="gzip")) as got:
        assert await got.read(100) == b"hello"


async def test_bytes_that_do_not_decompress_are_lost() -> None:
    async with posted(stream(b"hello", content_encoding="gzip")) as got:
        with pytest.raises(Lost):
            await got.read(100)


async def test_leaving_closes_the_connection_at_once() -> None:
    async with serving(stream(b"a", *(b"b", 0.01) * 500)) as server, link() as wire:
        async with wire.post(server.url, {}, b"") as got:
            await got.chunk()
        async with asyncio.timeout(30):
            await server.gone.wait()


async def test_a_connection_read_to_its_end_is_used_again() -> None:
    ports: set[object] = set()

    async def script(writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        ports.add(writer.get_extra_info("peername"))
        await reply(200, b"ok")(writer, reader)

    async with serving(script) as server, link() as wire:
        for _ in range(3):
            async with wire.post(server.url, {}, b"") as got:
                assert await got.read(10) == b"ok"
    assert len(ports) == 1


async def test_a_redirect_is_not_followed() -> None:
    async with posted(reply(302, b"", location="http://127.0.0.1:9/")) as got:
        assert got.status == 302


async def test_no_header_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    """`x-q-stat` holds our address; cookies and keys are secrets."""
    caplog.set_level(logging.DEBUG)
    async with (
        serving(reply(200, b"ok", set_cookie="a=secret-cookie", x_q_stat="1.2.3.4")) as server,
        link() as wire,
        wire.post(
            f"{server.url}/secret-path", {"authorization": "Bearer secret-key"}, b"secret-words"
        ) as got,
    ):
        await got.read(10)
    assert not [word for word in ("secret", "1.2.3.4", "q-stat") if word in caplog.text]


# -- ways out ----------------------------------------------------------------------------------------------


@pytest.fixture
def identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    """A server's, which the system trusts."""
    identity = made(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(identity.certificate))
    return identity


class Tunnel:
    """A proxy that lets everybody through, or nobody."""

    def __init__(self, *, open: bool = True) -> None:
        self.asked: list[bytes] = []
        self._open = open

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, *_ = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        self.asked.append(line)
        if not self._open:
            writer.write(b"HTTP/1.1 407 No\r\n\r\n")
            writer.close()
            return
        host, _, port = line.split()[1].decode().rpartition(":")
        there, here = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(_pipe(reader, here), _pipe(there, writer))


async def _pipe(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(1 << 16):
            target.write(data)
    target.close()


async def test_every_way_out_has_our_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """This is set where httpx keeps it: a new httpx may keep it elsewhere, and would be twice as slow."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:1")
    monkeypatch.setenv("HTTPS_PROXY", "https://proxy.test:2")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with link() as wire:
        ways = [wire._http._transport, *filter(None, wire._http._mounts.values())]
        assert len(ways) == 3
        for way in ways:
            assert isinstance(way, httpx.AsyncHTTPTransport)
            assert isinstance(way._pool._network_backend, Sockets)


async def test_a_private_line_is_spoken_on_directly(identity: Identity) -> None:
    async with (
        serving(stream(b"a" * 100_000, b"b"), tls=identity.server()) as server,
        link() as wire,
    ):
        for _ in range(2):
            async with wire.post(server.url, {}, b"{}") as got:
                assert await got.read(200_000) == b"a" * 100_000 + b"b"


async def test_a_stranger_on_the_private_line_is_told_nothing(tmp_path: Path) -> None:
    async with serving(reply(200), tls=made(tmp_path).server()) as server, link() as wire:
        with pytest.raises(NotSent):
            async with wire.post(server.url, {}, b"{}"):
                pytest.fail("nobody vouches for it")
    assert not server.got


async def test_the_environment_names_a_proxy_that_passes_requests_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(reply(200, b"ok")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with link() as wire, wire.get("http://elsewhere.test/models", {}) as got:
            assert await got.read(10) == b"ok"
    assert proxy.got[0].path == "http://elsewhere.test/models"


async def test_a_private_line_is_led_through_a_proxy(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    tunnel = Tunnel()
    async with tunnel.serving() as proxy, serving(reply(200, b"ok"), tls=identity.server()) as server:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        async with link() as wire, wire.post(server.url, {}, b"{}") as got:
            assert await got.read(10) == b"ok"
    assert tunnel.asked == [f"CONNECT 127.0.0.1:{server.port} HTTP/1.1".encode()]


async def test_a_proxy_that_refuses_means_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Tunnel(open=False).serving() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        async with link() as wire:
            with pytest.raises(NotSent):
                async with wire.post("https://elsewhere.test", {}, b"{}"):
                    pytest.fail("nobody leads there")


async def test_connecting_that_takes_too_long_means_nothing_was_sent() -> None:
    async with link(connect=0.0) as wire:
        with pytest.raises(NotSent, match="Timeout"):
            async with wire.post(f"http://127.0.0.1:{unused_port()}", {}, b""):
                pytest.fail("there is no time")
