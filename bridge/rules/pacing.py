"""How many writes a rate limit allows, and when. What is known of one bucket is a value; every happening makes a new one.

Here stands arithmetic about limits. Who gets the next write is decided in `schedule`.

Two kinds of servers exist. A *fixed window* opens with the first request after the last one ended and allows `limit` requests in it
(Discord's headers read like that); a *sliding window* allows `limit` requests in any stretch of its length. A bucket is taken to be
sliding until its own headers prove otherwise, so that even an unknown one is never asked too much.
Times are seconds of one clock that does not jump back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from bridge.values.capabilities import Allowance, Rate

HARDLY = 0.5
"""Seconds a final may be made to wait by progress. The last write of a window is kept for a final until the next one is that near.

With 5 writes in 5 s this spreads progress at 1.12 s and the reserve is spent 0.5 s before the window ends: 6 % more staleness than an even
spread of all five, where never spending the reserve would cost 25 %; and a final waits for 0.25 s on average, one time in ten.
"""

FUZZ = 0.002
"""Seconds: headers are rounded."""


EVEN = 8
"""Writes over which evenly spread ones may catch up: a scheduler that wakes a little late each time would never reach the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A limit over all buckets: `writes` in any stretch of `seconds`. Bursts are for those who can't wait; the rest comes evenly."""

    writes: int
    seconds: float
    recent: tuple[float, ...] = ()  # when the last writes left, at most `writes` of them

    def next_free(self, now: float, *, evenly: bool) -> float:
        """When a write may leave: `now` or later. Evenly spread writes make nobody wait longer than one space between them."""
        at = now
        if len(self.recent) == self.writes:
            at = max(at, self.recent[0] + self.seconds)
        if evenly and self.recent:
            few = self.recent[-EVEN:]
            at = max(at, few[0] + len(few) * self.seconds / self.writes)
        return at

    def taken(self, now: float) -> Flow:
        return replace(self, recent=(*self.recent, now)[-self.writes :])


def flow(per_second: float) -> Flow:
    """So many writes a second, counted over one second or the time of one write."""
    writes = max(1, int(per_second))
    return Flow(writes=writes, seconds=writes / per_second)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A write that was answered: the server counted it at some moment between the two."""

    sent: float
    answered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One rate limit, as far as it is known."""

    rate: Rate  # the configured guess until `told`
    told: bool = False  # the platform has named its numbers
    fixed: bool = False  # proved to be a fixed window
    remaining: int = 0  # the least that was left, as the answers told, in the window that ends at `until`
    opened: float = -inf  # when the write left that opened it, as far as we know
    until: float = -inf
    blocked: float = -inf  # told to be quiet until then
    last: float = -inf  # when the last write left
    flying: tuple[float, ...] = ()  # when the writes left that are not answered yet
    taken: tuple[Taken, ...] = ()  # answered ones that may still count, oldest first

    @property
    def left(self) -> int:
        """Writes left in the window. Of those in the air nobody knows whether the server counts them already."""
        return self.remaining - len(self.flying)

    def free(self, now: float) -> int:
        """Writes that may leave at once."""
        if now < self.blocked:
            return 0
        return max(0, min(self._window(now), self.rate.writes - self._sliding(now)))

    def next_free(self, now: float) -> float:
        """When a write may leave if nothing new is heard: `now` or later; infinity when an answer must come first."""
        if len(self.flying) >= self.rate.writes:
            return inf
        at = max(now, self.blocked)
        if self._window(at) <= 0:
            at = self.until
        over = self._sliding(at) - self.rate.writes
        if over < 0:
            return at
        leaving = [each.answered + self.rate.seconds for each in self._counting(at)]
        return leaving[over]

    def _window(self, now: float) -> int:
        return self.left if now < self.until else self.rate.writes - len(self.flying)

    def _sliding(self, now: float) -> int:
        """Writes a sliding window may be counting; 0 for a bucket that is none."""
        return 0 if self.fixed else len(self.flying) + len(self._counting(now))

    def _counting(self, now: float) -> tuple[Taken, ...]:
        return tuple(each for each in self.taken if each.answered + self.rate.seconds > now)


