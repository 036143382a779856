"""Turns through a store, 64 at once, alone in a process: ours or the naive one.

`python -m bench.store_client ours|looking|naive TURNS` prints turns a second and the CPU of one, all threads counted, as one line of JSON.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.child import tell
from bridge.cli.shell import waited

TOGETHER = 64
WARM = 64
PROMPT = "What is the least a reader has to wait? " * 5
ANSWER = "As long as it takes, and not a moment longer than the channel allows. " * 30

TurnOf = Callable[[int], Awaitable[None]]


@asynccontextmanager
async def naive(folder: Path) -> AsyncIterator[TurnOf]:
    from bench.naive_store import NaiveStore

    async with NaiveStore(folder / "naive.db") as store:
        yield lambda number: store.turn(f"t{number}", f"p{number % 100}", PROMPT, ANSWER, time.time())


@asynccontextmanager
async def ours(folder: Path, *, looking: bool = False) -> AsyncIterator[TurnOf]:
    """What the engine writes of a turn: admit, sent, shown, settle, close, delivered; two budgets apply."""
    from adapters.store.store import open_store
    from bench.turns import BUDGETS, walk

    async with await open_store(f"sqlite:///{folder / 'ours.db'}") as store:
        for budget in BUDGETS:
            await store.set(budget, "bench", time.time())
        yield lambda number: walk(store, number, PROMPT, ANSWER, looking=looking)


STORES: dict[str, Callable[[Path], AbstractAsyncContextManager[TurnOf]]] = {
    "ours": ours,
    "looking": partial(ours, looking=True),
    "naive": naive,
}


async def measure(which: str, turns: int) -> None:
    with TemporaryDirectory(prefix="poebridge-bench-") as folder:
        async with STORES[which](Path(folder)) as turn:
            await asyncio.gather(*map(turn, range(-WARM, 0)))
            left = iter(range(turns))

            async def worker() -> None:
                for number in left:
                    await turn(number)

            began, spent = time.monotonic(), time.process_time()
            await asyncio.gather(*(worker() for _ in range(TOGETHER)))
            seconds, cpu = time.monotonic() - began, time.process_time() - spent
    tell(turns_per_s=turns / seconds, cpu_ms_per_turn=cpu * 1000 / turns)


if __name__ == "__main__":
    _, _which, _turns = sys.argv
    waited(measure(_which, int(_turns)))
