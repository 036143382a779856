"""Material for answers."""

import random

import pytest

from adapters.sim.poe import prose


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("tea", "tea"),
        ("Explain tides with a table and a list", "tides"),
        ("Compare tea and coffee, in a table", "tea and coffee"),
        ("Hello! Please tell me everything about the ships of old.", "ships of old"),
        ("How do the bees find their way?", "how the bees find their way"),
        ("How does a clock work?", "how a clock works"),
        ("Why does it wash so white?", "why it washes so white"),
        ("Why is the sky blue?", "why the sky is blue"),
        ("How high is the water at noon?", "how high the water at noon is"),
        ("Write a python function and explain it", "python function"),
        ("what is it", "your question"),
    ],
)
def test_a_subject_reads_well_in_a_sentence(asked: str, subject: str) -> None:
    assert prose.subject(asked) == subject


def test_a_question_is_it_in_a_list() -> None:
    chance = random.Random(1)

    assert "how bees fly" not in prose.bullets("how bees fly", 7, chance)
    assert "tea" in prose.bullets("tea", 7, chance)


def test_a_name_is_an_identifier() -> None:
    assert [prose.name_of(text) for text in ("Bees find home today", "3 bees", "蜂")] == [
        "bees_find_home",
        "n_3_bees",
        "answer",
    ]


@pytest.mark.parametrize("number", [1, 2, 50, 51, 777, 9001])
def test_a_length_is_met_exactly_and_ends_in_a_sign(number: int) -> None:
    text = prose.characters(number, "tea", random.Random(number))
    assert len(text) == number
    assert text == text.rstrip()
