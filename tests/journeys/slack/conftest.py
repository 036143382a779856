"""The whole program on Slack alone: running (`slack`), or not started yet (`make_slack`). The app there is made of our own manifest."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from adapters.slack.manifest import manifest
from bridge.commands import SPECS


@pytest.fixture
def make_slack(make_whole):
    """Not started: for other settings, or to start it twice."""

    @asynccontextmanager
    async def make(**more):
        async with make_whole(discord=False, slack=True, **more) as stage:
            stage.slack.apply_manifest(manifest(SPECS))
            yield stage

    return make


@pytest.fixture
async def slack(make_slack):
    """Running; answers come as fast as they can, and chaining works."""
    async with make_slack() as stage:
        await stage.start()
        yield stage
