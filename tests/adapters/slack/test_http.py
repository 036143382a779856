"""What comes over HTTP is Slack's or nobody's."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from bridge.values.inbound import Said
from tests.adapters.slack.inbound import House, a_house, a_slack

CLOSED = {"ack_seconds": 3.0, "retry_seconds": (0.0, 0.2, 0.4)}


@asynccontextmanager
async def served(bot: Any) -> AsyncIterator[str]:
    """The adapter's own ASGI application on a real port."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(bot.asgi, lifespan="off", log_config=None))
    serving = asyncio.ensure_future(server.serve([bound]))  # noqa: TID251  # awaited below
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def a_visited_house(**chosen: Any) -> AsyncIterator[tuple[House, str]]:
    async with (
        a_slack(**CLOSED) as slack,
        a_house(slack, mode="http", app_token="", **chosen) as house,
        served(house.bot) as url,
    ):
        yield house, url


@pytest.fixture
async def visited() -> AsyncIterator[tuple[House, str]]:
    async with a_visited_house() as (house, url):
        assert await house.slack.verify(f"{url}/slack/events")
        yield house, url


async def test_messages_come_in_once(visited: tuple[House, str]) -> None:
    house, _ = visited

    house.person("ada").say("lab", "hello", mention_bot=True)

    heard = await house.hall.next()
    await house.settled()
    assert isinstance(heard, Said)
    assert len(house.hall.inbound) == 1
    assert house.bot.health.connected
    assert house.bot.health.last_heartbeat is not None


async def test_a_retry_of_slack_s_comes_in_once(visited: tuple[House, str]) -> None:
    house, _ = visited
    house.person("ada").say("dm", "hello")
    await house.hall.next()

    house.slack.faults.redeliver(1)

    await house.settled()
    assert len(house.hall.inbound) == 1


async def test_what_failed_comes_again(visited: tuple[House, str]) -> None:
    house, _ = visited
    house.hall.failing.append(RuntimeError("a mistake of ours"))

    house.person("ada").say("dm", "hello")

    assert (await house.hall.next()).text == "hello"


async def test_commands_and_forms_come_in_and_are_answered(visited: tuple[House, str]) -> None:
    house, url = visited
    house.slack.events_url = f"{url}/slack/commands"
    used = house.person("ben").slash("lab", "/poe", "points")
    await house.hall.next()
    await house.until(lambda: used.state == "acked")

    house.slack.events_url = f"{url}/slack/interactions"
    house.person("ben").shortcut(house.person("ada").say("lab", "Look"), "pb.about:ask")
    form = await house.until(lambda: house.person("ben").modal)
    house.person("ben").submit(form, {"pb.field:prompt": " "})
    await house.until(lambda: form.errors)


async def test_a_wrong_signature_is_refused(visited: tuple[House, str]) -> None:
    house, url = visited
    house.slack.http.signing_secret = "not the secret"

    assert not await house.slack.verify(f"{url}/slack/events")
    async with httpx.AsyncClient() as client:
        for headers in ({}, house.slack.http.signed("other words")):
            answer = await client.post(
                f"{url}/slack/events", content=b'{"type": "event_callback"}', headers=headers
            )
            assert answer.status_code == 401
    assert house.hall.inbound == []


@pytest.mark.parametrize("offset", [-301.0, 301.0])
async def test_an_old_signature_is_refused(visited: tuple[House, str], offset: float) -> None:
    house, url = visited
    house.slack.http.clock_offset = offset

    body = '{"type": "url_verification", "challenge": "x"}'
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{url}/slack/events", content=body, headers=house.slack.http.signed(body))

    assert answer.status_code == 401


async def test_there_is_nothing_else(visited: tuple[House, str]) -> None:
    _, url = visited

    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{url}/slack/events")).status_code == 405
        assert (await client.get(f"{url}/slack/install")).status_code == 404
        assert (await client.get(f"{url}/slack/else")).status_code == 404
        assert (await client.post(f"{url}/slack/events", content=b"\xff\xfe")).status_code == 400


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'"x"', b"null", b"[" * 200_000, b"payload=%7B", b"payload=[1]"]
)
async def test_what_is_no_payload_is_refused_without_a_word(visited: tuple[House, str], body: bytes) -> None:
    """Anybody can send it: nothing of it is looked at, and nobody is told."""
    house, url = visited
    kind = "application/x-www-form-urlencoded" if body.startswith(b"payload") else "application/json"

    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{url}/slack/events", content=body, headers={"Content-Type": kind})

    assert answer.status_code == 400
    assert house.notices == []


async def test_over_sockets_nobody_may_come_by_http() -> None:
    async with a_slack() as slack, a_house(slack) as house:
        assert house.bot.asgi is None
        status, _, _ = await house.bot.answer(
            "POST", "/slack/events", "", house.slack.http.signed("{}"), b"{}"
        )
        assert status == 404


async def test_installing_needs_no_payloads_over_http() -> None:
    async with a_slack() as slack:
        client = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        async with (
            a_house(slack, **client) as house,
            served(house.bot) as url,
            httpx.AsyncClient() as browser,
        ):
            assert (await browser.get(f"{url}/slack/install")).status_code == 302
            assert (await browser.post(f"{url}/slack/install")).status_code == 405
            assert (await browser.post(f"{url}/slack/events", content=b"{}")).status_code == 404


async def test_before_anybody_listens_slack_is_asked_to_come_again(visited: tuple[House, str]) -> None:
    house, url = visited
    assert house.serving is not None
    house.serving.cancel()
    await asyncio.wait({house.serving})

    body = '{"type": "url_verification", "challenge": "x"}'
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{url}/slack/events", content=body, headers=house.slack.http.signed(body))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
