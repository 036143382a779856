"""Whoever reads the replayed streams, alone in its process: our Poe client, or the openai SDK.

`python -m bench.stream_client ours|openai burst|paced URL STREAMS` prints what it cost as one line of JSON.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from bench.child import tell
from bench.figures import percentile
from bench.replay_server import EVENTS, WORD
from bridge.cli.shell import waited

TOGETHER = 8
"""Streams read at the same time in a burst."""
DELTAS = 500
"""Of a paced stream: 10 seconds."""
RAMP = 0.02
"""Seconds between two paced streams' beginnings."""
TICK = 0.01

Read = Callable[[int], Awaitable[None]]
"""Reads one stream to its end, and is sure that all of so many deltas came."""


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Read]:
    """PoeClient.ask, as the engine reads it."""
    from adapters.poe.client import PoeClient
    from bridge.values.answer import TextDelta
    from bridge.values.ids import ModelId, TurnId
    from bridge.values.parts import Item, Role, Text
    from bridge.values.request import DEFAULT_KEY, Request
    from bridge.wiring.system import SystemChance, SystemClock

    request = Request(
        turn=TurnId("turn"),
        model=ModelId("Claude-Haiku-4.5"),
        items=(Item(role=Role.USER, parts=(Text(text="words"),)),),
        max_output_tokens=4096,
    )
    keys = {DEFAULT_KEY: "bench"}
    fast = 10**6
    client = PoeClient(
        url, "", keys, SystemClock(), SystemChance(), lambda _: None, per_minute=fast, burst=fast
    )

    async def read(deltas: int) -> None:
        size = 0
        async for event in client.ask(request):
            if isinstance(event, TextDelta):
                size += len(event.text)
        assert size == deltas * len(WORD), (size, deltas)

    async with client:
        yield read


@asynccontextmanager
async def openai(url: str) -> AsyncIterator[Read]:
    """AsyncOpenAI.responses.create(stream=True)."""
    from openai import AsyncOpenAI

    # Its own time-out for connecting is shorter than its loop stands still under the paced load.
    client = AsyncOpenAI(base_url=url, api_key="bench", max_retries=0, timeout=600)

    async def read(deltas: int) -> None:
        size = 0
        stream = await client.responses.create(
            model="Claude-Haiku-4.5", input="words", max_output_tokens=4096, stream=True
        )
        async for event in stream:
            if event.type == "response.output_text.delta":
                size += len(event.delta)
        assert size == deltas * len(WORD), (size, deltas)

    async with client:
        yield read


CLIENTS: dict[str, Callable[[str], AbstractAsyncContextManager[Read]]] = {"ours": ours, "openai": openai}


async def burst(who: str, url: str, streams: int) -> None:
    """How many events a second of CPU, connections and requests included."""
    async with CLIENTS[who](f"{url}/burst/v1") as read:
        await asyncio.gather(*(read(EVENTS - 2) for _ in range(TOGETHER)))
        left = iter(range(streams))

        async def worker() -> None:
            for _ in left:
                await read(EVENTS - 2)

        began = time.process_time()
        await asyncio.gather(*(worker() for _ in range(TOGETHER)))
        tell(events_per_s=streams * EVENTS / (time.process_time() - began))


async def paced(who: str, url: str, streams: int) -> None:
    """Lag of the loop and memory, with all streams open."""
    async with CLIENTS[who](f"{url}/paced/{DELTAS}/v1") as read, asyncio.TaskGroup() as group:
        warm = CLIENTS[who](f"{url}/paced/20/v1")
        async with warm as short:
            await asyncio.gather(*(short(20) for _ in range(5)))
        empty, began, cpu = _resident(), time.monotonic(), time.process_time()
        reading = [group.create_task(_after(number * RAMP, read)) for number in range(streams)]
        lags: list[float] = []
        full = 0
        while not all(task.done() for task in reading):
            due = time.monotonic() + TICK
            await asyncio.sleep(TICK)
            lags.append(time.monotonic() - due)
            if not full and time.monotonic() - began > streams * RAMP + 4:
                full = _resident()
        spent = time.process_time() - cpu
        tell(
            loop_lag_p99_ms=percentile(lags, 99) * 1000,
            kb_per_stream=(full - empty) / 1024 / streams,
            cpu_us_per_event=spent * 1e6 / (streams * (DELTAS + 2)),
            seconds=time.monotonic() - began,
        )


async def _after(seconds: float, read: Read) -> None:
    await asyncio.sleep(seconds)
    await read(DELTAS)


def _resident() -> int:
    """Bytes of memory this process has, as the system counts them."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    _, _who, _mode, _url, _streams = sys.argv
    waited({"burst": burst, "paced": paced}[_mode](_who, _url, int(_streams)))
