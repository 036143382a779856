"""Who is who over plain HTTP."""

import httpx

from adapters.sim.discord import DiscordServer


async def test_the_bot_finds_itself_its_application_and_the_gateway(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    assert (await http.get("/users/@me")).json()["bot"] is True
    for path in ("/applications/@me", "/oauth2/applications/@me"):
        assert (await http.get(path)).json()["id"] == str(dc.world.application_id)
    assert (await http.get("/gateway")).json() == {"url": dc.gateway_url}
    assert (await http.get("/gateway/bot")).json()["session_start_limit"]["remaining"] == 1000


async def test_guilds_members_and_roles_are_shown(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    guild = f"/guilds/{dc.world.guild.id}"
    assert (await http.get(guild, params={"with_counts": "true"})).json()["approximate_member_count"] == 5
    ada = (await http.get(f"{guild}/members/{dc.as_person('ada').id}")).json()
    roles = {r["id"]: r["name"] for r in (await http.get(f"{guild}/roles")).json()}
    assert [roles[r] for r in ada["roles"]] == ["Keepers"]
    listed = (await http.get(f"{guild}/members", params={"limit": 2})).json()
    assert [m["user"]["username"] for m in listed] == ["poebridge", "robo"]
    after = (await http.get(f"{guild}/members", params={"limit": 9, "after": listed[1]["user"]["id"]})).json()
    assert [m["user"]["username"] for m in after] == ["ada", "ben", "cleo"]


async def test_strangers_are_unknown(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    assert (await http.get("/users/1")).json()["code"] == 10013
    assert (await http.get("/guilds/1")).json()["code"] == 10004
    assert (await http.get(f"/guilds/{dc.world.guild.id}/members/1")).json()["code"] == 10007
    assert (await http.get(f"/users/{dc.as_person('ben').id}")).json()["username"] == "ben"
