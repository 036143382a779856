"""Each way a message can leave, and what is remembered of what left."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack import ids
from adapters.slack.history import History
from adapters.slack.ways import Ways
from bridge.values.draft import Page
from bridge.values.errors import ChatForbidden
from bridge.values.ids import ChannelId, PersonId
from bridge.values.inbound import Via
from tests.adapters.slack.outbound import NONCE, Out, an_out

PAGE = Page(text="Hello")


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


@pytest.fixture
def ways(out: Out) -> Ways:
    return Ways(out.rest, out.time, History(out.rest))


def lab(out: Out) -> ChannelId:
    return ChannelId(out.world.channel("lab").id)


async def test_a_message_at_the_top_of_a_channel_begins_a_thread_of_its_own(out: Out, ways: Ways) -> None:
    ref = await ways.post(out.team, lab(out), PAGE, NONCE)

    assert ref == ids.ref(lab(out), ref.message)
    assert ways.known(out.team, ref)


async def test_a_nonce_is_of_one_workspace(out: Out, ways: Ways) -> None:
    await out.rest.bearer(out.team)
    dora = await out.rest.introduce(out.slack.install("Lighthouse", "dora"))
    lobby = out.world.channel("lobby")
    lobby.members.append(dora.user)

    here = await ways.post(out.team, lab(out), PAGE, NONCE)
    there = await ways.post(dora.workspace, ChannelId(lobby.id), PAGE, NONCE)

    assert here != there


async def test_somebody_s_direct_channel_is_asked_for_once(out: Out, ways: Ways) -> None:
    ada = PersonId(out.world.user("ada").id)

    channels = {await ways.direct(out.team, ada) for _ in range(3)}

    assert channels == {out.world.dm("ada").id}
    assert len(out.calls("conversations.open")) == 1


async def test_a_whisper_is_seen_by_one_person_in_their_thread(out: Out, ways: Ways) -> None:
    to = out.asked()

    await ways.whisper(out.team, to.place.channel, to.person, "Psst <!here>")

    (message,) = out.world.from_bot("lab", ephemeral=True)
    assert (message.seen_by, message.thread_ts) == (to.person, to.reply_to)
    assert not message.pings


async def test_somebody_who_is_not_there_cannot_be_whispered_to(out: Out, ways: Ways) -> None:
    to = out.asked()
    out.world.channel("lab").members.remove(to.person)

    with pytest.raises(ChatForbidden):
        await ways.whisper(out.team, to.place.channel, to.person, "Psst")


async def test_a_right_to_answer_lives_for_five_answers(out: Out, ways: Ways) -> None:
    to = out.commanded()
    assert to.via is not None
    assert ways.fresh(to.via)

    for _ in range(5):
        assert ways.living(to.via)
        await ways.respond(to.via, to.place.channel, "Hello", private=True)

    assert not ways.living(to.via)
    assert not ways.fresh(to.via)


async def test_a_right_to_answer_ends_before_its_time(out: Out, ways: Ways) -> None:
    to = out.commanded()
    out.time.passed += 1745

    assert not ways.living(to.via)
    assert not ways.living(None)


def test_what_slack_takes_no_more_is_not_tried(out: Out, ways: Ways) -> None:
    via = Via(token=f"{out.slack.base_url}/respond/x", expires_at=out.time.now() + 1800)
    ways.spent(via)

    assert not ways.living(via)


async def test_a_public_answer_is_for_all_in_the_channel(out: Out, ways: Ways) -> None:
    to = out.commanded()
    assert to.via is not None

    await ways.respond(to.via, to.place.channel, "Hello all", private=False)

    assert out.said("lab") == ["Hello all"]
