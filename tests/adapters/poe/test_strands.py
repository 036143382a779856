"""Text told several times is passed on once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.poe.strands import GAP, Strand


def test_pieces_are_passed_on_and_their_end_adds_nothing() -> None:
    strand = Strand()

    assert [
        strand.add(0, 0, "Hel"),
        strand.add(0, 0, "lo"),
        strand.done(0, 0, "Hello"),
        strand.whole("Hello"),
    ] == ["Hel", "lo", "", ""]


def test_an_end_without_pieces_is_passed_on_once() -> None:
    strand = Strand()

    assert [strand.done(0, 0, "Hello"), strand.done(0, 0, "Hello"), strand.whole("Hello")] == [
        "Hello",
        "",
        "",
    ]


def test_the_missing_end_of_a_part_is_added() -> None:
    strand = Strand()
    strand.add(0, 0, "Hel")

    assert strand.done(0, 0, "Hello") == "lo"
    assert strand.whole("Hello there") == " there"
    assert strand.text == "Hello there"


def test_a_text_that_contradicts_the_pieces_adds_nothing() -> None:
    strand = Strand()
    strand.add(0, 0, "Hello")

    assert strand.done(0, 0, "Goodbye") == ""
    assert strand.whole("Goodbye") == ""
    assert strand.text == "Hello"


def test_messages_are_kept_apart_and_parts_are_not() -> None:
    strand = Strand()

    assert [strand.add(0, 0, "a"), strand.add(0, 1, "b"), strand.add(1, 0, "c"), strand.done(2, 0, "d")] == [
        "a",
        "b",
        f"{GAP}c",
        f"{GAP}d",
    ]


def test_an_end_numbered_differently_from_its_pieces_is_not_said_twice() -> None:
    strand = Strand()
    strand.add(0, 0, "Hello")

    assert strand.done(1, 0, "Hello") == ""


def test_an_empty_message_leaves_no_gap() -> None:
    strand = Strand()
    strand.add(0, 0, "")
    strand.done(0, 0, "")

    assert strand.add(1, 0, "a") == "a"
    assert bool(strand)


def test_half_a_character_waits_for_the_other_half() -> None:
    strand = Strand()

    assert strand.add_broken(0, 0, "a\ud83d") == "a"
    assert strand.broken
    assert strand.add_broken(0, 0, "\ude00b") == "😀b"
    assert not strand.broken


def test_half_a_character_alone_is_replaced() -> None:
    assert Strand().add_broken(0, 0, "\ude00b") == "\ufffdb"


@given(st.lists(st.tuples(st.integers(0, 2), st.text(max_size=5)), max_size=12), st.data())
def test_whatever_is_repeated_the_text_is_told_once(
    pieces: list[tuple[int, str]], data: st.DataObject
) -> None:
    pieces.sort(key=lambda piece: piece[0])
    strand = Strand()
    passed: list[str] = []
    parts: dict[int, str] = {}
    for item, text in pieces:
        parts[item] = parts.get(item, "") + text
        if data.draw(st.booleans()):
            passed.append(
                strand.add(item, 0, text) if strand.text.endswith(parts[item][: -len(text) or None]) else ""
            )
    whole = GAP.join(text for text in parts.values() if text)
    passed.append(strand.whole(whole))

    assert "".join(passed) == strand.text
