"""A step on Slack that does not see what it should. That all steps go well is in `test_demo`."""

from __future__ import annotations

import pytest

from bridge.wiring.script import slack
from bridge.wiring.script.scene import Failure


async def test_a_step_fails_where_the_bridge_does_not_do_what_it_should(make_whole):
    async with make_whole(slack=True, discord=False, speed=0.0) as whole:
        await whole.start()
        played = slack.OnSlack(whole.slack, whole.poe, whole.house)
        played.kept["first"] = await played.ask("ada", "general", "What is a fjord?", mention_bot=True)
        with pytest.raises(Failure, match="it did not remember"):
            await slack.follow_up(played)


async def test_what_a_command_says_is_seen_by_nobody_else(make_whole):
    async with make_whole(slack=True, discord=False) as whole:
        await whole.start()
        played = slack.OnSlack(whole.slack, whole.poe, whole.house)

        assert "daily budget" in await played.command("cleo", "general", "points")
        assert whole.slack.world.from_bot("general") == []
