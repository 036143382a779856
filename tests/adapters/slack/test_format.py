"""Markdown reaches Slack as it was written, and rings for nobody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import format as markdown
from adapters.slack import limits

RINGING = re.compile(r"<(@[UW][A-Z0-9]+|!channel|!here|!everyone|!subteam\^S[A-Z0-9]+)(\|[^>]*)?>")
CALLS = (
    "<@U123>",
    "<@W9|ada>",
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!subteam^S1>",
    "<!subteam^S1|@crew>",
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from([*CALLS, "<", "@U1>", "!here>", "<!", "<@", "x", " ", "\n", "`", "&"]),
        st.text(max_size=4),
    )
).map("".join)


@pytest.mark.parametrize("call", CALLS)
def test_a_mention_is_silent_and_looks_the_same(call: str) -> None:
    shown = markdown.shown(f"Ask {call} in `{call}`")

    assert not RINGING.search(shown)
    assert shown.replace(markdown.SILENT, "") == f"Ask {call} in `{call}`"


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>",
        "<!-- note -->",
        "a < b && c > d",
        "<https://x.org>",
        "<@media>",
        "<#C1>",
        "@here",
        "&lt;!here&gt;",
    ],
)
def test_what_is_no_mention_stays_as_it_is(text: str) -> None:
    assert markdown.shown(text) == text


def test_people_are_named_where_that_is_wanted_and_everyone_never() -> None:
    assert markdown.shown("<@U1> and <!here>", naming=True) == f"<@U1> and <{markdown.SILENT}!here>"
    assert markdown.mrkdwn("<@U1> and <!here>", naming=True) == "<@U1> and &lt;!here&gt;"


@given(TEXTS)
def test_nothing_rings_whatever_a_model_writes(text: str) -> None:
    assert not RINGING.search(markdown.shown(text))
    assert not RINGING.search(markdown.mrkdwn(text))
    assert not RINGING.search(markdown.fallback(text))


@given(TEXTS)
def test_what_is_shown_can_be_shown_again_and_taken_back(text: str) -> None:
    shown = markdown.shown(text)

    assert markdown.shown(shown) == shown
    assert markdown.unshown(shown) == markdown.unshown(text)


@given(TEXTS, st.integers(min_value=0))
def test_a_growing_text_is_never_taken_back(text: str, cut: int) -> None:
    """What is decided of a beginning is how the whole begins."""
    part = text[: cut % (len(text) + 1)]
    sent = markdown.shown(part[: len(part) - markdown.undecided(part)])

    assert markdown.shown(text).startswith(sent)


@pytest.mark.parametrize("text", ["<", "see <@", "<@U", "<!", "<!her", "<!subteam", "a <!ev"])
def test_what_may_become_a_mention_waits(text: str) -> None:
    assert markdown.undecided(text) == len(text) - text.index("<")


@pytest.mark.parametrize("text", ["", "a < b", "<!D", "<@m", "<!here>", "<@U1", "<b"])
def test_what_is_decided_does_not_wait(text: str) -> None:
    assert markdown.undecided(text) == 0


def test_small_lines_at_the_end_are_parted_from_the_page() -> None:
    assert markdown.parted("Hello\n-# not this\nthere\n-# one\n-# two") == (
        "Hello\n-# not this\nthere",
        ("one", "two"),
    )
    assert markdown.parted("-# Thinking…") == ("", ("Thinking…",))
    assert markdown.parted("Hello") == ("Hello", ())


def test_a_piece_that_goes_on_a_line_begins_no_small_one() -> None:
    assert markdown.parted("-# still text\n-# small", begins_line=False) == ("-# still text", ("small",))


def test_the_older_way_knows_bold_links_and_struck() -> None:
    assert (
        markdown.mrkdwn("**a** [b & c](https://x.org/?a=1&b=2) ~~d~~")
        == "*a* <https://x.org/?a=1&amp;b=2|b &amp; c> ~d~"
    )


def test_a_notification_says_the_whole_page_without_heading_signs() -> None:
    assert markdown.fallback("# Title\n\n1 < 2\n-# small") == "*Title*\n\n1 &lt; 2"
    assert markdown.fallback("-# Thinking…") == "Thinking…"
    assert markdown.fallback("") == "…"


@given(st.text(alphabet="ab &<>\n", min_size=4000, max_size=5000))
def test_a_notification_is_short_enough_and_cuts_no_escaped_sign(text: str) -> None:
    told = markdown.fallback(text)

    assert len(told) <= limits.FALLBACK
    assert not re.search(r"&(?!amp;|lt;|gt;)", told)


def test_a_text_that_fits_is_one_piece() -> None:
    assert markdown.pieces("short", 10) == ("short",)


def test_a_long_text_is_cut_at_lines() -> None:
    assert markdown.pieces("aaaa\nbbbb\ncccc", 9) == ("aaaa\nbbbb", "cccc")


def test_code_and_very_long_texts_are_not_cut() -> None:
    assert markdown.pieces("```\n" + "a" * 20 + "\n```", 10) == ()
    assert markdown.pieces("a\n" * 20, 5) == ()


def test_a_beginning_keeps_lines_words_or_characters() -> None:
    assert markdown.beginning("aa bb\ncc", 6) == "aa bb"
    assert markdown.beginning("aa bb cc", 6) == "aa bb"
    assert markdown.beginning("aabbcc", 4) == "aabb"
