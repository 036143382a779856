"""A thread says that we work in it, with a Stop where Slack has one, and says so no longer than it is true."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack import ids, limits, refusals
from adapters.slack.sessions import Sessions
from bridge.values.errors import ChatBroken, ChatBusy, ChatForbidden, ChatGone
from bridge.values.ids import ChannelId
from tests.adapters.slack.outbound import Out, an_out

SET = "agents.sessions.setStatus"


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


@pytest.fixture
def sessions(out: Out) -> Sessions:
    return Sessions(out.rest, out.time)


def sign(out: Out, channel: ChannelId) -> str:
    """The older sign, without a Stop."""
    status: str = out.world.assistance(ids.channel_of(channel), ids.root_of(channel)).status
    return status


async def test_it_begins_and_ends(out: Out, sessions: Sessions) -> None:
    to = out.asked()

    await sessions.processing(out.team, to.place.channel)
    await sessions.over(out.team, to.place.channel)

    assert out.session(to).past == ["processing", "active"]
    assert sessions.stoppable(out.team)


async def test_what_is_over_is_not_said_again(out: Out, sessions: Sessions) -> None:
    to = out.asked()
    await sessions.over(out.team, to.place.channel)
    assert out.calls(SET) == []

    await sessions.processing(out.team, to.place.channel)
    sessions.ended(out.team, to.place.channel)
    await sessions.over(out.team, to.place.channel)
    assert len(out.calls(SET)) == 1


async def test_one_whose_beginning_got_lost_is_ended_as_well(out: Out, sessions: Sessions) -> None:
    to = out.asked()
    out.slack.faults.lose_response(SET)
    with pytest.raises(ChatBroken):
        await sessions.processing(out.team, to.place.channel)

    await sessions.over(out.team, to.place.channel)

    assert out.session(to).past == ["processing", "active"]


async def test_at_the_top_of_a_channel_nothing_is_shown(out: Out, sessions: Sessions) -> None:
    bare = ChannelId(out.world.channel("lab").id)

    await sessions.processing(out.team, bare)
    await sessions.rename(out.team, bare, "Title")

    assert out.world.sessions == {}


async def test_where_there_are_no_sessions_the_older_sign_is_shown_and_taken_away(
    out: Out, sessions: Sessions
) -> None:
    out.world.rules.sessions_allowed = False
    channel = out.asked().place.channel

    await sessions.processing(out.team, channel)
    assert sign(out, channel) == "is thinking…"
    assert not sessions.stoppable(out.team)
    assert sessions.why_not() == (refusals.NO_SESSIONS,)

    await sessions.over(out.team, channel)
    assert sign(out, channel) == ""


async def test_a_refusal_is_remembered_for_a_while(out: Out, sessions: Sessions) -> None:
    out.world.rules.sessions_allowed = False
    channel = out.asked().place.channel
    await sessions.processing(out.team, channel)
    await sessions.processing(out.team, channel)
    assert len(out.calls(SET)) == 1

    out.world.rules.sessions_allowed = True
    out.time.passed += limits.REFUSED_SECONDS + 1
    await sessions.ensure(out.team, out.asked().place.channel)
    assert sessions.stoppable(out.team)


async def test_without_a_stop_of_slack_s_own_nothing_is_ensured(out: Out, sessions: Sessions) -> None:
    out.world.app.events -= {"agent_session_stopped"}

    with pytest.raises(ChatForbidden, match="`agent_session_stopped`"):
        await sessions.ensure(out.team, out.asked().place.channel)


async def test_a_missing_event_that_was_added_is_noticed(out: Out, sessions: Sessions) -> None:
    out.world.app.events -= {"agent_session_stopped"}
    await sessions.processing(out.team, out.asked().place.channel)
    assert not sessions.stoppable(out.team)

    out.world.app.events |= {"agent_session_stopped"}
    await sessions.processing(out.team, out.asked().place.channel)
    assert sessions.stoppable(out.team)


async def test_a_refusal_for_one_channel_says_nothing_of_the_workspace(out: Out, sessions: Sessions) -> None:
    out.slack.faults.refuse("channel_not_found", SET)

    with pytest.raises(ChatGone):
        await sessions.processing(out.team, out.asked().place.channel)

    out.slack.faults.refuse("not_authorized", SET)
    with pytest.raises(ChatForbidden):
        await sessions.processing(out.team, out.asked().place.channel)
    assert sessions.stoppable(out.team)


async def test_an_end_that_could_not_be_told_is_told_with_the_next_one(out: Out, sessions: Sessions) -> None:
    first, second = out.asked(), out.asked()
    for to in (first, second):
        await sessions.processing(out.team, to.place.channel)
    out.slack.faults.limit(SET)

    await sessions.over(out.team, first.place.channel)
    assert out.session(first).status == "processing"

    await sessions.over(out.team, second.place.channel)
    assert (out.session(first).status, out.session(second).status) == ("active", "active")


async def test_an_end_that_is_refused_is_not_tried_for_ever(out: Out, sessions: Sessions) -> None:
    to = out.asked()
    await sessions.processing(out.team, to.place.channel)
    out.slack.faults.refuse("channel_not_found", SET)

    await sessions.over(out.team, to.place.channel)
    await sessions.over(out.team, to.place.channel)

    assert len(out.calls(SET)) == 2


async def test_what_a_process_before_us_left_can_be_ended(out: Out, sessions: Sessions) -> None:
    to = out.asked()
    await Sessions(out.rest, out.time).processing(out.team, to.place.channel)

    sessions.recall(out.team, to.place.channel)
    await sessions.over(out.team, to.place.channel)

    assert out.session(to).status == "active"


async def test_a_title_changes_a_session_or_begins_one(out: Out, sessions: Sessions) -> None:
    to, new = out.asked(), out.asked()
    await sessions.processing(out.team, to.place.channel)

    await sessions.rename(out.team, to.place.channel, "One")
    await sessions.rename(out.team, new.place.channel, "Two\nlines")
    await sessions.rename(out.team, to.place.channel, "  ")

    assert (out.session(to).title, out.session(new).title) == ("One", "Two lines")


async def test_where_there_are_no_sessions_a_thread_has_a_title_all_the_same(
    out: Out, sessions: Sessions
) -> None:
    out.world.rules.sessions_allowed = False
    channel = out.asked().place.channel

    await sessions.rename(out.team, channel, "One")
    assert out.world.assistance(ids.channel_of(channel), ids.root_of(channel)).title == "One"

    await sessions.rename(out.team, channel, "Two")
    assert out.world.assistance(ids.channel_of(channel), ids.root_of(channel)).title == "Two"


async def test_what_went_wrong_with_a_title_is_told(out: Out, sessions: Sessions) -> None:
    channel = out.asked().place.channel
    await out.rest.bearer(out.team)
    out.slack.faults.limit("agents.sessions.rename")
    with pytest.raises(ChatBusy):
        await sessions.rename(out.team, channel, "One")

    out.slack.faults.drop("agents.sessions.rename")
    with pytest.raises(ChatBroken):
        await sessions.rename(out.team, channel, "One")

    out.slack.faults.refuse("not_authorized", "agents.sessions.rename")
    with pytest.raises(ChatForbidden):
        await sessions.rename(out.team, channel, "One")
