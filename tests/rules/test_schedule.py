from __future__ import annotations

from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.rules import pacing
from bridge.rules.pacing import Bucket, flow
from bridge.rules.schedule import Job, Kind, Wait, Write, decide
from bridge.values.capabilities import Allowance, Rate
from bridge.values.ids import BucketId
from tests.plugins.stage import FixedWindow

FIVE = Bucket(rate=Rate(writes=5, seconds=5.0))
WIDE = flow(1000.0)


def job(
    key: str, kind: Kind = Kind.PROGRESS, *, unseen: int = 10, since: float = 90.0, ready: float = 0.0
) -> Job[str]:
    return Job(key=key, kind=kind, unseen=unseen, since=since, ready=ready)


def chosen(*jobs: Job[str], bucket: Bucket = FIVE) -> str | None:
    decision = decide(bucket, WIDE, jobs, 100.0)
    return decision.job.key if isinstance(decision, Write) else None


def test_nobody_waits_for_nothing() -> None:
    assert decide(FIVE, WIDE, (), 100.0) == Wait(until=inf)


def test_a_final_goes_before_a_first_post_and_a_first_post_before_progress() -> None:
    progress = job("progress", unseen=10_000, since=10.0)
    first = job("first", Kind.FIRST, unseen=100)
    final = job("final", Kind.FINAL, unseen=1)

    assert chosen(progress, first, final) == "final"
    assert chosen(progress, first) == "first"


def test_among_equals_the_reader_with_most_unseen_for_longest_goes_first() -> None:
    assert chosen(job("a", unseen=10), job("b", unseen=20)) == "b"
    assert chosen(job("a", unseen=10, since=70.0), job("b", unseen=20)) == "a"


def test_an_answer_that_backs_off_lets_others_pass() -> None:
    later = job("later", Kind.FINAL, ready=101.0)

    assert chosen(later, job("now")) == "now"
    assert decide(FIVE, WIDE, (later,), 100.0) == Wait(until=101.0)


def test_a_final_takes_the_reserve_that_progress_must_leave() -> None:
    bucket = FIVE
    for _ in range(4):
        bucket = pacing.sent(bucket, 99.9)

    assert chosen(job("progress"), bucket=bucket) is None
    assert chosen(job("final", Kind.FINAL), bucket=bucket) == "final"
    assert chosen(job("first", Kind.FIRST), bucket=bucket) == "first"


def test_progress_leaves_a_large_bucket_what_the_finals_to_come_will_take() -> None:
    bucket = Bucket(rate=Rate(writes=12, seconds=60.0))
    for _ in range(9):
        bucket = pacing.sent(bucket, 40.5)

    assert isinstance(decide(bucket, WIDE, [job("a")], 100.0, finals=1), Write)
    assert isinstance(decide(bucket, WIDE, [job("a")], 100.0, finals=4), Wait)
    assert isinstance(decide(bucket, WIDE, [job("a", Kind.FINAL)], 100.0, finals=4), Write)


def test_the_limit_over_all_buckets_holds_as_well() -> None:
    busy = flow(1.0).taken(99.5)

    assert decide(FIVE, busy, [job("a", Kind.FINAL)], 100.0) == Wait(until=100.5)


def test_whoever_may_try_again_sooner_than_the_bucket_allows_is_not_forgotten() -> None:
    blocked = pacing.refused(pacing.sent(FIVE, 99.0), 99.0, 99.1, 30.0)

    decision = decide(blocked, WIDE, [job("a"), job("b", Kind.FINAL, ready=105.0)], 100.0)

    assert decision == Wait(until=105.0)


@settings(max_examples=30, deadline=None)
@given(
    growth=st.lists(st.integers(1, 500), min_size=1, max_size=12),
    finals=st.lists(st.integers(0, 40), max_size=12),
)
def test_every_answer_is_served_finals_first_and_the_last_text_is_shown(
    growth: list[int], finals: list[int]
) -> None:
    """A whole minute of one channel: answers that grow, some of which end early."""
    ends = dict(enumerate(finals[: len(growth)]))
    unseen = dict.fromkeys(range(len(growth)), 0)
    since = dict.fromkeys(unseen, 1000.0)
    served: dict[int, int] = dict.fromkeys(unseen, 0)
    done: set[int] = set()
    server, bucket, now = FixedWindow(), FIVE, 1000.0
    while now < 1000.0 + 60 + 5 * len(growth):
        for key in unseen:
            if now - 1000.0 < ends.get(key, 60):
                unseen[key] += growth[key]
        waiting = [
            Job(
                key=key,
                kind=Kind.FINAL if now - 1000.0 >= ends.get(key, 60) else Kind.PROGRESS,
                unseen=unseen[key],
                since=since[key],
            )
            for key in unseen
            if key not in done
        ]
        while isinstance(decision := decide(bucket, WIDE, waiting, now), Write):
            key = decision.job.key
            assert decision.job.kind == min(each.kind for each in waiting)
            waiting.remove(decision.job)
            bucket = pacing.sent(bucket, now)
            taken = server.take(now)
            assert isinstance(taken, tuple), "429"
            allowance = Allowance(bucket=BucketId("b"), limit=5, remaining=taken[0], reset_after=taken[1])
            bucket = pacing.answered(bucket, now, now, allowance)
            unseen[key], since[key] = 0, now
            served[key] += 1
            if decision.job.kind is Kind.FINAL:
                done.add(key)
        now += 0.25

    assert done == set(unseen)
    assert not any(unseen.values())
    assert all(served.values())
