"""What a command says reaches whoever asked, and nobody else where it is private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack import replies
from bridge.values.command import Reply
from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatForbidden
from bridge.values.inbound import Destination
from bridge.values.parts import OutFile
from tests.adapters.slack.outbound import Out, an_out

SECRET = Reply(text="You have **3** points.")
PUBLIC = Reply(text="A new conversation begins here.", private=False)
FILE = OutFile(name="list.md", mime="text/markdown", data=b"# List")


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


def answers(out: Out) -> list[tuple[str, bool]]:
    """What was said by the command's own address, each with whether one person alone sees it."""
    (asked,) = out.world.invocations.values()
    return [(one.shown, one.ephemeral) for one in asked.replies]


def whispers(out: Out, where: str = "lab") -> list[tuple[str, str | None]]:
    return [(one.shown, one.seen_by) for one in out.world.from_bot(where, ephemeral=True) if one.ephemeral]


async def test_a_command_is_answered_by_its_own_address_for_one_pair_of_eyes(out: Out) -> None:
    await out.chat.reply(out.commanded(), SECRET)

    assert answers(out) == [("You have **3** points.", True)]
    assert out.calls("chat.postMessage") == []


async def test_people_are_shown_by_name_and_nobody_else_is_rung_for(out: Out) -> None:
    ben = out.world.user("ben").id

    await out.chat.reply(out.commanded(), Reply(text=f"<@{ben}> has 3 points, not <!channel>.\n-# <@{ben}>"))

    (asked,) = out.world.invocations.values()
    assert asked.replies[0].pings.users == {ben}
    assert not asked.replies[0].pings.everyone


async def test_without_an_address_it_is_whispered_in_the_thread(out: Out) -> None:
    to = out.asked()

    await out.chat.reply(to, SECRET)

    (message,) = out.world.from_bot("lab", ephemeral=True)
    assert (message.shown, message.seen_by, message.thread_ts) == (SECRET.text, to.person, to.reply_to)


@pytest.mark.parametrize("spoil", ["used up", "too old", "refused"])
async def test_an_address_that_is_over_is_not_needed(out: Out, spoil: str) -> None:
    to = out.commanded()
    assert to.via is not None
    if spoil == "used up":
        for _ in range(5):
            await out.chat.reply(to, SECRET)
    elif spoil == "too old":
        out.time.passed += 1790
    else:
        to = replace(to, via=replace(to.via, token=f"{out.slack.base_url}/respond/unknown"))

    await out.chat.reply(to, Reply(text="Late word."))

    assert whispers(out)[-1] == ("Late word.", to.person)


async def test_who_is_not_in_the_channel_with_us_is_told_directly(out: Out) -> None:
    to = out.asked()
    out.world.channel("lab").members.remove(out.world.bot.id)

    await out.chat.reply(to, SECRET)

    assert out.said(out.world.dm("ada")) == [SECRET.text]
    assert out.said("lab", ephemeral=True) == []


async def test_in_direct_messages_a_word_stands_in_the_thread(out: Out) -> None:
    to = out.asked("dm")

    await out.chat.reply(to, SECRET)

    (message,) = out.world.from_bot(out.world.dm("ada"))
    assert (message.shown, message.thread_ts, message.ephemeral) == (SECRET.text, to.reply_to, False)


async def test_a_command_in_direct_messages_is_answered_by_its_address(out: Out) -> None:
    await out.chat.reply(out.commanded("dm"), SECRET)

    assert answers(out) == [(SECRET.text, True)]


async def test_a_public_word_is_an_ordinary_message(out: Out) -> None:
    await out.chat.reply(out.commanded(), PUBLIC)

    assert out.said("lab") == [PUBLIC.text]


async def test_where_we_may_not_write_a_public_word_goes_by_the_address(out: Out) -> None:
    to = out.commanded()
    out.slack.faults.refuse("restricted_action", "chat.postMessage")

    await out.chat.reply(to, PUBLIC)

    assert answers(out) == [(PUBLIC.text, False)]


async def test_where_no_way_is_open_the_reason_is_told(out: Out) -> None:
    to = out.asked()
    out.slack.faults.refuse("restricted_action", "chat.postMessage")

    with pytest.raises(ChatForbidden, match="Ask an admin"):
        await out.chat.reply(to, PUBLIC)


async def test_no_way_to_somebody_is_told_to_the_house(out: Out) -> None:
    to = out.asked()
    out.slack.faults.refuse("not_in_channel", "chat.postEphemeral")
    out.slack.faults.refuse("cannot_dm_bot", "conversations.open")

    with pytest.raises(ChatForbidden):
        await out.chat.reply(to, SECRET)


async def test_a_private_file_goes_to_direct_messages_and_that_is_said(out: Out) -> None:
    await out.chat.reply(out.commanded(), Reply(text="Here is the list.", files=(FILE,)))

    words, shared = out.world.from_bot(out.world.dm("ada"))
    assert words.shown == "Here is the list."
    assert [file.content for file in shared.files] == [b"# List"]
    assert answers(out) == [(replies.FILES_DIRECT, True)]
    assert out.said("lab") == []


async def test_a_public_file_stands_beside_its_words(out: Out) -> None:
    to = out.asked()

    await out.chat.reply(to, Reply(text="Here is the list.", private=False, files=(FILE,)))

    words, shared = out.world.from_bot("lab")
    assert (words.thread_ts, shared.thread_ts) == (to.reply_to, to.reply_to)
    assert [file.name for file in shared.files] == ["list.md"]


async def test_a_long_reply_comes_in_pieces(out: Out) -> None:
    text = "\n".join(["x" * 99] * 150)

    await out.chat.reply(out.commanded(), Reply(text=text))

    assert "\n".join(shown for shown, _ in answers(out)) == text


@pytest.mark.parametrize("method", ["chat.postEphemeral"])
async def test_a_limit_is_told_to_whoever_waits_for_it(out: Out, method: str) -> None:
    out.slack.faults.limit(method, retry_after=2)

    with pytest.raises(ChatBusy):
        await out.chat.reply(out.asked(), SECRET)


async def test_a_public_word_whose_answer_was_lost_is_not_said_twice(out: Out) -> None:
    to = out.asked()
    out.slack.faults.lose_response("chat.postMessage")

    with pytest.raises(ChatBroken):
        await out.chat.reply(to, PUBLIC)
    await out.chat.reply(to, PUBLIC)

    assert out.said("lab") == [PUBLIC.text]


async def test_every_failure_is_an_error_of_ours(out: Out) -> None:
    to: Destination = replace(out.asked(), place=replace(out.asked().place, channel="C404/1.1"))  # type: ignore[arg-type]
    out.slack.faults.refuse("user_not_found", "conversations.open")

    with pytest.raises(ChatError):
        await out.chat.reply(to, SECRET)
