"""Buckets, the global limit, and what their headers say."""

import asyncio

import httpx

from adapters.sim.discord import DiscordServer


def write(dc: DiscordServer, place: str = "general") -> str:
    return f"/channels/{dc.world.channel(place).id}/messages"


async def test_five_writes_fit_and_the_sixth_waits(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    answers = [await http.post(write(dc), json={"content": str(n)}) for n in range(6)]
    assert [a.headers["X-RateLimit-Remaining"] for a in answers] == ["4", "3", "2", "1", "0", "0"]
    refused = answers[-1]
    assert refused.status_code == 429
    assert 0 < refused.json()["retry_after"] <= 5.001
    assert refused.json()["global"] is False
    assert refused.headers["Via"]
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert refused.headers["X-RateLimit-Limit"] == "5"
    assert len(refused.headers["X-RateLimit-Bucket"]) == 32
    assert (dc.world.rate_limited, dc.world.invalid_requests) == (1, 1)
    assert (await http.post(write(dc, "lab"), json={"content": "x"})).status_code == 200


async def test_edits_share_the_bucket_or_have_their_own(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    sent = (await http.post(write(dc), json={"content": "0"})).json()
    edit = f"{write(dc)}/{sent['id']}"
    assert (await http.patch(edit, json={"content": "1"})).headers["X-RateLimit-Remaining"] == "3"
    dc.limits.shared_writes = False
    assert (await http.patch(edit, json={"content": "2"})).headers["X-RateLimit-Remaining"] == "4"


async def test_a_window_opens_again_after_its_time(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.limits.rules["message.write"] = (1, 0.05)
    first = await http.post(write(dc), json={"content": "0"})
    await asyncio.sleep(float(first.headers["X-RateLimit-Reset-After"]))
    assert (await http.post(write(dc), json={"content": "1"})).status_code == 200


async def test_everything_together_has_a_limit_too(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.limits.global_per_second = 2
    answers = [await http.get(path) for path in ("/users/@me", "/gateway", "/gateway/bot")]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["global"]) == (429, True)
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert refused.headers["X-RateLimit-Scope"] == "global"


async def test_limits_can_be_switched_off(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.limits.enabled = False
    answers = [await http.post(write(dc), json={"content": str(n)}) for n in range(8)]
    assert {a.status_code for a in answers} == {200}
