"""Words behind a command, one by one."""

from __future__ import annotations

import pytest

from adapters.slack import written
from bridge.values.command import Kind


def keys_and_values(text: str) -> list[tuple[str, str | None]]:
    return [(piece.key, piece.value) for piece in written.pieces(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b", [("", "a"), ("", "b")]),
        ('"a b" c', [("", "a b"), ("", "c")]),
        ("“a b” c", [("", "a b"), ("", "c")]),
        ('say "a b', [("", "say"), ("", '"a'), ("", "b")]),
        ('a"b c"d', [("", 'a"b'), ("", 'c"d')]),
        ("--name x", [("name", None), ("", "x")]),
        ("—name x", [("name", None), ("", "x")]),
        ("--name=x", [("name", "x")]),
        ('name="x y"', [("name", "x y")]),
        ("name=", [("", "name=")]),
        ("a &amp; b", [("", "a"), ("", "&"), ("", "b")]),
        ("<https://a.example|a b>", [("", "a b (https://a.example)")]),
        ("- x -5", [("", "-"), ("", "x"), ("", "-5")]),
    ],
)
def test_pieces(text: str, found: list[tuple[str, str | None]]) -> None:
    assert keys_and_values(text) == found


def test_a_mention_carries_what_it_is_and_its_name() -> None:
    person, group, channel = written.pieces("<@U0BEN|ben> <!subteam^S0CREW|@crew> <#C0LAB>")

    assert (person.kind, person.id, person.label) == (Kind.PERSON, "U0BEN", "ben")
    assert (group.kind, group.id, group.label) == (Kind.ROLE, "S0CREW", "crew")
    assert (channel.kind, channel.id, channel.label) == (Kind.CHANNEL, "C0LAB", "")


def test_where_a_piece_stands_leads_back_to_it() -> None:
    text = 'a  name="x y"   <@U0BEN|ben>'

    assert [text[piece.start : piece.end] for piece in written.pieces(text)] == [
        "a",
        'name="x y"',
        "<@U0BEN|ben>",
    ]


def test_quoted_words_stay_short_and_in_their_quotes() -> None:
    assert written.quoted('a "b" `c`\nd') == "\"a 'b' 'c' d\""
    assert written.quoted("x" * 50) == f'"{"x" * 40}…"'
