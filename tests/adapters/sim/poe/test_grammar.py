"""The small language of prompts."""

import pytest

from adapters.sim.poe import grammar


def test_directives_are_read_and_taken_out_of_the_question() -> None:
    wish = grammar.read("[[len=500]] Tell me about tea [[speed=20]]")
    assert wish.rest == "Tell me about tea"
    assert (wish.characters, wish.number("speed"), wish.number("first")) == (500, 20.0, None)


@pytest.mark.parametrize(
    ("prompt", "field", "value"),
    [
        ("a poem in 40 words", "words", 40),
        ("a long answer of 1200 characters", "characters", 1200),
        ("sort a list in rust code", "language", "rust"),
        ("a javascript function please", "language", "javascript"),
        ("write some code", "language", "python"),
        ("what is in my garden", "language", None),
        ("show me a table of rivers", "table", True),
        ("compare tea and coffee", "table", True),
        ("a list of rivers", "bullets", 3),
        ("top 5 rivers", "bullets", 5),
        ("give me 7 ideas", "bullets", 7),
        ("what did I say before?", "recall", True),
    ],
)
def test_plain_wishes_are_understood(prompt: str, field: str, value: object) -> None:
    assert getattr(grammar.read(prompt), field) == value


def test_wishes_are_no_part_of_the_topic() -> None:
    assert "40" not in grammar.read("rivers in 40 words").topic
    assert grammar.read("top 3 rivers").topic.strip() == "rivers"


def test_a_directive_that_is_no_number_does_nothing() -> None:
    assert grammar.read("[[speed=fast]] hi").number("speed") is None
    assert grammar.read("[[len=long]] hi").characters is None


def test_an_echo_is_taken_word_for_word() -> None:
    assert grammar.echo("say [[echo]] two  spaces [[x]]") == "two  spaces [[x]]"
    assert grammar.echo("hi") is None


def test_a_script_is_read_step_by_step() -> None:
    steps = grammar.script("say Hel; wait 0.5; say lo there; think hm; dance; cut")
    assert [(step.kind, step.value) for step in steps] == [
        ("say", "Hel"),
        ("wait", "0.5"),
        ("say", "lo there"),
        ("think", "hm"),
        ("cut", ""),
    ]
