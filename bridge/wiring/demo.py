"""`poebridge demo`: the whole bridge on embedded servers, with people who talk to it. No account, no key, nothing leaves this machine."""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bridge.values.errors import BridgeError
from bridge.wiring import logs
from bridge.wiring.script import discord, slack
from bridge.wiring.script.scene import Failure, Scene, Step
from bridge.wiring.stage import Stage, staged

Say = Callable[[str], None]
S = TypeVar("S", bound=Scene)
SPEED = 60.0  # tokens a second, as a quick model writes
ONCE_SPEED = 400.0
STEP_WITHIN = 90.0
MOMENT = 2.0


async def demo(*, once: bool, port: int, say: Say) -> int:
    """Play the whole script (`once`), or open the page, play the beginning, and stay until stopped. The exit code."""
    logs.set_up("warning", "text")
    with tempfile.TemporaryDirectory(prefix="poebridge-demo-") as folder:
        async with staged(Path(folder), port, ONCE_SPEED if once else SPEED) as stage:
            if once:
                return await _once(stage, say)
            await _stay(stage, say)
            return 0


async def _once(stage: Stage, say: Say) -> int:
    on_discord, on_slack = scenes(stage)
    failed = await _play("Discord", discord.STEPS, on_discord, say)
    failed += await _play("Slack", slack.STEPS, on_slack, say)
    say(json.dumps({each.platform: await each.tally() for each in (on_discord, on_slack)}))
    return 1 if failed else 0


def scenes(stage: Stage) -> tuple[discord.OnDiscord, slack.OnSlack]:
    return (
        discord.OnDiscord(stage.dc, stage.poe, stage.house),
        slack.OnSlack(stage.slack, stage.poe, stage.house),
    )


async def _play(where: str, steps: tuple[Step[S], ...], scene: S, say: Say) -> int:
    """How many steps did not do what they should."""
    failed = 0
    for step in steps:
        title = f"{where}: {step.title}"
        try:
            async with asyncio.timeout(STEP_WITHIN):
                told = await step.play(scene)
            say(f"  ok    {title}: {told}")
        except (Failure, TimeoutError, BridgeError) as error:
            failed += 1
            say(f"  FAIL  {title}: {str(error) or 'it took too long'}")
    return failed


async def _stay(stage: Stage, say: Say) -> None:
    say(f"\n  The embedded Discord is open at  {stage.dc.base_url}/")
    say(f"  and the embedded Slack at        {stage.dc.base_url}/slack\n")
    say(
        "  Write as Ada, Ben or Cleo; mention @poebridge, reply to it, or type / for commands. Ctrl+C ends it.\n"
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(_opening(stage, say))
        await stop.wait()
        playing.cancel()


async def _opening(stage: Stage, say: Say) -> None:
    """A short conversation on each platform, so that something is seen at once."""
    on_discord, on_slack = scenes(stage)
    await asyncio.sleep(MOMENT)
    try:
        await asyncio.gather(discord.opening(on_discord), slack.opening(on_slack))
    except (Failure, TimeoutError) as error:
        say(f"  The opening did not go as written: {error}")
