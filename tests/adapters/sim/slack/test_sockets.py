"""Socket Mode: hello, acknowledgements, what comes again, and sockets that are not what they seem."""

import asyncio

import aiohttp
import pytest

from adapters.sim.slack import SlackServer
from tests.adapters.sim.slack.conftest import Api, OpenSocket


async def test_hello_says_who_and_how_many(slack: SlackServer, api: Api) -> None:
    api.token = slack.app_token
    sockets: list[aiohttp.ClientWebSocketResponse] = []
    async with aiohttp.ClientSession() as session:
        for number in (1, 2):
            url = (await api.ok("apps.connections.open"))["url"]
            sockets.append(await session.ws_connect(url))
            hello = await sockets[-1].receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", number)
            assert hello["connection_info"] == {"app_id": slack.world.app.id}


async def test_a_ticket_is_good_for_one_socket(slack: SlackServer, api: Api) -> None:
    api.token = slack.app_token
    url = (await api.ok("apps.connections.open"))["url"]
    async with aiohttp.ClientSession() as session:
        await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_no_more_than_ten_are_open(slack: SlackServer, api: Api, socket: OpenSocket) -> None:
    for _ in range(10):
        await socket()
    api.token = slack.app_token
    assert await api.error("apps.connections.open") == "too_many_websockets"


async def test_each_payload_goes_to_one_connection(slack: SlackServer, socket: OpenSocket) -> None:
    lines = [await socket(), await socket()]
    for text in ("one", "two"):
        slack.as_person("ada").say("general", text)
    heard = [(await line.take())["payload"]["event"]["text"] for line in lines]
    assert sorted(heard) == ["one", "two"]


async def test_an_event_nobody_acknowledged_comes_again_and_says_so(
    slack: SlackServer, socket: OpenSocket
) -> None:
    slack.world.rules.ack_seconds = 0.05
    line = await socket()
    slack.as_person("ada").say("general", "one")
    first, second = await line.next(), await line.next()
    slack.world.rules.ack_seconds = 30.0
    assert (first["retry_attempt"], second["retry_attempt"], second["retry_reason"]) == (0, 1, "timeout")
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["accepts_response_payload"] is False


async def test_an_acknowledgement_that_is_lost_brings_it_again(
    slack: SlackServer, socket: OpenSocket
) -> None:
    slack.world.rules.ack_seconds = 0.05
    slack.faults.lose_acks()
    line = await socket()
    slack.as_person("ada").say("general", "one")
    await line.take()
    assert (await line.take())["retry_attempt"] == 1


async def test_a_command_nobody_acknowledged_has_failed_and_does_not_come_again(
    slack: SlackServer, socket: OpenSocket
) -> None:
    slack.world.rules.ack_seconds = 0.05
    line = await socket()
    asked = slack.as_person("ada").slash("general", "/poe", "hello")
    assert (await line.next())["accepts_response_payload"] is True
    await slack.world.until(lambda: asked.state == "failed")


async def test_with_nobody_connected_events_wait_and_commands_fail(
    slack: SlackServer, socket: OpenSocket
) -> None:
    ada = slack.as_person("ada")
    ada.say("general", "one")
    assert ada.slash("general", "/poe", "hello").state == "failed"
    line = await socket()
    assert (await line.take())["payload"]["event"]["text"] == "one"


async def test_a_refresh_warns_and_closes(slack: SlackServer, socket: OpenSocket) -> None:
    line = await socket()
    slack.faults.warn()
    slack.faults.refresh()
    reasons = [(await line.next())["reason"] for _ in range(2)]
    assert reasons == ["warning", "refresh_requested"]
    assert (await line.ws.receive()).type == aiohttp.WSMsgType.CLOSE


async def test_what_a_ghost_swallows_comes_again_elsewhere(slack: SlackServer, socket: OpenSocket) -> None:
    slack.world.rules.ack_seconds, slack.world.rules.retry_seconds = 0.05, (0.0,) * 3
    line = await socket()
    slack.faults.ghost()
    for text in ("one", "two"):
        slack.as_person("ada").say("general", text)
    heard = {(await line.take())["payload"]["event"]["text"] for _ in range(2)}
    assert heard == {"one", "two"}


async def test_a_deaf_socket_stays_open_and_answers_no_ping(slack: SlackServer, socket: OpenSocket) -> None:
    line = await socket()
    slack.faults.deaf()
    await line.ws.ping(b"there?")
    slack.as_person("ada").say("general", "one")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await line.ws.receive()
    assert slack.deliveries.lines


async def test_events_come_twice_again_or_in_another_order(slack: SlackServer, socket: OpenSocket) -> None:
    line, ada = await socket(), slack.as_person("ada")

    async def text() -> tuple[str, int]:
        envelope = await line.take()
        return envelope["payload"]["event"]["text"], envelope["retry_attempt"]

    slack.faults.hold()
    for said in ("one", "two"):
        ada.say("general", said)
    slack.faults.release(reverse=True)
    assert [await text(), await text()] == [("two", 0), ("one", 0)]
    slack.faults.duplicate()
    slack.faults.redeliver(2)
    assert [await text(), await text(), await text()] == [("one", 0), ("two", 1), ("one", 1)]


async def test_what_is_no_acknowledgement_is_noted(slack: SlackServer, api: Api, socket: OpenSocket) -> None:
    line = await socket()
    await line.ws.send_str("hello?")
    await line.ws.send_json({"envelope_id": "none"})
    slack.as_person("ada").say("general", "one")
    await line.take({"text": "an answer"})
    await slack.world.until(lambda: len(slack.world.violations) == 3)
    api.noted()
