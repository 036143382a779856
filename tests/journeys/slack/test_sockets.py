"""Socket Mode while people talk: connections end in every way there is, and everything is acknowledged and answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from adapters import slack as adapter
from adapters.slack.order import Order
from bridge.values.notices import Trouble
from tests.contracts.chat import OnSlack, growing
from tests.journeys.slack.stories import ASK, ask, idle, pages, person, say, until
from tests.journeys.slack.visiting import visited


@pytest.fixture
def impatient(monkeypatch):
    """A silent socket is taken for dead after two seconds, and Slack pings twice a second."""
    usual = adapter.Options

    def options(**given):
        return replace(usual(**given), silence_seconds=2.0)

    monkeypatch.setattr("bridge.wiring.connections.slack.Options", options)


def up(slack) -> list:
    return list(slack.slack.deliveries.lines)


async def test_two_connections_stand(slack):
    await until(slack, lambda: len(up(slack)) == 2)


@pytest.mark.parametrize("how", ["refresh", "warn", "disconnect"])
async def test_connections_that_end_lose_no_question(slack, how):
    questions = []
    for number in range(6):
        if number == 2:
            getattr(slack.slack.faults, how)()
        questions.append(person(slack, "ada").say("dm", f"Question {number} in 5 words"))
        await asyncio.sleep(0.02)
    for question in questions:
        assert len(await pages(slack, question)) == 1
    await until(slack, lambda: len(up(slack)) == 2)

    assert len(slack.poe.world.calls) == 6


async def test_a_refresh_in_the_middle_of_an_answer_is_not_noticed(make_slack):
    async with make_slack(speed=80.0) as slack:
        await slack.start()
        question = say(slack, "ada", "Explain tides [[len=800]]")
        await growing(OnSlack(slack), question)
        slack.slack.faults.refresh()
        (answer,) = await pages(slack, question)

        assert answer.stream is not None
        assert slack.told(Trouble) == []


async def test_what_went_to_a_dead_connection_comes_again_and_is_answered(make_slack):
    async with make_slack() as slack:
        slack.slack.world.rules.ack_seconds = 0.5
        slack.slack.world.rules.retry_seconds = (0.0, 0.3, 0.3, 0.3, 1.0)
        await slack.start()
        slack.slack.faults.ghost(3)
        questions = [person(slack, "ada").say("dm", f"Question {n} in 5 words") for n in range(3)]
        for question in questions:
            assert len(await pages(slack, question)) == 1

        assert any(parcel.attempt for parcel in slack.slack.deliveries.sent)
        assert len(slack.poe.world.calls) == 3


async def test_deaf_sockets_are_unhealthy_until_they_are_replaced(make_slack, impatient):
    async with make_slack() as slack:
        slack.slack.world.rules.ping_seconds = 0.5
        slack.slack.world.rules.ack_seconds = 1.0
        slack.slack.world.rules.retry_seconds = (0.5,) * 40
        await slack.start()
        async with visited(slack) as here, httpx.AsyncClient(base_url=here) as operator:
            assert (await operator.get("/readyz")).status_code == 200
            slack.slack.faults.refuse("internal_error", "apps.connections.open", times=6)
            slack.slack.faults.deaf()
            question = person(slack, "ada").say("dm", ASK)
            async with asyncio.timeout(60):
                while (unwell := await operator.get("/readyz")).status_code == 200:
                    await asyncio.sleep(0.05)
                assert len(await pages(slack, question)) == 1
                while (await operator.get("/readyz")).status_code != 200:
                    await asyncio.sleep(0.05)

        assert "Slack is not connected" in unwell.text
        assert slack.told(Trouble)
        assert len(slack.poe.world.calls) == 1


async def test_every_event_is_acknowledged_in_time_also_those_nobody_listens_to(slack):
    world = slack.slack.world
    world.app.events = (
        *world.app.events,
        "reaction_added",
        "channel_archive",
        "app_context_changed",
        "member_joined_channel",
    )
    token = world.tokens[slack.slack.token]
    token.scopes = world.app.scopes = (*token.scopes, "reactions:read")
    ada = person(slack, "ada")
    message = ada.say("general", "Nice weather")
    person(slack, "ben").react(message, "eyes")
    ada.edit(message, "Bad weather")
    ada.delete(message)
    ada.archive(world.add_channel("old"))
    ada.look_at({"type": "slack#/types/channel_id", "value": world.channel("lab").id})
    await ask(slack, "ada", ASK)
    events = [parcel for parcel in slack.slack.deliveries.sent if parcel.kind == "events_api"]
    await until(slack, lambda: all(parcel.done for parcel in events))

    kinds = {parcel.payload["event"]["type"] for parcel in events}
    assert {"reaction_added", "channel_archive", "message"} <= kinds
    assert all(parcel.attempt == 0 for parcel in events)
    assert slack.told(Trouble) == []


async def test_a_handler_that_fails_loses_nothing(make_slack, monkeypatch):
    usual, failures = Order.turn, [RuntimeError("somebody's words")] * 3

    def failing(self, heard):
        if failures:
            raise failures.pop()
        return usual(self, heard)

    monkeypatch.setattr(Order, "turn", failing)
    async with make_slack() as slack:
        slack.slack.world.rules.retry_seconds = (0.2,) * 10
        slack.slack.world.rules.ack_seconds = 1.0
        await slack.start()
        assert len(await pages(slack, say(slack, "ada", ASK))) == 1

        assert len(slack.poe.world.calls) == 1
        assert failures == []
        assert "words" not in repr(slack.told(Trouble))


async def test_slack_away_altogether_is_outlived(make_slack):
    async with make_slack() as slack:
        await slack.start()
        with slack.slack.faults.outage():
            await idle(slack, Trouble)
            await until(slack, lambda: not up(slack))
        await until(slack, lambda: len(up(slack)) == 2)

        assert await ask(slack, "ada", ASK)


async def test_a_slow_command_keeps_no_other_waiting(slack):
    slack.slack.faults.slow(2.0, "users.info", times=1)
    first = person(slack, "ben").slash("general", "/poe", "points")
    second = person(slack, "ada").slash("general", "/poe", "help")
    await until(slack, lambda: second.replies)
    await until(slack, lambda: first.replies)

    assert (first.state, second.state) == ("acked", "acked")
