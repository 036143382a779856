"""`poebridge demo`: the whole bridge on embedded servers, with people who talk to it. No account, no key, nothing leaves this machine."""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.sim.discord import DiscordServer
from adapters.sim.page import Page
from adapters.sim.poe import PoeServer
from bridge import config
from bridge.values.errors import BridgeError
from bridge.values.ids import ChannelId, EventId, PersonId, Platform, WorkspaceId
from bridge.values.inbound import Commanded, Destination, Person, Place, PlaceKind
from bridge.wiring import logs
from bridge.wiring.house import House, built, serving
from bridge.wiring.script import STEPS, Failure, Scene, opening

Say = Callable[[str], None]
SPEED = 60.0  # tokens a second, as a quick model writes
ONCE_SPEED = 400.0
STEP_WITHIN = 90.0
MOMENT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """What a demo plays on."""

    dc: DiscordServer
    poe: PoeServer
    house: House


async def demo(*, once: bool, port: int, say: Say) -> int:
    """Play the whole script (`once`), or open the page, play the beginning, and stay until stopped. The exit code."""
    logs.set_up("warning", "text")
    with tempfile.TemporaryDirectory(prefix="poebridge-demo-") as folder:
        page = Page()
        async with _stage(Path(folder), page, port, ONCE_SPEED if once else SPEED) as played:
            if once:
                return await _once(played, say)
            await _stay(played, say)
            return 0


@asynccontextmanager
async def _stage(folder: Path, page: Page, port: int, speed: float) -> AsyncIterator[Set]:
    async with (
        DiscordServer(port=port, extra_routes=page.routes) as dc,
        PoeServer(port=0, profile="observed", chaining=True, speed=speed) as poe,
        built(_config(dc, poe, folder)) as house,
    ):
        page.show(dc, lambda person: points(dc, house, person))
        async with serving(house):
            await house.discord.ready.wait()
            yield Set(dc=dc, poe=poe, house=house)


def _config(dc: DiscordServer, poe: PoeServer, folder: Path) -> config.Config:
    read = config.load(
        None,
        {
            "POEBRIDGE_POE__BASE_URL": poe.base_url,
            "POEBRIDGE_POE__USAGE_URL": poe.usage_url,
            "POEBRIDGE_POE__KEY": poe.api_key,
            "POEBRIDGE_DISCORD__API_URL": dc.api_url,
            "POEBRIDGE_DISCORD__GATEWAY_URL": dc.gateway_url,
            "POEBRIDGE_DISCORD__TOKEN": dc.token,
            "POEBRIDGE_STORE__URL": f"sqlite:///{folder / 'demo.sqlite3'}",
            "POEBRIDGE_BUDGET__PERSON": "5000",
        },
    )
    # The embedded Poe writes its books within a second, so that an uncertain cost is seen to be found there.
    return replace(read, settings=replace(read.settings, row_settles=1.0, stop_grace=0.2))


async def points(dc: DiscordServer, house: House, person: str) -> str:
    """What `/points` tells this person (by their id), for the page's margin."""
    channel = dc.world.channel("general")
    place = Place(
        platform=Platform("discord"),
        workspace=WorkspaceId(str(dc.world.guild.id)),
        channel=ChannelId(str(channel.id)),
        kind=PlaceKind.CHANNEL,
    )
    who = Person(id=PersonId(person), name="")
    asked = Commanded(
        event=EventId("demo:points"),
        place=place,
        person=who,
        name="points",
        at=house.clock.now(),
        answer=Destination(place=place, person=who.id, private=True),
    )
    return (await house.command(asked)).text


async def _once(played: Set, say: Say) -> int:
    scene = Scene(dc=played.dc, poe=played.poe, house=played.house)
    failed = 0
    for step in STEPS:
        try:
            async with asyncio.timeout(STEP_WITHIN):
                told = await step.play(scene)
            say(f"  ok    {step.title}: {told}")
        except (Failure, TimeoutError, BridgeError) as error:
            failed += 1
            say(f"  FAIL  {step.title}: {str(error) or 'it took too long'}")
    say(json.dumps({"discord": await tally(played, scene.meant)}))
    return 1 if failed else 0


async def tally(played: Set, meant: int) -> dict[str, int]:
    """What happened, counted by the bridge, and by the servers where they know better. `meant` failures are no errors."""
    counts = played.house.counters.counts
    return {
        "turns": counts["turns"],
        "messages": counts["messages"],
        "edits": counts["edits"],
        "chained": counts["chained"],
        "replayed": counts["replayed"],
        "duplicates_suppressed": counts["duplicates_suppressed"],
        "rate_limited": played.dc.world.rate_limited,
        "points_held": counts["points_held"],
        "points_settled": counts["points_settled"],
        "points_released": counts["points_released"],
        "open_holds": len(await played.house.store.open_holds()),
        "errors": counts["errors"] - meant + counts["troubles"] + len(played.dc.world.violations),
    }


async def _stay(played: Set, say: Say) -> None:
    say(f"\n  The embedded Discord is open at  {played.dc.base_url}/\n")
    say(
        "  Write as Ada, Ben or Cleo; mention @poebridge, reply to it, or type / for commands. Ctrl+C ends it.\n"
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(_opening(played, say))
        await stop.wait()
        playing.cancel()


async def _opening(played: Set, say: Say) -> None:
    """A short conversation, so that something is seen at once."""
    await asyncio.sleep(MOMENT)
    try:
        await opening(Scene(dc=played.dc, poe=played.poe, house=played.house))
    except (Failure, TimeoutError) as error:
        say(f"  The opening did not go as written: {error}")
