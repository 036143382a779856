"""Faults happen to whom they were meant for, as often as asked."""

import httpx
import pytest

from adapters.sim.discord import DiscordServer


async def test_a_fault_strikes_only_what_fits_and_then_is_used_up(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    dc.faults.fail(502, times=2, method="GET", path="/gateway")
    codes = [(await http.get(p)).status_code for p in ("/users/@me", "/gateway", "/gateway/bot", "/gateway")]
    assert codes == [200, 502, 502, 200]


async def test_server_errors_look_like_a_gateways_or_like_discords(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    dc.faults.fail(503)
    dc.faults.fail(500)
    assert "upstream" in (await http.get("/gateway")).text
    assert (await http.get("/gateway")).json() == {"message": "500: Internal Server Error", "code": 0}


async def test_something_small_can_be_too_large(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.faults.too_large(method="POST")
    refused = await http.post("/users/@me/channels", json={"recipient_id": str(dc.as_person("ben").id)})
    assert (refused.status_code, refused.json()["code"]) == (413, 40005)


async def test_a_storm_of_429_has_its_scope(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.faults.storm(1, scope="shared")
    dc.faults.storm(1, scope="global")
    shared, everywhere = await http.get("/gateway"), await http.get("/gateway")
    assert shared.headers["X-RateLimit-Scope"] == "shared"
    assert everywhere.json()["global"] is True
    assert (dc.world.rate_limited, dc.world.invalid_requests) == (2, 1)


async def test_a_slow_request_is_still_answered(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.faults.slow(0.05)
    assert (await http.get("/gateway")).status_code == 200


async def test_an_outage_strikes_everything_until_it_is_over(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    with dc.faults.outage():
        assert [(await http.get("/gateway")).status_code for _ in range(3)] == [503] * 3
        assert dc.gateway.refuse == 1011
    assert (await http.get("/gateway")).status_code == 200
    with dc.faults.outage(None), pytest.raises(httpx.RemoteProtocolError):
        await http.get("/gateway")


async def test_faults_can_be_called_off(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.faults.fail(500, times=9)
    dc.faults.clear()
    assert (await http.get("/gateway")).status_code == 200
