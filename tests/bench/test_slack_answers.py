"""Which figures come of a round."""

from __future__ import annotations

import pytest

from bench.reading import Seen
from bench.slack_answers import METHOD, MIXES, figures
from bench.slack_stage import Round


def answer(late: float, shown: int = 20) -> Seen:
    return Seen(
        channel="thread",
        shared=1,
        arrived=((0.0, 0), (1.0, 10), (2.0, 20)),
        visible=((1.25, 10), (2.0 + late, shown)),
        written=2.0 + late,
    )


def played(*seen: Seen, **more: int) -> Round:
    none = {"http_429": 0, "identical": 0, "shrunk": 0, "unfinished": 0, "unbalanced": 0, "unanswered": 0}
    return Round(seen=list(seen), **{**none, **more})


def test_times_are_those_of_the_slowest_and_counts_are_sums_over_rounds() -> None:
    found = figures([played(answer(0.5), http_429=1), played(answer(3.0, shown=15), http_429=2, shrunk=1)])

    assert found["first_visible_p95_ms"][0] == pytest.approx(250)
    assert found["final_late_p95_ms"][0] == pytest.approx(3000)
    assert found["http_429"][0] == 3
    assert found["shrunk"][0] == 1
    assert found["chars_lost"][0] == 5


def test_what_was_unseen_is_a_mean_over_the_time_the_model_wrote() -> None:
    # 10 characters for a quarter of a second, 10 for half a second, of 2 seconds.
    assert figures([played(answer(0.5))])["mean_unseen_chars"][0] == pytest.approx((2.5 + 5) / 2)


def test_every_mix_is_described() -> None:
    for mix in MIXES.values():
        assert mix.words in METHOD.format(words=mix.words, speed=mix.speed)
