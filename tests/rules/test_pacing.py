from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.rules import pacing
from bridge.rules.pacing import HARDLY, Bucket, answered, flow, progress_at, refused, sent
from bridge.values.capabilities import Allowance, Rate
from bridge.values.ids import BucketId
from tests.plugins.stage import FixedWindow, Limit, SlidingWindow

FIVE = Rate(writes=5, seconds=5.0)


def told(remaining: int, reset_after: float, limit: int = 5) -> Allowance:
    return Allowance(bucket=BucketId("b"), limit=limit, remaining=remaining, reset_after=reset_after)


def write(bucket: Bucket, at: float, remaining: int, reset_after: float, trip: float = 0.08) -> Bucket:
    return answered(sent(bucket, at), at, at + trip, told(remaining, reset_after))


def proved() -> Bucket:
    """A bucket that has shown itself to be a fixed window, at 100.18 s, with four writes left until 105.18."""
    bucket = write(write(Bucket(rate=FIVE), 95.0, 4, 5.0), 95.5, 3, 4.5)
    return write(bucket, 100.1, 4, 5.0)


def test_an_unknown_bucket_allows_what_the_configuration_guesses() -> None:
    assert Bucket(rate=FIVE).free(10.0) == 5


def test_each_write_in_the_air_counts_until_it_is_answered() -> None:
    bucket = sent(sent(Bucket(rate=FIVE), 10.0), 10.0)

    assert bucket.free(10.0) == 3


def test_when_as_many_are_in_the_air_as_the_bucket_holds_only_an_answer_helps() -> None:
    bucket = sent(Bucket(rate=Rate(writes=1, seconds=5.0)), 10.0)

    assert bucket.next_free(11.0) == inf
    assert progress_at(bucket, 11.0) == inf


def test_without_headers_a_write_counts_for_the_whole_window_after_its_answer() -> None:
    bucket = Bucket(rate=Rate(writes=1, seconds=5.0))
    bucket = answered(sent(bucket, 10.0), 10.0, 10.1, None)

    assert bucket.next_free(10.1) == 15.1
    assert bucket.free(15.0) == 0
    assert bucket.free(15.1) == 1


def test_a_write_without_headers_in_the_middle_of_a_window_does_not_move_its_end() -> None:
    bucket = write(Bucket(rate=FIVE), 10.0, 4, 4.96)
    bucket = answered(sent(bucket, 11.0), 11.0, 11.1, None)

    assert bucket.until == pytest.approx(10.08 + 4.96)
    assert bucket.left == 3


def test_answers_that_overtake_each_other_leave_the_least() -> None:
    bucket = sent(sent(sent(Bucket(rate=FIVE), 10.0), 10.0), 10.0)
    for remaining in (2, 4, 3):
        bucket = answered(bucket, 10.0, 10.08, told(remaining, 4.96))

    assert bucket.left == 2


def test_an_answer_from_a_window_that_is_over_does_not_close_the_new_one() -> None:
    bucket = replace(proved(), flying=(105.1,), remaining=1)
    bucket = sent(bucket, 105.2)  # opens the next window
    bucket = answered(bucket, 105.1, 105.22, told(0, 0.01))

    assert bucket.left == 3  # five, less the one in the air and, to be safe, the latecomer


def test_more_left_than_a_sliding_window_could_have_proves_a_fixed_one() -> None:
    bucket = write(Bucket(rate=FIVE), 10.0, 4, 4.96)
    bucket = write(bucket, 14.0, 3, 0.96)
    assert not bucket.fixed

    assert write(bucket, 15.1, 4, 4.96).fixed


def test_a_sliding_window_proves_nothing() -> None:
    bucket = Bucket(rate=FIVE)
    for number in range(8):
        at = 10.0 + 1.3 * number
        bucket = write(bucket, at, 4 - min(number, 3), 5.0 - 1.3 * min(number, 3))

    assert not bucket.fixed


def test_a_refusal_silences_the_bucket_and_takes_back_what_was_believed() -> None:
    bucket = refused(sent(proved(), 100.3), 100.3, 100.4, 7.0)

    assert not bucket.fixed
    assert bucket.free(107.0) == 0
    assert bucket.next_free(101.0) == pytest.approx(107.4)


def test_progress_is_spread_and_the_last_write_is_kept_until_shortly_before_the_next_window() -> None:
    bucket = proved()
    moments = []
    for remaining in (3, 2, 1, 0):
        at = progress_at(bucket, bucket.last)
        moments.append(at - 100.1)
        bucket = write(bucket, at, remaining, 105.18 - at - 0.08)

    assert moments == pytest.approx([(5.08 - HARDLY) * part / 4 for part in (1, 2, 3, 4)])
    assert bucket.until - moments[-1] - 100.1 == pytest.approx(HARDLY)


