from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.rules.streaming import rest, whole


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", ""),
        ("Hel", ""),
        ("Hello ", ""),
        ("Hello wor", "Hello "),
        ("One.\n", ""),
        ("One.\n\nTwo", "One.\n\n"),
        ("One\n- ", "One\n"),
        ("One\n- T", "One\n"),
        ("One\n- Two t", "One\n- Two "),
        ("One\n  - T", "One\n  "),
        ("x" * 40, "x" * 39),
        ("x" * 40 + "\n\n", "x" * 39),
        (" " * 40, ""),
    ],
)
def test_a_piece_ends_before_a_word_that_has_begun(text: str, piece: str) -> None:
    assert text[: whole(text, 0, len(text))] == piece


def test_a_piece_ends_where_it_has_to() -> None:
    text = "One two three four"

    assert whole(text, 0, 9) == 8
    assert whole(text, 8, 9) == 8


@given(st.text(alphabet="ab1- \n", max_size=80), st.integers(1, 10))
def test_pieces_join_to_the_text_and_none_but_the_first_begins_with_white_space(text: str, step: int) -> None:
    at, pieces = 0, []
    for size in range(0, len(text) + step, step):
        to = whole(text[:size], at, len(text[:size]))
        assert at <= to <= len(text)
        if to > at:
            pieces.append(text[at:to])
            at = to

    assert text.startswith("".join(pieces))
    assert not any(piece[0].isspace() for piece in pieces[1:])


@pytest.mark.parametrize(
    ("sent", "page", "more"),
    [
        ("", "Hello", "Hello"),
        ("Hello ", "Hello world", "world"),
        ("Hello", "Hello", ""),
        ("Hello ", "Hello", ""),
        ("Hello ", "Hello\n-# Model", "\n-# Model"),
        ("**Hello ", "**Hello**", None),
        ("Hello", "Help", None),
        ("Hello ", "Help", None),
    ],
)
def test_the_rest_of_a_page_goes_on_where_it_ends(sent: str, page: str, more: str | None) -> None:
    assert rest(sent, page) == more
