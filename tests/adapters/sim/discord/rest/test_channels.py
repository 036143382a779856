"""Threads, direct messages and channels over plain HTTP."""

import httpx

from adapters.sim.discord import DiscordServer


async def test_a_thread_from_a_message_has_its_id_and_only_once(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    said = dc.as_person("ada").say("general", "let us talk")
    path = f"/channels/{said.channel_id}/messages/{said.id}/threads"
    opened = await http.post(path, json={"name": "Talk"})
    assert (opened.status_code, opened.json()["id"]) == (201, str(said.id))
    assert opened.json()["member"]["user_id"] == str(dc.world.bot.id)
    assert (await http.post(path, json={"name": "Again"})).json()["code"] == 160004
    shown = (await http.get(f"/channels/{said.channel_id}/messages/{said.id}")).json()
    assert shown["thread"]["name"] == "Talk"
    assert shown["flags"] & 32


async def test_a_thread_alone_is_private_unless_said_otherwise(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    path = f"/channels/{dc.world.channel('lab').id}/threads"
    refused = await http.post(path, json={"name": "hidden"})
    assert refused.json()["code"] == 50013
    dc.world.allow("lab", "create_private_threads")
    assert (await http.post(path, json={"name": "hidden"})).json()["type"] == 12
    assert (await http.post(path, json={"name": "open", "type": 11})).json()["type"] == 11


async def test_names_and_times_of_threads_are_checked(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    path = f"/channels/{dc.world.channel('lab').id}/threads"
    for body in ({"name": ""}, {"name": "n" * 101}, {"name": "x", "auto_archive_duration": 5}):
        assert (await http.post(path, json=body | {"type": 11})).json()["code"] == 50035


async def test_writing_in_a_thread_needs_its_own_right(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    thread = dc.as_person("ada").start_thread("plans", where="lab")
    dc.world.deny("lab", "send_messages_in_threads")
    refused = await http.post(f"/channels/{thread.id}/messages", json={"content": "x"})
    assert refused.json()["code"] == 50013
    assert (await http.post(f"/channels/{thread.parent_id}/messages", json={"content": "x"})).is_success


async def test_the_bots_own_thread_can_be_renamed_archived_and_listed(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    lab = dc.world.channel("lab").id
    thread = (await http.post(f"/channels/{lab}/threads", json={"name": "a", "type": 11})).json()["id"]
    renamed = await http.patch(f"/channels/{thread}", json={"name": "b", "auto_archive_duration": 60})
    assert renamed.json()["name"] == "b"
    active = (await http.get(f"/guilds/{dc.world.guild.id}/threads/active")).json()
    assert [t["id"] for t in active["threads"]] == [thread]
    assert (await http.patch(f"/channels/{thread}", json={"archived": True})).is_success
    archived = (await http.get(f"/channels/{lab}/threads/archived/public")).json()
    assert [t["id"] for t in archived["threads"]] == [thread]
    assert (await http.patch(f"/channels/{thread}", json={"name": "c"})).json()["code"] == 50083
    assert (await http.put(f"/channels/{thread}/thread-members/@me")).json()["code"] == 50083
    assert (await http.patch(f"/channels/{thread}", json={"archived": False})).is_success
    assert (await http.delete(f"/channels/{thread}")).json()["code"] == 50013
    dc.world.allow("lab", "manage_threads")
    assert (await http.delete(f"/channels/{thread}")).is_success
    assert (await http.get(f"/channels/{thread}")).json()["code"] == 10003


async def test_a_thread_is_joined_and_left(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    thread = dc.as_person("ben").start_thread("plans", where="lab")
    assert (await http.put(f"/channels/{thread.id}/thread-members/@me")).status_code == 204
    assert dc.world.bot.id in thread.joined
    assert (await http.delete(f"/channels/{thread.id}/thread-members/@me")).status_code == 204
    assert dc.world.bot.id not in thread.joined


async def test_direct_messages_are_opened_once_and_never_with_bots(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    ben = {"recipient_id": str(dc.as_person("ben").id)}
    first, second = [await http.post("/users/@me/channels", json=ben) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]
    robo = {"recipient_id": str(dc.as_person("robo").id)}
    assert (await http.post("/users/@me/channels", json=robo)).json()["code"] == 50007
    assert (await http.post("/users/@me/channels", json={"recipient_id": "1"})).json()["code"] == 10013


async def test_only_visible_channels_are_listed(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.world.deny("help", "view_channel")
    listed = (await http.get(f"/guilds/{dc.world.guild.id}/channels")).json()
    assert [c["name"] for c in listed] == ["general", "lab"]


async def test_a_text_channel_cannot_be_changed_or_deleted_by_the_bot(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    path = f"/channels/{dc.world.channel('lab').id}"
    assert (await http.patch(path, json={"name": "x"})).json()["code"] == 50013
    assert (await http.delete(path)).json()["code"] == 50013
    opened = await http.post("/users/@me/channels", json={"recipient_id": str(dc.as_person("ben").id)})
    dm = f"/channels/{opened.json()['id']}"
    assert (await http.get(dm)).json()["recipients"][0]["username"] == "ben"
    assert (await http.post(f"{dm}/threads", json={"name": "x"})).json()["code"] == 50024