def test_the_reserve_is_not_spent_early_when_others_used_the_window_up() -> None:
    bucket = replace(proved(), remaining=1, last=100.2)

    assert progress_at(bucket, 101.0) == pytest.approx(bucket.until - HARDLY)
    assert bucket.next_free(101.0) == 101.0


def test_what_is_left_shortly_before_the_end_of_a_window_is_used() -> None:
    bucket = replace(proved(), remaining=4, last=101.0)
    late = replace(bucket, last=bucket.until - 0.4)

    assert progress_at(bucket, bucket.until - 0.1) == bucket.until - 0.1
    assert progress_at(late, late.last) == pytest.approx(late.last + 0.08)


def test_what_opens_a_window_goes_at_once() -> None:
    bucket = replace(proved(), remaining=0, last=104.7)

    assert progress_at(bucket, 104.8) == bucket.until
    assert progress_at(bucket, 106.0) == 106.0


def tried(remaining: int, reset_after: float) -> Bucket:
    """A bucket not proved yet, at 15.12 s: after five writes, and a sixth that opened a window if there is one."""
    bucket = Bucket(rate=FIVE)
    for number in range(5):
        bucket = write(bucket, 10.0 + number, 4 - number, 4.96 - number)
    at = progress_at(bucket, 14.5)
    assert at == pytest.approx(15.04)
    return write(bucket, at, remaining, reset_after)


def test_the_end_of_a_window_not_proved_yet_is_tried_at_once_and_proves_a_fixed_one() -> None:
    bucket = tried(4, 4.96)

    assert bucket.fixed
    assert progress_at(bucket, 15.2) < bucket.until - 3


def test_a_sliding_window_is_tried_once_and_keeps_its_reserve_from_then_on() -> None:
    bucket = tried(0, 0.92)

    assert bucket.slides
    assert bucket.next_free(15.2) == pytest.approx(16.04)
    assert progress_at(bucket, 15.2) == pytest.approx(17.04 - HARDLY)


def test_after_a_burst_what_is_left_is_spread_until_the_burst_comes_back() -> None:
    bucket = Bucket(rate=FIVE)
    for _ in range(3):
        bucket = sent(bucket, 10.0)
    for remaining in (4, 3, 2):
        bucket = answered(bucket, 10.0, 10.08, told(remaining, 4.96))

    assert progress_at(bucket, 10.1) == pytest.approx(10.0 + (5.04 - HARDLY) / 2)


def test_the_last_write_of_a_bucket_others_use_too_is_kept_as_well() -> None:
    bucket = write(Bucket(rate=FIVE), 10.0, 1, 4.96)

    assert progress_at(bucket, 10.1) == pytest.approx(15.04 - HARDLY)


def test_a_bucket_never_used_has_nothing_to_spread() -> None:
    assert progress_at(Bucket(rate=FIVE), 10.0) == 10.0


def test_a_bucket_of_one_keeps_nothing() -> None:
    assert progress_at(Bucket(rate=Rate(writes=1, seconds=5.0)), 10.0) == 10.0


def test_the_overall_flow_allows_a_burst_and_no_more_in_its_time() -> None:
    whole = flow(3.0)
    for _ in range(3):
        assert whole.next_free(10.0, evenly=False) == 10.0
        whole = whole.taken(10.0)

    assert whole.next_free(10.5, evenly=False) == 11.0


def test_even_writes_keep_their_distance_in_the_overall_flow() -> None:
    assert flow(4.0).taken(10.0).next_free(10.0, evenly=True) == 10.25


def test_less_than_one_write_a_second_is_a_flow_too() -> None:
    assert flow(0.5).taken(10.0).next_free(10.0, evenly=False) == 12.0


def grown(bucket: Bucket, now: float, seconds: float, finals: int) -> Bucket:
    """The bucket after so many seconds in which progress took all it may."""
    end = now + seconds
    while (at := progress_at(bucket, now, finals)) < end:
        bucket, now = answered(sent(bucket, at), at, at + 0.08, None), at + 0.08
    return bucket


@pytest.mark.parametrize("finals", [1, 4, 10, 16])
@pytest.mark.parametrize("seconds", [20.0, 65.0, 150.0])
def test_a_large_bucket_keeps_a_write_for_every_final_that_will_come(finals: int, seconds: float) -> None:
    bucket = grown(Bucket(rate=Rate(writes=48, seconds=60.0)), 1000.0, seconds, finals)

    for number in range(finals):
        at = bucket.next_free(1000.0 + seconds)
        assert at <= 1000.0 + seconds + (HARDLY if number == finals - 1 else 0.0)
        bucket = sent(bucket, at)


