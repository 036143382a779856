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

HARDLY = 0.55
"""Seconds a final may be made to wait by progress. The last write of a window is kept for a final until the next one is that near.

With 5 writes in 5 s this spreads progress at 1.11 s and the reserve is spent 0.55 s before the window ends: 5 % more staleness than an even
spread of all five, where never spending the reserve would cost 25 %; and a final waits for 0.28 s on average, one time in nine.
"""

KEPT = 3
"""At most one in so many of a bucket's writes is kept for finals, or just the last one: those of a small bucket come back soon."""

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
    slides: bool = False  # what should have opened a window did not
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

    def refilled(self, now: float, spent: int) -> float:
        """When one more write is free, were so many spent now, in the window or, if it is not proved to be one, in any stretch."""
        if self.fixed:
            return self.until
        leaving = [each.answered + self.rate.seconds for each in self._counting(now)]
        over = self._sliding(now) + spent - self.rate.writes
        if over < 0:
            return now
        return leaving[over] if over < len(leaving) else now + self.rate.seconds

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
    counted = _counted(landed, sent_at, now, seconds)
    fixed = bucket.fixed or allowance.remaining > allowance.limit - counted - 1
    opener = bucket.told and bucket.opened == sent_at
    known = replace(
        landed,
        rate=Rate(writes=max(1, allowance.limit), seconds=seconds),
        told=True,
        fixed=fixed,
        slides=not fixed and (bucket.slides or (opener and counted > 0)),
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


def reserve(bucket: Bucket) -> int:
    """The most writes that are kept for finals, however many will come."""
    return max(1, bucket.rate.writes // KEPT)


def progress_at(bucket: Bucket, now: float, finals: int = 1) -> float:
    """When the next write that could also be left out should leave: spread over the window, its last write kept for a final.

    The last one is spent when the next comes so soon that a final would hardly wait. What opens a window goes at once.
    Where more `finals` than one will come, a large bucket keeps a write for each: its next ones may be far away.
    """
    bucket = _without(bucket, min(finals, reserve(bucket)) - 1)
    free_at = bucket.next_free(now)
    if free_at == inf or bucket.rate.writes == 1 or bucket.last == -inf or _opens(bucket, free_at):
        return free_at  # nothing to spread, nothing to keep
    return max(free_at, _spread(bucket, free_at))


def _without(bucket: Bucket, writes: int) -> Bucket:
    """The bucket, were it smaller by so many writes: the last ones of its window."""
    if writes <= 0:
        return bucket
    rate = replace(bucket.rate, writes=bucket.rate.writes - writes)
    return replace(bucket, rate=rate, remaining=bucket.remaining - writes)


def _opens(bucket: Bucket, at: float) -> bool:
    """Whether a write opens a window then: the sooner it does, the more windows there are.

    Of a bucket not proved yet the answer shows what it is, which is worth a final's waiting once.
    """
    return at >= bucket.until and (bucket.fixed or (bucket.told and not bucket.slides))


def _spread(bucket: Bucket, at: float) -> float:
    """The next of the writes left, spread evenly up to the moment when the reserve may go.

    Those of a fixed window are lost with it. Those of a sliding one are not, and are never spent faster than they come back.
    """
    free = max(1, bucket.free(at))
    most = free if bucket.fixed else bucket.rate.writes
    next_at = max(
        _first_of(count, bucket.last, bucket.refilled(at, count)) for count in range(free, most + 1)
    )
    return next_at if free > 1 else max(next_at, sent(bucket, at).next_free(at) - HARDLY)


def _first_of(count: int, last: float, end: float) -> float:
    """The first of so many even steps from `last` to where the reserve may go; once that has passed, to the end."""
    rest = end - HARDLY - last
    return last + (rest / count if rest > 0 else (end - last) / (count + 1))


def _landed(bucket: Bucket, sent_at: float, now: float) -> Bucket:
    flying = list(bucket.flying)
    flying.remove(sent_at)
    taken = (*bucket._counting(now), Taken(sent=sent_at, answered=now))
    return replace(bucket, flying=tuple(flying), taken=taken)


def _counted(bucket: Bucket, sent_at: float, now: float, seconds: float) -> int:
    """How many earlier writes a sliding window counts for sure, as it takes this one. More left than they allow proves a fixed one."""
    return sum(each.sent > now - seconds and each.answered <= sent_at for each in bucket.taken)
