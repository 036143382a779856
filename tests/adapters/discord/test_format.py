"""Markdown as Discord shows it; without a table never longer than it was. What becomes of tables is in `test_tables`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import format as markdown

SCRAPS = st.lists(
    st.sampled_from(
        [
            "#",
            "####",
            " ",
            "\n",
            "\n\n",
            ">",
            ">>> ",
            ">> ",
            "```",
            "```py",
            "x",
            "word",
            "**b**",
            "- ",
            "a | b",
            "~~~",
        ]
    ),
    max_size=40,
).map("".join)


@given(SCRAPS)
def test_a_text_never_grows(text: str) -> None:
    assert len(markdown.shown(text)) <= len(text)


@given(SCRAPS)
def test_what_was_shown_is_shown_the_same_again(text: str) -> None:
    once = markdown.shown(text)
    assert markdown.shown(once) == once


@given(SCRAPS)
def test_lines_stay_where_they_are(text: str) -> None:
    assert markdown.shown(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#### Deep", "**Deep**"),
        ("##### Deeper ##", "**Deeper**"),
        ("#### With `code`", "With `code`"),  # emphasis in emphasis would show its signs
        ("### Third", "### Third"),  # Discord knows three sizes
        (">> nested\n>> quote", "> nested\n> quote"),
        (">>> three\n\nafter", "> three\n\nafter"),  # else everything below would be quoted
        ("```\n#### not a heading\n>>> import this\n```", "```\n#### not a heading\n>>> import this\n```"),
        ("| a | b |\n| - | - |\n| 1 | 2 |", "```\na  b\n-  -\n1  2\n```"),
        ("#### Deep\n\n| a | b |\n| - | - |\n| 1 | 2 |", "**Deep**\n\n```\na  b\n-  -\n1  2\n```"),
        ("@everyone <@123> stay as they are", "@everyone <@123> stay as they are"),
    ],
)
def test_only_what_discord_would_show_raw_is_changed(text: str, shown: str) -> None:
    assert markdown.shown(text) == shown


def test_a_short_text_is_one_piece() -> None:
    assert markdown.pieces("hello", 10) == ("hello",)


def test_a_longer_text_is_cut_at_line_ends() -> None:
    assert markdown.pieces("one\ntwo\nthree", 8) == ("one\ntwo", "three")


def test_a_text_of_too_many_pieces_is_none() -> None:
    assert markdown.pieces("\n".join(["x" * 9] * 4), 10) == ()


def test_code_is_never_cut() -> None:
    assert markdown.pieces("```\n" + "x\n" * 20 + "```", 20) == ()


@given(st.text(alphabet="ab \n", max_size=200), st.integers(min_value=5, max_value=50))
def test_pieces_fit_and_lose_nothing_but_the_line_ends_between_them(text: str, limit: int) -> None:
    found = markdown.pieces(text, limit, most=100)
    assert found
    assert all(len(piece) <= limit for piece in found)
    assert "".join(found).replace("\n", "") == text.replace("\n", "")


def test_a_line_too_long_is_cut_between_words_and_a_word_too_long_anywhere() -> None:
    assert markdown.beginning("several words here", 10) == "several"
    assert markdown.beginning("unbreakable", 4) == "unbr"


@pytest.mark.parametrize("text", ["#### ", "one\n#####  \ntwo"])
def test_a_heading_without_words_stays_as_it_is(text) -> None:
    assert markdown.shown(text) == text
