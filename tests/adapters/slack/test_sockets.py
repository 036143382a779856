"""Connections end in every way there is, and nothing that Slack had to say is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack import sockets
from bridge.values.errors import ConfigError
from tests.adapters.slack.inbound import House, a_house, a_slack, up

QUICK = {"ping_seconds": 0.5, "ack_seconds": 3.0, "retry_seconds": (0.0, 0.5, 1.0, 2.0)}


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_slack(**QUICK) as slack, a_house(slack) as one:
        yield one


async def heard(house: House, text: str, number: int) -> None:
    house.person("ada").say("dm", text)
    assert (await house.hall.next(number)).text == text


async def test_there_are_two_and_both_bring_something(house: House) -> None:
    assert len(house.slack.deliveries.lines) == 2
    assert house.bot.health.connected

    for number in range(4):
        await heard(house, str(number), number + 1)


async def test_a_refresh_leaves_no_gap(house: House) -> None:
    before = list(house.slack.deliveries.lines)
    for line in before:
        line.disconnect("warning")
    for number in range(20):
        house.person("ada").say("dm", str(number))
        assert house.slack.deliveries.lines
        await asyncio.sleep(0.01)

    await house.hall.next(20)
    await house.until(lambda: not set(before) & set(house.slack.deliveries.lines))
    await house.until(lambda: len(house.slack.deliveries.lines) == 2)
    await house.settled()
    assert len(house.hall.inbound) == 20
    assert all(parcel.attempt == 0 for parcel in house.slack.deliveries.sent)


@pytest.mark.parametrize("code", [None, 1000, 1011])
async def test_a_connection_that_ends_is_followed_by_another(house: House, code: int | None) -> None:
    house.slack.faults.disconnect(code)

    await heard(house, "are you there?", 1)
    await house.until(lambda: len(house.slack.deliveries.lines) == 2)
    assert house.bot.health.restarts >= 2


async def test_an_outage_is_outlived(house: House) -> None:
    with house.slack.faults.outage():
        await house.until(lambda: len(house.calls("apps.connections.open")) > 4)
        assert not house.bot.health.connected

    await house.until(lambda: house.slack.deliveries.lines)
    await heard(house, "are you there?", 1)
    await house.until(lambda: house.bot.health.connected)
    assert {trouble.where for trouble in house.troubles} >= {"slack.socket"}


async def test_what_went_to_a_ghost_comes_again() -> None:
    async with a_slack(**QUICK | {"ack_seconds": 0.5}) as slack, a_house(slack) as house:
        house.slack.faults.ghost(3)

        for number in range(5):
            house.person("ada").say("dm", str(number))

        await house.hall.next(5)
        assert sorted(one.text for one in house.hall.inbound) == [str(number) for number in range(5)]


async def test_an_acknowledgement_that_got_lost_does_no_harm() -> None:
    async with a_slack(**QUICK | {"ack_seconds": 0.5}) as slack, a_house(slack) as house:
        house.slack.faults.lose_acks(1)

        await heard(house, "hello", 1)
        await house.settled()

        assert len(house.hall.inbound) == 1


async def test_deaf_sockets_are_noticed_shown_and_replaced() -> None:
    async with a_slack(**QUICK) as slack, a_house(slack, silence_seconds=4.0) as house:
        before = list(slack.deliveries.lines)
        house.slack.faults.refuse("internal_error", "apps.connections.open", times=1000)
        house.slack.faults.deaf()

        async with asyncio.timeout(30):
            while house.bot.health.connected:
                await asyncio.sleep(0.05)
        house.slack.faults.clear()
        await house.until(lambda: set(slack.deliveries.lines) - set(before))
        for line in before:
            line.abort()
        await heard(house, "do you hear me?", 1)
        await house.until(lambda: house.bot.health.connected)


async def test_one_deaf_socket_is_replaced_while_the_other_goes_on() -> None:
    async with a_slack(**QUICK) as slack, a_house(slack, silence_seconds=4.0) as house:
        before = list(slack.deliveries.lines)
        house.slack.faults.deaf(1)

        await house.until(lambda: set(slack.deliveries.lines) - set(before))

        assert house.bot.health.connected


@pytest.mark.parametrize(
    ("token", "named"), [("xapp-wrong", "app-level token"), ("xoxb-simulated-harbour", "xapp-")]
)
async def test_a_wrong_app_token_is_for_the_operator(token: str, named: str) -> None:
    async with a_slack() as slack, a_house(slack, ready=False, app_token=token) as house:
        with pytest.raises(ConfigError, match=named):
            await up(house)
        assert token not in str(house.notices)
        slack.world.violations.clear()


async def test_socket_mode_switched_off_is_for_the_operator(house: House) -> None:
    house.slack.faults.turn_off()

    assert house.serving is not None
    with pytest.raises(ConfigError, match="Socket Mode is switched off"):
        await asyncio.wait_for(house.serving, 15)


def test_what_passes_by_itself_is_nobody_s_to_mend() -> None:
    assert sockets.refusal("too_many_websockets") is None
    assert sockets.refusal("internal_error") is None
