"""A step on Discord that does not see what it should. That all steps go well is in `test_demo`."""

from __future__ import annotations

import pytest

from bridge.wiring.script import discord
from bridge.wiring.script.scene import Failure


async def test_a_step_fails_where_the_bridge_does_not_do_what_it_should(make_whole):
    async with make_whole(speed=0.0) as whole:
        await whole.start()
        played = discord.OnDiscord(whole.dc, whole.poe, whole.house)
        played.kept["first"] = await whole.ask("ada", "general", "What is a fjord?")
        with pytest.raises(Failure, match="it did not remember"):
            await discord.follow_up(played)
