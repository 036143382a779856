"""What every request passes: token, body, limits of size, faults, the log."""

import asyncio

import httpx
import pytest

from adapters.sim.discord import DiscordServer
from tests.plugins.waiting import PATIENCE


async def test_a_wrong_token_is_unauthorized_and_counted(dc: DiscordServer) -> None:
    async with httpx.AsyncClient(base_url=dc.api_url, timeout=PATIENCE) as stranger:
        response = await stranger.get("/users/@me")
    assert (response.status_code, response.json()) == (401, {"message": "401: Unauthorized", "code": 0})
    assert dc.world.invalid_requests == 1


async def test_an_unknown_route_is_a_violation(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    response = await http.get("/channels/1/jokes")
    assert response.status_code == 404
    assert dc.world.violations == ["GET /api/v10/channels/1/jokes is not a route of this Discord"]
    dc.world.violations.clear()


async def test_answers_are_exactly_json(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    assert (await http.get("/users/@me")).headers["content-type"] == "application/json"


async def test_broken_json_and_a_body_of_the_wrong_kind_are_refused(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    path = f"/channels/{dc.world.channel('lab').id}/messages"
    assert (await http.post(path, content=b"{")).json()["code"] == 50109
    assert (await http.post(path, json=[])).json()["code"] == 50035


async def test_a_file_or_a_request_too_large_is_refused(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    path = f"/channels/{dc.world.channel('lab').id}/messages"
    dc.world.rules.file_bytes, dc.world.rules.request_bytes = 10, 2000
    for size in (11, 3000):
        response = await http.post(path, data={"payload_json": "{}"}, files={"files[0]": ("a", b"x" * size)})
        assert (response.status_code, response.json()["code"]) == (413, 40005)
    assert dc.world.from_bot() == []


async def test_eleven_files_are_one_too_many(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    path = f"/channels/{dc.world.channel('lab').id}/messages"
    files = {f"files[{n}]": (f"{n}.txt", b"x") for n in range(11)}
    refused = await http.post(path, data={"payload_json": "{}"}, files=files)
    assert refused.json()["errors"]["attachments"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"


async def test_the_log_keeps_both_sides_of_an_exchange(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    path = f"/channels/{dc.world.channel('lab').id}/messages"
    files = {"files[0]": ("a.txt", b"x")}
    await http.post(path, data={"payload_json": '{"content": "look"}'}, files=files)
    kept = dc.world.exchanges[-1]
    assert (kept.method, kept.template, kept.status) == ("POST", "/channels/{channel_id}/messages", 200)
    assert (kept.body, kept.files, kept.answer["content"]) == ({"content": "look"}, ("a.txt",), "look")


async def test_a_distant_server_handles_requests_side_by_side(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    dc.rtt = 0.05
    path = f"/channels/{dc.world.channel('lab').id}/messages"
    answers = await asyncio.gather(*(http.post(path, json={"content": str(n)}) for n in range(5)))
    assert [a.status_code for a in answers] == [200] * 5


@pytest.mark.parametrize("done", [True, False])
async def test_a_connection_is_cut_after_or_before_the_deed(
    dc: DiscordServer, http: httpx.AsyncClient, done: bool
) -> None:
    (dc.faults.lose_response if done else dc.faults.drop)(method="POST")
    path = f"/channels/{dc.world.channel('lab').id}/messages"
    with pytest.raises(httpx.RemoteProtocolError):
        await http.post(path, json={"content": "x"})
    assert bool(dc.world.from_bot()) is done
    assert (await http.post(path, json={"content": "y"})).status_code == 200
