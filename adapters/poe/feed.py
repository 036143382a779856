"""Poe's own books, fetched: the balance, the history page by page, and what a point is worth by them.

Here: addresses and paging. Not here: what a row means (`usage`).
https://creator.poe.com/docs/resources/usage-api
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from adapters.poe import usage
from adapters.poe.fetch import Fetch, NotThere, unreadable
from adapters.poe.usage import HistoryPage
from bridge.ports import Notify
from bridge.values.errors import KeyRefused
from bridge.values.ids import KeyName
from bridge.values.notices import Trouble
from bridge.values.points import Balance, UsageRow

PAGE = 100  # rows, the most Poe gives at once
MOST_PAGES = 10_000

_NO_BOOKS = "This server keeps no books that I could read."


class Feed:
    """The books of every key. Poe keeps one balance per account, whichever of its keys asks."""

    def __init__(self, usage_url: str, keys: Mapping[KeyName, str], fetch: Fetch, notify: Notify) -> None:
        self._url = usage_url.strip().rstrip("/")
        self._keys = keys
        self._fetch = fetch
        self._notify = notify
        self._by_rows: float | None = None
        self._by_balance: float | None = None

    def points_per_usd(self) -> float:
        """By what was charged last, else by the balance, else by what Poe is known to take."""
        return self._by_rows or self._by_balance or usage.POINTS_PER_USD

    async def balance(self, key: KeyName) -> Balance:
        """The account's points now. Raises UpstreamError."""
        balance = usage.balance_in(await self._get("/current_balance", key))
        if balance is None:
            raise unreadable()
        self._by_balance = usage.rate_of_balance(balance) or self._by_balance
        return balance

    async def history(self, key: KeyName, since: float) -> AsyncGenerator[UsageRow, None]:
        """Rows newest first, none older than `since` (seconds), none twice; none at all without an address. Raises UpstreamError."""
        if not self._url:
            return
        seen: set[str] = set()
        after: str | None = None
        for _ in range(MOST_PAGES):
            try:
                page = await self._page(key, after)
            except NotThere:
                return  # a server without books: there is nothing to be found, now or later
            fresh = [row for row in page.rows if row.id not in seen]
            for row in fresh:
                if row.at >= since:
                    yield row
            seen.update(row.id for row in fresh)
            # Rows are ordered by when the call began and may be told late, so a page is read to its end. One that brings nothing
            # new would bring nothing new for ever.
            if page.after is None or not fresh or fresh[-1].at < since:
                return
            after = page.after

    async def _page(self, key: KeyName, after: str | None) -> HistoryPage:
        query: dict[str, str | int] = {"limit": PAGE}
        if after is not None:
            query["starting_after"] = after
        page = usage.page_in(await self._get("/points_history", key, query))
        if page is None:
            raise unreadable()
        if page.unreadable:
            detail = f"{page.unreadable} rows could not be read"
            self._notify(Trouble(where="adapters.poe.feed", error="UnreadableRow", detail=detail))
        self._by_rows = usage.rate_of_rows(page.rows) or self._by_rows
        return page

    async def _get(self, path: str, key: KeyName, query: Mapping[str, str | int] | None = None) -> bytes:
        secret = self._keys.get(key)
        if secret is None:
            raise KeyRefused(detail=f"no key called {key}")
        if not self._url:
            raise NotThere(_NO_BOOKS, detail="no usage_url")
        try:
            return await self._fetch(self._url + path, secret, query)
        except NotThere as missing:
            raise NotThere(_NO_BOOKS, detail=missing.detail) from missing
