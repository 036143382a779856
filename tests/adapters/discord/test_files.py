"""Bytes of attachments, from Discord's own hosts only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from adapters.discord.files import Attachments
from bridge.values.errors import ChatBroken, ChatGone, ChatRefused, NotAccepted, TooLarge
from bridge.values.parts import FileRef

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[str]:
    """A host of files; its address."""
    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def file(url: str, size: int = 5) -> FileRef:
    return FileRef(url=url, name="a.txt", size=size)


async def test_an_attachment_is_read_whole(house) -> None:
    house.dc.as_person("ben").say(
        "lab", "look", mention_bot=True, files=[("a.txt", b"hello there", "text/plain")]
    )
    said = await house.hall.next()
    (attached,) = said.files
    assert (attached.name, attached.size, attached.mime) == ("a.txt", 11, "text/plain")
    assert await house.discord.files.read(attached, 100) == b"hello there"


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a.txt",  # not encrypted
        "https://cdn.discordapp.com.evil.example/a.txt",
        "https://cdn.discordapp.com@evil.example/a.txt",
        "https://user:pass@cdn.discordapp.com/a.txt",
        "https://cdn.discordapp.com:8443/a.txt",
        "https://evil.example/cdn.discordapp.com/a.txt",
        "http://127.0.0.1:9/a.txt",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://[::1",
        "https://cdn.discordapp.com:port/a.txt",
    ],
)
async def test_a_foreign_address_is_never_asked(url: str) -> None:
    with pytest.raises(NotAccepted):
        await Attachments().read(file(url), 100)


async def test_another_port_of_the_same_machine_is_foreign_too() -> None:
    with pytest.raises(NotAccepted):
        await Attachments("http://127.0.0.1:8080/api/v10").read(file("http://127.0.0.1:8081/a"), 100)


async def test_a_remote_stand_in_is_only_read_encrypted() -> None:
    with pytest.raises(NotAccepted):
        await Attachments("http://sim.example/api").read(file("http://sim.example/a"), 100)


async def test_a_claim_too_large_is_refused_before_anything_is_read() -> None:
    with pytest.raises(TooLarge, match="1 MB"):
        await Attachments().read(file("https://cdn.discordapp.com/a", size=2**21), 2**20)


async def test_a_file_larger_than_it_claimed_is_refused_while_it_is_read() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 1000)
        except ConnectionError:
            return response

    async with serving(endless) as host:
        with pytest.raises(TooLarge):
            await Attachments(host).read(file(f"{host}/a"), 10_000)


async def test_a_redirect_is_not_followed() -> None:
    followed = []

    async def away(request: web.Request) -> web.StreamResponse:
        followed.append(request.path)
        raise web.HTTPFound("/elsewhere")

    async with serving(away) as host:
        with pytest.raises(ChatRefused):
            await Attachments(host).read(file(f"{host}/a"), 100)
    assert followed == ["/a"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, ChatGone), (403, ChatGone), (410, ChatGone), (503, ChatBroken), (429, ChatBroken)],
)
async def test_a_file_that_can_not_be_had_says_why(status: int, expected: type[Exception]) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    async with serving(refuse) as host:
        with pytest.raises(expected):
            await Attachments(host).read(file(f"{host}/a"), 100)


async def test_a_connection_that_breaks_off_is_told_as_that() -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"only this")
        assert request.transport is not None
        request.transport.close()
        await asyncio.sleep(0)
        return response

    async with serving(cut) as host:
        with pytest.raises(ChatBroken):
            await Attachments(host).read(file(f"{host}/a"), 100)
