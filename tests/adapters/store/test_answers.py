"""What people look back at: their last answers, and what they thought of one."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from adapters.store import admission, answers, holds, memory, turns
from adapters.store.schema import ratings
from bridge.values.home import PastAnswer
from bridge.values.ids import ModelId, PersonId, Platform, TurnId, WorkspaceId
from bridge.values.parts import FileRef
from bridge.values.turn import Closing, TurnState

ANN = PersonId("ann")
MODEL = ModelId("claude-sonnet-4.6")


@pytest.fixture
def asked(transact, make: SimpleNamespace):
    def ask(id: str, points: int | None = 60, state: TurnState = TurnState.SETTLED, **more) -> None:
        changed = more.pop("prompt", {})
        turn = make.turn(id, **more)
        turn = replace(turn, prompt=replace(turn.prompt, **changed))
        hold = make.hold(turn, ())
        transact(admission.admit, turn, hold, make.payer(turn.prompt.person.id), make.NOW)
        if points is not None:
            transact(holds.settle, hold.id, points, None, make.NOW)
        transact(turns.close, Closing(turn=turn.id, state=state, at=make.NOW, text="so"))

    return ask


def test_the_last_answers_of_a_person_come_newest_first(transact, asked, make: SimpleNamespace):
    for number in range(4):
        asked(f"t{number}", points=number, at=make.NOW + number, text=f"question\n {number}?")
    asked("other", person="bob")
    assert transact(answers.of_person, ANN, make.place(), 2) == tuple(
        PastAnswer(question=f"question {number}?", model=MODEL, points=number, at=make.NOW + number)
        for number in (3, 2)
    )


def test_what_a_cut_answer_cost_is_not_known_yet(transact, asked, make: SimpleNamespace):
    asked("t1", points=None, state=TurnState.UNCERTAIN)
    (answer,) = transact(answers.of_person, ANN, make.place(), 5)
    assert answer.points is None


def test_private_refused_and_forgotten_ones_are_not_shown(transact, asked, make: SimpleNamespace):
    asked("private", private=True)
    asked("refused", points=None, state=TurnState.REFUSED)
    asked("forgotten")
    transact(turns.receive, make.turn("waiting"))
    assert len(transact(answers.of_person, ANN, make.place(), 5)) == 1
    transact(memory.forget_person, ANN, make.NOW)
    assert transact(answers.of_person, ANN, make.place(), 5) == ()


def test_what_was_asked_in_another_workspace_is_not_shown(transact, asked, make: SimpleNamespace):
    asked("elsewhere", where=replace(make.place(), workspace=WorkspaceId("another")))
    asked("discord", where=replace(make.place(), platform=Platform("another")))
    assert transact(answers.of_person, ANN, make.place(), 5) == ()


def test_a_long_question_is_cut_and_one_without_words_is_called_by_its_files(
    transact, asked, make: SimpleNamespace
):
    asked("long", text="why? " * 100)
    files = (FileRef(url="u", name="chart.png", size=3), FileRef(url="v", name="notes.txt", size=3))
    asked("files", prompt={"text": "", "files": files})
    files_, long = transact(answers.of_person, ANN, make.place(), 5)
    assert (len(long.question), long.question[-1]) == (answers.LONGEST, "…")
    assert files_.question == "chart.png, notes.txt"


def test_a_later_word_replaces_an_earlier_one(transact, asked, make: SimpleNamespace):
    asked("t1")
    for person, good in ((ANN, True), (PersonId("bob"), True), (ANN, False)):
        transact(answers.rate, TurnId("t1"), person, good, make.NOW)
    transact(answers.rate, TurnId("nobody's"), ANN, True, make.NOW)
    found = transact(lambda conn: conn.execute(select(ratings.c.person, ratings.c.good)).all())
    assert sorted(tuple(row) for row in found) == [("ann", False), ("bob", True)]
