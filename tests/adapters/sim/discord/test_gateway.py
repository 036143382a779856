"""The gateway over a bare socket: hello, identify, events by intent, resume, and everything that breaks it."""

from typing import Any

import aiohttp
import pytest

from adapters.sim.discord import DiscordServer

Connect = Any
GUILDS, MESSAGES, TYPING, DMS, CONTENT = 1, 1 << 9, 1 << 11, 1 << 12, 1 << 15


async def test_it_says_hello_and_answers_heartbeats(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway(None)
    await raw.send(1, None)
    assert (await raw.next())["op"] == 11


async def test_ready_names_the_bot_its_guilds_and_where_to_resume(
    dc: DiscordServer, gateway: Connect
) -> None:
    raw = await gateway()
    ready = await raw.event("READY")
    assert ready["user"]["id"] == str(dc.world.bot.id)
    assert ready["resume_gateway_url"] == dc.gateway_url
    assert {g["id"] for g in ready["guilds"]} == {str(g) for g in dc.world.guilds}
    guild = await raw.event("GUILD_CREATE")
    assert [c["name"] for c in guild["channels"]] == ["general", "help", "lab"]
    assert [m["user"]["username"] for m in guild["members"]] == ["poebridge"]


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "wrong", "intents": 1, "properties": {}}, 4004),
        (2, {"token": "simulated.discord.bot-token", "intents": "all"}, 4013),
        (2, {"token": "simulated.discord.bot-token", "intents": 1, "shard": [2, 2]}, 4010),
        (8, {"guild_id": "1"}, 4003),
        (6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004),
        (6, {"token": "simulated.discord.bot-token", "session_id": "x", "seq": None}, 4007),
    ],
)
async def test_a_wrong_step_closes_with_its_code(gateway: Connect, op: int, data: Any, code: int) -> None:
    raw = await gateway(None)
    await raw.send(op, data)
    assert await raw.closed() == code


async def test_an_oversized_a_broken_or_an_unknown_payload_closes(gateway: Connect) -> None:
    for text, code in (("x" * 4097, 4002), ("{", 4002), ("[]", 4002)):
        raw = await gateway(None)
        await raw.socket.send_str(text)
        assert await raw.closed() == code
    raw = await gateway()
    await raw.send(99, None)
    assert await raw.closed() == 4001


async def test_identifying_twice_is_refused(gateway: Connect, dc: DiscordServer) -> None:
    raw = await gateway()
    await raw.send(2, {"token": dc.token, "intents": 1, "properties": {}})
    assert await raw.closed() == 4005


async def test_too_many_payloads_close_the_socket(gateway: Connect) -> None:
    raw = await gateway(None)
    for _ in range(121):
        await raw.send(1, None)
    assert await raw.closed() == 4008


