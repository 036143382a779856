"""The catalogue, kept: read hourly and when a model was missing; the last good copy stays when it can't be read.

Only where there never was one does whoever asks hear why: without it no price is known, and so nothing may be asked.

Here: when to read. Not here: what an entry means (`models`).
"""

from __future__ import annotations

import asyncio

from adapters.poe.fetch import Fetch, NotThere
from adapters.poe.models import cards_in
from adapters.poe.wire import MODELS
from bridge.ports import Clock, Notify
from bridge.values.errors import KeyRefused, UpstreamError
from bridge.values.models import ModelCard
from bridge.values.notices import Trouble

HOUR = 3600.0
AFTER_TROUBLE = 60.0  # seconds until it is tried again
WITHOUT_COPY = 2.0  # the same while people wait for the first one


class Catalog:
    """One server's models."""

    def __init__(self, base: str, key: str, fetch: Fetch, clock: Clock, notify: Notify) -> None:
        self._url = base + MODELS
        self._key = key  # Poe's list needs none, other servers' do
        self._fetch = fetch
        self._clock = clock
        self._notify = notify
        self._cards: tuple[ModelCard, ...] = ()
        self._due = 0.0  # seconds since the epoch
        self._failed: UpstreamError | None = None  # why there is no copy yet
        self._read_at = 0.0
        self._doubted = asyncio.Event()
        self._reading = asyncio.Lock()

    async def cards(self) -> tuple[ModelCard, ...]:
        """What is known; reads first when that is too old, unless somebody is reading and an older copy will do.

        Raises UpstreamError while it could never be read.
        """
        if self._clock.now() >= self._due and not (self._cards and self._reading.locked()):
            async with self._reading:
                if self._clock.now() >= self._due:
                    await self._read()
        if self._failed is not None:
            raise type(self._failed)(self._failed.say, detail=self._failed.detail)
        return self._cards

    async def refresh(self) -> None:
        """Read now. What can't be read is noted and leaves the last copy."""
        async with self._reading:
            await self._read()

    def doubt(self) -> None:
        """A model of the list was missing: the list is old. Said often, it is read once a minute."""
        self._due = min(self._due, self._read_at + AFTER_TROUBLE)
        self._doubted.set()

    async def keep_fresh(self) -> None:
        """Read whenever it is due, until cancelled."""
        while True:
            try:
                await self.cards()
            except UpstreamError:
                pass  # told when it happened
            self._doubted.clear()
            await self._clock.wait(self._doubted, max(1.0, self._due - self._clock.now()))

    async def _read(self) -> None:
        self._read_at = self._clock.now()
        try:
            cards = cards_in(await self._fetch(self._url, self._key))
        except NotThere:
            cards = self._cards  # a server without a list is a server all the same
        except UpstreamError as error:
            # A server that will not list its models may answer all the same; one that can't be had will not.
            listless = not error.retry and not isinstance(error, KeyRefused)
            self._failed = None if self._cards or listless else error
            self._trouble(type(error).__name__, error.detail)
            return
        if cards is None:
            self._trouble("UpstreamBroken", "the list of models is none")
            return
        self._cards, self._failed = cards, None
        self._due = self._clock.now() + HOUR

    def _trouble(self, error: str, detail: str) -> None:
        self._due = self._clock.now() + (AFTER_TROUBLE if self._cards else WITHOUT_COPY)
        self._notify(Trouble(where="adapters.poe.catalog", error=error, detail=detail))