def sent(bucket: Bucket, now: float) -> Bucket:
    """A write leaves. After the end of a window it opens the next one."""
    gone = replace(bucket, last=now, flying=(*bucket.flying, now))
    if now < bucket.until:
        return gone
    return replace(gone, remaining=bucket.rate.writes, opened=now, until=now + bucket.rate.seconds)


def answered(bucket: Bucket, sent_at: float, now: float, allowance: Allowance | None) -> Bucket:
    """A write that left at `sent_at` came to an end, with what the platform said of the bucket."""
    landed = _landed(bucket, sent_at, now)
    if allowance is None:
        until = now + bucket.rate.seconds if bucket.opened == sent_at else bucket.until
        return replace(landed, remaining=bucket.remaining - 1, until=until)
    seconds = max(allowance.reset_after, bucket.rate.seconds if bucket.told else 0.0)
    known = replace(
        landed,
        rate=Rate(writes=max(1, allowance.limit), seconds=seconds),
        told=True,
        fixed=bucket.fixed or _proves_fixed(landed, sent_at, now, seconds, allowance),
    )
    # The window it speaks of ends between `sent_at + reset_after` and `now + reset_after`.
    until = now + allowance.reset_after
    if until < bucket.opened + seconds - FUZZ:
        # One that is over, it seems: the present one ends `seconds` after it was opened, or later.
        return replace(known, remaining=bucket.remaining - 1)
    another = sent_at + allowance.reset_after > bucket.until
    # Answers overtake each other; the one with least remaining has counted all the others.
    remaining = allowance.remaining if another else min(bucket.remaining, allowance.remaining)
    return replace(known, remaining=remaining, until=until)


def refused(bucket: Bucket, sent_at: float, now: float, retry_after: float) -> Bucket:
    """429: nothing leaves until `retry_after` is over, and the window is no longer believed to be a fixed one."""
    blocked = max(bucket.blocked, now + retry_after)
    return replace(_landed(bucket, sent_at, now), fixed=False, blocked=blocked)


def progress_at(bucket: Bucket, now: float) -> float:
    """When the next write that could also be left out should leave: spread over the window, its last write kept for a final.

    The last one is spent when the next comes so soon that a final would hardly wait.
    """
    free_at = bucket.next_free(now)
    if free_at == inf:
        return inf
    if bucket.rate.writes == 1:
        return free_at  # nothing to spread, nothing to keep
    at = max(free_at, _spread(bucket, free_at))
    after = sent(bucket, at).next_free(at)
    return at if after - at <= HARDLY else after - HARDLY


def _spread(bucket: Bucket, now: float) -> float:
    """The writes left, spread evenly up to the moment when the reserve may go; once that has passed, up to the window's end.

    A window that slides is worth its even share at any time, whatever its headers call its end.
    """
    if now >= bucket.until or bucket.left <= 0:
        return now
    rest = bucket.until - HARDLY - bucket.last
    if rest <= 0:
        return bucket.last + (bucket.until - bucket.last) / (bucket.left + 1)
    share = (bucket.rate.seconds - HARDLY) / (bucket.rate.writes - 1)
    return bucket.last + (rest / bucket.left if bucket.fixed else min(rest / bucket.left, share))


def _landed(bucket: Bucket, sent_at: float, now: float) -> Bucket:
    flying = list(bucket.flying)
    flying.remove(sent_at)
    taken = (*bucket._counting(now), Taken(sent=sent_at, answered=now))
    return replace(bucket, flying=tuple(flying), taken=taken)


def _proves_fixed(bucket: Bucket, sent_at: float, now: float, seconds: float, allowance: Allowance) -> bool:
    """More is left than a sliding window could have: it would still be counting what it counted `seconds` ago and later."""
    counted = sum(each.sent > now - seconds and each.answered <= sent_at for each in bucket.taken)
    return allowance.remaining > allowance.limit - counted - 1
