"""Pages reach the place they were asked for, once, and can be edited, found and read back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack import ids, replies
from bridge.ports import Chat, Streams, Titles
from bridge.values.draft import Page
from bridge.values.errors import ChatBroken, ChatForbidden, ChatGone, ChatRefused
from bridge.values.ids import MessageId
from bridge.values.inbound import PlaceKind
from bridge.values.parts import OutFile
from tests.adapters.slack.outbound import AGAIN, FINAL, NONCE, STOP, TURN, Out, an_out, private

PAGE = Page(text="Hello **there**", buttons=(STOP,))
REST = OutFile(name="answer.md", mime="text/markdown", data=b"The rest.")
DONE = Page(text="Hello **there**, Ada.\n-# 3 points", buttons=FINAL)


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


def test_it_is_the_three_ports(out: Out) -> None:
    chat: Chat = out.chat

    assert isinstance(chat, Streams)
    assert isinstance(chat, Titles)


# -- posting ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["lab", "dm"])
async def test_an_answer_stands_in_the_thread_of_its_question(out: Out, where: str) -> None:
    to = out.asked(where)

    written = await out.chat.post(to, PAGE, NONCE)

    channel = ids.channel_of(to.place.channel)
    (message,) = out.world.from_bot(channel)
    assert (message.thread_ts, message.ts) == (to.reply_to, written.ref.message)
    assert written.ref.channel == to.place.channel
    assert [block["type"] for block in message.blocks] == ["markdown", "actions"]


async def test_nobody_is_rung_for_and_nothing_unfurls(out: Out) -> None:
    ada = out.world.user("ada").id
    text = (
        f"<!channel> <!here|here> <@{ada}> <!subteam^{out.world.group('crew').id}> @here @ada https://x.org"
    )

    await out.chat.post(out.asked(), Page(text=text), NONCE)
    written = await out.chat.post(out.asked(), Page(text=f"{text}\n-# {text}"), f"{TURN}-1")
    await out.chat.edit(out.asked(), written.ref, Page(text=text + " again"))

    for message in out.world.from_bot("lab"):
        assert not any(version.pings for version in message.versions)
        assert not message.unfurls


async def test_a_page_at_the_limit_is_taken(out: Out) -> None:
    limit = out.chat.capabilities.text_limit
    text = "<!here> " * 50 + ("& word " * 2000)[: limit - 50 * 9 - 404]
    page = Page(text=text + "\n-# " + "x" * 400, buttons=FINAL)

    assert out.chat.measure(page.text) <= limit
    await out.chat.post(out.asked(), page, NONCE)


async def test_what_is_too_long_is_refused_as_such(out: Out) -> None:
    with pytest.raises(ChatRefused, match="too long"):
        await out.chat.post(out.asked(), Page(text="x" * 13_000), NONCE)


async def test_the_same_nonce_is_the_same_message(out: Out) -> None:
    to = out.asked()

    first = await out.chat.post(to, PAGE, NONCE)
    again = await out.chat.post(to, PAGE, NONCE)
    other = await out.chat.post(to, PAGE, f"{TURN}-1")

    assert first.ref == again.ref != other.ref
    assert len(out.said()) == 2


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(out: Out) -> None:
    to = out.asked()
    out.slack.faults.lose_response("chat.postMessage")

    with pytest.raises(ChatBroken):
        await out.chat.post(to, PAGE, NONCE)
    written = await out.chat.post(to, PAGE, NONCE)

    (message,) = out.world.from_bot("lab")
    assert written.ref == ids.ref(message.channel_id, message.ts, message.thread_ts)


async def test_a_post_that_never_arrived_is_made_with_the_next_try(out: Out) -> None:
    to = out.asked()
    await out.rest.bearer(out.team)
    out.slack.faults.drop("chat.postMessage")

    with pytest.raises(ChatBroken):
        await out.chat.post(to, PAGE, NONCE)
    await out.chat.post(to, PAGE, NONCE)

    assert len(out.said()) == 1


async def test_where_we_may_not_read_a_lost_post_is_made_again(out: Out) -> None:
    to = out.asked()
    await out.rest.bearer(out.team)
    out.world.bot_token.scopes = ("chat:write",)
    out.slack.faults.drop("chat.postMessage")

    with pytest.raises(ChatBroken):
        await out.chat.post(to, PAGE, NONCE)
    await out.chat.post(to, PAGE, NONCE)

    assert len(out.said()) == 1


async def test_a_doubt_that_cannot_be_looked_into_now_stays_one(out: Out) -> None:
    to = out.asked()
    out.slack.faults.lose_response("chat.postMessage")
    with pytest.raises(ChatBroken):
        await out.chat.post(to, PAGE, NONCE)
    out.slack.faults.fail(503, "conversations.replies")

    with pytest.raises(ChatBroken):
        await out.chat.post(to, PAGE, NONCE)

    await out.chat.post(to, PAGE, NONCE)
    assert len(out.said()) == 1


async def test_a_bot_that_was_removed_says_how_to_bring_it_back(out: Out) -> None:
    to = out.asked()
    out.world.channel("lab").members.remove(out.world.bot.id)

    with pytest.raises(ChatForbidden, match="Invite me with /invite"):
        await out.chat.post(to, PAGE, NONCE)


async def test_a_deleted_channel_is_gone(out: Out) -> None:
    to = out.asked()
    out.world.channel("lab").deleted = True

    with pytest.raises(ChatGone, match="deleted"):
        await out.chat.post(to, PAGE, NONCE)


# -- private pages ----------------------------------------------------------------------------------


async def test_a_private_answer_stands_in_direct_messages_and_grows_there(out: Out) -> None:
    to = private(out.commanded())

    written = await out.chat.post(to, PAGE, NONCE)
    await out.chat.edit(to, written.ref, DONE)

    assert out.said("lab") == []
    assert out.said(out.world.dm("ada")) == ["Hello **there**, Ada.\n3 points"]
    (asked,) = out.world.invocations.values()
    assert [one.text for one in asked.replies] == [replies.IN_DIRECT]


async def test_where_it_is_is_said_once_and_not_needed(out: Out) -> None:
    to = private(out.commanded())
    await out.chat.post(to, PAGE, NONCE)
    await out.chat.post(to, PAGE, f"{TURN}-1")
    (asked,) = out.world.invocations.values()
    assert len(asked.replies) == 1

    far = replace(to, via=replace(to.via, token=f"{out.slack.base_url}/respond/unknown"))  # type: ignore[type-var]
    await out.chat.post(far, PAGE, f"{TURN}-2")

    assert len(out.said(out.world.dm("ada"))) == 3


async def test_a_private_answer_is_found_where_it_stands(out: Out) -> None:
    to = private(out.commanded())
    written = await out.chat.post(to, DONE, NONCE)

    (found,) = await out.another().find(to, TURN)
    assert (found.ref, found.text) == (written.ref, DONE.text)


# -- editing ----------------------------------------------------------------------------------------


async def test_an_edit_replaces_text_and_buttons(out: Out) -> None:
    to = out.asked()
    written = await out.chat.post(to, PAGE, NONCE)

    edited = await out.chat.edit(to, written.ref, DONE)

    (message,) = out.world.from_bot("lab")
    assert edited.ref == written.ref
    assert [block["type"] for block in message.blocks] == [
        "markdown",
        "context",
        "actions",
        "context_actions",
    ]
    assert message.metadata["event_payload"]["nonce"] == NONCE


async def test_an_edit_of_a_deleted_message_is_gone(out: Out) -> None:
    to = out.asked()
    written = await out.chat.post(to, PAGE, NONCE)
    (message,) = out.world.from_bot("lab")
    out.slack.as_person("ada").delete(message)

    with pytest.raises(ChatGone):
        await out.chat.edit(to, written.ref, DONE)


# -- reading back -----------------------------------------------------------------------------------


async def test_our_pages_are_found_by_a_process_that_did_not_write_them(out: Out) -> None:
    to = out.asked()
    first = await out.chat.post(to, Page(text="One <!here>"), NONCE)
    second = await out.chat.post(to, Page(text="Two\n-# 3 points", buttons=(AGAIN,)), f"{TURN}-1")
    await out.chat.post(to, Page(text="Another's"), "otherotherother0-0")
    out.slack.as_person("ada").say("lab", "Thanks", thread=to.reply_to)

    found = await out.another().find(to, TURN)

    assert tuple((seen.ref, seen.text) for seen in found) == (
        (first.ref, "One <!here>"),
        (second.ref, "Two\n-# 3 points"),
    )


async def test_what_came_in_the_place_of_a_file_is_no_page(out: Out) -> None:
    """It would be written over as one that is left."""
    to = out.asked()
    out.slack.faults.refuse("file_uploads_disabled", "files.getUploadURLExternal")
    await out.chat.post(to, Page(text="Most of it", files=(REST,)), NONCE)

    assert any("The rest." in said for said in out.said())
    assert await out.another().find(to, TURN) == ()


async def test_a_page_stands_once_its_files_do(out: Out) -> None:
    """A process killed between the two left a page that can't be told from a whole one, and files only come with a new page."""
    to = out.asked()
    out.slack.faults.drop("files.completeUploadExternal")
    with pytest.raises(ChatBroken):
        await out.chat.post(to, Page(text="Most of it", files=(REST,)), NONCE)
    assert await out.another().find(to, TURN) == ()

    written = await out.chat.post(to, Page(text="Most of it", files=(REST,)), NONCE)

    assert [seen.ref for seen in await out.another().find(to, TURN)] == [written.ref]


