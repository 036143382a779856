"""When a call is made again: the table of the module, row by row."""

from __future__ import annotations

import pytest

from adapters.poe import retries
from adapters.poe.faults import Fault, Reason
from adapters.poe.retries import Again
from adapters.poe.wire import Reasoning


def decide(fault: Fault, *, tried: int = 1, reasoning: Reasoning = Reasoning.NONE) -> Again | None:
    return retries.again(fault, tried=tried, reasoning=reasoning, uniform=lambda low, high: high)


def fault(status: int | None, reason: Reason = Reason.OTHER, retry_after: float | None = None) -> Fault:
    return Fault(status=status, reason=reason, retry_after=retry_after)


@pytest.mark.parametrize("status", [429, 503, 529])
def test_busy_servers_are_tried_again_after_a_growing_wait(status: int) -> None:
    waits = [decide(fault(status), tried=tried) for tried in (1, 2, 3)]

    assert waits == [
        Again(wait=0.25, reasoning=Reasoning.NONE),
        Again(wait=0.5, reasoning=Reasoning.NONE),
        None,
    ]


def test_a_missing_connection_is_tried_again() -> None:
    assert decide(fault(None, Reason.UNREACHABLE)) == Again(wait=0.25, reasoning=Reasoning.NONE)


def test_what_the_server_asks_for_is_waited_and_by_everybody_after_a_429() -> None:
    assert decide(fault(429, retry_after=5.0)) == Again(wait=5.0, reasoning=Reasoning.NONE, everyone=True)
    assert decide(fault(503, retry_after=5.0)) == Again(wait=5.0, reasoning=Reasoning.NONE, everyone=False)


def test_a_wait_longer_than_patience_is_not_begun() -> None:
    assert decide(fault(429, retry_after=retries.PATIENCE + 1)) is None


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 413, 422, 500, 502, 504, 520])
def test_everything_else_is_told_at_once(status: int) -> None:
    assert decide(fault(status)) is None
    assert decide(fault(status, retry_after=1.0)) is None


def test_an_empty_account_is_not_asked_again() -> None:
    assert decide(fault(429, Reason.POINTS)) is None


def test_an_unknown_fate_is_not_tempted() -> None:
    assert decide(fault(None)) is None


@pytest.mark.parametrize(
    ("reason", "sent", "next_"),
    [
        (Reason.SUMMARY, Reasoning.SUMMARY, Reasoning.EFFORT),
        (Reason.SUMMARY, Reasoning.EFFORT, Reasoning.NONE),
        (Reason.REASONING, Reasoning.SUMMARY, Reasoning.NONE),
        (Reason.REASONING, Reasoning.EFFORT, Reasoning.NONE),
    ],
)
def test_refused_reasoning_is_taken_back(reason: Reason, sent: Reasoning, next_: Reasoning) -> None:
    assert decide(fault(400, reason), reasoning=sent) == Again(wait=0.0, reasoning=next_)


def test_reasoning_that_was_not_sent_cannot_be_taken_back() -> None:
    assert decide(fault(400, Reason.REASONING), reasoning=Reasoning.NONE) is None


def test_the_back_off_has_full_jitter_and_an_end() -> None:
    assert retries.backoff(1, lambda low, high: low) == 0.0
    assert retries.backoff(30, lambda low, high: high) == retries.LONGEST_BACKOFF
