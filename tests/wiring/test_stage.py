"""What the demo plays on."""

from __future__ import annotations

from pathlib import Path

import httpx

from bridge.values.ids import Platform
from bridge.wiring.stage import on_discord, on_slack, points, staged


async def test_both_platforms_are_heard_and_the_margin_tells_what_somebody_has_left(tmp_path: Path):
    async with staged(tmp_path, 0, 400.0) as stage:
        assert set(stage.house.platforms) == {Platform("discord"), Platform("slack")}
        ada, ben = stage.dc.world.user("ada"), stage.slack.world.user("ben")
        assert "5,000 left" in await points(stage.house, on_discord(stage.dc), str(ada.id))
        assert "5,000 left" in await points(stage.house, on_slack(stage.slack, ben.id), ben.id)

        async with httpx.AsyncClient(base_url=stage.dc.base_url, follow_redirects=True) as client:
            assert "Embedded Discord" in (await client.get("/")).text
            assert "Embedded Slack" in (await client.get("/slack")).text