async def test_a_long_thread_is_read_to_its_end(out: Out) -> None:
    to = out.asked()
    ada = out.slack.as_person("ada")
    for number in range(450):
        ada.say("lab", f"{number}", thread=to.reply_to)
    written = await out.chat.post(to, PAGE, NONCE)

    assert [seen.ref for seen in await out.chat.find(to, TURN)] == [written.ref]


async def test_at_the_top_of_a_channel_pages_are_found_too(out: Out) -> None:
    to = replace(out.commanded(), via=None)
    written = await out.chat.post(to, PAGE, NONCE)

    assert written.ref.channel == ids.thread(to.place.channel, written.ref.message)
    assert [seen.ref for seen in await out.chat.find(to, TURN)] == [written.ref]


async def test_a_page_is_read_as_it_stands(out: Out) -> None:
    to = out.asked()
    written = await out.chat.post(to, PAGE, NONCE)
    await out.chat.edit(to, written.ref, DONE)

    assert (await out.chat.read(to, written.ref)).text == DONE.text


async def test_a_page_that_is_gone_cannot_be_read(out: Out) -> None:
    to = out.asked()
    written = await out.chat.post(to, PAGE, NONCE)
    missing = replace(written.ref, message=MessageId("1.000001"))

    with pytest.raises(ChatGone):
        await out.chat.read(to, missing)


