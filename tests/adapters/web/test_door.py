"""A door for strangers: what is too large or too slow is answered before anybody looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.web.door import MOST_BYTES, Bounded, below
from adapters.web.health import Health, app, at


async def echo(scope: Any, receive: Any, send: Any) -> None:
    request = Request(scope, receive)
    body = await request.body()
    told = {"path": scope["path"], "method": request.method, "query": request.url.query, "length": len(body)}
    await JSONResponse(told)(scope, receive, send)


async def well() -> Health:
    return Health(hears=("Slack",))


@asynccontextmanager
async def opened(*doors: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        at(app(well, doors), "127.0.0.1", 0) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield client


async def test_everything_below_its_path_is_handed_on_whole_and_health_stays_beside_it():
    async with opened(below("/slack", echo)) as client:
        told = (await client.post("/slack/events?a=1", content=b"x" * MOST_BYTES)).json()
        assert told == {"path": "/slack/events", "method": "POST", "query": "a=1", "length": MOST_BYTES}
        assert (await client.get("/slack/oauth_redirect")).json()["method"] == "GET"
        assert (await client.delete("/slack/events")).status_code == 405
        assert (await client.get("/elsewhere")).status_code == 404
        assert (await client.get("/readyz")).json()["hears"] == ["Slack"]


@pytest.mark.parametrize("streamed", [False, True], ids=["with its length", "in pieces"])
async def test_a_body_too_large_is_refused(streamed: bool):
    def pieces() -> Iterator[bytes]:
        for _ in range(17):
            yield b"x" * (MOST_BYTES // 16)

    async def slowly() -> AsyncIterator[bytes]:
        for piece in pieces():
            yield piece

    async with opened(below("/slack", echo)) as client:
        content: Any = slowly() if streamed else b"".join(pieces())
        answer = await client.post("/slack/events", content=content)
    assert (answer.status_code, answer.text) == (413, "That is too much.")


async def test_a_body_that_does_not_come_is_given_up():
    slow = Route("/slow", Bounded(echo, within=0.05), methods=["POST"])
    async with at(app(well, [slow]), "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /slow HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nx")
        assert (await asyncio.wait_for(reader.readline(), 20)).startswith(b"HTTP/1.1 408 ")
        writer.close()
        await writer.wait_closed()
