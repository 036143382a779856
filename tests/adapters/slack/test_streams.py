"""Answers grow by Slack's own streaming, end as whole pages, and are never left half done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from adapters.slack import ids, limits
from adapters.slack.streams import final
from bridge.values.draft import Page, Piece, StepShown
from bridge.values.errors import ChatBroken, ChatBusy, ChatForbidden, ChatGone, ChatRefused
from bridge.values.ids import TurnId
from tests.adapters.slack.outbound import AGAIN, FINAL, NONCE, STOP, TURN, Out, an_out, private

ONE, TWO, LAST = Piece(text="Hello "), Piece(text="there, "), Piece(text="Ada.\n-# 3 points")
WHOLE = Page(text="Hello there, Ada.\n-# 3 points", buttons=FINAL)


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


def only(out: Out, where: str = "lab") -> Any:
    (message,) = out.world.from_bot(where)
    return message


@pytest.mark.parametrize("where", ["lab", "dm"])
async def test_an_answer_grows_piece_by_piece_and_ends_as_a_page(out: Out, where: str) -> None:
    to = out.asked(where)
    assert out.chat.streams(to)

    written = await out.chat.begin(to, ONE, NONCE)
    await out.chat.append(to, written.ref, TWO)
    await out.chat.end(to, written.ref, LAST, WHOLE)

    message = only(out, ids.channel_of(to.place.channel))
    assert [block["type"] for block in message.blocks] == [
        "markdown",
        "context",
        "actions",
        "context_actions",
    ]
    assert message.blocks[0]["text"] == "Hello there, Ada."
    assert message.metadata["event_payload"] == {"nonce": NONCE, "turn": TURN}
    assert (await out.chat.read(to, written.ref)).text == WHOLE.text
    assert out.calls("chat.update") == []


async def test_every_state_a_reader_sees_goes_on_where_the_last_one_ended(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)
    await out.chat.append(to, written.ref, TWO)
    await out.chat.end(to, written.ref, LAST, WHOLE)

    seen = [version.text for version in only(out).versions]

    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))


async def test_steps_are_shown_as_tasks(out: Out) -> None:
    to = out.asked()
    search = StepShown(id="s1", label="Searching the web", done=False)

    written = await out.chat.begin(to, Piece(steps=(search,)), NONCE)
    await out.chat.append(to, written.ref, Piece(text="Found ", steps=(replace(search, done=True),)))

    stream = only(out).stream
    assert stream.tasks["s1"]["title"] == "Searching the web"
    assert stream.tasks["s1"]["status"] == "complete"
    assert stream.text == "Found "


async def test_a_mention_split_between_pieces_rings_for_nobody(out: Out) -> None:
    to, ada = out.asked(), out.world.user("ada").id

    written = await out.chat.begin(to, Piece(text="See <"), NONCE)
    await out.chat.append(to, written.ref, Piece(text="!chan"))
    await out.chat.append(to, written.ref, Piece(text=f"nel> and <@{ada}> and <@"))
    await out.chat.end(
        to, written.ref, Piece(), Page(text=f"See <!channel> and <@{ada}> and <@", buttons=FINAL)
    )

    message = only(out)
    assert not any(version.pings for version in message.versions)
    assert (await out.chat.read(to, written.ref)).text == f"See <!channel> and <@{ada}> and <@"


async def test_slack_shows_its_own_stop_while_a_stream_grows(out: Out) -> None:
    to = out.asked()

    written = await out.chat.begin(to, ONE, NONCE)
    assert (out.session(to).status, out.session(to).stoppable) == ("processing", True)
    await out.chat.end(to, written.ref, LAST, WHOLE)

    assert out.session(to).status == "active"


async def test_a_page_that_goes_on_in_the_next_one_keeps_the_session(out: Out) -> None:
    to = out.asked()
    text = "word " * 2000

    written = await out.chat.begin(to, Piece(text=text), NONCE)
    await out.chat.end(to, written.ref, Piece(), Page(text=text.rstrip()))
    assert out.session(to).status == "processing"

    following = await out.chat.begin(to, ONE, f"{TURN}-1")
    await out.chat.end(to, following.ref, LAST, WHOLE)
    assert out.session(to).status == "active"


async def test_who_pressed_stop_stopped_the_streams_of_that_thread(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)
    channel, root = ids.channel_of(to.place.channel), to.reply_to
    assert root is not None

    assert out.chat.stopped(out.team, channel, root, [written.ref.message]) == ((TURN, written.ref),)

    await out.chat.end(to, written.ref, LAST, WHOLE)
    assert out.chat.stopped(out.team, channel, root, [written.ref.message]) == ()


async def test_a_stream_that_somebody_stopped_is_over_and_becomes_a_page(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)
    out.slack.as_person("ada").stop(only(out))

    with pytest.raises(ChatGone):
        await out.chat.append(to, written.ref, TWO)
    assert out.chat.stopped(out.team, ids.channel_of(to.place.channel), str(to.reply_to)) != ()
    await out.chat.edit(to, written.ref, Page(text="Hello\n-# Stopped.", buttons=FINAL))

    message = only(out)
    assert message.shown == "Hello\nStopped."
    assert message.metadata["event_payload"]["turn"] == TURN
    assert out.session(to).status == "active"


async def test_a_stream_whose_time_is_over_becomes_a_page(out: Out) -> None:
    out.world.rules.stream_seconds = 0.0
    to = out.asked()
    written = await out.chat.begin(to, Piece(), NONCE)

    with pytest.raises(ChatGone):
        await out.chat.end(to, written.ref, LAST, WHOLE)
    await out.chat.edit(to, written.ref, WHOLE)

    assert (await out.chat.read(to, written.ref)).text == WHOLE.text


@pytest.mark.parametrize(
    "text", [ONE.text, "## Hello\n\n- *one* ", "```python\nx", "| a |\n|---|\n| 1 |", "1 &amp; <"]
)
async def test_a_beginning_whose_answer_was_lost_is_found(out: Out, text: str) -> None:
    """However Slack keeps what it says."""
    to = out.asked()
    out.slack.faults.lose_response("chat.startStream")
    piece = replace(ONE, text=text)

    with pytest.raises(ChatBroken):
        await out.chat.begin(to, piece, NONCE)
    written = await out.chat.begin(to, piece, NONCE)
    await out.chat.append(to, written.ref, TWO)

    assert only(out).stream.text == text + TWO.text


async def test_one_that_held_back_its_end_is_found_too(out: Out) -> None:
    to = out.asked()
    piece = Piece(text="One, two, three <!")
    out.slack.faults.lose_response("chat.startStream")

    with pytest.raises(ChatBroken):
        await out.chat.begin(to, piece, NONCE)
    written = await out.chat.begin(to, piece, NONCE)
    await out.chat.append(to, written.ref, Piece(text="-- and so on"))

    assert only(out).stream.text == "One, two, three <!-- and so on"


async def test_a_beginning_that_never_arrived_is_made_with_the_next_try(out: Out) -> None:
    to = out.asked()
    await out.chat.typing(to)
    out.slack.faults.drop("chat.startStream")

    with pytest.raises(ChatBroken):
        await out.chat.begin(to, ONE, NONCE)
    await out.chat.begin(to, ONE, NONCE)

    assert only(out).stream.text == "Hello "


async def test_a_stream_of_another_answer_is_not_taken_for_a_lost_one(out: Out) -> None:
    to = out.asked()
    other = await out.chat.begin(to, ONE, "otherotherother0-0")
    out.slack.faults.drop("chat.startStream")
    with pytest.raises(ChatBroken):
        await out.chat.begin(to, ONE, NONCE)

    written = await out.chat.begin(to, ONE, NONCE)

    assert written.ref != other.ref


async def test_a_limit_at_the_beginning_is_no_refusal(out: Out) -> None:
    to = out.asked()
    await out.chat.typing(to)
    out.slack.faults.limit("chat.startStream", retry_after=3)

    with pytest.raises(ChatBusy):
        await out.chat.begin(to, ONE, NONCE)

    assert out.chat.streams(to)


async def test_a_workspace_that_forbids_streams_is_not_asked_again_for_a_while(out: Out) -> None:
    out.world.rules.streams_allowed = False
    to = out.asked()

    with pytest.raises(ChatForbidden):
        await out.chat.begin(to, ONE, NONCE)

    assert not out.chat.streams(to)
    assert any("stream" in sentence for sentence in out.chat.limits_now)
    out.time.passed += limits.REFUSED_SECONDS + 1
    assert out.chat.streams(to)
    assert out.chat.limits_now == ()


async def test_without_slacks_own_stop_answers_grow_by_edits_which_have_a_button(out: Out) -> None:
    out.world.rules.sessions_allowed = False
    to = out.asked()
    await out.chat.typing(to)

    assert not out.chat.streams(to)
    with pytest.raises(ChatForbidden):
        await out.chat.begin(to, ONE, NONCE)
    assert out.said() == []


async def test_an_app_that_does_not_hear_of_stop_says_which_event_is_missing(out: Out) -> None:
    out.world.app.events -= {"agent_session_stopped"}
    to = out.asked()
    await out.chat.typing(to)

    assert not out.chat.streams(to)
    assert any("`agent_session_stopped`" in sentence for sentence in out.chat.limits_now)


def test_it_streams_only_in_threads_in_public_and_where_it_may(out: Out) -> None:
    assert not out.chat.streams(private(out.asked()))
    assert not out.chat.streams(out.commanded())
    assert not out.another(streaming=False).streams(out.asked())


async def test_at_the_top_of_a_channel_nothing_is_streamed(out: Out) -> None:
    with pytest.raises(ChatRefused):
        await out.chat.begin(out.commanded(), ONE, NONCE)


# -- after a kill -----------------------------------------------------------------------------------


async def test_a_stream_of_a_killed_process_is_ended_and_becomes_a_page(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)

    after = out.another()
    assert (await after.read(to, written.ref)).text == "Hello"
    await after.edit(to, written.ref, WHOLE)

    message = only(out)
    assert not message.streaming
    assert (await after.read(to, written.ref)).text == WHOLE.text
    assert out.session(to).status == "active"


async def test_a_stream_that_a_killed_process_could_not_remember_is_found(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)

    (found,) = await out.another().find(to, TURN)
    assert (found.ref, found.text) == (written.ref, "Hello")
    assert await out.chat.find(to, TURN) == ()


async def test_a_stream_that_was_ended_after_a_kill_is_taken_for_nobody_else_s(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)
    await out.another().edit(to, written.ref, WHOLE)

    assert await out.another().find(to, TurnId("otherotherother0")) == ()
    (found,) = await out.another().find(to, TURN)
    assert (found.ref, found.text) == (written.ref, WHOLE.text)


async def test_a_piece_for_a_stream_of_a_killed_process_has_no_place(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)

    with pytest.raises(ChatGone):
        await out.another().append(to, written.ref, TWO)


async def test_a_stream_that_ended_meanwhile_can_be_edited_all_the_same(out: Out) -> None:
    to = out.asked()
    written = await out.chat.post(to, WHOLE, NONCE)
    out.slack.faults.refuse("streaming_state_conflict", "chat.update")

    await out.chat.edit(to, written.ref, Page(text="Other words.", buttons=FINAL))

    assert only(out).shown == "Other words."


async def test_an_end_whose_answer_was_lost_is_over_when_tried_again(out: Out) -> None:
    to = out.asked()
    written = await out.chat.begin(to, ONE, NONCE)
    out.slack.faults.lose_response("chat.stopStream")

    with pytest.raises(ChatBroken):
        await out.chat.end(to, written.ref, LAST, WHOLE)
    with pytest.raises(ChatGone):
        await out.chat.end(to, written.ref, Piece(), WHOLE)
    await out.chat.edit(to, written.ref, WHOLE)

    assert (await out.chat.read(to, written.ref)).text == WHOLE.text


@pytest.mark.parametrize(
    ("page", "last"),
    [
        (Page(text="x", buttons=(STOP,)), False),
        (Page(text="x" * 9000), False),
        (Page(text="x" * 9000, buttons=(AGAIN,)), True),
        (Page(text="x" * 9000 + "\n-# The answer ends above."), True),
        (Page(text="That failed."), True),
    ],
)
def test_the_last_page_of_an_answer_is_known(page: Page, last: bool) -> None:
    assert final(page) is last
