"""Rate limits: fixed windows per bucket, a global one, and the headers that tell of them.

https://docs.discord.com/developers/topics/rate-limits
"""

import hashlib
import math
import time
from dataclasses import dataclass, field

Rule = tuple[int, float]
GLOBAL_SECONDS = 1.0


@dataclass(slots=True)
class Window:
    """What is used up of one bucket since its window opened."""

    opened: float
    used: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The headers for the answer, and how long to wait where the request is refused."""

    headers: dict[str, str]
    retry_after: float | None = None
    scope: str = "user"


@dataclass(slots=True, kw_only=True)
class Limits:
    """Settable while it runs. A rule is (requests, seconds) for one bucket of one channel or webhook."""

    rules: dict[str, Rule] = field(
        default_factory=lambda: {
            "message.write": (5, 5.0),
            "message.create": (5, 5.0),
            "message.edit": (5, 5.0),
            "message.delete": (5, 1.0),
            "webhook": (5, 2.0),
            "typing": (5, 5.0),
            "reaction": (4, 1.0),
            "other": (30, 1.0),
        }
    )
    shared_writes: bool = True
    global_per_second: int = 50
    enabled: bool = True
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    _global: Window = field(default_factory=lambda: Window(0.0))

    def take(self, bucket: str, major: str, *, counts_globally: bool) -> Verdict:
        """Use one request of this bucket and channel."""
        if not self.enabled:
            return Verdict(headers={})
        now = time.monotonic()
        if counts_globally and (wait := self._take_global(now)) is not None:
            return Verdict(headers={"X-RateLimit-Global": "true"}, retry_after=wait, scope="global")
        name = (
            "message.write" if self.shared_writes and bucket in ("message.create", "message.edit") else bucket
        )
        limit, seconds = self.rules.get(name, self.rules["other"])
        window = self._windows.setdefault((name, major), Window(now))
        if now - window.opened >= seconds:
            window.opened, window.used = now, 0
        left = window.opened + seconds - now
        if window.used >= limit:
            return Verdict(headers=_headers(name, limit, 0, left), retry_after=left)
        window.used += 1
        return Verdict(headers=_headers(name, limit, limit - window.used, left))

    def _take_global(self, now: float) -> float | None:
        if now - self._global.opened >= GLOBAL_SECONDS:
            self._global = Window(now)
        if self._global.used >= self.global_per_second:
            return self._global.opened + GLOBAL_SECONDS - now
        self._global.used += 1
        return None


def _headers(name: str, limit: int, remaining: int, left: float) -> dict[str, str]:
    # Rounded up: a client that waits this long must find the window open.
    after = math.ceil(left * 1000) / 1000
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{time.time() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(name.encode()).hexdigest()[:32],
    }


def refusal_headers(verdict: Verdict) -> dict[str, str]:
    """What a 429 carries besides; `Via` tells clients that it is Discord's and not its CDN's."""
    assert verdict.retry_after is not None
    return verdict.headers | {
        "X-RateLimit-Scope": verdict.scope,
        "Retry-After": str(math.ceil(verdict.retry_after)),
        "Via": "1.1 google",
    }
