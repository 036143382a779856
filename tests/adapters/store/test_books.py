"""Poe's rows in our books."""

from types import SimpleNamespace

import pytest

from adapters.store import admission, books, budgets, holds, turns
from bridge.values.errors import StoreError
from bridge.values.points import Usage

USAGE = Usage(input=30, output=12)


@pytest.fixture
def taken(transact, make: SimpleNamespace):
    """Make a sent hold of 100 points."""
    rule = make.budget()
    transact(budgets.put_budget, rule, "admin", make.NOW)

    def take(id: str):
        turn = make.turn(id)
        hold = make.hold(turn, (rule,))
        transact(admission.admit, turn, hold, make.payer(), make.NOW)
        transact(holds.sent, hold.id, make.NOW)
        return hold

    take.sums = lambda: [(s.spent, s.held) for s in transact(budgets.accounts_of, rule, take.since)]
    take.since = make.hold(make.turn(), (rule,)).legs[0].span.start
    return take


def test_an_uncertain_hold_is_charged_what_its_row_says(transact, make, taken):
    hold = taken("a")
    transact(holds.doubt, hold.id, make.NOW, None)
    transact(books.resolve, hold.id, 33, make.row("r", 33), make.NOW)
    assert taken.sums() == [(33, 0)]
    assert transact(turns.get, hold.turn).points == 33
    assert transact(books.matched_rows, ["r", "s"]) == {"r"}
    assert transact(books.reconcilable, 0.0) == ()


@pytest.mark.parametrize(("told", "spent"), [(33, 33), (70, 70), (90, 90), (0, 0)])
def test_a_settled_hold_is_corrected_by_the_difference(transact, make, taken, told, spent):
    hold = taken("a")
    transact(holds.settle, hold.id, 70, USAGE, make.NOW)
    for _ in range(2):
        transact(books.resolve, hold.id, told, make.row("r", told), make.NOW + make.DAY)
    assert taken.sums() == [(spent, 0)]
    assert transact(turns.get, hold.turn).points == spent


def test_a_row_is_joined_once(transact, make, taken):
    first, second = taken("a"), taken("b")
    for hold in (first, second):
        transact(holds.doubt, hold.id, make.NOW, None)
    transact(books.resolve, first.id, 33, make.row("r", 33), make.NOW)
    transact(books.resolve, second.id, 33, make.row("r", 33), make.NOW)
    assert taken.sums() == [(33, 100)]
    transact(books.resolve, first.id, 99, make.row("s", 99), make.NOW)
    assert taken.sums() == [(33, 100)]
    assert [one.hold.id for one in transact(books.reconcilable, 0.0)] == [second.id]


def test_an_uncertain_hold_without_a_row_is_given_back(transact, make, taken):
    hold = taken("a")
    transact(holds.doubt, hold.id, make.NOW, None)
    transact(books.resolve, hold.id, 0, None, make.NOW)
    assert taken.sums() == [(0, 0)]


def test_a_row_that_turns_up_after_that_is_still_charged(transact, make, taken):
    hold = taken("a")
    transact(holds.release, hold.id, make.NOW)
    transact(books.resolve, hold.id, 33, make.row("r", 33), make.NOW)
    assert taken.sums() == [(33, 0)]


def test_a_verdict_without_a_row_does_not_touch_what_was_settled_meanwhile(transact, make, taken):
    hold = taken("a")
    transact(holds.settle, hold.id, 70, USAGE, make.NOW)
    transact(books.resolve, hold.id, 0, None, make.NOW)
    assert taken.sums() == [(70, 0)]


def test_a_hold_that_never_left_can_not_be_resolved(transact, make, taken):
    turn = make.turn("unsent")
    transact(admission.admit, turn, make.hold(turn, ()), make.payer(), make.NOW)
    for id in (make.hold(turn, ()).id, "nobody:1"):
        with pytest.raises(StoreError):
            transact(books.resolve, id, 1, make.row("r", 1), make.NOW)


def test_reconcilable_are_uncertain_holds_however_old_and_settled_ones_since(transact, make, taken):
    old, doubtful, settled, open_ = (taken(id) for id in ("old", "doubtful", "settled", "open"))
    transact(holds.settle, old.id, 1, USAGE, make.NOW - make.DAY)
    transact(holds.doubt, doubtful.id, make.NOW - make.DAY, None)
    transact(holds.settle, settled.id, 1, USAGE, make.NOW)
    found = transact(books.reconcilable, make.NOW - 60)
    assert {one.hold.id for one in found} == {doubtful.id, settled.id}
    assert {one.usage for one in found} == {None, USAGE}
    assert all(one.hold.legs == open_.legs for one in found)
    assert {one.hold.id for one in transact(books.open_holds)} == {doubtful.id, open_.id}
