"""Whose write is next in one bucket. `pacing` knows what the bucket allows; here stands who deserves it.

Finals go before first posts, first posts before progress; among equals the stalest reader wins, who has waited for most characters for
the longest time. That product grows without end while a reader waits and falls to nothing when served, so nobody starves among equals;
and for streams of different speed it comes to intervals proportional to 1/sqrt(speed), which is the least staleness in sum.

A first post may take the write that progress keeps for finals: that somebody sees nothing is certain, that a final comes is not.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

from bridge.rules.pacing import Bucket, Flow, progress_at

Key = TypeVar("Key", bound=Hashable)


class Kind(enum.IntEnum):
    """What a write is for; the lower goes first."""

    FINAL = 0
    FIRST = 1
    PROGRESS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[Key]):
    """One answer that has something to show. An answer whose last write is not answered yet is no job."""

    key: Key
    kind: Kind
    unseen: int  # characters the reader does not see yet
    since: float  # when the first of them came
    ready: float = -inf  # not before: a failed write backs off

    def rank(self, now: float) -> tuple[int, float, float]:
        """Smaller goes first."""
        return (self.kind, -max(1, self.unseen) * (now - self.since), self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Generic[Key]):
    """This one, now."""

    job: Job[Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nobody before `until`, unless something happens; infinity when something must."""

    until: float


def decide(
    bucket: Bucket, overall: Flow, jobs: Iterable[Job[Key]], now: float, finals: int = 1
) -> Write[Key] | Wait:
    """The next write of a bucket, or how long there is none. So many `finals` will need one sooner or later."""
    waiting = list(jobs)
    ready = [job for job in waiting if job.ready <= now]
    later = min((job.ready for job in waiting if job.ready > now), default=inf)
    if not ready:
        return Wait(until=later)
    job = min(ready, key=lambda each: each.rank(now))
    at = _allowed(bucket, overall, job.kind, now, finals)
    return Write(job=job) if at <= now else Wait(until=min(at, later))


def _allowed(bucket: Bucket, overall: Flow, kind: Kind, now: float, finals: int) -> float:
    may_wait = kind is Kind.PROGRESS
    at = progress_at(bucket, now, finals) if may_wait else bucket.next_free(now)
    return max(at, overall.next_free(now, evenly=may_wait))
