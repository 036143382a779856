"""The answering side: calls, the catalogue, and the server's own books."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol

from bridge.values.answer import AnswerEvent
from bridge.values.ids import KeyName
from bridge.values.models import ModelCard
from bridge.values.points import Balance, UsageRow
from bridge.values.request import Request


class Model(Protocol):
    """The answering side."""

    def ask(self, request: Request) -> AsyncGenerator[AnswerEvent, None]:
        """Events of one call; ends with exactly one Finished or Failed and raises nothing but cancellation.

        Closing the iterator closes the connection. Retries happen inside, only before the first byte of an answer and only where
        the failure is sure or a repeat cannot cost twice.
        """


class ModelCatalog(Protocol):
    async def cards(self) -> tuple[ModelCard, ...]:
        """The catalogue, cached; the last good copy when it can't be read. Empty where the server has none.

        Raises UpstreamError when it can't be read and never could.
        """

    async def refresh(self) -> None: ...

    def points_per_usd(self) -> float: ...


class UsageFeed(Protocol):
    async def balance(self, key: KeyName) -> Balance: ...

    def history(self, key: KeyName, since: float) -> AsyncIterator[UsageRow]:
        """Rows newest first, until `since` (seconds). Raises UpstreamError."""
