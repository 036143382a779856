"""The bridge as a process of its own, so that it can be killed at any moment. Started with an interpreter, ended by pid."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field

from tests.plugins.waiting import PATIENCE
from tests.plugins.whole import Whole


@dataclass
class Program:
    """`poebridge run` against a stage's servers."""

    whole: Whole
    process: asyncio.subprocess.Process | None = None
    environment: dict[str, str] = field(default_factory=dict)

    async def start(self) -> None:
        """Returns once every platform of the stage has a new connection."""
        connected = len(self.whole.dc.gateway.sessions)
        lines = list(self.whole.slack.deliveries.lines)
        with (self.whole.folder / "bridge.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bridge", "run"),
                env={
                    **os.environ,
                    **self.whole.environment(),
                    "POEBRIDGE_WEB__PORT": "0",
                    **self.environment,
                },
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )
        self.whole.processes.append(self.process)
        if "discord" in self.whole.platforms:
            await self.whole.dc.world.until(
                lambda: self.whole.dc.gateway.connected and len(self.whole.dc.gateway.sessions) != connected
            )
        if "slack" in self.whole.platforms:
            await self.whole.slack.world.until(
                lambda: set(self.whole.slack.deliveries.lines) - set(lines), within=PATIENCE
            )

    def kill(self) -> None:
        """SIGKILL; nothing is flushed, nobody says goodbye."""
        assert self.process is not None
        self.process.kill()

    async def ended(self) -> int:
        assert self.process is not None
        code = await self.process.wait()
        self.process = None
        return code

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        self.process = None
