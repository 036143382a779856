"""A reply's body, read to the end of the answer.

Here: telling a stream from a whole body, breathing between events, and the endings that are no event. Not here: bytes to data
(`sse`), data to events (`responses`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from adapters.poe.link import Lost, Reply, TooMuch
from adapters.poe.responses import Answer
from adapters.poe.sse import LONGEST_EVENT, Splitter, StreamError
from bridge.values.answer import AnswerEvent, Failed
from bridge.values.errors import AnswerFailed, UpstreamBroken

EVENTS_PER_BREATH = 32  # a stream that is all there already would never let anybody else run
LINGER = 0.1  # seconds to read what follows the last event, so that the connection can be used again

Batch = Sequence[AnswerEvent]


class Reading:
    """One successful reply. Batches are awaited, not iterated: every generator between wire and reader costs as much as decoding.

    What came is told by its first byte, not by its content type: asked for a stream, servers have sent a whole response or an
    error, and asked for none, a stream.
    """

    def __init__(self, reply: Reply, *, chained: bool) -> None:
        self._reply = reply
        self._answer = Answer(chained=chained)
        self._splitter: Splitter | None = None
        self._payloads: list[bytes] = []
        self._since_breath = 0

    async def batch(self) -> Batch:
        """The next events, () after the last; the last one is the only Finished or Failed. Raises nothing."""
        if self._answer.over:
            await self._linger()
            return ()
        try:
            while True:
                if not self._payloads:
                    chunk = await self._reply.chunk()
                    if self._splitter is None:
                        events: Batch = await self._first(chunk)
                    elif chunk:
                        self._payloads = self._splitter.feed(chunk)
                        events = self._take()
                    else:
                        return self._ended(self._splitter.tail())
                else:
                    events = self._take()
                if self._since_breath >= EVENTS_PER_BREATH:
                    self._since_breath = 0
                    await asyncio.sleep(0)
                if events:
                    return events
        except Lost as lost:
            return self._answer.cut(str(lost)) if self._answer.begun else self._broken(str(lost))
        except (StreamError, TooMuch) as error:
            self._answer.over = True
            return (Failed(error=AnswerFailed(detail=type(error).__name__), response=self._answer.id),)

    def _broken(self, why: str) -> Batch:
        self._answer.over = True
        return (Failed(error=UpstreamBroken(detail=why)),)

    async def _first(self, chunk: bytes) -> Batch:
        """The first bytes that are not blank tell what comes."""
        head = chunk.lstrip()
        if head.startswith(b"{"):
            return self._answer.take_body(head + await self._reply.read(LONGEST_EVENT))
        if head:
            self._splitter = Splitter()
            self._payloads = self._splitter.feed(head)
        elif not chunk:
            return self._answer.cut("an empty body")
        return ()

    def _take(self) -> Batch:
        """At most a breath's worth of what is here."""
        payloads = self._payloads
        if len(payloads) == 1:
            self._payloads = []
            self._since_breath += 1
            return self._answer.take(payloads[0])
        now, self._payloads = payloads[:EVENTS_PER_BREATH], payloads[EVENTS_PER_BREATH:]
        self._since_breath += len(now)
        batch: list[AnswerEvent] = []
        for payload in now:
            batch.extend(self._answer.take(payload))
            if self._answer.over:
                break
        return batch

    def _ended(self, tail: bytes) -> Batch:
        events = self._answer.take_tail(tail)
        return events if self._answer.over else self._answer.cut("the stream ended without its end")

    async def _linger(self) -> None:
        try:
            async with asyncio.timeout(LINGER):
                while await self._reply.chunk():
                    pass
        except (TimeoutError, Lost):
            pass  # the connection is closed instead of kept
