from __future__ import annotations

import pytest

from bridge.rules.lifecycle import NEXT, Money, may, outcome
from bridge.values.answer import Failed, Finished
from bridge.values.errors import AnswerCut, UpstreamBusy
from bridge.values.points import Usage
from bridge.values.turn import TurnState

USAGE = Usage(input=10, output=5)


def test_every_state_has_its_row_and_a_final_one_leads_nowhere():
    assert set(NEXT) == set(TurnState)
    assert all(bool(NEXT[state]) == state.open for state in TurnState)


def test_a_turn_walks_forward_only():
    assert may(TurnState.HELD, TurnState.SENT)
    assert not may(TurnState.SENT, TurnState.HELD)
    assert not may(TurnState.RECEIVED, TurnState.SENT)


@pytest.mark.parametrize(
    ("end", "stopped", "state", "money"),
    [
        (Finished(usage=USAGE), False, TurnState.SETTLED, Money.SETTLE),
        (Finished(), False, TurnState.UNCERTAIN, Money.DOUBT),
        (Finished(usage=USAGE), True, TurnState.STOPPED, Money.SETTLE),
        (Failed(error=UpstreamBusy()), False, TurnState.FAILED, Money.RELEASE),
        (Failed(error=AnswerCut()), False, TurnState.UNCERTAIN, Money.DOUBT),
        (Failed(error=AnswerCut(), usage=USAGE), False, TurnState.FAILED, Money.SETTLE),
        (Failed(error=UpstreamBusy(), usage=USAGE), False, TurnState.FAILED, Money.SETTLE),
        (None, True, TurnState.STOPPED, Money.DOUBT),
        (None, False, TurnState.UNCERTAIN, Money.DOUBT),
    ],
)
def test_what_an_end_means_for_turn_and_hold(end, stopped, state, money):
    result = outcome(end, stopped=stopped)

    assert (result.state, result.money) == (state, money)


def test_an_explicit_zero_is_a_usage_and_not_a_missing_one():
    assert outcome(Finished(usage=Usage(input=0, output=0)), stopped=False).money is Money.SETTLE
