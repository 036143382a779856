"""Things that are merely looked up: GET, with retries, because looking twice costs nothing.

Here: one verb for the catalogue and the books. Not here: what the bodies mean.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.poe import faults, retries, wire
from adapters.poe.faults import Fault, Reason
from adapters.poe.limits import Limiter
from adapters.poe.link import Link, LinkError, NotSent
from bridge.ports import Chance, Clock
from bridge.values.errors import UpstreamBroken, UpstreamError

LONGEST_BODY = 16 * 1024 * 1024


class NotThere(UpstreamError):
    """The server does not offer this."""


class Fetch:
    """Looks things up, taking its turn among the calls."""

    def __init__(self, link: Link, limiter: Limiter, clock: Clock, chance: Chance) -> None:
        self._link = link
        self._limiter = limiter
        self._clock = clock
        self._chance = chance

    async def __call__(self, url: str, key: str, query: Mapping[str, str | int] | None = None) -> bytes:
        """The body. Raises NotThere where there is nothing of the kind, another UpstreamError when it can't be had."""
        tried = 0
        while True:
            await self._limiter.pass_through()
            tried += 1
            got = await self._try(url, key, query)
            if isinstance(got, bytes):
                return got
            fault, error = got
            wait = self._wait(fault, error, tried)
            if wait is None:
                raise error
            await self._clock.sleep(wait)

    async def _try(
        self, url: str, key: str, query: Mapping[str, str | int] | None
    ) -> bytes | tuple[Fault, UpstreamError]:
        try:
            async with self._link.get(url, wire.headers_of(key), query) as reply:
                self._limiter.heed(reply.headers)
                body = await reply.read(LONGEST_BODY)
        except LinkError as lost:
            reason = Reason.UNREACHABLE if isinstance(lost, NotSent) else Reason.OTHER
            fault = Fault(status=None, reason=reason, type=str(lost))
            return fault, faults.refusal(fault, chained=False)
        if 200 <= reply.status < 300:
            return body
        fault = faults.from_reply(reply.status, body, wire.retry_after(reply.headers, self._clock.now()))
        if reply.status in (404, 405):
            return fault, NotThere(detail=fault.detail)
        return fault, faults.refusal(fault, chained=False)

    def _wait(self, fault: Fault, error: UpstreamError, tried: int) -> float | None:
        if tried >= retries.TRIES or not error.retry:
            return None
        if fault.retry_after is None:
            return retries.backoff(tried, self._chance.uniform)
        if fault.retry_after > retries.PATIENCE:
            return None
        self._limiter.push_back(fault.retry_after)
        return 0.0


def unreadable() -> UpstreamBroken:
    """A success whose body is not what it should be."""
    return UpstreamBroken("Poe's answer could not be read.", detail="unreadable body")
