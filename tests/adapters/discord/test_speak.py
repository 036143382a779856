"""What the house says, as people on Discord see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.values.draft import Action
from bridge.values.errors import ChatBroken, ChatBusy, ChatForbidden, ChatGone, ChatRefused
from bridge.values.ids import MessageId, TurnId
from bridge.values.inbound import MessageRef, PlaceKind
from bridge.values.parts import OutFile

TURN = TurnId("turnturnturnturn")
LINK = "look at https://example.org/page"


def ref_of(message):
    return MessageRef(channel=str(message.channel_id), message=MessageId(str(message.id)))


# -- in channels ---------------------------------------------------------------------------------


async def test_an_answer_is_a_reply_that_pings_nobody(quiet, to, page) -> None:
    question = quiet.dc.as_person("ben").say("lab", "hello?")
    await quiet.chat.post(to("lab", reply_to=question), page("Hello @everyone <@1090519040088080404>"), "n")
    (answer,) = quiet.world.from_bot("lab")
    assert answer.reference.message_id == question.id
    assert not answer.pings
    assert not answer.flags & 4096


async def test_an_answer_stands_though_its_question_was_deleted(quiet, to, page) -> None:
    ben = quiet.dc.as_person("ben")
    question = ben.say("lab", "hello?")
    ben.delete(question)
    await quiet.chat.post(to("lab", reply_to=question), page("here you are"), "n")
    assert quiet.shown() == ["here you are"]


async def test_a_page_that_follows_another_makes_no_sound(quiet, to, page) -> None:
    await quiet.chat.post(to("lab"), page("page two"), "n")
    assert quiet.world.from_bot("lab")[0].flags & 4096


async def test_our_own_nonce_makes_a_second_try_harmless(quiet, to, page) -> None:
    quiet.dc.faults.lose_response(path="messages")
    with pytest.raises(ChatBroken):
        await quiet.chat.post(to("lab"), page("once"), "turn-0")
    written = await quiet.chat.post(to("lab"), page("once"), "turn-0")
    assert quiet.shown() == ["once"]
    assert written.ref == ref_of(quiet.world.from_bot("lab")[0])


async def test_embeds_are_not_unsuppressed_by_edits(quiet, to, page) -> None:
    written = await quiet.chat.post(to("lab"), page(LINK), "n")
    for number in range(3):
        await quiet.chat.edit(to("lab"), written.ref, page(f"{LINK} {number}"))
    (message,) = quiet.world.from_bot("lab")
    assert message.flags & 4
    assert all(version.flags & 4 for version in message.versions)
    assert not message.shown_embeds


async def test_mentions_are_not_parsed_anew_by_edits(quiet, to, page) -> None:
    ada = quiet.world.user("ada")
    written = await quiet.chat.post(to("lab"), page("…"), "n")
    await quiet.chat.edit(to("lab"), written.ref, page(f"@everyone {ada.mention} <@&1090519040469762160>"))
    (message,) = quiet.world.from_bot("lab")
    assert not any(version.pings for version in message.versions)


async def test_an_edit_changes_text_and_buttons(quiet, to, page) -> None:
    written = await quiet.chat.post(to("lab"), page("a", Action.STOP), "n")
    await quiet.chat.edit(to("lab"), written.ref, page("ab", Action.REGENERATE))
    (message,) = quiet.world.from_bot("lab")
    assert message.content == "ab"
    assert [part["custom_id"] for part in message.components[0]["components"]] == [f"pb:regenerate:{TURN}"]
    await quiet.chat.edit(to("lab"), written.ref, page("ab"))
    assert message.components == []


async def test_files_are_posted_with_their_page_and_stay_through_edits(quiet, to, page) -> None:
    file = OutFile(name="rest.md", mime="text/markdown", data=b"# all")
    written = await quiet.chat.post(to("lab"), page("see the file", files=(file,)), "n")
    await quiet.chat.edit(to("lab"), written.ref, page("see it"))
    (message,) = quiet.world.from_bot("lab")
    assert [one.filename for one in message.attachments] == ["rest.md"]


async def test_every_write_tells_what_is_left_of_its_bucket(quiet, to, page) -> None:
    first = await quiet.chat.post(to("lab"), page("a"), "n")
    second = await quiet.chat.edit(to("lab"), first.ref, page("b"))
    assert first.allowance.bucket == second.allowance.bucket == quiet.chat.bucket(to("lab"), "edit")
    assert (first.allowance.limit, first.allowance.remaining) == (5, 4)
    assert second.allowance.remaining == 3
    assert 0 < second.allowance.reset_after <= 5


async def test_a_channel_has_one_bucket_whoever_asks(quiet, to) -> None:
    assert quiet.chat.bucket(to("lab", "ben"), "post") == quiet.chat.bucket(to("lab", "ada"), "edit")
    assert quiet.chat.bucket(to("lab"), "post") != quiet.chat.bucket(to("general"), "post")


async def test_refusals_are_told_as_what_they_are(quiet, to, page) -> None:
    written = await quiet.chat.post(to("lab"), page("a"), "n")
    with pytest.raises(ChatRefused):
        await quiet.chat.edit(to("lab"), written.ref, page("x" * 2001))
    with pytest.raises(ChatGone):
        await quiet.chat.edit(to("lab"), replace(written.ref, message=MessageId("1")), page("b"))
    quiet.world.deny("lab", "send_messages")
    with pytest.raises(ChatForbidden):
        await quiet.chat.post(to("lab"), page("b"), "n2")


async def test_edits_of_an_old_message_are_told_to_wait_when_discord_limits_them(quiet, to, page) -> None:
    quiet.world.rules.old_message_seconds = 0.0
    quiet.world.rules.old_edits = 1
    written = await quiet.chat.post(to("lab"), page("a"), "n")
    await quiet.chat.edit(to("lab"), written.ref, page("ab"))
    with pytest.raises(ChatBusy) as busy:
        await quiet.chat.edit(to("lab"), written.ref, page("abc"))
    assert busy.value.retry_after >= 1


async def test_typing_is_seen(quiet, to) -> None:
    await quiet.chat.typing(to("lab"))
    assert (quiet.world.channel("lab").id, quiet.world.bot.id) in quiet.world.typing


async def test_our_messages_of_a_turn_are_found_again_oldest_first(quiet, to, page) -> None:
    await quiet.chat.post(to("lab"), page("one", Action.STOP), "n1")
    await quiet.chat.post(to("lab"), page("of another turn", Action.STOP, turn="otherotherothero"), "n2")
    await quiet.chat.post(to("lab"), page("without a button"), "n3")
    quiet.dc.as_person("ben").say("lab", "two")
    await quiet.chat.post(to("lab"), page("three", Action.REGENERATE), "n4")
    found = await quiet.chat.find(to("lab"), TURN)
    assert [(seen.text, seen.actions) for seen in found] == [
        ("one", (Action.STOP,)),
        ("three", (Action.REGENERATE,)),
    ]
    assert await quiet.chat.read(to("lab"), found[1].ref) == found[1]


async def test_reading_what_is_gone_says_so(quiet, to) -> None:
    here = MessageRef(channel=to("lab").place.channel, message=MessageId("1"))
    with pytest.raises(ChatGone):
        await quiet.chat.read(to("lab"), here)


# -- threads -------------------------------------------------------------------------------------


async def test_a_thread_is_opened_on_the_question_and_its_first_answer_is_heard(quiet, to, page) -> None:
    question = quiet.dc.as_person("ben").say("lab", "hello?")
    place = await quiet.chat.open_thread(to("lab", reply_to=question), "A long\ntitle")
    thread = quiet.world.channels[int(place.channel)]
    assert (thread.name, thread.auto_archive_minutes) == ("A long title", 1440)
    assert (place.kind, place.parent, place.ours) == (PlaceKind.THREAD, to("lab").place.channel, True)
    there = replace(to("lab"), place=place)
    await quiet.chat.post(there, page("first"), "n1")
    await quiet.chat.post(there, page("second"), "n2")
    assert [bool(message.flags & 4096) for message in quiet.world.from_bot(thread)] == [False, True]


async def test_a_message_that_has_a_thread_keeps_the_one_it_has(quiet, to) -> None:
    question = quiet.dc.as_person("ben").say("lab", "hello?")
    where = to("lab", reply_to=question)
    assert await quiet.chat.open_thread(where, "one") == await quiet.chat.open_thread(where, "two")


async def test_without_a_question_a_thread_stands_in_the_channel(quiet, to) -> None:
    place = await quiet.chat.open_thread(to("lab"), "Talk")
    assert quiet.world.channels[int(place.channel)].name == "Talk"


async def test_in_an_announcement_channel_a_thread_is_of_its_kind(quiet, to) -> None:
    quiet.world.channel("lab").kind = 5
    with pytest.raises(ChatRefused):  # the simulated Discord has no announcement channels
        await quiet.chat.open_thread(to("lab"), "Talk")
    (asked,) = quiet.writes("POST", "/threads")
    assert asked.body["type"] == 10


async def test_a_thread_in_a_thread_is_the_thread_and_in_a_direct_message_there_is_none(quiet, to) -> None:
    place = await quiet.chat.open_thread(to("lab"), "Talk")
    assert await quiet.chat.open_thread(replace(to("lab"), place=place), "again") == place
    with pytest.raises(ChatRefused):
        await quiet.chat.open_thread(to("dm"), "Talk")


async def test_a_thread_that_may_not_be_opened_says_so(quiet, to) -> None:
    quiet.world.deny("lab", "create_public_threads")
    with pytest.raises(ChatForbidden):
        await quiet.chat.open_thread(to("lab"), "Talk")