async def test_only_what_the_intents_name_is_heard(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway(GUILDS | MESSAGES | CONTENT)
    ada = dc.as_person("ada")
    await raw.event("GUILD_CREATE")
    ada.type("general")
    ada.say("dm", "not for this one")
    ada.say("general", "heard")
    payloads = [await raw.next() for _ in range(2)]
    assert [p["t"] for p in payloads] == ["GUILD_CREATE", "MESSAGE_CREATE"]
    assert payloads[1]["d"]["content"] == "heard"
    assert payloads[1]["d"]["member"]["roles"] == [str(r) for r in dc.world.guild.members[ada.id].roles]


async def test_content_is_hidden_without_its_intent_except_in_replies_that_ring_for_the_bot(
    dc: DiscordServer, gateway: Connect
) -> None:
    raw = await gateway(GUILDS | MESSAGES)
    ada, ben = dc.as_person("ada"), dc.as_person("ben")
    said = ada.say("general", "private words")
    ben.say("general", "what she said", reply_to=said, mention_bot=True)
    hidden, shown = await raw.event("MESSAGE_CREATE"), await raw.event("MESSAGE_CREATE")
    assert hidden["content"] == ""
    assert shown["content"].endswith("what she said")
    assert shown["referenced_message"]["content"] == ""


async def test_a_channel_the_bot_cannot_see_is_silent(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway()
    dc.world.deny("help", "view_channel")
    dc.as_person("ada").say("help", "among us")
    dc.as_person("ada").say("general", "for all")
    assert (await raw.event("MESSAGE_CREATE"))["content"] == "for all"


async def test_a_link_preview_arrives_as_an_update_without_an_edit_time(
    dc: DiscordServer, gateway: Connect
) -> None:
    raw = await gateway()
    dc.as_person("ada").say("general", "see https://example.com/a and <https://example.org>")
    assert (await raw.event("MESSAGE_CREATE"))["embeds"] == []
    update = await raw.event("MESSAGE_UPDATE")
    assert [e["url"] for e in update["embeds"]] == ["https://example.com/a"]
    assert update["edited_timestamp"] is None


async def test_a_session_resumes_with_exactly_what_it_missed(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway()
    session = (await raw.event("READY"))["session_id"]
    ada = dc.as_person("ada")
    ada.say("general", "before")
    await raw.event("MESSAGE_CREATE")
    dc.gateway.drop()
    await raw.closed()
    ada.say("general", "between")
    again = await gateway(None)
    await again.send(6, {"token": dc.token, "session_id": session, "seq": raw.sequence})
    missed = await again.next()
    assert (missed["t"], missed["d"]["content"]) == ("MESSAGE_CREATE", "between")
    assert (await again.next())["t"] == "RESUMED"


async def test_a_forgotten_or_invented_session_cannot_be_resumed(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway()
    session = (await raw.event("READY"))["session_id"]
    dc.gateway.drop(forget=True)
    again = await gateway(None)
    await again.send(6, {"token": dc.token, "session_id": session, "seq": 1})
    assert await again.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_leaving_politely_ends_the_session(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway()
    await raw.event("READY")
    await raw.socket.close(code=1000)
    await dc.world.until(lambda: not dc.gateway.sessions)


async def test_a_zombie_no_longer_answers_heartbeats(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway()
    await raw.event("READY")
    dc.gateway.zombie = True
    await raw.send(1, None)
    dc.gateway.reconnect()
    ops = []
    while not ops or ops[-1] != 7:
        ops.append((await raw.next())["op"])
    assert 11 not in ops


async def test_events_can_be_held_back_and_let_go(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway()
    dc.gateway.pause()
    dc.as_person("ada").say("general", "late")
    dc.gateway.unpause()
    assert (await raw.event("MESSAGE_CREATE"))["content"] == "late"


async def test_a_new_socket_can_be_refused(dc: DiscordServer) -> None:
    dc.gateway.refuse = 1013
    async with aiohttp.ClientSession() as session, session.ws_connect(dc.gateway_url) as socket:
        await socket.receive()
        assert socket.close_code == 1013


async def test_members_are_given_by_name_by_id_and_all_with_the_intent(
    dc: DiscordServer, gateway: Connect
) -> None:
    raw = await gateway()
    guild = str(dc.world.guild.id)
    await raw.send(8, {"guild_id": guild, "query": "a", "limit": 0, "nonce": "n"})
    chunk = await raw.event("GUILD_MEMBERS_CHUNK")
    assert ([m["user"]["username"] for m in chunk["members"]], chunk["nonce"]) == (["ada"], "n")
    await raw.send(8, {"guild_id": guild, "user_ids": [str(dc.as_person("ben").id), "5"], "limit": 0})
    chunk = await raw.event("GUILD_MEMBERS_CHUNK")
    assert ([m["user"]["username"] for m in chunk["members"]], chunk["not_found"]) == (["ben"], ["5"])
    await raw.send(8, {"guild_id": guild, "query": "", "limit": 0})
    assert await raw.closed() == 4014


async def test_a_new_member_and_a_new_channel_are_announced(dc: DiscordServer, gateway: Connect) -> None:
    raw = await gateway(GUILDS | 1 << 1)
    dc.world.add_person("dora")
    dc.world.add_channel("music")
    assert (await raw.event("GUILD_MEMBER_ADD"))["user"]["username"] == "dora"
    assert (await raw.event("CHANNEL_CREATE"))["name"] == "music"
