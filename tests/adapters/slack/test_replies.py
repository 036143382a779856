"""A command's words become as few messages as possible, and nothing of them is lost."""

from __future__ import annotations

from adapters.slack import ids, limits, replies
from bridge.values.command import Reply
from bridge.values.draft import Page
from bridge.values.ids import ChannelId, MessageId, PersonId, WorkspaceId
from bridge.values.inbound import Destination, Place, PlaceKind, Via
from bridge.values.parts import OutFile

FILE = OutFile(name="chart.png", mime="image/png", data=b"png")
LIMIT = limits.CAPABILITIES.text_limit


def to(via: Via | None = None, reply_to: str | None = "1.1") -> Destination:
    place = Place(
        platform=ids.PLATFORM, workspace=WorkspaceId("T1"), channel=ChannelId("C1"), kind=PlaceKind.CHANNEL
    )
    return Destination(
        place=place, person=PersonId("U1"), reply_to=MessageId(reply_to) if reply_to else None, via=via
    )


def test_a_short_reply_is_one_message() -> None:
    assert replies.pages(Reply(text="Done.", files=(FILE,))) == (Page(text="Done.", files=(FILE,)),)


def test_a_long_reply_is_a_few_messages() -> None:
    text = "\n".join(["x" * 99] * 150)

    pages = replies.pages(Reply(text=text))

    assert "\n".join(page.text for page in pages) == text
    assert all(len(page.text) <= LIMIT for page in pages)


def test_a_very_long_reply_is_a_beginning_and_a_file() -> None:
    text = "word " * 20_000

    (page,) = replies.pages(Reply(text=text, files=(FILE,)))

    assert [file.name for file in page.files] == ["chart.png", "reply.md"]
    assert page.files[-1].data == text.encode()
    assert page.text.endswith("-# The whole answer is in the file.")
    assert len(page.text) <= LIMIT


def test_saying_the_same_again_has_the_same_nonce() -> None:
    page = Page(text="Done.")

    assert replies.nonce(to(), page, 0) == replies.nonce(to(), page, 0)
    assert replies.nonce(to(), page, 0) != replies.nonce(to(), page, 1)
    assert replies.nonce(to(reply_to="2.2"), page, 0) != replies.nonce(to(), page, 0)


def test_a_nonce_tells_nothing_of_the_right_to_answer() -> None:
    via = Via(token="https://hooks.slack.com/commands/T1/2/secret", expires_at=1.0)

    assert "secret" not in replies.nonce(to(via), Page(text="Done."), 0)
