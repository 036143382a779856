"""discord.py's HTTP client with our two seams: nothing sleeps, nothing is sent twice, every header is heard."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord import allowances
from adapters.discord.rest import Rest
from bridge.values.errors import (
    ChatBroken,
    ChatBusy,
    ChatForbidden,
    ChatGone,
    ChatRefused,
    ConfigError,
)
from bridge.values.parts import OutFile
from tests.plugins.waiting import PATIENCE

POST = ("POST", "/channels/{channel_id}/messages")


@pytest.fixture
def rest(quiet):
    return quiet.chat._rest


@pytest.fixture
def lab(dc):
    return {"channel_id": str(dc.world.channel("lab").id)}


def sent(dc, template="/channels/{channel_id}/messages", method="POST"):
    return [one for one in dc.world.exchanges if one.template == template and one.method == method]


async def test_the_token_tells_who_we_are(rest, dc) -> None:
    us = await rest.identity()
    assert (us.me, us.application) == (dc.world.bot.id, dc.world.application_id)


async def test_the_call_that_takes_the_last_token_does_not_sleep(rest, dc, lab) -> None:
    """discord.py would hold the fifth call for the ten minutes of this bucket, though Discord had taken it at once."""
    dc.limits.rules["message.write"] = (5, 600.0)
    async with asyncio.timeout(PATIENCE):
        heard = [await rest.call(*POST, lab, body={"content": str(number)}) for number in range(5)]
    gauge = allowances.read(heard[-1].headers, now=0.0)
    assert gauge is not None
    assert (gauge.limit, gauge.remaining) == (5, 0)
    assert gauge.resets_at > 500


async def test_a_used_up_bucket_is_told_at_once_and_other_channels_go_on(rest, dc, lab) -> None:
    dc.limits.rules["message.write"] = (1, 600.0)
    general = {"channel_id": str(dc.world.channel("general").id)}
    async with asyncio.timeout(PATIENCE):
        await rest.call(*POST, lab, body={"content": "1"})
        with pytest.raises(ChatBusy) as busy:
            await rest.call(*POST, lab, body={"content": "2"})
        await rest.call(*POST, general, body={"content": "3"})
    assert busy.value.retry_after > 500
    assert len(sent(dc)) == 3


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_refusal_for_speed_is_never_slept_out_inside_a_call(rest, dc, lab, scope) -> None:
    dc.faults.storm(times=1, retry_after=300.0, scope=scope)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ChatBusy) as busy:
            await rest.call(*POST, lab, body={"content": "1"})
        await rest.call(*POST, lab, body={"content": "2"})
    assert busy.value.retry_after >= 300.0


async def test_many_calls_at_once_wait_for_no_one(rest, dc, lab) -> None:
    dc.limits.rules["message.write"] = (3, 600.0)

    async def write(number: int) -> bool:
        try:
            await rest.call(*POST, lab, body={"content": str(number)})
        except ChatBusy:
            return False
        return True

    async with asyncio.timeout(PATIENCE):
        done = await asyncio.gather(*(write(number) for number in range(8)))
    assert sorted(done) == [False] * 5 + [True] * 3


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_is_told_and_not_tried_again(rest, dc, lab, status) -> None:
    """discord.py would send 500, 502 and 504 again for 25 seconds, and 503 never; the scheduler decides for all."""
    await rest.identity()
    dc.faults.fail(status)
    async with asyncio.timeout(20):
        with pytest.raises(ChatBroken):
            await rest.call(*POST, lab, body={"content": "1"})
    assert len(sent(dc)) == 1


async def test_a_dropped_connection_is_told_and_not_tried_again(rest, dc, lab) -> None:
    await rest.identity()
    dc.faults.drop()
    with pytest.raises(ChatBroken):
        await rest.call(*POST, lab, body={"content": "1"})
    await rest.call(*POST, lab, body={"content": "2"})
    assert [message.content for message in dc.world.from_bot("lab")] == ["2"]


async def test_a_lost_answer_is_unsure(rest, dc, lab) -> None:
    await rest.identity()
    dc.faults.lose_response()
    with pytest.raises(ChatBroken) as broken:
        await rest.call(*POST, lab, body={"content": "1"})
    assert not broken.value.sure
    assert len(dc.world.from_bot("lab")) == 1


async def test_an_answer_that_does_not_come_is_given_up(rest, dc, lab) -> None:
    await rest.identity()
    dc.faults.slow(30.0)
    with pytest.raises(ChatBroken):
        await rest.call(*POST, lab, body={"content": "1"}, seconds=0.05)


async def test_each_refusal_is_our_error(rest, dc, lab) -> None:
    with pytest.raises(ChatRefused):
        await rest.call(*POST, lab, body={"content": ""})
    with pytest.raises(ChatGone):
        await rest.call("GET", "/channels/{channel_id}/messages/{message_id}", {**lab, "message_id": "1"})
    dc.world.deny("lab", "send_messages")
    with pytest.raises(ChatForbidden):
        await rest.call(*POST, lab, body={"content": "1"})


async def test_files_go_with_their_message(rest, dc, lab) -> None:
    file = OutFile(name="ünï.txt", mime="text/plain", data="höhö".encode())
    await rest.call(
        *POST, lab, body={"content": "x", "attachments": [{"id": 0, "filename": file.name}]}, files=[file]
    )
    (message,) = dc.world.from_bot("lab")
    (attachment,) = message.attachments
    assert dc.world.files.read(message.channel_id, attachment) == file.data


async def test_a_wrong_token_is_told_in_a_sentence(quiet) -> None:
    rest = Rest("wrong")
    with pytest.raises(ConfigError, match="does not accept the bot token"):
        await rest.identity()
    await rest.close()


async def test_discord_out_of_reach_at_the_first_call_is_no_end(quiet, dc) -> None:
    rest = Rest(dc.token)
    with dc.faults.outage(status=None), pytest.raises(ChatBroken):
        await rest.identity()
    assert (await rest.identity()).me == dc.world.bot.id
    await rest.close()


async def test_after_closing_a_call_opens_again(rest, dc, lab) -> None:
    await rest.close()
    await rest.call(*POST, lab, body={"content": "1"})
    assert len(dc.world.from_bot("lab")) == 1
