"""What became of the interactions we answer: whether a token still lives, and whether its first answer is still to be given.

A `Destination` is frozen and the core hands over the same one for every page; which page took the place of "thinking" is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.ports import Clock
from bridge.values.inbound import Via

from . import limits


@dataclass(slots=True, kw_only=True)
class _Use:
    expires_at: float
    known: bool = False
    nonce: str | None = None  # of the page that took the place of "thinking"
    left: bool = False  # later pages stand in the channel
    ended: bool = False  # Discord refused the token before its time


class Tokens:
    """Every token seen in this process, until it ends."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._uses: dict[str, _Use] = {}

    def issue(self, via: Via) -> None:
        """From here on, whatever is done with this token is seen."""
        now = self._clock.now()
        for token in [token for token, use in self._uses.items() if use.expires_at < now]:
            del self._uses[token]
        self._use(via).known = True

    def known(self, via: Via) -> bool:
        """Whether its whole life was seen. Of one that a process before us left, only Discord knows what was done with it."""
        return self._use(via).known

    def living(self, via: Via | None) -> Via | None:
        """The right, if it can still be used."""
        if via is None or self._clock.now() >= via.expires_at - limits.TOKEN_MARGIN:
            return None
        use = self._uses.get(via.token)
        return None if use is not None and use.ended else via

    def fresh(self, via: Via) -> bool:
        """The person still sees "thinking"."""
        return via.original and self._use(via).nonce is None

    def take(self, via: Via, nonce: str) -> bool:
        """Whether the page of this nonce is the first answer; a second try of the same page is so again."""
        use = self._use(via)
        if via.original and use.nonce is None:
            use.nonce = nonce
        return via.original and use.nonce == nonce

    def give_back(self, via: Via) -> None:
        """The first answer was refused for what it was; another may take its place."""
        self._use(via).nonce = None

    def leave(self, via: Via) -> None:
        """From here on, pages stand in the channel."""
        self._use(via).left = True

    def left(self, via: Via) -> bool:
        return self._use(via).left

    def end(self, via: Via) -> None:
        self._use(via).ended = True

    def _use(self, via: Via) -> _Use:
        return self._uses.setdefault(via.token, _Use(expires_at=via.expires_at))
