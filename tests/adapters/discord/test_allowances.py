"""What the headers say of a bucket."""

from __future__ import annotations

import pytest

from adapters.discord import allowances
from adapters.discord.allowances import Allowances, Gauge
from bridge.values.capabilities import Allowance
from bridge.values.ids import BucketId

HEADERS = {
    "X-RateLimit-Bucket": "80c17d2f203122d936070c88c8d10f33",
    "X-RateLimit-Limit": "5",
    "X-RateLimit-Remaining": "3",
    "X-RateLimit-Reset-After": "4.25",
}
HERE = BucketId("here")


def gauge(name: str, remaining: int, resets_at: float) -> Gauge:
    return Gauge(name=name, limit=5, remaining=remaining, resets_at=resets_at)


def test_the_headers_of_a_write_are_read() -> None:
    found = allowances.read(HEADERS, now=100.0)
    assert found == Gauge(name=HEADERS["X-RateLimit-Bucket"], limit=5, remaining=3, resets_at=104.25)


@pytest.mark.parametrize("missing", ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset-After"])
def test_an_answer_without_numbers_tells_nothing(missing: str) -> None:
    assert allowances.read({k: v for k, v in HEADERS.items() if k != missing}, now=0) is None


@pytest.mark.parametrize("nonsense", ["soon", "nan", "inf", ""])
def test_a_time_that_is_none_tells_nothing(nonsense: str) -> None:
    assert allowances.read(HEADERS | {"X-RateLimit-Reset-After": nonsense}, now=0) is None


def test_of_body_and_header_the_longer_wait_counts() -> None:
    """Cloudflare's ban tells its length in the header alone."""
    assert allowances.wait({"Retry-After": "600"}, 0.3, 1.0) == 600
    assert allowances.wait({"Retry-After": "1"}, 1.337, 1.0) == 1.337


def test_without_a_time_to_wait_the_default_counts() -> None:
    assert allowances.wait({}, None, 20.0) == 20.0
    assert allowances.wait({"Retry-After": "later"}, "soon", 2.0) == 2.0


def test_a_bucket_has_what_the_last_write_said() -> None:
    noted = Allowances().note(HERE, gauge("a", 3, 104.0), now=100.0)
    assert noted == Allowance(bucket=HERE, limit=5, remaining=3, reset_after=4.0)


def test_of_two_limits_in_one_channel_the_emptier_one_counts() -> None:
    """Creating and editing may be limited apart: a fresh one for posts must not hide a used-up one for edits."""
    known = Allowances()
    known.note(HERE, gauge("edits", 0, 103.0), now=100.0)
    noted = known.note(HERE, gauge("posts", 4, 106.0), now=101.0)
    assert noted == Allowance(bucket=HERE, limit=5, remaining=0, reset_after=2.0)


def test_a_limit_whose_time_is_over_counts_no_more() -> None:
    known = Allowances()
    known.note(HERE, gauge("edits", 0, 103.0), now=100.0)
    noted = known.note(HERE, gauge("posts", 4, 108.0), now=103.5)
    assert noted is not None
    assert noted.remaining == 4


def test_silence_is_passed_on_as_silence() -> None:
    assert Allowances().note(HERE, None, now=0.0) is None
