"""What Slack's messages become: who said what where, and what of it is not for us."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import parse
from adapters.slack.parse import Ourselves
from bridge.values.ids import PersonId, WorkspaceId
from bridge.values.inbound import MessageRef, Person, PlaceKind, Quoted, Said
from bridge.values.parts import FileRef
from tests.adapters.slack.events import (
    ADA,
    BEN,
    BOT,
    BOT_ID,
    DIRECT,
    LAB,
    ROOT,
    TEAM,
    TS,
    US,
    direct,
    file,
    mention,
    message,
)

OURSELVES = Ourselves(user=BOT, bot=BOT_ID)
PERSON = Person(id=PersonId(ADA), name="Ada")
NAMES = {BEN: "Ben", LAB: "lab"}


def said(event: dict[str, Any]) -> Said:
    assert parse.speaker_of(event, OURSELVES) == ADA
    return parse.said(event, OURSELVES, WorkspaceId(TEAM), PERSON, NAMES)


def ignored(event: dict[str, Any]) -> bool:
    return parse.speaker_of(event, OURSELVES) is None


def test_a_mention_at_the_top_of_a_channel_begins_a_thread() -> None:
    heard = said(message(f"{US} why is the sky blue?"))

    assert heard.event == f"slack:{TEAM}/{LAB}/{TS}"
    assert heard.text == "why is the sky blue?"
    assert heard.mentions_us
    assert heard.message == TS
    assert heard.at == pytest.approx(float(TS))
    assert heard.person == PERSON
    place = heard.place
    assert (place.platform, place.workspace, place.kind) == ("slack", TEAM, PlaceKind.THREAD)
    assert (place.channel, place.parent, place.ours) == (f"{LAB}/{TS}", LAB, None)
    assert heard.root is None


def test_a_mention_and_its_message_are_one_event() -> None:
    assert said(mention(f"{US} hello")).event == said(message(f"{US} hello")).event
    assert said(mention(f"{US} hello")) == said(message(f"{US} hello"))


def test_a_message_in_a_thread_may_go_on_with_our_answer() -> None:
    heard = said(message("and at night?", thread_ts=ROOT, parent_user_id=BEN))

    assert heard.place.channel == f"{LAB}/{ROOT}"
    assert heard.place.ours is None
    assert not heard.mentions_us
    assert heard.root is None


def test_a_thread_under_our_own_message_is_ours() -> None:
    heard = said(message("and at night?", thread_ts=ROOT, parent_user_id=BOT))

    assert heard.place.ours is True
    assert heard.root == MessageRef(channel=heard.place.channel, message=ROOT)  # type: ignore[arg-type]


def test_a_direct_message_opens_a_conversation_of_its_own() -> None:
    heard = said(direct("hello"))

    assert heard.place.kind is PlaceKind.DIRECT
    assert (heard.place.channel, heard.place.parent) == (f"{DIRECT}/{TS}", DIRECT)
    assert said(direct("go on", thread_ts=ROOT)).place.channel == f"{DIRECT}/{ROOT}"


def test_a_conversation_of_several_people_is_like_a_private_channel() -> None:
    assert ignored(message("hello all", channel="G0GROUP000", channel_type="mpim"))
    assert (
        said(message(f"{US} hello", channel="G0GROUP000", channel_type="mpim")).place.kind is PlaceKind.THREAD
    )


@pytest.mark.parametrize(
    "event",
    [
        message("nobody is asked"),
        message(f"{US} hi", user=BOT),
        message(f"{US} hi", user="USLACKBOT"),
        message(f"{US} hi", bot_id="B0ROBO0000"),
        message(f"{US} hi", subtype="bot_message", user=None),
        message(f"{US} hi", subtype="channel_join"),
        message(f"{US} hi", subtype="channel_topic"),
        message(f"{US} hi", subtype="assistant_app_thread", thread_ts=TS),
        message(f"{US} hi", hidden=True),
        message(f"{US} hi", edited={"user": ADA, "ts": TS}),
        mention(f"{US} hi", edited={"user": ADA, "ts": TS}),
        message(None, subtype="message_changed", message=message(f"{US} hi"), user=None, hidden=True),
        message(None, subtype="message_deleted", previous_message=message(f"{US} hi"), user=None),
        message(f"{US} hi", type="reaction_added"),
        message(f"{US} hi", user=None),
        message(f"{US} hi", ts=None),
    ],
)
def test_what_is_not_for_us_is_ignored(event: dict[str, Any]) -> None:
    assert ignored(event)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_other_ways_to_say_something_are_heard(subtype: str) -> None:
    assert said(message(f"{US} hi", subtype=subtype, thread_ts=ROOT)).text == "hi"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f"{US}, tell me", "tell me"),
        (f"{US} {US}: tell me", "tell me"),
        (f"tell me {US}", "tell me"),
        (f"tell me, {US}", "tell me"),
        (f"<@{BOT}|poebridge> tell me", "tell me"),
        (US, ""),
        (f"{US} what does {US} mean?", f"what does @{BOT} mean?"),
        (f"{US} ask <@{BEN}> in <#{LAB}>", "ask @Ben in #lab"),
        (f"{US} ask <@U0NOBODY00|cleo> in <#C0X0000000|secret>", "ask @cleo in #secret"),
        (f"{US} <#C0NAMELESS|> it is", "#C0NAMELESS it is"),
        (f"{US} tell <!subteam^S0CREW|@crew> and <!subteam^S0CREW>", "tell @crew and @S0CREW"),
        (f"{US} tell <!here> <!channel|channel> <!everyone>", "tell @here @channel @everyone"),
        (f"{US} at <!date^1760000000^{{date}}|9 October>", "at 9 October"),
        (f"{US} read <https://a.example/b?c=1&amp;d=2>", "read https://a.example/b?c=1&d=2"),
        (f"{US} read <https://a.example|a.example>", "read https://a.example"),
        (f"{US} read <https://a.example|this page>", "read this page (https://a.example)"),
        (f"{US} write to <mailto:a@b.example|a@b.example>", "write to a@b.example"),
        (
            f"{US} if a &lt; b &amp;&amp; b &gt; c, is &amp;lt; ok? &eacute;",
            "if a < b && b > c, is &lt; ok? &eacute;",
        ),
    ],
)
def test_text_is_what_its_writer_saw(written: str, read: str) -> None:
    assert said(message(written)).text == read


def test_whose_names_are_needed_is_known_before_they_are_asked_for() -> None:
    share = {"is_share": True, "text": "says <@U0CLEO0000>"}
    event = message(f"{US} <@{BEN}> <#{LAB}|> <#C0X|known> <@U0DORA|dora>", attachments=[share])

    assert parse.ids_named(event) == {BOT, BEN, LAB, "U0CLEO0000"}


def test_mentions_get_the_names_they_lack() -> None:
    names = {BEN: "Ben", LAB: "lab", "U0ODD00000": "a|b"}

    assert parse.labelled(
        f"<@{BEN}> <@{BEN}|b> <#{LAB}|> <@U0ODD00000> <!here> <https://a.example>", names
    ) == (f"<@{BEN}|Ben> <@{BEN}|b> <#{LAB}|lab> <@U0ODD00000> <!here> <https://a.example>")


def test_files_come_along() -> None:
    heard = said(
        message(US, subtype="file_share", files=[file(), file(mimetype="image/PNG; x=y", name="a.png")])
    )

    assert heard.files == (
        FileRef(
            url="https://files.slack.com/files-pri/T0-F0/download/notes.txt",
            name="notes.txt",
            size=12,
            mime="text/plain",
        ),
        FileRef(
            url="https://files.slack.com/files-pri/T0-F0/download/notes.txt",
            name="a.png",
            size=12,
            mime="image/png",
        ),
    )


def test_a_file_that_slack_does_not_keep_is_none() -> None:
    gone = {"id": "F0GONE0000", "mode": "tombstone"}

    heard = said(
        message(
            US, files=[gone, file(is_external=True), file(name=None, size=None, url_private_download=None)]
        )
    )

    assert [(one.name, one.size, one.url) for one in heard.files] == [
        ("Notes", 0, "https://files.slack.com/files-pri/T0-F0/notes.txt")
    ]


def test_a_forwarded_message_is_quoted() -> None:
    share = {
        "is_share": True,
        "is_msg_unfurl": True,
        "author_name": "Ben",
        "text": f"a &lt; b, <@{BEN}>",
        "files": [file()],
    }
    preview = {"title": "A page", "text": "somebody's link", "from_url": "https://a.example"}

    heard = said(message(f"{US} is that so?", attachments=[share, preview]))

    assert [(one.author, one.text, one.ours, len(one.files)) for one in heard.quoted] == [
        ("Ben", "a < b, @Ben", False, 1)
    ]


def quote(asked_about: dict[str, Any]) -> Quoted:
    place = parse.thread_place(WorkspaceId(TEAM), LAB, ROOT)
    return parse.quote(asked_about, OURSELVES, place, "Ben", NAMES)


def test_a_message_asked_about_is_quoted_with_where_it_stands() -> None:
    quoted = quote(message(f"see <@{BEN}>", files=[file()]))

    assert (quoted.author, quoted.text, quoted.ours) == ("Ben", "see @Ben", False)
    assert quoted.by == message("x")["user"]
    assert quoted.message == MessageRef(channel=f"{LAB}/{ROOT}", message=TS)  # type: ignore[arg-type]
    assert [one.name for one in quoted.files] == ["notes.txt"]


def test_our_own_answers_are_known_as_ours_and_may_stand_in_blocks_alone() -> None:
    blocks = [
        {"type": "markdown", "text": "**Because** 1 &lt; 2"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "and so on"}},
        {"type": "actions", "elements": []},
    ]

    quoted = quote(message(None, user=BOT, blocks=blocks))

    assert quoted.ours
    assert quoted.text == "**Because** 1 < 2\n\nand so on"
    assert quote(message("x", user=None, bot_id=BOT_ID)).ours
    assert quote(message("x", user=BOT)).by is None
    assert not quote(message("x", user=None, bot_id="B0ROBO0000")).ours
