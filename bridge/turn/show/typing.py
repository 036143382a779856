"""The typing sign, for answers of which no word is visible yet. One for a channel, however many are being thought of there."""

from __future__ import annotations

from math import inf

from bridge.ports import Chat, Clock, Notify
from bridge.turn.show.showing import Showing
from bridge.values.errors import origin
from bridge.values.ids import ChannelId
from bridge.values.inbound import Destination
from bridge.values.notices import Trouble

RENEWED = 0.8
"""Part of the sign's life after which it is given again."""
GRACE = 0.25
"""Seconds before the first sign: a model whose words come at once needs none, and a sign costs one of the writes all answers share."""


class Typing:
    """Signs cost no write and never matter enough to be tried twice."""

    def __init__(self, chat: Chat, clock: Clock, notify: Notify) -> None:
        self._chat = chat
        self._clock = clock
        self._notify = notify
        self._every = chat.capabilities.typing_seconds * RENEWED
        self._silent: dict[Showing, None] = {}
        self._next: dict[ChannelId, float] = {}

    def begin(self, showing: Showing, now: float) -> None:
        """Nobody else sees a private answer coming, so nothing is signed for it."""
        if not showing.to.private:
            self._silent[showing] = None
            self._next.setdefault(showing.to.place.channel, now + GRACE)

    def end(self, showing: Showing) -> None:
        self._silent.pop(showing, None)

    def due(self, now: float) -> list[Destination]:
        """Where to give a sign now; each channel once."""
        wanted = {each.to.place.channel: each.to for each in self._silent if not each.final}
        for channel in [channel for channel, at in self._next.items() if at <= now and channel not in wanted]:
            del self._next[channel]
        due = [to for channel, to in wanted.items() if self._next.get(channel, now) <= now]
        for to in due:
            self._next[to.place.channel] = now + self._every
        return due

    def next_due(self) -> float:
        return min(self._next.values(), default=inf) if self._silent else inf

    async def sign(self, to: Destination) -> None:
        try:
            await self._chat.typing(to)
        except Exception as error:  # a missing sign is no loss
            self._notify(Trouble(where="typing", error=type(error).__name__, detail=origin(error)))
