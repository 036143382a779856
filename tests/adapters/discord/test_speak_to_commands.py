"""Answers to commands: in the place of "thinking", in the channel, or by direct message; and what commands reply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.values.command import Reply
from bridge.values.draft import Action
from bridge.values.errors import ChatBroken, ChatGone, ChatRefused
from bridge.values.ids import TurnId
from bridge.values.inbound import Via
from bridge.values.parts import OutFile

TURN = TurnId("turnturnturnturn")
LINK = "look at https://example.org/page"


async def test_the_first_page_takes_the_place_of_thinking_and_grows_there(house, ask, page) -> None:
    asked, commanded = await ask()
    assert asked.original.loading
    written = await house.chat.post(commanded.answer, page(LINK, Action.STOP), "t-0")
    again = await house.chat.edit(commanded.answer, written.ref, page(f"{LINK} and more"))
    assert asked.original.content == f"{LINK} and more"
    assert asked.original.flags & 4
    assert written.allowance.bucket == again.allowance.bucket == house.chat.bucket(commanded.answer, "edit")
    original = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
    assert [one.method for one in house.writes(part=original)] == ["PATCH", "PATCH"]


async def test_the_same_first_page_twice_stands_once(house, ask, page) -> None:
    asked, commanded = await ask()
    house.dc.faults.lose_response(path="@original")
    with pytest.raises(ChatBroken):
        await house.chat.post(commanded.answer, page("a"), "t-0")
    await house.chat.post(commanded.answer, page("a"), "t-0")
    assert house.shown() == ["a"]
    assert asked.followups == []


async def test_the_second_page_of_a_public_answer_stands_in_the_channel_with_our_nonce(
    house, ask, page
) -> None:
    _asked, commanded = await ask()
    before = house.chat.bucket(commanded.answer, "post")
    await house.chat.post(commanded.answer, page("one"), "t-0")
    assert house.chat.bucket(commanded.answer, "edit") == before
    channel = house.chat.bucket(commanded.answer, "post")
    house.dc.faults.lose_response(path="/channels/{channel_id}/messages")
    with pytest.raises(ChatBroken):
        await house.chat.post(commanded.answer, page("two"), "t-1")
    second = await house.chat.post(commanded.answer, page("two"), "t-1")
    await house.chat.edit(commanded.answer, second.ref, page("two!"))
    assert house.shown() == ["one", "two!"]
    assert second.allowance.bucket == channel == house.chat.bucket(commanded.answer, "edit")
    assert before != channel


async def test_where_the_bot_may_not_write_a_command_is_answered_all_the_same(house, ask, page) -> None:
    asked, commanded = await ask()
    house.world.deny("lab", "send_messages")
    await house.chat.post(commanded.answer, page("one"), "t-0")
    second = await house.chat.post(commanded.answer, page("two"), "t-1")
    await house.chat.edit(commanded.answer, second.ref, page("two!"))
    assert [message.content for message in asked.followups] == ["two!"]


async def test_a_private_answer_is_seen_by_its_asker_alone(house, ask, page) -> None:
    _asked, commanded = await ask(private=True)
    await house.chat.post(commanded.answer, page("one"), "t-0")
    second = await house.chat.post(commanded.answer, page("two"), "t-1")
    await house.chat.edit(commanded.answer, second.ref, page("two!"))
    assert [m.content for m in house.dc.as_person("ben").sees("lab") if m.ephemeral] == ["one", "two!"]
    assert not [m for m in house.dc.as_person("ada").sees("lab") if m.author is house.world.bot]


async def test_a_refused_first_page_leaves_its_place_to_another(house, ask, page) -> None:
    asked, commanded = await ask()
    with pytest.raises(ChatRefused):
        await house.chat.post(commanded.answer, page("x" * 2001), "t-0")
    await house.chat.post(commanded.answer, page("shorter"), "t-1")
    assert asked.original.content == "shorter"


async def test_before_the_fifteen_minutes_end_edits_go_on_in_the_channel(house, ask, page) -> None:
    asked, commanded = await ask()
    written = await house.chat.post(commanded.answer, page("a"), "t-0")
    house.time.passed = 845.0
    assert house.chat.bucket(commanded.answer, "edit").endswith(str(asked.channel_id))
    await house.chat.edit(commanded.answer, written.ref, page("ab"))
    assert asked.original.content == "ab"
    assert house.writes("PATCH")[-1].template == "/channels/{channel_id}/messages/{message_id}"


async def test_a_first_page_after_the_end_is_a_message_in_the_channel(house, ask, page) -> None:
    _, commanded = await ask()
    house.time.passed = 845.0
    await house.chat.post(commanded.answer, page("late"), "t-0")
    assert house.shown()[-1] == "late"


async def test_a_token_that_ended_early_is_seen_and_the_answer_goes_on_in_the_channel(
    house, ask, page
) -> None:
    asked, commanded = await ask()
    written = await house.chat.post(commanded.answer, page("a"), "t-0")
    house.world.rules.token_seconds = -1.0
    await house.chat.edit(commanded.answer, written.ref, page("ab"))
    assert asked.original.content == "ab"
    await house.chat.post(commanded.answer, page("two"), "t-1")
    assert house.shown() == ["ab", "two"]


async def test_thinking_that_somebody_deleted_is_answered_in_the_channel(house, ask, page) -> None:
    asked, commanded = await ask()
    house.dc.as_person("ada").delete(asked.original)
    await house.chat.post(commanded.answer, page("a"), "t-0")
    assert house.shown() == ["a"]


async def test_an_answer_that_somebody_deleted_is_gone(house, ask, page) -> None:
    asked, commanded = await ask()
    written = await house.chat.post(commanded.answer, page("a"), "t-0")
    house.dc.as_person("ada").delete(asked.original)
    with pytest.raises(ChatGone):
        await house.chat.edit(commanded.answer, written.ref, page("ab"))


async def test_a_private_message_can_not_be_edited_after_the_end(house, ask, page) -> None:
    _, commanded = await ask(private=True)
    written = await house.chat.post(commanded.answer, page("a"), "t-0")
    house.time.passed = 845.0
    with pytest.raises(ChatGone):
        await house.chat.edit(commanded.answer, written.ref, page("ab"))


async def test_a_private_page_after_the_end_comes_as_a_direct_message(house, ask, page) -> None:
    _, commanded = await ask(private=True)
    house.time.passed = 845.0
    written = await house.chat.post(commanded.answer, page("for you"), "t-0")
    await house.chat.edit(commanded.answer, written.ref, page("for you alone"))
    assert house.shown(house.world.dm("ben")) == ["for you alone"]
    assert written.allowance.bucket == house.chat.bucket(commanded.answer, "post")
    assert house.shown("lab") == [""]


async def test_after_a_restart_a_page_does_not_overwrite_the_one_before(house, quiet, ask, page) -> None:
    """The process before posted page one into the original; this one never saw that token."""
    asked, commanded = await ask()
    await house.chat.post(commanded.answer, page("one", Action.STOP), "t-0")
    found = await quiet.chat.find(commanded.answer, TURN)
    assert [(seen.ref.message, seen.text) for seen in found] == [(str(asked.original.id), "one")]
    assert quiet.chat.bucket(commanded.answer, "post")
    await quiet.chat.post(commanded.answer, page("two"), "t-1")
    assert house.shown() == ["one", "two"]


async def test_after_a_restart_thinking_is_still_replaced(house, quiet, ask, page) -> None:
    asked, commanded = await ask()
    await quiet.chat.post(commanded.answer, page("one"), "t-0")
    assert asked.original.content == "one"


async def test_a_private_first_page_is_found_and_read_while_its_token_lives(house, ask, page) -> None:
    _, commanded = await ask(private=True)
    await house.chat.post(commanded.answer, page("secret", Action.STOP), "t-0")
    (found,) = await house.chat.find(commanded.answer, TURN)
    read = await house.chat.read(commanded.answer, replace(found.ref, via=None))
    assert found.text == read.text == "secret"
    house.time.passed = 845.0
    assert await house.chat.find(commanded.answer, TURN) == ()


async def test_nobody_sees_us_typing_where_thinking_stands_or_for_a_private_answer(house, ask, page) -> None:
    _, public = await ask()
    _, private = await ask(private=True)
    await house.chat.typing(public.answer)
    await house.chat.typing(private.answer)
    assert house.world.typing == {}
    await house.chat.post(public.answer, page("one"), "t-0")
    await house.chat.typing(public.answer)
    assert len(house.world.typing) == 1


# -- replies -------------------------------------------------------------------------------------


async def test_a_command_is_answered_in_its_own_place(house) -> None:
    asked = house.dc.as_person("ben").slash("points", where="lab")
    commanded = await house.hall.next()
    await house.chat.reply(commanded.answer, Reply(text="You have 12 points."))
    assert asked.original.content == "You have 12 points."
    assert asked.original.ephemeral


async def test_a_private_reply_to_a_public_command_takes_thinking_away_and_whispers(house, ask) -> None:
    asked, commanded = await ask()
    await house.chat.reply(commanded.answer, Reply(text="Your budget is spent."))
    assert asked.original.deleted
    assert [(m.content, m.ephemeral) for m in asked.followups] == [("Your budget is spent.", True)]


async def test_a_whisper_lost_on_its_way_is_said_again(house, ask) -> None:
    asked, commanded = await ask()
    house.dc.faults.fail(503, method="POST", path="/webhooks/{webhook_id}/{webhook_token}")
    reply = Reply(text="Your budget is spent.")
    with pytest.raises(ChatBroken):
        await house.chat.reply(commanded.answer, reply)
    await house.chat.reply(commanded.answer, reply)
    assert [m.content for m in asked.followups] == ["Your budget is spent."]


async def test_a_public_reply_stands_where_thinking_stood(house, ask) -> None:
    asked, commanded = await ask()
    await house.chat.reply(commanded.answer, Reply(text="For all to see", private=False))
    assert asked.original.content == "For all to see"
    assert not asked.original.ephemeral


async def test_a_second_word_to_a_command_follows_the_first(house) -> None:
    asked = house.dc.as_person("ben").slash("points", where="lab")
    commanded = await house.hall.next()
    await house.chat.reply(commanded.answer, Reply(text="one"))
    await house.chat.reply(commanded.answer, Reply(text="two"))
    assert [(m.content, m.ephemeral) for m in asked.followups] == [("two", True)]


async def test_a_long_reply_is_a_few_messages_and_a_very_long_one_a_file(house) -> None:
    asked = house.dc.as_person("ben").slash("points", where="lab")
    commanded = await house.hall.next()
    await house.chat.reply(commanded.answer, Reply(text="\n".join(["x" * 99] * 30)))
    assert [len(m.content) for m in (asked.original, *asked.followups)] == [1999, 999]
    await house.chat.reply(commanded.answer, Reply(text="\n".join(["x" * 99] * 90)))
    assert [one.filename for one in asked.followups[-1].attachments] == ["reply.md"]


async def test_a_reply_with_a_file_carries_it(house) -> None:
    asked = house.dc.as_person("ben").slash("points", where="lab")
    commanded = await house.hall.next()
    file = OutFile(name="audit.csv", mime="text/csv", data=b"a,b")
    await house.chat.reply(commanded.answer, Reply(text="Here", files=(file,)))
    assert [one.filename for one in asked.original.attachments] == ["audit.csv"]


async def test_without_a_command_a_private_word_is_a_direct_message(quiet, to) -> None:
    await quiet.chat.reply(to("lab"), Reply(text="psst"))
    await quiet.chat.reply(to("lab"), Reply(text="psst again"))
    assert quiet.shown(quiet.world.dm("ben")) == ["psst", "psst again"]
    assert len(quiet.writes("POST", "/users/@me/channels")) == 1


async def test_a_word_for_all_is_a_plain_reply(quiet, to) -> None:
    await quiet.chat.reply(to("lab"), Reply(text="hear, hear", private=False))
    assert quiet.shown() == ["hear, hear"]
    assert not quiet.world.from_bot("lab")[0].flags & 4096


async def test_in_direct_messages_everything_is_said_there(quiet, to, page) -> None:
    await quiet.chat.reply(to("dm"), Reply(text="psst"))
    await quiet.chat.post(to("dm", private=True), page("page"), "n")
    assert quiet.shown(quiet.world.dm("ben")) == ["psst", "page"]
    assert quiet.writes("POST", "/users/@me/channels") == []


async def test_a_reply_to_a_command_whose_token_ended_comes_directly(house) -> None:
    house.dc.as_person("ben").slash("points", where="lab")
    commanded = await house.hall.next()
    house.time.passed = 845.0
    await house.chat.reply(commanded.answer, Reply(text="late"))
    assert house.shown(house.world.dm("ben")) == ["late"]


async def test_a_reply_to_a_command_whose_token_ended_early_comes_directly_too(house) -> None:
    house.dc.as_person("ben").slash("points", where="lab")
    commanded = await house.hall.next()
    house.world.rules.token_seconds = -1.0
    await house.chat.reply(commanded.answer, Reply(text="late"))
    assert house.shown(house.world.dm("ben")) == ["late"]


async def test_a_right_nobody_knows_is_no_right(quiet, to, page) -> None:
    stranger = Via(token="unknown", expires_at=quiet.time.now() + 900.0)
    await quiet.chat.post(to("lab", via=stranger), page("a"), "n")
    assert quiet.shown() == ["a"]
