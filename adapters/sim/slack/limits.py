"""Rate limits: so many calls of a method in a workspace within any minute, and about one post a second in a channel.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import math
import time
from collections import deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 60.0
TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100


@dataclass(slots=True, kw_only=True)
class Limits:
    """Settable while it runs. `per_minute` overrides the documented number of a method.

    A channel takes one post each `post_seconds`, and `post_burst` at once after a rest.
    """

    enabled: bool = True
    per_minute: dict[str, int] = field(default_factory=dict)
    post_seconds: float = 1.0
    post_burst: int = 4
    window_seconds: float = WINDOW_SECONDS
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _posts: dict[tuple[str, str], float] = field(default_factory=dict)

    def take(self, method: str, team: str, tier: int) -> int | None:
        """Use one call; where there is none left, the whole seconds to wait."""
        if not self.enabled:
            return None
        now, limit = time.monotonic(), self.per_minute.get(method, tier)
        calls = self._calls.setdefault((team, method), deque())
        while calls and calls[0] <= now - self.window_seconds:
            calls.popleft()
        if len(calls) >= limit:
            left = calls[0] + self.window_seconds - now if calls else self.window_seconds
            return max(1, math.ceil(left))
        calls.append(now)
        return None

    def take_post(self, team: str, channel: str) -> int | None:
        """Use one post in a channel; where there is none left, the whole seconds to wait."""
        if not self.enabled:
            return None
        now = time.monotonic()
        owed = max(self._posts.get((team, channel), 0.0), now)  # when all posts so far are paid for
        if owed - now > (self.post_burst - 1) * self.post_seconds + 0.001:
            return max(1, math.ceil(owed - now - (self.post_burst - 1) * self.post_seconds))
        self._posts[team, channel] = owed + self.post_seconds
        return None
