"""What Discord says of its rate limits, in headers and in refusals. Pure: time is passed in.

https://docs.discord.com/developers/topics/rate-limits#header-format
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.values.capabilities import Allowance
from bridge.values.ids import BucketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One of Discord's own buckets, as the last answer told it."""

    name: str  # Discord's hash of the bucket
    limit: int
    remaining: int
    resets_at: float  # seconds since the epoch


def read(headers: Mapping[str, str], now: float) -> Gauge | None:
    """The bucket a write counted against; None when the answer tells none, or tells nonsense."""
    try:
        return Gauge(
            name=headers.get("X-RateLimit-Bucket", ""),
            limit=int(headers["X-RateLimit-Limit"]),
            remaining=max(0, int(headers["X-RateLimit-Remaining"])),
            resets_at=now + _seconds(headers["X-RateLimit-Reset-After"]),
        )
    except (KeyError, ValueError):
        return None


def wait(headers: Mapping[str, str], told: object, default: float) -> float:
    """Seconds to leave before another try: the longer of the body's and the header's, which differ when Cloudflare answers."""
    found = []
    for value in (told, headers.get("Retry-After")):
        try:
            found.append(_seconds(value))
        except (TypeError, ValueError):
            continue
    return max(found, default=default)


def _seconds(value: object) -> float:
    seconds = float(value)  # type: ignore[arg-type]  # whatever JSON holds; refused just below
    if not math.isfinite(seconds):
        raise ValueError("not a time")
    return max(0.0, seconds)


class Allowances:
    """The gauges behind each of our buckets.

    Whether creating and editing share a limit differs from report to report. We keep one bucket per channel, so of several gauges still
    running it has what the emptiest one has: that can be too careful, and is never refused.
    """

    def __init__(self) -> None:
        self._gauges: dict[BucketId, dict[str, Gauge]] = {}

    def note(self, bucket: BucketId, gauge: Gauge | None, now: float) -> Allowance | None:
        """What is left in the bucket after this answer; None when Discord did not say."""
        self._forget(now)
        if gauge is None:
            return None
        running = self._gauges.setdefault(bucket, {})
        running[gauge.name] = gauge
        least = min(running.values(), key=lambda one: (one.remaining, -one.resets_at))
        return Allowance(
            bucket=bucket,
            limit=least.limit,
            remaining=least.remaining,
            reset_after=max(0.0, least.resets_at - now),
        )

    def _forget(self, now: float) -> None:
        for bucket, running in list(self._gauges.items()):
            kept = {name: gauge for name, gauge in running.items() if gauge.resets_at > now}
            if kept:
                self._gauges[bucket] = kept
            else:
                del self._gauges[bucket]
