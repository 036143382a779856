"""The three ways a message leaves, and what comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord import ids, ways
from adapters.sim.discord import posting
from bridge.values.errors import ChatBroken, ChatForbidden, ChatRefused
from bridge.values.inbound import MessageRef, Via
from bridge.values.parts import OutFile

VIA = Via(token="t", expires_at=900.0)


@pytest.fixture
def paths(quiet):
    return quiet.chat._ways


@pytest.fixture
def thread(dc):
    """ben's thread in #lab."""
    return dc.as_person("ben").start_thread("Talk", where="lab")


@pytest.fixture
def put_away(dc, thread):
    """`put_away(locked=True)`: as Discord does with a quiet thread."""
    return lambda **more: posting.set_archived(dc.world, thread, True, **more)


@pytest.fixture
def there(to, thread):
    where = to("lab")
    return replace(where, place=replace(where.place, channel=str(thread.id)))


async def test_in_a_channel_the_answer_tells_the_message_and_the_channels_bucket(
    paths, quiet, to, page
) -> None:
    channel = to("lab").place.channel
    written = await paths.in_channel(channel, page("a"), "n")
    (message,) = quiet.world.from_bot("lab")
    assert written.ref == MessageRef(channel=channel, message=str(message.id))
    assert written.allowance.bucket == ids.channel_bucket(channel)


async def test_a_nonce_longer_than_discord_takes_is_cut(paths, quiet, to, page) -> None:
    await paths.in_channel(to("lab").place.channel, page("a"), "n" * 40)
    assert len(quiet.world.from_bot("lab")[0].nonce) == 25


async def test_somebodys_channel_is_asked_for_once(paths, quiet, to, page) -> None:
    person = to("lab").person
    first = await paths.direct(person, page("a"), "n1")
    second = await paths.direct(person, page("b"), "n2")
    assert first.allowance.bucket == second.allowance.bucket == ids.person_bucket(person)
    assert len(quiet.writes("POST", "/users/@me/channels")) == 1
    assert not any(message.flags & 4096 for message in quiet.world.from_bot(quiet.world.dm("ben")))


async def test_limits_of_posts_and_edits_told_apart_count_as_one(quiet, to, page) -> None:
    """Reports differ on whether Discord shares them; one channel is one bucket of ours, and the emptier limit speaks."""
    quiet.dc.limits.shared_writes = False
    written = await quiet.chat.post(to("lab"), page("a"), "n")
    for number in range(4):
        edited = await quiet.chat.edit(to("lab"), written.ref, page(str(number)))
    assert edited.allowance.remaining == 1
    posted = await quiet.chat.post(to("lab"), page("b"), "n2")
    assert posted.allowance.remaining == 1


def test_the_first_answer_is_called_by_its_role_and_others_by_their_id() -> None:
    named = MessageRef(channel="1", message="2", via=VIA)
    assert ways.named(named) == "@original"
    assert (
        ways.named(MessageRef(channel="1", message="2", via=Via(token="t", expires_at=9.0, original=False)))
        == "2"
    )
    assert ways.named(MessageRef(channel="1", message="2")) == "2"


@pytest.mark.parametrize("strange", [None, "", [], {"channel_id": "1"}])
def test_an_answer_that_is_not_discords_is_unsure(strange) -> None:
    with pytest.raises(ChatBroken):
        ways.ref(strange, None)


# -- what is asked again otherwise ---------------------------------------------------------------


async def test_an_answer_in_a_thread_that_was_put_away_grows_on(quiet, page, thread, there, put_away) -> None:
    written = await quiet.chat.post(there, page("a"), "n")
    put_away()
    await quiet.chat.edit(there, written.ref, page("ab"))
    assert quiet.shown(thread) == ["ab"]
    assert not thread.archived


async def test_a_commands_answer_in_a_thread_that_was_put_away_grows_on(
    house, page, thread, put_away
) -> None:
    house.dc.as_person("ben").slash("ask", {"prompt": "hi"}, where=thread)
    commanded = await house.hall.next(len(house.hall.inbound) + 1)
    written = await house.chat.post(commanded.answer, page("a"), "n")
    put_away()
    await house.chat.edit(commanded.answer, written.ref, page("ab"))
    assert house.shown(thread)[-1] == "ab"


async def test_a_locked_thread_is_closed_to_us(quiet, page, thread, there, put_away) -> None:
    written = await quiet.chat.post(there, page("a"), "n")
    put_away(locked=True)
    for attempt in (quiet.chat.edit(there, written.ref, page("ab")), quiet.chat.post(there, page("b"), "n2")):
        quiet.dc.faults.fail(400, code=50083, path="messages")
        quiet.dc.faults.fail(403, code=50013, method="PATCH", path="/channels/{channel_id}")
        with pytest.raises(ChatForbidden):
            await attempt
    assert quiet.shown(thread) == ["a"]


async def test_who_may_not_read_back_answers_without_referring_back(quiet, to, page) -> None:
    quiet.world.deny("lab", "read_message_history")
    question = quiet.dc.as_person("ben").say("lab", "hello?")
    file = OutFile(name="rest.md", mime="text/markdown", data=b"# all")
    await quiet.chat.post(to("lab", reply_to=question), page("hi", files=(file,)), "n")
    (message,) = quiet.world.from_bot("lab")
    assert (message.content, message.reference) == ("hi", None)
    assert [one.filename for one in message.attachments] == ["rest.md"]
    assert not message.flags & 4096


async def test_what_can_not_be_referred_to_is_answered_without_referring_to_it(quiet, to, page) -> None:
    question = quiet.dc.as_person("ben").say("lab", "hello?")
    question.kind = 21  # a notice of Discord's own
    await quiet.chat.post(to("lab", reply_to=question), page("hi"), "n")
    assert quiet.shown() == ["hi"]


async def test_another_refusal_is_not_asked_again(quiet, to, page) -> None:
    question = quiet.dc.as_person("ben").say("lab", "hello?")
    with pytest.raises(ChatRefused):
        await quiet.chat.post(to("lab", reply_to=question), page("x" * 2001), "n")
    assert len(quiet.writes("POST", "messages")) == 1
