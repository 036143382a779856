"""What becomes of a hold: each way once."""

from types import SimpleNamespace

import pytest

from adapters.store import admission, books, budgets, holds, turns
from bridge.values.errors import StoreError
from bridge.values.points import HoldState, Usage
from bridge.values.turn import TurnState

USAGE = Usage(input=30, output=12, cached=5, reasoning=4)


@pytest.fixture
def held(transact, make: SimpleNamespace) -> SimpleNamespace:
    """A turn with a hold of 100 against a budget of 1,000."""
    rule = make.budget()
    transact(budgets.put_budget, rule, "admin", make.NOW)
    turn = make.turn()
    hold = make.hold(turn, (rule,))
    transact(admission.admit, turn, hold, make.payer(), make.NOW)

    def sums() -> tuple[int, int]:
        (standing,) = transact(budgets.accounts_of, rule, hold.legs[0].span.start)
        return standing.spent, standing.held

    return SimpleNamespace(
        rule=rule, turn=turn, hold=hold, sums=sums, get=lambda: transact(turns.get, turn.id)
    )


def test_sent_is_written_down_before_the_request_leaves(transact, make, held):
    transact(holds.sent, held.hold.id, make.NOW + 1)
    (known,) = transact(books.open_holds)
    assert (known.hold, known.state, known.sent_at) == (held.hold, HoldState.SENT, make.NOW + 1)
    assert held.get().state is TurnState.SENT


def test_only_a_held_hold_is_sent(transact, make, held):
    transact(holds.release, held.hold.id, make.NOW)
    with pytest.raises(StoreError, match="Please ask again"):
        transact(holds.sent, held.hold.id, make.NOW)
    with pytest.raises(StoreError):
        transact(holds.sent, "nobody:1", make.NOW)


def test_settling_charges_and_gives_back_the_rest_once(transact, make, held):
    transact(holds.sent, held.hold.id, make.NOW)
    (standing,) = transact(holds.settle, held.hold.id, 70, USAGE, make.NOW)
    assert (standing.spent, standing.held, standing.left) == (70, 0, 930)
    (standing,) = transact(holds.settle, held.hold.id, 99, USAGE, make.NOW)
    assert standing.spent == 70
    assert transact(books.open_holds) == ()
    assert held.get().points == 70


def test_a_call_dearer_than_its_hold_is_charged_in_full(transact, make, held):
    (standing,) = transact(holds.settle, held.hold.id, 5_000, None, make.NOW)
    assert standing.left == -4_000


def test_a_release_gives_everything_back_once(transact, make, held):
    transact(holds.release, held.hold.id, make.NOW)
    transact(holds.release, held.hold.id, make.NOW)
    transact(holds.settle, held.hold.id, 50, USAGE, make.NOW)
    assert held.sums() == (0, 0)
    assert held.get().points is None


def test_a_doubtful_hold_stays_held_until_it_is_settled(transact, make, held):
    transact(holds.sent, held.hold.id, make.NOW)
    transact(holds.doubt, held.hold.id, make.NOW + 9, USAGE)
    transact(holds.doubt, held.hold.id, make.NOW + 99, None)
    (known,) = transact(books.open_holds)
    assert (known.state, known.ended_at, known.usage) == (HoldState.UNCERTAIN, make.NOW + 9, USAGE)
    assert held.sums() == (0, 100)
    transact(holds.settle, held.hold.id, 70, None, make.NOW + 100)
    assert held.sums() == (70, 0)


def test_a_settled_hold_is_not_doubted(transact, make, held):
    transact(holds.settle, held.hold.id, 70, USAGE, make.NOW)
    transact(holds.doubt, held.hold.id, make.NOW, None)
    assert transact(books.open_holds) == ()


def test_only_unsent_holds_expire(transact, make, held):
    assert transact(holds.expire, held.hold.expires_at - 1) == ()
    assert transact(holds.expire, held.hold.expires_at) == (held.hold.id,)
    assert held.sums() == (0, 0)
    sent = make.hold(held.turn, (held.rule,), call=2)
    transact(admission.hold_again, sent, make.payer(), make.NOW)
    transact(holds.sent, sent.id, make.NOW)
    assert transact(holds.expire, make.NOW + 10**9) == ()


def test_a_late_settle_lands_in_the_span_of_its_hold(transact, make, held):
    tomorrow = make.NOW + make.DAY
    other = make.turn("t2")
    later = make.hold(other, (held.rule,), now=tomorrow)
    transact(admission.admit, other, later, make.payer(), tomorrow)
    (standing,) = transact(holds.settle, held.hold.id, 70, USAGE, tomorrow)
    assert standing.span == held.hold.legs[0].span
    assert held.sums() == (70, 0)
    (today,) = transact(budgets.accounts_of, held.rule, later.legs[0].span.start)
    assert (today.spent, today.held) == (0, 100)


def test_a_turn_adds_up_its_calls_and_remembers_the_tokens_of_the_last(transact, make, held):
    transact(holds.settle, held.hold.id, 40, USAGE, make.NOW)
    second = make.hold(held.turn, (held.rule,), call=2)
    transact(admission.hold_again, second, make.payer(), make.NOW)
    transact(holds.settle, second.id, 2, Usage(input=100, output=1), make.NOW)
    assert held.get().points == 42
    (past,) = transact(turns.past, held.turn.id, 5)
    assert past.tokens == 101
