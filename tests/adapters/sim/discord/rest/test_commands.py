"""Registering commands: what is kept, what is refused."""

from typing import Any

import httpx
import pytest

from adapters.sim.discord import DiscordServer

PING = {"name": "ping", "description": "Ping"}
TEXT = {"type": 3, "name": "text", "description": "Text"}


def path(dc: DiscordServer) -> str:
    return f"/applications/{dc.world.application_id}/commands"


async def test_replacing_keeps_ids_of_known_names_and_costs_nothing(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    first = (await http.put(path(dc), json=[PING])).json()
    second = (
        await http.put(path(dc), json=[PING | {"description": "Pong"}, {"name": "Look", "type": 3}])
    ).json()
    assert first[0]["id"] == second[0]["id"]
    assert dc.world.command_creates == 2
    assert (await http.get(path(dc))).json() == second


async def test_one_command_is_created_overwritten_and_deleted(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    created = await http.post(path(dc), json=PING)
    again = await http.post(path(dc), json=PING | {"description": "Pong"})
    assert (created.status_code, again.status_code) == (201, 200)
    assert (await http.delete(f"{path(dc)}/{again.json()['id']}")).status_code == 204
    assert (await http.delete(f"{path(dc)}/{again.json()['id']}")).json()["code"] == 10063


async def test_a_guild_has_commands_of_its_own(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    guild = f"/applications/{dc.world.application_id}/guilds/{dc.world.guild.id}/commands"
    assert (await http.put(guild, json=[PING])).json()[0]["guild_id"] == str(dc.world.guild.id)
    assert [c["name"] for c in dc.as_person("ben").commands("general")] == ["ping"]
    assert dc.as_person("ben").commands("lobby") == []


async def test_the_commands_of_another_application_are_not_ours(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    refused = await http.put("/applications/1/commands", json=[])
    assert (refused.status_code, refused.json()["code"]) == (403, 20012)


@pytest.mark.parametrize(
    ("command", "where", "word"),
    [
        (PING | {"name": "Ping"}, "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        (PING | {"name": "two words"}, "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        (PING | {"description": ""}, "0.description", "BASE_TYPE_BAD_LENGTH"),
        (PING | {"options": [TEXT] * 26}, "0.options", "BASE_TYPE_MAX_LENGTH"),
        (
            PING | {"options": [TEXT, TEXT | {"name": "must", "required": True}]},
            "0.options.1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            PING | {"options": [TEXT | {"autocomplete": True, "choices": [{"name": "a", "value": "a"}]}]},
            "0.options.0.autocomplete",
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
        ),
        (
            {"name": "Look", "type": 3, "description": "no"},
            "0.description",
            "APPLICATION_COMMAND_INVALID_DESCRIPTION",
        ),
    ],
)
async def test_a_command_out_of_bounds_names_the_field(
    dc: DiscordServer, http: httpx.AsyncClient, command: dict[str, Any], where: str, word: str
) -> None:
    refused = (await http.put(path(dc), json=[command])).json()
    at = refused["errors"]
    for part in where.split("."):
        at = at[part]
    assert at["_errors"][0]["code"] == word


async def test_a_command_too_large_in_all_is_refused(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    choices = [{"name": f"{n:02}" + "n" * 98, "value": "v" * 100} for n in range(25)]
    options = [TEXT | {"name": f"o{n}", "choices": choices} for n in range(2)]
    refused = await http.put(path(dc), json=[PING | {"options": options}])
    assert refused.json()["errors"]["0"]["_errors"][0]["code"] == "APPLICATION_COMMAND_TOO_LARGE"


async def test_names_must_differ_and_sixteen_menus_are_too_many(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    assert (await http.put(path(dc), json=[PING, PING])).json()["code"] == 50035
    menus = [{"name": f"Menu {n}", "type": 3} for n in range(16)]
    assert (await http.put(path(dc), json=menus)).json()["code"] == 30032
    assert (await http.put(path(dc), json={"name": "x"})).json()["code"] == 50035


async def test_creating_too_many_in_a_day_is_limited(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.world.rules.command_creates_per_day = 1
    refused = await http.put(path(dc), json=[PING, PING | {"name": "pong"}])
    assert (refused.status_code, refused.json()["code"]) == (429, 30034)
