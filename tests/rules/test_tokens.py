from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.rules import tokens
from bridge.values.parts import Document, Image, Item, Role, Text


@given(st.text(max_size=400))
def test_the_estimate_is_never_below_a_quarter_of_the_characters(text):
    assert tokens.of_text(text) >= len(text) / 4


def test_every_kind_of_part_counts():
    parts = (
        Text(text="abcde"),
        Document(name="a.py", text="x = 1"),
        Image(name="i", mime="image/png", data=b""),
    )
    counted = tokens.of_items([Item(role=Role.USER, parts=parts)])

    assert counted > tokens.IMAGE + tokens.of_text("abcde") + tokens.of_text("x = 1")
