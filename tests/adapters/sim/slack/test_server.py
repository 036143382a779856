"""Served from the command line: one line that says everything, and an address that opens."""

import asyncio
import io
import json

import httpx
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters.sim.slack import SlackServer, World, introduction, serve


async def test_it_says_in_one_line_how_to_connect() -> None:
    out = io.StringIO()
    extra = Route("/page", lambda request: PlainTextResponse("hello"))
    serving = asyncio.create_task(  # noqa: TID251  (awaited below)
        serve(extra_routes=[extra], opened=lambda slack: {"page": f"{slack.base_url}/page"}, out=out)
    )
    async with asyncio.timeout(15):
        while not out.getvalue():
            await asyncio.sleep(0.01)
    told = json.loads(out.getvalue())
    async with httpx.AsyncClient() as http:
        headers = {"Authorization": f"Bearer {told['token']}"}
        answer = (await http.post(f"{told['api_url']}auth.test", headers=headers)).json()
        assert answer["team_id"] == told["teams"]["Harbour"]
        assert (await http.get(told["page"])).text == "hello"
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_the_introduction_names_what_a_client_needs() -> None:
    async with SlackServer() as slack:
        told = introduction(slack)
    assert told["app_token"].startswith("xapp-")
    assert {"general", "help", "lab", "lobby"} <= set(told["channels"])
    assert {"ada", "ben", "cleo", "robo", "dora"} <= set(told["people"])
    assert {"signing_secret", "client_id", "client_secret", "url"} <= set(told)


async def test_ids_are_the_same_on_every_run() -> None:
    first, second = World(), World()
    assert list(first.users) == list(second.users)
    assert list(first.channels) == list(second.channels)


async def test_half_the_distance_lies_before_and_half_after_the_deed() -> None:
    async with SlackServer(rtt=0.2) as slack, httpx.AsyncClient() as http:
        headers = {"Authorization": f"Bearer {slack.token}"}
        body = {"channel": slack.world.channel("general").id, "text": "x"}
        call = asyncio.create_task(  # noqa: TID251  (awaited below)
            http.post(f"{slack.api_url}chat.postMessage", json=body, headers=headers)
        )
        await slack.world.until(lambda: slack.world.from_bot("general"))
        assert not call.done()
        assert (await call).json()["ok"]


async def test_closing_leaves_nobody_hanging() -> None:
    async with httpx.AsyncClient() as http:
        async with SlackServer() as slack:
            slack.faults.slow(60.0, "auth.test")
            headers = {"Authorization": f"Bearer {slack.token}"}
            call = asyncio.create_task(  # noqa: TID251  (awaited below)
                http.post(f"{slack.api_url}auth.test", headers=headers)
            )
            while slack.faults.waiting:
                await asyncio.sleep(0.01)
        assert isinstance((await asyncio.gather(call, return_exceptions=True))[0], httpx.HTTPError)
