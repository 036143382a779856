"""The embedded servers on their own, for other programs to be tried against."""

from __future__ import annotations

from adapters.sim import discord, poe, slack
from adapters.sim.discord import DiscordServer
from adapters.sim.page import Page
from adapters.sim.page.slack import SlackPage
from adapters.sim.slack import SlackServer


async def sim_poe(port: int, profile: str) -> None:
    """Serve until cancelled; prints one JSON line with address and key."""
    await poe.serve(port=port, profile=profile)


async def sim_discord(port: int) -> None:
    """Serve until cancelled, with the page to look at; prints one JSON line with addresses, token and ids."""
    page = Page()

    def opened(dc: DiscordServer) -> dict[str, str]:
        page.show(dc)
        return {"page_url": f"{dc.base_url}/"}

    await discord.serve(port=port, extra_routes=page.routes, opened=opened)


async def sim_slack(port: int) -> None:
    """Serve until cancelled, with the page to look at; prints one JSON line with addresses, tokens and ids."""
    page = SlackPage()

    def opened(server: SlackServer) -> dict[str, str]:
        page.show(server)
        return {"page_url": f"{server.base_url}/slack"}

    await slack.serve(port=port, extra_routes=page.routes, opened=opened)
