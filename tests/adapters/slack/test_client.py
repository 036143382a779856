"""One object that listens, speaks and reads files, for as long as the house stands."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack import Options, Slack
from bridge.values.command import Reply
from bridge.values.errors import ConfigError
from tests.adapters.slack.inbound import Hall, a_house, a_slack, up
from tests.adapters.slack.outbound import Time


async def test_it_is_ready_once_slack_knows_us_and_can_reach_us() -> None:
    async with a_slack() as slack, a_house(slack, ready=False) as house:
        assert not house.bot.health.connected
        assert house.bot.health.last_heartbeat is None

        await up(house)

        assert house.bot.health.connected
        assert house.bot.health.last_heartbeat is not None
        assert house.bot.limits_now == ()


async def test_a_slack_that_is_down_is_waited_for() -> None:
    async with a_slack() as slack:
        slack.faults.fail(503, "auth.test", times=3)
        async with a_house(slack) as house:
            house.person("ada").say("dm", "hello")

            assert (await house.hall.next()).text == "hello"
            assert {trouble.where for trouble in house.troubles} == {"slack.login"}


async def test_a_wrong_bot_token_is_for_the_operator() -> None:
    async with a_slack() as slack, a_house(slack, ready=False, bot_token="xoxb-wrong") as house:
        with pytest.raises(ConfigError, match="does not accept the bot token"):
            await up(house)
        slack.world.violations.clear()


async def test_what_is_missing_is_said_before_anything_is_tried() -> None:
    bot = Slack(clock=Time(), notify=lambda notice: None, options=Options())

    with pytest.raises(ConfigError) as told:
        await bot.run(Hall())

    assert len(told.value.problems) == 2


async def test_it_runs_again_after_it_was_stopped() -> None:
    async with a_slack() as slack, a_house(slack) as house:
        assert house.serving is not None
        house.serving.cancel()
        await asyncio.wait({house.serving})
        await house.until(lambda: not slack.deliveries.lines)

        house.person("ada").say("dm", "while nobody listened")
        house.serving = asyncio.ensure_future(house.bot.run(house.hall))  # noqa: TID251  # cancelled below

        assert (await house.hall.next()).text == "while nobody listened"
        house.serving.cancel()
        await asyncio.wait({house.serving})


async def test_a_whisper_goes_on_without_a_listener() -> None:
    async with a_slack() as slack, a_house(slack) as house:
        house.person("ben").slash("lab", "/poe", "points")
        heard = await house.hall.next()
        assert house.serving is not None
        house.serving.cancel()
        await asyncio.wait({house.serving})

        await house.bot.chat.reply(heard.answer, Reply(text="You have 5 points."))

        assert "5 points" in await house.whispered("ben")


async def test_two_workspaces_do_not_mix() -> None:
    async with a_slack() as slack, a_house(slack) as house:
        await house.bot._rest.introduce(slack.install("Lighthouse", "dora"))

        house.person("ada").say("dm", "from the harbour")
        first = await house.hall.next(1)
        house.person("dora").say("dm", "from the lighthouse")
        second = await house.hall.next(2)

        assert first.place.workspace == house.team
        assert second.place.workspace == house.world.team("Lighthouse").id
        assert (first.person.name, second.person.name) == ("ada", "dora")
