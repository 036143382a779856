"""The page's door: what it answers, to whom, and with which protection."""

import httpx
import pytest

from adapters.sim.discord import DiscordServer
from adapters.sim.page import Page
from tests.plugins.waiting import PATIENCE


async def test_the_front_door_leads_to_the_first_channel(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    answer = await http.get("/")

    general = dc.world.channel("general")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/channels/{general.guild_id}/{general.id}?as=ada"


async def test_the_page_runs_only_its_own_scripts(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    answer = await http.get("/", follow_redirects=True)

    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert " style=" not in answer.text
    assert "onclick" not in answer.text


async def test_scripts_and_styles_are_served_with_their_types(http: httpx.AsyncClient) -> None:
    script, style = await http.get("/page/static/main.js"), await http.get("/page/static/base.css")

    assert "javascript" in script.headers["content-type"]
    assert "text/css" in style.headers["content-type"]
    assert script.headers["x-content-type-options"] == "nosniff"
    assert (await http.get("/page/static/..%2fpage.py")).status_code == 404


async def test_everybody_has_a_face(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    ada = await http.get(f"/page/avatars/{dc.as_person('ada').id}.svg")

    assert ada.headers["content-type"] == "image/svg+xml"
    assert ">A</text>" in ada.text
    assert "<text" not in (await http.get(f"/page/avatars/{dc.world.bot.id}.svg")).text
    assert (await http.get("/page/avatars/7.svg")).status_code == 404


@pytest.mark.parametrize("path", ["/channels/1/1", "/channels/1/x", "/page/ada/7/stream", "/?as=nobody"])
async def test_what_is_not_there_is_not_found(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


async def test_a_channel_somebody_may_not_see_is_not_there_for_them(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    dc.world.deny("lab", "view_channel", who=dc.as_person("cleo").user)
    lab = dc.world.channel("lab")

    assert (await http.get(f"/channels/{lab.guild_id}/{lab.id}?as=cleo")).status_code == 404
    assert (await http.get(f"/channels/{lab.guild_id}/{lab.id}?as=ben")).status_code == 200
    assert (await http.get(f"/page/cleo/{lab.id}/stream")).status_code == 404


async def test_somebody_elses_direct_messages_are_not_there(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    direct = dc.as_person("ada").open_dm()

    assert (await http.get(f"/channels/@me/{direct.id}?as=ben")).status_code == 404


async def test_another_site_cannot_write_here(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    general = dc.world.channel("general").id
    answer = await http.post(
        f"/page/ada/{general}/say", data={"text": "hello"}, headers={"Origin": "https://elsewhere.example"}
    )

    assert answer.status_code == 422
    assert dc.world.history("general") == []


async def test_before_it_is_open_the_page_says_so() -> None:
    page = Page()
    async with (
        DiscordServer(extra_routes=page.routes) as dc,
        httpx.AsyncClient(base_url=dc.base_url, verify=False, timeout=PATIENCE) as http,
    ):
        answer = await http.get("/")

    assert answer.status_code == 503
    assert "not open yet" in answer.text


async def test_the_page_leaves_discords_own_routes_alone(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v10/users/@me", headers={"Authorization": f"Bot {dc.token}"})

    assert answer.json()["username"] == "poebridge"