# -- status, title, threads -------------------------------------------------------------------------


async def test_while_we_think_slack_shows_its_own_stop(out: Out) -> None:
    to = out.asked()

    await out.chat.typing(to)

    assert (out.session(to).status, out.session(to).stoppable) == ("processing", True)


async def test_the_last_page_ends_the_session_and_no_earlier_one(out: Out) -> None:
    to = out.asked()
    await out.chat.typing(to)
    written = await out.chat.post(to, PAGE, NONCE)
    await out.chat.edit(to, written.ref, Page(text="x" * 8000))  # full: it goes on in the next one
    assert out.session(to).status == "processing"

    await out.chat.post(to, DONE, f"{TURN}-1")

    assert out.session(to).status == "active"


async def test_a_session_that_a_killed_process_left_is_ended_with_its_last_page(out: Out) -> None:
    to = out.asked()
    await out.chat.typing(to)
    written = await out.chat.post(to, PAGE, NONCE)

    await out.another().edit(to, written.ref, DONE)

    assert out.session(to).status == "active"


async def test_a_session_whose_process_was_killed_before_it_wrote_is_ended_with_the_first_page(
    out: Out,
) -> None:
    to = out.asked()
    await out.chat.typing(to)

    await out.another().post(to, DONE, NONCE)

    assert out.session(to).status == "active"


