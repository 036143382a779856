"""Programs under test, and servers for them, in processes of their own; they answer with lines of JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

PATIENCE = 120.0
"""Seconds a child gets to say its line."""


@asynccontextmanager
async def spawned(
    *module: str, env: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m MODULE ARGS...`, ended with the block; its error output is ours."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *module,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 30)
            except TimeoutError:
                process.kill()
                await process.wait()


async def told(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The next line of JSON a child says. Raises RuntimeError when it ends without one."""
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    if not line:
        raise RuntimeError(f"A process of the bench ended with {await process.wait()} and said nothing.")
    found: dict[str, Any] = json.loads(line)
    return found


def tell(**values: Any) -> None:
    """Say a line, as a child."""
    print(json.dumps(values), flush=True)
