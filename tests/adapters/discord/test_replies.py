"""A command's reply as messages."""

from __future__ import annotations

from adapters.discord import limits, replies
from adapters.discord.ids import PLATFORM
from bridge.values.command import Reply
from bridge.values.draft import Page
from bridge.values.ids import ChannelId, MessageId, PersonId, WorkspaceId
from bridge.values.inbound import Destination, Place, PlaceKind
from bridge.values.parts import OutFile

LIMIT = limits.CAPABILITIES.text_limit
PLACE = Place(platform=PLATFORM, workspace=WorkspaceId("1"), channel=ChannelId("2"), kind=PlaceKind.CHANNEL)
TO = Destination(place=PLACE, person=PersonId("3"), reply_to=MessageId("4"))


def test_a_short_reply_is_one_message_with_its_files() -> None:
    file = OutFile(name="a.csv", mime="text/csv", data=b"x")
    assert replies.pages(Reply(text="hello", files=(file,))) == (Page(text="hello", files=(file,)),)


def test_a_longer_reply_is_a_few_messages() -> None:
    text = "\n".join(f"line {number}" for number in range(500))
    pages = replies.pages(Reply(text=text))
    assert len(pages) == 3
    assert "\n".join(page.text for page in pages) == text


def test_a_very_long_reply_is_its_beginning_and_a_file_with_all_of_it() -> None:
    text = "\n".join(f"line {number}" for number in range(4000))
    (page,) = replies.pages(Reply(text=text))
    assert len(page.text) <= LIMIT
    assert page.text.startswith("line 0\n")
    assert page.files[-1].data.decode() == text


def test_a_reply_that_is_one_long_block_of_code_is_a_file_with_a_word_about_it() -> None:
    text = "```\n" + "x = 1\n" * 1000 + "```"
    (page,) = replies.pages(Reply(text=text))
    assert page.text.strip() == "-# The whole answer is in the file."
    assert page.files[-1].name == "reply.md"


def test_no_more_files_go_out_than_discord_takes() -> None:
    files = tuple(OutFile(name=f"{n}.txt", mime="text/plain", data=b"x") for n in range(12))
    (page,) = replies.pages(Reply(text="y" * 9000, files=files))
    assert len(page.files) == 10
    assert page.files[-1].name == "reply.md"


def test_the_same_words_to_the_same_question_have_the_same_nonce() -> None:
    page = Page(text="hello")
    assert replies.nonce(TO, page, 0) == replies.nonce(TO, page, 0)
    assert replies.nonce(TO, page, 0) != replies.nonce(TO, page, 1)
    assert replies.nonce(TO, page, 0) != replies.nonce(TO, Page(text="other"), 0)
    assert len(replies.nonce(TO, page, 0)) == 25
