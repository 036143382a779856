"""Attached files are read from Slack's own hosts, with a token that goes nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from adapters.slack.files import Attachments
from adapters.slack.rest import Rest
from adapters.slack.tokens import Bearer, Tokens
from bridge.values.errors import ChatBroken, ChatForbidden, ChatGone, ChatRefused, NotAccepted, TooLarge
from bridge.values.ids import PersonId, WorkspaceId
from bridge.values.parts import FileRef
from tests.adapters.slack.outbound import Out, an_out

MEGABYTE = 1024 * 1024
DATA = b"Some notes" * 100


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


def shared(out: Out, name: str = "notes.txt", data: bytes = DATA) -> FileRef:
    """A file somebody dropped into a conversation, as its event describes it."""
    message = out.slack.as_person("ada").say("lab", "Look", files=[(name, data)])
    (file,) = message.files
    url = f"{out.slack.base_url}/files-pri/{file.team_id}-{file.id}/download/{file.name}"
    return FileRef(url=url, name=file.name, size=file.size, mime=file.mimetype)


def attachments(out: Out) -> Attachments:
    return Attachments(out.rest, out.slack.api_url)


async def test_a_shared_file_is_read(out: Out) -> None:
    assert await attachments(out).read(shared(out), MEGABYTE) == DATA


async def test_the_workspace_may_be_named_behind_the_address(out: Out) -> None:
    file = shared(out)
    named = FileRef(url=f"{file.url}#{out.team}", name=file.name, size=file.size, mime=file.mime)

    assert await attachments(out).read(named, MEGABYTE) == DATA


async def test_a_missing_scope_is_named(out: Out) -> None:
    file = shared(out)
    out.world.bot_token.scopes = ("chat:write",)

    with pytest.raises(ChatForbidden, match="`files:read`"):
        await attachments(out).read(file, MEGABYTE)


async def test_a_file_that_claims_to_be_too_large_is_not_asked_for(out: Out) -> None:
    with pytest.raises(TooLarge, match="I read up to"):
        await attachments(out).read(shared(out), 999)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/files-pri/T1-F1/a.txt",
        "http://files.slack.com/files-pri/T1-F1/a.txt",
        "https://files.slack.com.evil.example/files-pri/T1-F1/a.txt",
        "https://user@files.slack.com/files-pri/T1-F1/a.txt",
        "https://files.slack.com:8443/files-pri/T1-F1/a.txt",
        "file:///etc/passwd",
        "http://[bad",
        "http://127.0.0.1:1/files-pri/T1-F1/a.txt",
        "",
    ],
)
async def test_a_foreign_host_is_not_asked(out: Out, url: str) -> None:
    with pytest.raises(NotAccepted, match="shared in Slack"):
        await attachments(out).read(FileRef(url=url, name="a.txt", size=1), MEGABYTE)


async def test_the_machine_we_are_on_is_asked_only_where_slack_was_said_to_be(out: Out) -> None:
    with pytest.raises(NotAccepted):
        await Attachments(out.rest).read(shared(out), MEGABYTE)


async def test_a_plain_address_elsewhere_is_not_asked_even_if_slack_was_said_to_be_there(out: Out) -> None:
    elsewhere = Attachments(out.rest, "http://slack.example/api/")

    with pytest.raises(NotAccepted):
        await elsewhere.read(
            FileRef(url="http://slack.example/files-pri/T1-F1/a", name="a", size=1), MEGABYTE
        )


async def test_of_a_workspace_that_took_us_out_nothing_is_read(out: Out) -> None:
    file = shared(out)
    await out.rest.bearer(out.team)
    out.tokens.forget(out.team)

    with pytest.raises(ChatForbidden, match="not installed"):
        await attachments(out).read(file, MEGABYTE)


# -- what a server may answer ------------------------------------------------------------------------


Answer = Callable[[web.Request], web.StreamResponse]


@asynccontextmanager
async def a_host(answer: Answer) -> AsyncIterator[tuple[Attachments, list[web.Request], str]]:
    """A host of files that answers as told, and the requests that came."""
    seen: list[web.Request] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return answer(request)

    app = web.Application()
    app.router.add_get("/{rest:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    tokens = Tokens()
    for team in ("T1", "T2"):
        tokens.put(Bearer(workspace=WorkspaceId(team), user=PersonId("U1"), token=f"xoxb-{team}"))
    rest = Rest(tokens, api_url=f"{url}/api/")
    try:
        yield Attachments(rest, f"{url}/api/"), seen, url
    finally:
        await rest.close()
        await runner.cleanup()


def at(url: str, team: str = "T1", *, mime: str = "text/plain", hint: str = "") -> FileRef:
    return FileRef(url=f"{url}/files-pri/{team}-F1/a.txt{hint}", name="a.txt", size=4, mime=mime)


async def test_every_workspace_s_files_are_read_by_its_own_token() -> None:
    async with a_host(lambda request: web.Response(body=b"data")) as (files, seen, url):
        await files.read(at(url, "T2"), MEGABYTE)
        await files.read(at(url, "TFOREIGN", hint="#T1"), MEGABYTE)

    assert [request.headers["Authorization"] for request in seen] == ["Bearer xoxb-T2", "Bearer xoxb-T1"]


async def test_a_file_of_a_workspace_nobody_knows_is_not_asked_for() -> None:
    async with a_host(lambda request: web.Response(body=b"data")) as (files, seen, url):
        with pytest.raises(ChatForbidden):
            await files.read(at(url, "TFOREIGN"), MEGABYTE)

    assert seen == []


async def test_where_we_are_in_one_workspace_alone_its_token_reads_what_others_shared_there(out: Out) -> None:
    file = shared(out)
    await out.rest.bearer(out.team)
    foreign = FileRef(url=file.url.replace(str(out.team), "TFOREIGN"), name="a", size=1)

    with pytest.raises(ChatForbidden, match="`files:read`"):  # asked for, and not handed out
        await attachments(out).read(foreign, MEGABYTE)


async def test_a_page_to_sign_in_is_not_taken_for_the_file() -> None:
    async with a_host(lambda request: web.Response(text="<html>", content_type="text/html")) as (
        files,
        _,
        url,
    ):
        with pytest.raises(ChatForbidden, match="`files:read`"):
            await files.read(at(url), MEGABYTE)
        assert await files.read(at(url, mime="text/html"), MEGABYTE) == b"<html>"


async def test_a_redirect_is_not_followed() -> None:
    async with a_host(lambda request: web.Response(status=302, headers={"Location": "/elsewhere"})) as (
        files,
        seen,
        url,
    ):
        with pytest.raises(ChatForbidden):
            await files.read(at(url), MEGABYTE)

    assert len(seen) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, ChatGone),
        (410, ChatGone),
        (403, ChatForbidden),
        (500, ChatBroken),
        (429, ChatBroken),
        (418, ChatRefused),
    ],
)
async def test_every_status_is_an_error_of_ours(status: int, kind: type[Exception]) -> None:
    async with a_host(lambda request: web.Response(status=status)) as (files, _, url):
        with pytest.raises(kind):
            await files.read(at(url), MEGABYTE)


async def test_bytes_are_counted_while_they_come() -> None:
    async with a_host(lambda request: web.Response(body=b"x" * 5000)) as (files, _, url):
        with pytest.raises(TooLarge):
            await files.read(at(url), 1000)


async def test_a_connection_that_breaks_is_told() -> None:
    def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        raise asyncio.CancelledError

    async with a_host(cut) as (files, _, url):
        with pytest.raises(ChatBroken):
            await files.read(at(url), MEGABYTE)
