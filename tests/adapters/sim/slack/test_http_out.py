"""The Events API: posted and signed, tried again, given up when asked to."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.sim.slack import SlackServer


class Endpoint:
    """An address that keeps what it was posted, and answers what it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.answers: list[web.Response] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.requests.append((dict(request.headers), body))
        if "challenge" in body:
            return web.json_response({"challenge": (await request.json())["challenge"]})
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    made = Endpoint()
    app = web.Application()
    app.router.add_post("/slack/events", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield made
    await runner.cleanup()


async def seen(slack: SlackServer, endpoint: Endpoint, count: int) -> None:
    async with asyncio.timeout(15):
        while len(endpoint.requests) < count:
            await asyncio.sleep(0.01)


async def test_an_address_must_answer_the_challenge(slack: SlackServer, endpoint: Endpoint) -> None:
    assert not await slack.verify(endpoint.url.replace("events", "elsewhere"))
    assert slack.events_url is None
    assert await slack.verify(endpoint.url)
    assert slack.events_url == endpoint.url


async def test_an_event_is_signed(slack: SlackServer, endpoint: Endpoint) -> None:
    slack.events_url = endpoint.url
    slack.as_person("ada").say("general", "one")
    await seen(slack, endpoint, 1)
    headers, body = endpoint.requests[0]
    signed = f"v0:{headers['X-Slack-Request-Timestamp']}:{body}".encode()
    digest = hmac.new(slack.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Slack-Signature"] == f"v0={digest}"
    assert "X-Slack-Retry-Num" not in headers


async def test_an_answer_that_is_not_200_brings_it_again_until_told_not_to(
    slack: SlackServer, endpoint: Endpoint
) -> None:
    slack.world.rules.retry_seconds = (0.0, 0.0, 0.0)
    slack.events_url = endpoint.url
    endpoint.answers = [
        web.Response(status=500),
        web.Response(status=404),
        web.Response(status=503, headers={"X-Slack-No-Retry": "1"}),
    ]
    slack.as_person("ada").say("general", "one")
    await seen(slack, endpoint, 3)
    slack.as_person("ada").say("general", "two")
    await seen(slack, endpoint, 4)
    told = [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for h, _ in endpoint.requests]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error"), (None, None)]


async def test_an_address_that_is_not_there_makes_a_command_fail(slack: SlackServer) -> None:
    slack.events_url = "http://127.0.0.1:9/slack/events"
    asked = slack.as_person("ada").slash("general", "/poe", "hello")
    await slack.world.until(lambda: asked.state == "failed")


async def test_a_command_is_a_form_and_its_answer_may_be_text_or_json(
    slack: SlackServer, endpoint: Endpoint
) -> None:
    slack.events_url = endpoint.url
    endpoint.answers = [web.Response(text="plain"), web.json_response({"text": "json"})]
    asked = [slack.as_person("ada").slash("general", "/poe", text) for text in ("one", "two")]
    await slack.world.until(lambda: all(each.replies for each in asked))
    assert {each.replies[0].text for each in asked} == {"plain", "json"}
    assert "command=%2Fpoe" in endpoint.requests[0][1]
