from __future__ import annotations

from functools import reduce

from bridge.rules.fold import fold
from bridge.values.answer import (
    Ending,
    Failed,
    Finished,
    Queued,
    Started,
    Step,
    TextDelta,
    ThoughtDelta,
)
from bridge.values.draft import Draft, DraftState
from bridge.values.errors import AnswerCut

EMPTY = Draft(turn="t")


def folded(*events):
    return reduce(fold, events, EMPTY)


def test_words_and_thoughts_add_up():
    draft = folded(
        Started(),
        ThoughtDelta(text="hm"),
        TextDelta(text="Hel"),
        TextDelta(text="lo"),
        ThoughtDelta(text="!"),
    )

    assert (draft.text, draft.thought, draft.state) == ("Hello", "hm!", DraftState.WRITING)


def test_a_place_in_the_queue_is_shown_until_the_request_is_accepted():
    waiting = folded(Queued(ahead=3, seconds=2.0))

    assert (waiting.state, waiting.ahead) == (DraftState.QUEUED, 3)
    assert fold(waiting, Started()).state is DraftState.WAITING


def test_a_step_is_listed_once_and_marked_done():
    draft = folded(
        Step(id="a", label="searching"),
        Step(id="b", label="reading"),
        Step(id="a", label="searched", done=True),
    )

    assert [(step.label, step.done) for step in draft.steps] == [("searched", True), ("reading", False)]


def test_the_end_fills_in_words_that_were_not_streamed_but_rewrites_nothing():
    half = folded(TextDelta(text="Hello"))

    assert fold(half, Finished(text="Hello world", ending=Ending.LENGTH)).text == "Hello world"
    assert fold(half, Finished(text="Goodbye")).text == "Hello"
    assert fold(half, Finished(text="Hello world", ending=Ending.LENGTH)).ending is Ending.LENGTH
    assert fold(half, Failed(error=AnswerCut())) == half
