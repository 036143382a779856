"""The house's own web server in a test: where Slack and browsers come to us."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from adapters.web import health
from bridge.wiring import serving
from tests.plugins.whole import Whole


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def visited(whole: Whole, port: int = 0) -> AsyncIterator[str]:
    """A running house answers at this address, as `poebridge run` lets it."""
    page = health.app(lambda: serving.look(whole.house), serving._doors(whole.house))
    async with health.at(page, "127.0.0.1", port) as there:
        yield f"http://127.0.0.1:{there}"


@asynccontextmanager
async def over_http(make_slack: Any, **more: Any) -> AsyncIterator[tuple[Whole, str]]:
    """Slack posts everything to us, signed. The stage and our address."""
    env = {"POEBRIDGE_SLACK__MODE": "http", **more.pop("env", {})}
    async with make_slack(env=env, **more) as stage:
        stage.env["POEBRIDGE_SLACK__SIGNING_SECRET"] = stage.slack.signing_secret
        await stage.start()
        async with visited(stage) as here:
            assert await stage.slack.verify(f"{here}/slack/events")
            yield stage, here


@asynccontextmanager
async def installable(make_slack: Any, **more: Any) -> AsyncIterator[tuple[Whole, str]]:
    """No workspace has let us in yet; each can. The stage and our address."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    async with make_slack(**more) as stage:
        stage.slack.as_person("ada").uninstall()
        stage.slack.world.app.redirect_urls = (f"{here}/slack/oauth_redirect",)
        stage.env |= {
            "POEBRIDGE_SLACK__BOT_TOKEN": "",
            "POEBRIDGE_SLACK__CLIENT_ID": stage.slack.client_id,
            "POEBRIDGE_SLACK__CLIENT_SECRET": stage.slack.client_secret,
            "POEBRIDGE_SLACK__PUBLIC_URL": here,
        }
        await stage.start()
        async with visited(stage, port):
            yield stage, here


async def installed(whole: Whole, here: str, who: str) -> httpx.Response:
    """Somebody walks through the installation of their workspace; the page at its end."""
    async with httpx.AsyncClient(base_url=here) as browser:
        asked = await browser.get("/slack/install")
        return await browser.get(whole.slack.as_person(who).authorize(asked.headers["location"]))
