"""A message of ours is read back as the Markdown it was made of, in our blocks or in Slack's."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import ids, reading, writes
from bridge.values.draft import Action, Button, Page
from bridge.values.ids import ChannelId, TurnId

TURN = TurnId("abcdefghijklmnop")
AGAIN = Button(action=Action.REGENERATE, turn=TURN, label="Regenerate")
GOOD = Button(action=Action.GOOD, turn=TURN, label="Good answer")


def posted(page: Page) -> dict[str, Any]:
    return writes.message(ChannelId("C1/1.1"), page, f"{TURN}-0")


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "Hello <!here> & <@U1>\n\n```html\n<!DOCTYPE html>\n```\n-# 3 points · model & co",
        "-# Thinking…",
        "a\n-# one\n-# two",
    ],
)
def test_a_page_reads_as_it_was_written(text: str) -> None:
    assert reading.page_text(posted(Page(text=text, buttons=(AGAIN, GOOD)))) == text


def test_a_message_without_blocks_reads_by_its_text() -> None:
    assert reading.page_text({"text": "1 &lt; 2"}) == "1 < 2"
    assert reading.page_text({}) == ""


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"blocks": [{"type": "rich_text", "elements": list(elements)}]}


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*words: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(words)}


@pytest.mark.parametrize(
    ("kept", "sign"),
    [
        ({"name": "fox_face", "unicode": "1f98a"}, "🦊"),
        ({"name": "flag-de", "unicode": "1f1e9-1f1ea"}, "🇩🇪"),
        ({"name": "our-own"}, ":our-own:"),
        ({"name": "odd", "unicode": "no number"}, ":odd:"),
        ({"name": "far", "unicode": "ffffffff"}, ":far:"),
    ],
)
def test_an_emoji_reads_as_the_sign_it_was(kept: dict[str, str], sign: str) -> None:
    """Slack gives those a name that everybody has; a workspace's own have nothing else."""
    assert reading.page_text(rich(section(text("A "), {"type": "emoji", **kept}))) == f"A {sign}"


def test_slacks_own_words_read_as_markdown() -> None:
    message = rich(
        section(
            text("Some "),
            text("bold ", bold=True),
            text("and "),
            text("code", code=True),
            text(" ", italic=True),
        ),
        section(
            {"type": "link", "url": "https://x.org", "text": "here"},
            text(" or "),
            {"type": "link", "url": "https://y.org"},
            {"type": "emoji", "name": "tada"},
            {"type": "user", "user_id": "U1"},
            {"type": "broadcast", "range": "here"},
        ),
    )

    assert reading.page_text(message) == (
        "Some **bold** and `code` \n\n[here](https://x.org) or https://y.org:tada:<@U1>@here"
    )


def test_lists_code_and_quotes_read_as_markdown() -> None:
    message = rich(
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [section(text("one")), section(text("two"))],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "offset": 2,
            "elements": [section(text("three"))],
        },
        {"type": "rich_text_preformatted", "language": "python", "elements": [text("print(1)")]},
        {"type": "rich_text_preformatted", "elements": [text("```")]},
        {"type": "rich_text_quote", "elements": [text("a\n\nb")]},
    )

    assert reading.page_text(message) == (
        "- one\n- two\n   3. three\n\n```python\nprint(1)\n```\n\n````\n```\n````\n\n> a\n>\n> b"
    )


def test_other_blocks_read_as_markdown() -> None:
    cell = {"type": "rich_text", "elements": [section(text("x|y"))]}
    message = {
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Title"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "a &amp; b"}},
            {"type": "divider"},
            {"type": "table", "rows": [[{"type": "raw_text", "text": "head"}], [cell]]},
            {"type": "image", "alt_text": "a chart"},
        ]
    }

    assert reading.page_text(message) == "# Title\n\na & b\n\n---\n\n| head |\n| --- |\n| x\\|y |"


def test_a_page_is_known_by_its_metadata_or_its_buttons() -> None:
    page = posted(Page(text="x"))
    by_button = {"blocks": writes.blocks(Page(text="x", buttons=(AGAIN,)))}
    by_feedback = {"blocks": writes.blocks(Page(text="x", buttons=(GOOD,)))}

    assert reading.nonce_of(page) == f"{TURN}-0"
    assert all(reading.belongs(one, TURN) for one in (page, by_button, by_feedback))
    assert not any(reading.belongs(one, TurnId("other")) for one in (page, by_button, by_feedback, {}))


def test_a_page_that_lost_its_mark_is_known_by_its_buttons() -> None:
    marked = writes.message(ChannelId("C1/1.1"), Page(text="x", buttons=(AGAIN,)), ids.OVER)

    assert reading.belongs(marked, TURN)


def test_metadata_of_others_is_none_of_ours() -> None:
    assert reading.nonce_of({"metadata": {"event_type": "deploy", "event_payload": {"nonce": "1"}}}) is None
    assert reading.nonce_of({"metadata": {"event_type": ids.PAGE, "event_payload": {"nonce": 1}}}) is None


def test_a_stream_nobody_ended_is_known() -> None:
    assert reading.unfinished({"streaming_state": "in_progress"})
    assert reading.unfinished({"streaming_state": "errored"})
    assert reading.unfinished({"streaming_state": "completed"})  # by Slack
    assert not reading.unfinished({"text": "x"})
    assert not reading.unfinished({"streaming_state": "errored", **posted(Page(text="x"))})


def test_only_a_stream_is_unmarked() -> None:
    assert reading.unmarked({"text": "x"})
    assert not reading.unmarked(posted(Page(text="x")))
    assert not reading.unmarked({"text": "", "files": [{"id": "F1"}]})
    assert not reading.unmarked({"text": "joined", "subtype": "channel_join"})


def test_what_slack_made_of_a_text_has_its_gist() -> None:
    text = "## Tides\n\n1. **high** &amp; low\n\n```python\nx = 1\n```\n| a | b |\n|---|---|\n| 1 | 2 |"
    kept = "# Tides\n\n1. high & low\n\n```\nx = 1\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"

    assert reading.gist(text) == reading.gist(kept) == "Tides1highlowx1ab12"
    assert reading.gist("## Tides") != reading.gist("## Tide")
