"""Waiting in tests: for something to come true, as patiently as a slow and busy machine needs. What comes sooner costs nothing.

Nothing here measures: a wait that ends in TimeoutError is a broken promise, or a machine on which nothing works.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

PATIENCE = 60.0
"""Seconds for anything that another task, process or browser does; less than `timeout` in pyproject.toml, which names no reason."""
OFTEN = 0.01


async def until(look: Callable[[], Awaitable[Any] | Any], within: float = PATIENCE) -> Any:
    """What `look` gives, once that is true."""
    async with asyncio.timeout(within):
        while True:
            found = look()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(OFTEN)
