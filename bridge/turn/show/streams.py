"""Answers that grow piece by piece on the platform: how many there may be, and when each has to end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from math import inf

from bridge.ports import Chat, Streams
from bridge.turn.show.showing import Showing
from bridge.values.capabilities import Capabilities


class Growing:
    """`live` are the answers of the delivery; `chat` is asked once whether it takes pieces at all."""

    def __init__(self, chat: Chat, live: Collection[Showing]) -> None:
        self.live = live
        self.platform = chat if isinstance(chat, Streams) and chat.capabilities.streaming else None
        self._how = chat.capabilities.streaming if self.platform else None

    def within(self, capabilities: Capabilities) -> Capabilities:
        """With pages that may be written both ways."""
        if self._how is None:
            return capabilities
        return replace(capabilities, text_limit=min(capabilities.text_limit, self._how.limit))

    def may(self, showing: Showing, ends: int) -> bool:
        """Whether a new page of this answer may grow so. `ends` of them could be ended at this moment, and none may wait for that."""
        if self.platform is None or self._how is None or showing.plain or showing.to.private:
            return False
        workspace = showing.to.place.workspace
        others = sum(each.streaming for each in self.live if each.to.place.workspace == workspace)
        return others < min(self._how.at_once, ends) and self.platform.streams(showing.to)

    def due(self, now: float) -> list[Showing]:
        """Those whose stream has just grown old."""
        found = []
        for showing in self.live:
            stream = showing.stream
            if self._how and stream and not stream.old and stream.begun + self._how.seconds <= now:
                stream.old = True
                found.append(showing)
        return found

    def next_due(self) -> float:
        if self._how is None:
            return inf
        open_ = (showing.stream for showing in self.live)
        return min((each.begun for each in open_ if each and not each.old), default=inf) + self._how.seconds
