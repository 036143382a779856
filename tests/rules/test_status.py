from __future__ import annotations

from dataclasses import replace

from bridge.rules.status import finished, fit, line, news, steps
from bridge.values.draft import Draft, DraftState, StepShown

DRAFT = Draft(turn="t")  # type: ignore[arg-type]
SEARCH = StepShown(id="s", label="Searching…", done=False)
FOUND = replace(SEARCH, done=True)


def labels(draft: Draft, *, something: bool = False) -> list[str]:
    return [step.label for step in steps(draft, something=something)]


def test_one_line_says_what_goes_on() -> None:
    thinking = replace(DRAFT, thought="*First*\n\nThen…\n")

    assert line(DRAFT, something=False) == ""
    assert line(DRAFT, something=True) == "Thinking…"
    assert line(thinking, something=False) == "Then…"
    assert line(replace(thinking, steps=(SEARCH,)), something=True) == "Searching…"
    assert line(replace(thinking, text="Well"), something=True) == ""
    assert line(replace(DRAFT, state=DraftState.QUEUED, ahead=3), something=True).startswith(
        "You are number 4"
    )


def test_the_same_as_steps() -> None:
    thinking = replace(DRAFT, thought="*First*\n\nThen…\n")

    assert labels(DRAFT) == []
    assert labels(DRAFT, something=True) == ["Thinking"]
    assert labels(thinking) == ["Then"]
    assert labels(replace(thinking, steps=(FOUND,))) == ["Searching", "Then"]
    assert labels(replace(thinking, text="Well", steps=(FOUND,))) == ["Searching"]
    assert labels(replace(thinking, state=DraftState.STOPPED)) == []
    assert labels(replace(DRAFT, state=DraftState.QUEUED, ahead=3)) == ["Number 4 in the queue"]


def test_only_what_is_new_is_told() -> None:
    assert news((SEARCH,), {}, ()) == (SEARCH,)
    assert news((SEARCH,), {"s": SEARCH}, ()) == ()
    assert news((FOUND,), {"s": SEARCH}, ()) == (FOUND,)


def test_what_is_no_longer_spoken_of_is_done() -> None:
    assert news((), {"s": SEARCH}, ()) == (FOUND,)
    assert news((), {"s": FOUND}, ()) == ()
    assert finished((SEARCH, FOUND)) == (FOUND, FOUND)


def test_what_was_told_above_is_told_again_only_while_it_goes_on() -> None:
    assert news((FOUND,), {}, ("s",)) == ()
    assert news((SEARCH,), {}, ("s",)) == (SEARCH,)


def test_too_long_is_cut() -> None:
    assert (fit("abc", 3), fit("abcd", 3)) == ("abc", "ab…")
