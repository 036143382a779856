"""What stands on the platform is read back, and only what is ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.history import History
from adapters.slack.writes import message as body
from bridge.values.draft import Page
from bridge.values.errors import ChatForbidden, ChatGone
from bridge.values.ids import ChannelId, MessageId
from tests.adapters.slack.outbound import NONCE, TURN, Out, an_out


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


@pytest.fixture
def history(out: Out) -> History:
    return History(out.rest)


async def test_in_a_thread_only_we_are_read(out: Out, history: History) -> None:
    to = out.asked()
    out.slack.as_person("ben").say("lab", "Me too", thread=to.reply_to)
    written = await out.chat.post(to, Page(text="Hello"), NONCE)

    found = await history.since(out.team, to.place.channel)

    assert [one["ts"] for one in found] == [written.ref.message]


async def test_at_the_top_of_a_channel_the_newest_are_read_oldest_first(out: Out, history: History) -> None:
    lab = ChannelId(out.world.channel("lab").id)
    for number in range(3):
        await out.rest.call(
            out.team, "chat.postMessage", body(lab, Page(text=f"{number}"), f"{TURN}-{number}")
        )

    found = await history.since(out.team, lab)

    assert [one["text"] for one in found] == ["0", "1", "2"]


async def test_what_was_said_before_a_moment_is_left_out(out: Out, history: History) -> None:
    to = out.asked()
    await out.chat.post(to, Page(text="Hello"), NONCE)

    assert await history.since(out.team, to.place.channel, out.time.now() + 100) == []


async def test_a_page_is_found_by_its_nonce(out: Out, history: History) -> None:
    to = out.asked()
    now = out.time.now()
    written = await out.chat.post(to, Page(text="Hello"), NONCE)

    assert await history.page(out.team, to.place.channel, NONCE, now) == written.ref
    assert await history.page(out.team, to.place.channel, f"{TURN}-7", now) is None


async def test_the_root_of_a_thread_can_be_read_and_so_can_an_answer_in_it(
    out: Out, history: History
) -> None:
    lab = replace(out.commanded(), via=None)
    root = await out.chat.post(lab, Page(text="Root"), NONCE)
    in_thread = replace(lab, place=replace(lab.place, channel=root.ref.channel))
    answer = await out.chat.post(in_thread, Page(text="Answer"), f"{TURN}-1")

    assert (await history.one(out.team, root.ref))["text"] == "Root"
    assert (await history.one(out.team, answer.ref))["text"] == "Answer"


async def test_what_is_not_there_is_gone(out: Out, history: History) -> None:
    written = await out.chat.post(out.asked(), Page(text="Hello"), NONCE)

    with pytest.raises(ChatGone):
        await history.one(out.team, replace(written.ref, message=MessageId("1.2")))


async def test_a_missing_scope_is_named(out: Out, history: History) -> None:
    to = out.asked()
    out.world.bot_token.scopes = ("chat:write",)

    with pytest.raises(ChatForbidden, match="history"):
        await history.since(out.team, to.place.channel)
