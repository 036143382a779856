"""How soon the command answers."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from bench.figures import Case, Figure, median

COMMAND = (str(Path(sys.executable).with_name("poebridge")), "--help")
NOTHING = (sys.executable, "-c", "pass")


async def help_(quick: bool) -> Case:
    """Wall time of `poebridge --help`, output thrown away, against that of a Python that does nothing; median of alternating runs
    after one that fills the caches.
    """
    runs = 3 if quick else 7
    ours, nothing = [], []
    for _ in range(runs + 1):
        ours.append(await _timed(COMMAND))
        nothing.append(await _timed(NOTHING))
    figure = Figure(
        name="cli.help_ms",
        value=median(ours[1:]),
        unit="ms",
        reference=median(nothing[1:]),
        runs=runs,
        expected="< 400",
    )
    return Case(method=help_.__doc__ or "", figures=(figure,))


async def _timed(command: tuple[str, ...]) -> float:
    """Milliseconds. Raises RuntimeError when it fails."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    if await process.wait():
        raise RuntimeError(f"{command[0]} failed")
    return (time.monotonic() - began) * 1000