async def test_a_conversation_has_a_title(out: Out) -> None:
    to = out.asked()
    await out.chat.typing(to)

    await out.chat.entitle(to, "What is new")

    assert out.session(to).title == "What is new"


async def test_nothing_is_shown_of_a_private_question(out: Out) -> None:
    to = private(out.asked())

    await out.chat.typing(to)
    await out.chat.entitle(to, "Secret")

    assert out.session(to) is None


async def test_a_thread_is_there_without_asking(out: Out) -> None:
    to = out.asked()

    assert await out.chat.open_thread(to, "Title") == to.place


async def test_at_the_top_of_a_channel_a_thread_hangs_on_the_question_or_on_a_title(out: Out) -> None:
    to = replace(out.commanded(), via=None)

    named = await out.chat.open_thread(to, "Title")
    on_question = await out.chat.open_thread(replace(to, reply_to=MessageId("1.2")), "Title")

    (message,) = out.world.from_bot("lab")
    assert (named.channel, named.kind, named.ours) == (
        f"{to.place.channel}/{message.ts}",
        PlaceKind.THREAD,
        True,
    )
    assert on_question.channel == f"{to.place.channel}/1.2"
    assert on_question.parent == to.place.channel


# -- stopping ---------------------------------------------------------------------------------------


async def test_who_pressed_slack_s_stop_stopped_what_grows_in_that_thread(out: Out) -> None:
    to, elsewhere = out.asked(), out.asked("help")
    written = await out.chat.post(to, PAGE, NONCE)
    await out.chat.post(elsewhere, PAGE, "otherotherother0-0")
    channel, root = ids.channel_of(to.place.channel), ids.root_of(to.place.channel)
    assert root is not None

    assert out.chat.stopped(out.team, channel, root) == ((TURN, written.ref),)

    await out.chat.edit(to, written.ref, DONE)
    assert out.chat.stopped(out.team, channel, root) == ()


# -- buckets ----------------------------------------------------------------------------------------


def test_limits_are_shared_as_slack_counts(out: Out) -> None:
    one, other = out.asked(), out.asked("help")
    bucket = out.chat.bucket

    assert all(bucket(one, verb) == bucket(other, verb) for verb in ("edit", "begin", "append", "end"))
    assert len({bucket(one, verb) for verb in ("edit", "begin", "append", "end", "post")}) == 5
    assert bucket(one, "post") == bucket(out.asked(), "post") != bucket(other, "post")
    assert bucket(private(out.commanded()), "post") == bucket(private(out.commanded("help")), "post")


async def test_files_come_with_their_page_into_the_thread(out: Out) -> None:
    to = out.asked()
    file = OutFile(name="chart.png", mime="image/png", data=b"png", description="A chart")

    await out.chat.post(to, replace(DONE, files=(file,)), NONCE)
    await out.chat.post(to, replace(DONE, files=(file,)), NONCE)

    page, shared = out.world.from_bot("lab")
    assert page.shown.startswith("Hello")
    assert [(one.name, one.content, one.alt_txt) for one in shared.files] == [
        ("chart.png", b"png", "A chart")
    ]
    assert shared.thread_ts == to.reply_to
