"""What the demo plays on: an embedded Discord, an embedded Slack and an embedded Poe, with the house between them, and the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.sim.discord import DiscordServer
from adapters.sim.page import Page
from adapters.sim.page.slack import SlackPage
from adapters.sim.poe import PoeServer
from adapters.sim.slack import SlackServer
from bridge import config
from bridge.values.ids import ChannelId, EventId, PersonId, Platform, WorkspaceId
from bridge.values.inbound import Commanded, Destination, Person, Place, PlaceKind
from bridge.wiring.connections import slack_manifest
from bridge.wiring.house import House, built
from bridge.wiring.serving import serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    dc: DiscordServer
    slack: SlackServer
    poe: PoeServer
    house: House


@asynccontextmanager
async def staged(folder: Path, port: int, speed: float) -> AsyncIterator[Stage]:
    """Everything runs inside the block; the page is served at the port, the answers come with so many tokens a second."""
    page, slack_page = Page(), SlackPage()
    async with (
        DiscordServer(port=port, extra_routes=[*page.routes, *slack_page.routes]) as dc,
        SlackServer(port=0) as slack,
        PoeServer(port=0, profile="observed", chaining=True, speed=speed) as poe,
        built(_config(dc, slack, poe, folder)) as house,
    ):
        slack.apply_manifest(slack_manifest(house.config, None))  # the app is declared there as anybody would
        page.show(dc, lambda person: points(house, on_discord(dc), person), beside="/slack")
        slack_page.show(slack, lambda person: points(house, on_slack(slack, person), person), beside="/")
        async with serving(house):
            for wing in house.wings:
                await wing.adapter.ready.wait()
            yield Stage(dc=dc, slack=slack, poe=poe, house=house)


def _config(dc: DiscordServer, slack: SlackServer, poe: PoeServer, folder: Path) -> config.Config:
    read = config.load(
        None,
        {
            "POEBRIDGE_POE__BASE_URL": poe.base_url,
            "POEBRIDGE_POE__USAGE_URL": poe.usage_url,
            "POEBRIDGE_POE__KEY": poe.api_key,
            "POEBRIDGE_DISCORD__API_URL": dc.api_url,
            "POEBRIDGE_DISCORD__GATEWAY_URL": dc.gateway_url,
            "POEBRIDGE_DISCORD__TOKEN": dc.token,
            "POEBRIDGE_SLACK__API_URL": slack.api_url,
            "POEBRIDGE_SLACK__BOT_TOKEN": slack.token,
            "POEBRIDGE_SLACK__APP_TOKEN": slack.app_token,
            "POEBRIDGE_STORE__URL": f"sqlite:///{folder / 'demo.sqlite3'}",
            "POEBRIDGE_BUDGET__PERSON": "5000",
        },
    )
    # The embedded Poe writes its books within a second, so that an uncertain cost is seen to be found there; and it forgets
    # conversations only when it is told to, so that its refusals need not be remembered long.
    return replace(read, settings=replace(read.settings, row_settles=1.0, stop_grace=0.2, refusal_memory=1.0))


def on_discord(dc: DiscordServer) -> Place:
    """The channel general, for what stands beside it."""
    return Place(
        platform=Platform("discord"),
        workspace=WorkspaceId(str(dc.world.guild.id)),
        channel=ChannelId(str(dc.world.channel("general").id)),
        kind=PlaceKind.CHANNEL,
    )


def on_slack(slack: SlackServer, person: str) -> Place:
    """The workspace, for what stands beside its conversations."""
    return Place(
        platform=Platform("slack"),
        workspace=WorkspaceId(slack.world.users[person].team_id),
        channel=ChannelId(""),
        kind=PlaceKind.CHANNEL,
    )


async def points(house: House, place: Place, person: str) -> str:
    """What `/points` tells this person (by their id), for the page's margin."""
    who = Person(id=PersonId(person), name="")
    asked = Commanded(
        event=EventId("demo:points"),
        place=place,
        person=who,
        name="points",
        at=house.clock.now(),
        answer=Destination(place=place, person=who.id, private=True),
    )
    return (await house.platforms[place.platform].command(asked)).text
