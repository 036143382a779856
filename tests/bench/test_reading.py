"""What is read off an answer: from what came and what stood to how far a reader was behind."""

from __future__ import annotations

import pytest

from bench.reading import Seen, arrivals, followed, letters, staleness


def seen(*visible: tuple[float, int], written: float = 5.0) -> Seen:
    arrived = ((0.0, 0), (1.0, 10), (2.0, 20))
    return Seen(channel="general", shared=1, arrived=arrived, visible=visible, written=written)


def test_only_what_a_reader_reads_is_counted() -> None:
    assert letters("## A *b*\n-# 12 points\n`c1`") == "Abc1"


def test_what_a_page_repeats_or_closes_is_passed_over() -> None:
    answer = letters("```python\nfirst()\nsecond()\n```")

    assert followed(answer, letters("```python\nfirst()\n```") + letters("```python\nsecond()\n```")) == len(
        answer
    )
    assert followed(answer, letters("```python\nfirst()\n```")) == len("pythonfirst")


def test_a_letter_that_is_missing_ends_what_was_followed() -> None:
    assert followed("abcdef", "abdef") == 2


def test_pieces_came_at_their_pace_up_to_the_last() -> None:
    assert arrivals("ab d efgh", 10.0, 0.5, 4) == ((8.5, 0), (9.0, 3), (9.5, 6), (10.0, 7))


def test_staleness_is_what_is_unseen_over_time() -> None:
    assert staleness(((0.0, 0), (1.0, 10)), ((3.0, 10),)) == pytest.approx(20.0)
    assert staleness(((0.0, 0), (1.0, 10), (2.0, 20)), ((1.5, 10), (4.0, 20))) == pytest.approx(5 + 20)
    assert staleness(((0.0, 0), (1.0, 10)), ((1.0, 10),)) == 0.0


def test_the_first_word_counts_from_when_it_came() -> None:
    assert seen((0.5, 0), (1.2, 4), (5.0, 20)).first_visible == pytest.approx(0.2)


def test_an_answer_never_shown_is_late_and_lost() -> None:
    answer = seen((0.5, 0))

    assert answer.first_visible == pytest.approx(4.0)
    assert answer.lost == 20
    assert answer.final_late == pytest.approx(3.0)
