"""A turn's life as one table, and what the end of a call does to the turn and to its hold.

    received ──admitted──► held ──committed──► sent ──first word──► showing ──answered──► settled
        │                    │                  │                     │
        └──refused──► refused◄┘                 ├──failed──► failed   ├──stopped──► stopped
                                                └─────────in doubt────┴──────────► uncertain

A state of the right-hand side is final: a closed turn stays as it was closed first.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bridge.values.answer import Failed, Finished
from bridge.values.points import Usage
from bridge.values.turn import TurnState

NEXT: dict[TurnState, frozenset[TurnState]] = {
    TurnState.RECEIVED: frozenset({TurnState.HELD, TurnState.REFUSED, TurnState.STOPPED}),
    TurnState.HELD: frozenset({TurnState.SENT, TurnState.REFUSED, TurnState.FAILED, TurnState.STOPPED}),
    TurnState.SENT: frozenset(
        {TurnState.SHOWING, TurnState.SETTLED, TurnState.FAILED, TurnState.STOPPED, TurnState.UNCERTAIN}
    ),
    TurnState.SHOWING: frozenset(
        {TurnState.SETTLED, TurnState.FAILED, TurnState.STOPPED, TurnState.UNCERTAIN}
    ),
    TurnState.SETTLED: frozenset(),
    TurnState.REFUSED: frozenset(),
    TurnState.FAILED: frozenset(),
    TurnState.STOPPED: frozenset(),
    TurnState.UNCERTAIN: frozenset(),
}


def may(now: TurnState, then: TurnState) -> bool:
    return then in NEXT[now]


class Money(enum.Enum):
    """What becomes of the hold."""

    SETTLE = "settle"  # usage is known
    RELEASE = "release"  # surely nothing was spent
    DOUBT = "doubt"  # only Poe's books can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    state: TurnState
    money: Money
    usage: Usage | None = None


def outcome(end: Finished | Failed | None, *, stopped: bool) -> Outcome:
    """What a call's end means. None: it was left before it ended (Stop, shutdown, time-out).

    A failure that tells its usage is charged for it; a missing usage is not zero. A stopped answer that ended all the same while its
    usage was awaited is charged and shown as stopped.
    """
    usage = end.usage if end else None
    money = Money.SETTLE if usage else Money.DOUBT
    if isinstance(end, Failed):
        if usage is None and end.error.sure:
            money = Money.RELEASE
        state = TurnState.FAILED if money is not Money.DOUBT else TurnState.UNCERTAIN
    else:
        state = TurnState.SETTLED if money is Money.SETTLE else TurnState.UNCERTAIN
    return Outcome(state=TurnState.STOPPED if stopped else state, money=money, usage=usage)
