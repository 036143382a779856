"""The server as a program: one line of JSON, its own port, extra routes, and a clean end."""

import asyncio
import io
import json

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters.sim.discord import DiscordServer, serve
from tests.plugins.waiting import PATIENCE


async def test_serving_prints_one_line_that_is_enough_to_connect() -> None:
    out = io.StringIO()
    task = asyncio.create_task(serve(out=out))  # noqa: TID251  (awaited below)
    while not out.getvalue().endswith("\n"):
        await asyncio.sleep(0.01)
    told = json.loads(out.getvalue())
    async with httpx.AsyncClient(
        headers={"Authorization": f"Bot {told['token']}"}, timeout=PATIENCE
    ) as client:
        assert (await client.get(f"{told['api_url']}/users/@me")).status_code == 200
    assert told["channels"]["general"].isdigit()
    assert told["gateway_url"].startswith("ws://127.0.0.1:")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_page_can_be_mounted_beside_it() -> None:
    async def hello(request: object) -> PlainTextResponse:
        return PlainTextResponse("a page")

    async with (
        DiscordServer(extra_routes=[Route("/", hello)]) as dc,
        httpx.AsyncClient(timeout=PATIENCE) as client,
    ):
        assert (await client.get(dc.base_url)).text == "a page"


async def test_it_ends_while_requests_and_sockets_are_open() -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as client, asyncio.TaskGroup() as tasks:
        async with DiscordServer() as dc:
            dc.faults.slow(60)
            request = tasks.create_task(_fails(client, f"{dc.api_url}/gateway"))
            await dc.world.until(lambda: not dc.faults.waiting)
        assert await request


async def _fails(client: httpx.AsyncClient, url: str) -> bool:
    try:
        await client.get(url)
    except httpx.TransportError:
        return True
    return False


async def test_two_servers_live_side_by_side() -> None:
    async with DiscordServer() as one, DiscordServer() as two:
        assert one.base_url != two.base_url
        one.as_person("ada").say("general", "only here")
        assert two.world.history("general") == []
