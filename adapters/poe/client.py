"""The one who asks: a `Request` goes out, `AnswerEvent`s come back.

Here: waiting one's turn, sending, trying again where that is safe, and reading the stream. Not here: what any of it means (the pure
rooms beside), the catalogue (`catalog`) and Poe's books (`feed`), which this class only hands through.
When a call is made again, and when not, is a table in `retries`.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from types import TracebackType

from adapters.poe import faults, retries, wire
from adapters.poe.catalog import Catalog
from adapters.poe.faults import Fault, Reason
from adapters.poe.feed import Feed
from adapters.poe.fetch import Fetch
from adapters.poe.limits import BURST, PER_MINUTE, Limiter
from adapters.poe.link import Link, Lost, NotSent, Reply, Timeouts, TooMuch
from adapters.poe.reading import Reading
from adapters.poe.retries import Again
from adapters.poe.wire import Reasoning
from bridge.ports import Chance, Clock, Notify
from bridge.values.answer import AnswerEvent, Failed, Finished, Queued
from bridge.values.errors import KeyRefused, ModelMissing, UpstreamBroken, UpstreamError, origin
from bridge.values.ids import KeyName
from bridge.values.models import ModelCard
from bridge.values.notices import Trouble
from bridge.values.points import Balance, UsageRow
from bridge.values.request import Request

LONGEST_ERROR = 256 * 1024  # bytes of a body that says no
WORTH_SAYING = 0.5  # seconds; a shorter back-off is not announced


class PoeClient:
    """Poe, or any server with a Responses API. Implements `Model`, `ModelCatalog` and `UsageFeed`.

    `base_url` ends in `/v1` as the documents print it, with or without a slash; `usage_url` is the address that `/current_balance`
    is found under, "" where there is none. `keys` are secret; a key "" sends none. Raises ConfigError for an address or a key that
    can't be one.
    """

    def __init__(
        self,
        base_url: str,
        usage_url: str,
        keys: Mapping[KeyName, str],
        clock: Clock,
        chance: Chance,
        notify: Notify,
        *,
        timeouts: Timeouts | None = None,
        per_minute: int = PER_MINUTE,
        burst: int = BURST,
    ) -> None:
        self._base = wire.base_of(base_url)
        self._keys = {name: wire.key_of(name, key) for name, key in keys.items()}
        self._clock = clock
        self._chance = chance
        self._notify = notify
        self._link = Link(timeouts or Timeouts())
        self._limiter = Limiter(clock, per_minute=per_minute, burst=burst)
        fetch = Fetch(self._link, self._limiter, clock, chance)
        self._feed = Feed(usage_url, self._keys, fetch, notify)
        self._catalog = Catalog(self._base, next(iter(self._keys.values()), ""), fetch, clock, notify)

    async def __aenter__(self) -> PoeClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection. Answers still being read fail."""
        await self._link.aclose()

    # ModelCatalog

    async def cards(self) -> tuple[ModelCard, ...]:
        return await self._catalog.cards()

    async def refresh(self) -> None:
        await self._catalog.refresh()

    def points_per_usd(self) -> float:
        return self._feed.points_per_usd()

    async def keep_fresh(self) -> None:
        """Read the catalogue now, hourly, and whenever a model was missing; ends by cancellation."""
        await self._catalog.keep_fresh()

    # UsageFeed

    async def balance(self, key: KeyName) -> Balance:
        return await self._feed.balance(key)

    def history(self, key: KeyName, since: float) -> AsyncIterator[UsageRow]:
        return self._feed.history(key, since)

    # Model

    async def ask(self, request: Request) -> AsyncGenerator[AnswerEvent, None]:
        """Events of one call; the last is the only Finished or Failed. Raises nothing but cancellation."""
        key = self._keys.get(request.key)
        if key is None:
            yield Failed(error=KeyRefused(detail=f"no key called {request.key}"))
            return
        ended = False
        try:
            async with aclosing(self._asked(request, key)) as steps:
                async for step in steps:
                    if not isinstance(step, Reading):
                        ended = isinstance(step, Failed)
                        yield step
                        continue
                    while batch := await step.batch():
                        for event in batch:
                            yield event
                        ended = isinstance(batch[-1], Finished | Failed)
        except Exception as exc:  # whoever reads must get an ending, whatever is wrong in here
            self._notify(Trouble(where="adapters.poe", error=type(exc).__name__, detail=origin(exc)))
            if not ended:
                yield Failed(error=UpstreamBroken(detail=type(exc).__name__))

    async def _asked(self, request: Request, key: str) -> AsyncGenerator[AnswerEvent | Reading, None]:
        """What happens before an answer, and then the answer, open only until the next step is asked for."""
        reasoning = Reasoning.NONE if request.effort is None else Reasoning.SUMMARY
        ticket = self._limiter.ticket()
        for tried in itertools.count(1):
            async with aclosing(self._limiter.turn(ticket)) as waits:
                async for queued in waits:
                    yield queued
            fault: Fault | None = None
            async with aclosing(self._tried(request, key, reasoning)) as outcomes:
                async for outcome in outcomes:
                    if isinstance(outcome, Fault):
                        fault = outcome
                    else:
                        yield outcome
            if fault is None:
                return
            again = retries.again(fault, tried=tried, reasoning=reasoning, uniform=self._chance.uniform)
            if again is None:
                yield Failed(error=self._refused(fault, request))
                return
            reasoning = again.reasoning
            if again.wait >= WORTH_SAYING and not again.everyone:
                yield Queued(ahead=0, seconds=again.wait)
            await self._hold_off(again)

    async def _tried(
        self, request: Request, key: str, reasoning: Reasoning
    ) -> AsyncGenerator[Reading | Failed | Fault, None]:
        """One try: the answer, or its failure, or the fault for which there is none."""
        out = wire.outgoing(request, key=key, reasoning=reasoning)
        try:
            async with self._link.post(self._base + out.path, out.headers, out.body) as reply:
                self._limiter.heed(reply.headers)
                if 200 <= reply.status < 300:
                    yield Reading(reply, chained=request.previous is not None)
                else:
                    yield await self._fault(reply)
        except NotSent as unsent:
            yield Fault(status=None, reason=Reason.UNREACHABLE, type=str(unsent))
        except Lost as lost:
            yield Failed(error=UpstreamBroken(detail=str(lost)))

    async def _fault(self, reply: Reply) -> Fault:
        try:
            body = await reply.read(LONGEST_ERROR)
        except (Lost, TooMuch):
            body = b""  # the status says enough
        return faults.from_reply(reply.status, body, wire.retry_after(reply.headers, self._clock.now()))

    def _refused(self, fault: Fault, request: Request) -> UpstreamError:
        error = faults.refusal(fault, chained=request.previous is not None)
        if isinstance(error, ModelMissing):
            self._catalog.doubt()
        return error

    async def _hold_off(self, again: Again) -> None:
        if again.everyone:
            self._limiter.push_back(again.wait)
        elif again.wait > 0:
            await self._clock.sleep(again.wait)
