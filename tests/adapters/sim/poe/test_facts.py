"""The few things the simulated model knows."""

import pytest

from adapters.sim.poe import facts


def test_a_follow_up_is_understood_from_what_was_said_before() -> None:
    assert facts.known("And its population?", ["What is the capital of Italy?"]) == (
        "Rome has a population of approximately 2.8 million."
    )
    assert facts.known("And its population?", ["hello"]) is None


def test_the_last_name_told_is_the_one_remembered() -> None:
    assert facts.known("What is my name?", ["My name is Ada", "my name is Bob"]) == "Your name is Bob."


@pytest.mark.parametrize(
    "text", ["version 1.2-3 of it", "a train leaves at 4pm going 90mph and one at 3pm going 60mph"]
)
def test_what_is_no_question_is_not_answered(text: str) -> None:
    assert facts.known(text, []) is None


def test_trains_that_never_meet_are_left_alone() -> None:
    assert facts.known("leaves at 3pm going 90mph and another at 4pm going 60mph", []) is None


def test_only_what_is_quoted_or_shouted_is_taken_literally() -> None:
    assert facts.only("Answer only BANANA") == "BANANA"
    assert facts.only("Respond only with “yes”.") == "yes"
    assert facts.only("Answer only in English.") is None


def test_the_sea_is_known_well_and_in_python() -> None:
    tides = facts.known("Explain tides with a table", [])
    code = facts.known("And how deep is it in between? In Python, please", ["Explain tides"])

    assert tides is not None
    assert "| Bay of Fundy | 16.0 m | 2 |" in tides
    assert code is not None
    program = code.split("```python")[1].split("```")[0]
    exec(program.replace("print(", "said = ("), space := {})
    assert program.rstrip().endswith(f"# {space['said']}")
    assert facts.known("How deep is it, in Python?", ["hello"]) is None
