"""The balance and the points history, in both spellings."""

import asyncio
from typing import Any

import httpx
import pytest

from adapters.sim.poe import PoeServer
from tests.plugins.waiting import PATIENCE


async def test_usage_needs_a_key_and_the_model_list_does_not(poe: PoeServer) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        refused = await http.get(f"{poe.usage_url}/usage/current_balance")
        assert refused.status_code == 401
        assert refused.json()["error"] == {
            "message": "Incorrect API key provided. You can find your API key at https://poe.com/api/keys.",
            "type": "authentication_error",
            "code": "invalid_api_key",
        }
        assert (await http.get(f"{poe.usage_url}/usage/points_history")).status_code == 401
        models = (await http.get(f"{poe.base_url}/models")).json()
    assert models["object"] == "list"
    assert all(entry["created"] > 1_000_000_000_000 for entry in models["data"])


async def test_the_observed_balance_has_many_fields_and_the_documented_one(
    call: Any, call_documented: Any
) -> None:
    observed = await call.get("/usage/current_balance")
    assert (
        observed["current_point_balance"] == observed["plan_points_balance"] + observed["addon_point_balance"]
    )
    assert observed["total_balance_usd"] == "30.00"
    assert await call_documented.get("/usage/current_balance") == {"current_point_balance": 1_000_000}


async def test_an_observed_row_spells_everything_as_it_was_seen(call: Any) -> None:
    await call.respond("[[len=4000]]", "Claude-Sonnet-4.5")
    page = await call.get("/usage/points_history")
    row = page["data"][0]
    points = call.poe.world.calls[0].points
    assert (page["has_more"], page["length"]) == (False, 1)
    assert row["bot_name"] == "Claude-Sonnet-4.5"
    assert row["creation_time"] > 1_000_000_000_000_000
    assert row["cost_points"] == points
    assert isinstance(row["cost_usd"], str)
    assert row["cost_breakdown_in_points"]["Output"].endswith("points (1000 tokens)")
    assert row["cost_breakdown_in_points"]["Total"] == f"{points} points"
    assert (row["usage_type"], row["api_key_name"]) == ("API", "key-1")


async def test_a_documented_row_uses_the_other_names(call_documented: Any) -> None:
    await call_documented.respond("hi")
    page = await call_documented.get("/usage/points_history")
    row = page["data"][0]
    assert set(row) == {
        "query_id", "bot", "created_at", "cost_usd", "cost_points", "cost_breakdown", "usage_type", "chat_name",
        "api_key_name", "canvas_app_name",
    }  # fmt: skip
    assert isinstance(row["cost_usd"], float)
    assert row["created_at"] < 10_000_000_000
    assert page["next_cursor"] is None


async def test_rows_are_paged_newest_first(call: Any) -> None:
    for number in range(5):
        await call.chat(f"hi {number}")
    wanted = [one.query_id for one in reversed(call.poe.world.calls)]
    first = await call.get("/usage/points_history", limit=2)
    second = await call.get("/usage/points_history", limit=2, starting_after=first["data"][-1]["query_id"])
    third = await call.get("/usage/points_history", limit=2, starting_after=second["data"][-1]["query_id"])
    seen = [row["query_id"] for page in (first, second, third) for row in page["data"]]
    assert seen == wanted
    assert [page["has_more"] for page in (first, second, third)] == [True, True, False]


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"starting_after": "nobody"}]
)
async def test_a_wrong_page_is_400(call: Any, query: dict[str, str]) -> None:
    assert (await call.http.get("/usage/points_history", params=query)).status_code == 400


async def test_a_row_appears_late_and_costs_nothing_at_first() -> None:
    key = {"authorization": "Bearer sim-poe-key"}
    async with (
        PoeServer(speed=0, row_after=60, cost_after=60) as poe,
        httpx.AsyncClient(headers=key, timeout=PATIENCE) as http,
    ):
        await http.post(f"{poe.base_url}/responses", json={"model": "gpt-5.2", "input": "hi"})
        clock = poe.world.clock

        async def rows() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = (await http.get(f"{poe.usage_url}/usage/points_history")).json()[
                "data"
            ]
            return found

        assert await rows() == []
        poe.world.clock = lambda: clock() + 61
        assert [row["cost_points"] for row in await rows()] == [0]
        poe.world.clock = lambda: clock() + 121
        assert [row["cost_points"] for row in await rows()] == [poe.world.calls[0].points]
        poe.world.clock = clock
        poe.world.settle_rows()
        assert len(await rows()) == 1


async def test_rows_of_the_web_chat_are_in_the_same_feed(call: Any) -> None:
    call.poe.world.add_row("Assistant", 50, chat_name="Holiday")
    page = await call.get("/usage/points_history")
    assert (page["data"][0]["usage_type"], page["data"][0]["chat_name"]) == ("Chat", "Holiday")
    assert call.poe.world.balance == 1_000_000 - 50


async def test_each_key_has_its_name_in_the_history() -> None:
    async with (
        PoeServer(speed=0, row_after=0, cost_after=0, api_keys={"k1": "guild-a", "k2": "guild-b"}) as poe,
        httpx.AsyncClient(timeout=PATIENCE) as http,
    ):
        body = {"model": "gpt-5.2", "input": "hi"}
        await asyncio.gather(
            *(
                http.post(f"{poe.base_url}/responses", json=body, headers={"authorization": f"Bearer {key}"})
                for key in ("k1", "k2")
            )
        )
    assert {row.api_key_name for row in poe.world.rows} == {"guild-a", "guild-b"}
