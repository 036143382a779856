"""Calls are sent once, by the right token, and every end of one is an error of ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from adapters.sim.slack import SlackServer
from adapters.slack import refusals
from adapters.slack.rest import Rest
from adapters.slack.tokens import Tokens
from bridge.values.errors import ChatBroken, ChatBusy, ChatForbidden, ChatGone, ChatRefused, ConfigError
from bridge.values.ids import WorkspaceId
from tests.adapters.slack.outbound import Out, an_out

POST = "chat.postMessage"


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


def text(out: Out, words: str = "Hello") -> dict[str, str]:
    return {"channel": out.world.channel("lab").id, "text": words}


async def test_the_configured_token_is_introduced_with_the_first_call(out: Out) -> None:
    await out.rest.call(out.team, POST, text(out))

    (bearer,) = out.tokens.all()
    assert (bearer.workspace, bearer.user, bearer.name) == (out.team, out.world.bot.id, "Harbour")
    assert bearer.scopes is not None
    assert "chat:write" in bearer.scopes
    assert len(out.calls("auth.test")) == 1


async def test_calls_at_once_introduce_it_once(out: Out) -> None:
    await asyncio.gather(*(out.rest.call(out.team, POST, text(out, str(number))) for number in range(3)))

    assert len(out.calls("auth.test")) == 1


async def test_nothing_people_say_is_written_down(out: Out, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    await out.rest.call(out.team, POST, text(out, "Our secret plan"))

    assert "secret plan" not in caplog.text
    assert out.slack.token not in caplog.text


@pytest.mark.parametrize("status", [503, None])
async def test_a_slack_that_cannot_be_asked_who_we_are_may_be_asked_again(
    out: Out, status: int | None
) -> None:
    with out.slack.faults.outage(status), pytest.raises(ChatBroken):
        await out.rest.bearer(out.team)

    assert (await out.rest.bearer(out.team)).workspace == out.team


async def test_bytes_for_an_upload_nobody_announced_are_refused(out: Out) -> None:
    with pytest.raises(ChatRefused):
        await out.rest.upload(f"{out.slack.base_url}/upload/v1/unknown", b"bytes")


async def test_every_workspace_is_written_to_by_its_own_token(out: Out) -> None:
    lighthouse = out.world.team("Lighthouse")
    bearer = await out.rest.introduce(out.slack.install("Lighthouse", "dora"))
    out.world.channel("lobby").members.append(bearer.user)

    await out.rest.call(out.team, POST, text(out))
    await out.rest.call(
        WorkspaceId(lighthouse.id), POST, {"channel": out.world.channel("lobby").id, "text": "Ahoy"}
    )

    assert out.said("lab") == ["Hello"]
    assert out.said("lobby") == ["Ahoy"]


async def test_where_we_are_not_installed_nothing_is_sent(out: Out) -> None:
    with pytest.raises(ChatForbidden, match="not installed"):
        await out.rest.call(WorkspaceId("T404"), POST, text(out))

    assert out.calls(POST) == []


async def test_a_forgotten_workspace_is_not_taken_up_again(out: Out) -> None:
    await out.rest.call(out.team, POST, text(out))
    out.tokens.forget(out.team)

    with pytest.raises(ChatForbidden):
        await out.rest.call(out.team, POST, text(out))


async def test_a_token_slack_does_not_know_is_the_operator_s_business(out: Out) -> None:
    with pytest.raises(ConfigError, match="Copy a fresh one"):
        await out.rest.introduce("xoxb-wrong")


async def test_a_call_by_a_configured_token_slack_does_not_know_is_refused() -> None:
    async with SlackServer(port=0) as slack:
        rest = Rest(Tokens(), api_url=slack.api_url, configured="xoxb-wrong")
        try:
            with pytest.raises(ChatForbidden, match="Copy a fresh one"):
                await rest.call(WorkspaceId("T1"), POST, {})
        finally:
            await rest.close()


async def test_a_revoked_token_says_so(out: Out) -> None:
    await out.rest.call(out.team, POST, text(out))
    out.world.bot_token.revoked = True

    with pytest.raises(ChatForbidden, match="install the app again"):
        await out.rest.call(out.team, POST, text(out))


async def test_a_missing_scope_is_named(out: Out) -> None:
    out.world.bot_token.scopes = ("users:read",)

    with pytest.raises(ChatForbidden, match="`chat:write`"):
        await out.rest.call(out.team, POST, text(out))


async def test_a_limit_is_told_and_not_slept_out(out: Out) -> None:
    out.slack.faults.limit(POST, retry_after=7)

    with pytest.raises(ChatBusy) as busy:
        await out.rest.call(out.team, POST, text(out))

    assert busy.value.retry_after == 7.0
    assert len(out.calls(POST)) == 1


async def test_a_connection_lost_after_the_call_is_a_doubt_and_nothing_is_sent_again(out: Out) -> None:
    await out.rest.bearer(out.team)
    out.slack.faults.lose_response(POST)

    with pytest.raises(ChatBroken):
        await out.rest.call(out.team, POST, text(out))

    assert out.said("lab") == ["Hello"]


async def test_a_connection_lost_before_the_call_is_a_doubt_too(out: Out) -> None:
    await out.rest.bearer(out.team)
    out.slack.faults.drop(POST)

    with pytest.raises(ChatBroken):
        await out.rest.call(out.team, POST, text(out))

    assert out.said("lab") == []


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_page_in_the_place_of_an_answer_is_a_broken_call(out: Out, status: int) -> None:
    await out.rest.bearer(out.team)
    out.slack.faults.fail(status, POST)

    with pytest.raises(ChatBroken):
        await out.rest.call(out.team, POST, text(out))

    assert len(out.calls(POST)) == 1


async def test_a_slack_that_is_not_there_is_a_broken_call(out: Out) -> None:
    rest = Rest(Tokens(), api_url="http://127.0.0.1:9/api/", configured="xoxb-1")
    try:
        with pytest.raises(ChatBroken):
            await rest.call(WorkspaceId("T1"), POST, {})
    finally:
        await rest.close()


async def test_a_closed_pool_is_opened_again(out: Out) -> None:
    await out.rest.call(out.team, POST, text(out, "one"))
    await out.rest.close()
    await out.rest.call(out.team, POST, text(out, "two"))

    assert out.said("lab") == ["one", "two"]


async def test_an_answer_to_a_command_goes_by_its_own_address(out: Out) -> None:
    to = out.commanded()
    assert to.via is not None

    await out.rest.respond(to.via.token, {"text": "Hello"})

    (reply,) = out.world.invocations.values()
    assert [one.text for one in reply.replies] == ["Hello"]


async def test_an_address_that_is_used_up_is_gone(out: Out) -> None:
    to = out.commanded()
    assert to.via is not None
    for _ in range(5):
        await out.rest.respond(to.via.token, {"text": "Hello"})

    with pytest.raises(ChatGone) as gone:
        await out.rest.respond(to.via.token, {"text": "Hello"})

    assert refusals.code(gone.value) == "used_url"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/respond",
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com.evil.example/",
        "http://[bad",
    ],
)
async def test_words_and_files_go_to_slack_s_own_hosts_alone(out: Out, url: str) -> None:
    with pytest.raises(ChatForbidden):
        await out.rest.respond(url, {"text": "Hello"})
    with pytest.raises(ChatForbidden):
        await out.rest.upload(url, b"bytes")


async def test_a_real_slack_is_the_default() -> None:
    rest = Rest(Tokens())

    assert rest.api_url == "https://slack.com/api/"
    await rest.close()


async def test_bytes_that_do_not_arrive_are_told() -> None:
    rest = Rest(Tokens(), api_url="http://127.0.0.1:9/api/")
    try:
        with pytest.raises(ChatBroken):
            await rest.upload("http://127.0.0.1:9/upload", b"x")
    finally:
        await rest.close()