def test_what_is_kept_for_many_leaves_most_of_a_large_bucket_to_progress() -> None:
    bucket = grown(Bucket(rate=Rate(writes=48, seconds=60.0)), 1000.0, 150.0, 100)

    assert bucket.free(1150.0) == 16


def test_a_small_bucket_keeps_its_last_write_and_no_more() -> None:
    assert progress_at(proved(), 100.2, 10) == progress_at(proved(), 100.2)


def test_a_large_fixed_window_keeps_writes_of_its_own_for_finals() -> None:
    bucket = Bucket(rate=Rate(writes=30, seconds=60.0))
    bucket = replace(bucket, told=True, fixed=True, remaining=3, opened=1000.0, until=1060.0, last=1040.0)

    assert progress_at(bucket, 1040.1, 4) == 1060.0
    assert progress_at(bucket, 1040.1, 2) < 1060.0


Server = Callable[[int, float], Limit]
SERVERS: tuple[Server, ...] = (
    FixedWindow,
    SlidingWindow,
    lambda limit, seconds: SlidingWindow(limit, seconds, whole=True),
)


@settings(deadline=None)
@given(
    server=st.sampled_from(SERVERS),
    limit=st.integers(1, 12),
    seconds=st.sampled_from((1.0, 2.0, 5.0, 60.0)),
    guess=st.sampled_from((Rate(writes=5, seconds=5.0), Rate(writes=1, seconds=1.0))),
    headers=st.booleans(),
    finals=st.integers(1, 9),
    wishes=st.lists(
        st.tuples(st.floats(0, 3), st.floats(0.001, 0.4), st.floats(0.001, 0.4), st.booleans()),
        min_size=1,
        max_size=60,
    ),
)
def test_no_server_is_ever_asked_more_than_it_allows(
    server: Server,
    limit: int,
    seconds: float,
    guess: Rate,
    headers: bool,
    finals: int,
    wishes: list[tuple[float, float, float, bool]],
) -> None:
    """Any number of writers, any delays there and back, answers overtaking each other; fixed and sliding windows."""
    model = server(limit, seconds)
    # Before the first answer nothing but the guess is known: it has to be a true one for a promise to be possible.
    guess = (
        guess
        if limit >= guess.writes and seconds <= guess.seconds and headers
        else Rate(writes=limit, seconds=seconds)
    )
    bucket, now = Bucket(rate=guess), 1000.0
    air: list[tuple[float, int, float, float, float | None]] = []
    verdicts: dict[int, Allowance | None] = {}
    for number, (pause, there, back, progress) in enumerate(wishes):
        now += pause
        while True:
            bucket = _land(bucket, air, verdicts, model, now, headers)
            at = progress_at(bucket, now, finals) if progress else bucket.next_free(now)
            if at <= now:
                break
            now = min([at, *(each[0] for each in air)])
        bucket = sent(bucket, now)
        heapq.heappush(air, (now + there, number, now, now + there + back, None))


def _land(
    bucket: Bucket,
    air: list[tuple[float, int, float, float, float | None]],
    verdicts: dict[int, Allowance | None],
    model: Limit,
    now: float,
    headers: bool,
) -> Bucket:
    """Everything that reaches the server, or comes back, until now, in order."""
    while air and air[0][0] <= now:
        at, number, left_at, back_at, reached = heapq.heappop(air)
        if reached is None:
            taken = model.take(at)
            assert isinstance(taken, tuple), "429"
            verdicts[number] = told(taken[0], taken[1], model.limit) if headers else None
            heapq.heappush(air, (back_at, number, left_at, back_at, at))
            continue
        allowance = verdicts.pop(number)
        bucket = pacing.answered(bucket, left_at, at, allowance)
    return bucket


def test_a_bucket_with_every_write_in_the_air_waits_for_an_answer() -> None:
    bucket = pacing.Bucket(rate=Rate(writes=2, seconds=5.0))
    for at in (0.0, 0.1):
        bucket = pacing.sent(bucket, at)

    assert bucket.next_free(0.2) == inf


def test_a_sliding_window_frees_a_place_when_its_oldest_write_leaves_it() -> None:
    bucket = pacing.Bucket(
        rate=Rate(writes=2, seconds=5.0),
        taken=(pacing.Taken(sent=0.0, answered=0.1), pacing.Taken(sent=1.0, answered=1.1)),
    )

    assert bucket.next_free(2.0) == 5.1
