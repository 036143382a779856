"""Connections of our own, on both loops: what comes, what is too late, what is lost, and who answers first."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpcore
import pytest

from adapters.poe.sockets import Plain, Sockets

Run = Callable[[Coroutine[Any, Any, None]], None]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
uvloop = pytest.importorskip("uvloop")

LOCAL = "127.0.0.1"
FLOOD = 4 << 20


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Plays a scene to its end."""

    def play(scene: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(asyncio.wait_for(scene, 60))

    return play


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[int]:
    """The port of a server that does this with whoever comes, and then closes."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(served, LOCAL, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def connected(serve: Serve) -> AsyncIterator[Plain]:
    async with serving(serve) as port:
        stream = await Sockets().connect_tcp(LOCAL, port, timeout=30.0)
        try:
            yield stream
        finally:
            await stream.aclose()


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.005)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1000):
        writer.write(data)
        await writer.drain()


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up on the first word, so that the other side gets an error and no end."""
    await reader.read(1)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# -- one connection ----------------------------------------------------------------------------------------


def test_what_is_said_is_answered_in_pieces_no_longer_than_asked_for(run: Run) -> None:
    async def scene() -> None:
        async with connected(echo) as stream:
            await stream.write(b"")
            await stream.write(b"hello")
            heard = b""
            while len(heard) < 5:
                piece = await stream.read(2, timeout=30.0)
                assert 0 < len(piece) <= 2
                heard += piece
            assert heard == b"hello"

    run(scene())


def test_who_has_said_everything_may_still_be_told_something(run: Run) -> None:
    told = asyncio.Event()

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")
        writer.write_eof()
        if await reader.readexactly(2) == b"ok":
            told.set()

    async def scene() -> None:
        async with connected(half) as stream:
            assert await stream.read(100) == b"bye"
            assert await stream.read(100) == b""
            assert await stream.read(100) == b""
            await stream.write(b"ok")
            await told.wait()

    run(scene())


def test_a_flood_is_held_back_and_read_to_its_end(run: Run) -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * FLOOD)
        await writer.drain()

    async def scene() -> None:
        async with connected(flood) as stream:
            await until(lambda: stream._wire._held)
            size = 0
            while piece := await stream.read(1 << 16):
                size += len(piece)
            assert size == FLOOD

    run(scene())


def test_silence_is_too_long_when_a_time_is_set_and_the_connection_stays(run: Run) -> None:
    async def scene() -> None:
        async with connected(echo) as stream:
            with pytest.raises(httpcore.ReadTimeout):
                await stream.read(10, timeout=0.01)
            await stream.write(b"late")
            assert await stream.read(10) == b"late"

    run(scene())


def test_who_does_not_listen_is_given_up(run: Run) -> None:
    over = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await over.wait()

    async def scene() -> None:
        async with connected(deaf) as stream:
            with pytest.raises(httpcore.WriteTimeout):
                while True:
                    await stream.write(b"x" * FLOOD, timeout=0.2)
            over.set()

    run(scene())


def test_a_reset_is_an_error_to_who_reads_and_to_who_writes(run: Run) -> None:
    async def scene() -> None:
        async with connected(reset) as stream:
            await stream.write(b"x")
            with pytest.raises(httpcore.ReadError):
                await stream.read(10)
            with pytest.raises(httpcore.WriteError):
                await stream.write(b"y")

    run(scene())


def test_a_connection_lost_while_writing_is_an_error(run: Run) -> None:
    async def scene() -> None:
        async with connected(reset) as stream:
            with pytest.raises(httpcore.WriteError):
                while True:
                    await stream.write(b"x" * FLOOD, timeout=30.0)

    run(scene())


def test_a_closed_connection_does_nothing_more(run: Run) -> None:
    async def scene() -> None:
        async with connected(echo) as stream:
            await stream.aclose()
            with pytest.raises(httpcore.ReadError):
                await stream.read(10)
            with pytest.raises(httpcore.WriteError):
                await stream.write(b"x")
            assert stream.get_extra_info("is_readable")
            await stream.aclose()

    run(scene())


def test_whoever_is_cancelled_can_close_and_the_server_learns_it(run: Run) -> None:
    gone = asyncio.Event()

    async def watch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        finally:
            gone.set()

    async def scene() -> None:
        async with connected(watch) as stream:
            reading = asyncio.get_running_loop().create_task(stream.read(10))
            await asyncio.sleep(0)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            await stream.aclose()
            await gone.wait()

    run(scene())


def test_a_connection_kept_for_later_shows_that_the_other_side_left(run: Run) -> None:
    leave = asyncio.Event()

    async def patient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await leave.wait()

    async def scene() -> None:
        async with connected(patient) as stream:
            assert not stream.get_extra_info("is_readable")
            leave.set()
            await until(lambda: bool(stream.get_extra_info("is_readable")))

    run(scene())


def test_a_connection_knows_both_its_ends(run: Run) -> None:
    async def scene() -> None:
        async with serving(silence) as port:
            keep = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            stream = await Sockets().connect_tcp(LOCAL, port, local_address=LOCAL, socket_options=[keep])
            assert stream.get_extra_info("server_addr")[:2] == (LOCAL, port)
            assert stream.get_extra_info("client_addr")[0] == LOCAL
            sock = stream.get_extra_info("socket")
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert stream.get_extra_info("ssl_object") is None
            await stream.aclose()

    run(scene())


# -- finding who answers -----------------------------------------------------------------------------------


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind((LOCAL, 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.parametrize("host", [LOCAL, "x" * 64 + ".invalid"])
def test_who_is_not_there_cannot_be_connected_to(run: Run, host: str) -> None:
    async def scene() -> None:
        with pytest.raises(httpcore.ConnectError):
            await Sockets().connect_tcp(host, unused_port())

    run(scene())


def test_connecting_has_its_time(run: Run) -> None:
    async def scene() -> None:
        with pytest.raises(httpcore.ConnectTimeout):
            await Sockets().connect_tcp(LOCAL, unused_port(), timeout=0.0)

    run(scene())


def test_a_name_is_looked_up(run: Run) -> None:
    async def scene() -> None:
        async with serving(echo) as port:
            stream = await Sockets().connect_tcp("localhost", port, timeout=30.0)
            await stream.write(b"x")
            assert await stream.read(1) == b"x"
            await stream.aclose()

    run(scene())
