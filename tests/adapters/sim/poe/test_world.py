"""Charging, the rate limit, chains and what a test may look at."""

from typing import Any

import httpx
import pytest

from adapters.sim.poe import PoeServer
from tests.plugins.waiting import PATIENCE


async def test_a_call_is_charged_at_the_list_price(call: Any) -> None:
    reply = await call.respond("[[len=4000]]")
    usage = reply.json()["usage"]
    dollars = usage["input_tokens"] * 0.0000016 + 1000 * 0.000013
    charged = call.poe.world.calls[0]
    assert usage["output_tokens"] == 1000
    assert charged.points == -(-dollars * 33_333 // 1)
    assert call.poe.world.balance == 1_000_000 - charged.points
    assert (await call.get("/usage/current_balance"))["current_point_balance"] == call.poe.world.balance


async def test_a_stream_costs_what_the_same_answer_costs_at_once(call: Any) -> None:
    await call.respond("[[len=400]]")
    await call.stream("[[len=400]]")
    at_once, streamed = call.poe.world.calls
    assert at_once.points == streamed.points
    assert at_once.usage == streamed.usage
    assert at_once.text == streamed.text


async def test_a_cut_call_costs_what_was_made_of_it(call: Any) -> None:
    frames = await call.stream("[[len=40000]] [[cut=10]]")
    cut = call.poe.world.calls[0]
    assert frames.broken
    assert (cut.outcome, cut.deltas, cut.usage.output) == ("cut", 10, 10)
    assert cut.points > 0
    assert call.poe.world.rows[0].query_id == cut.query_id


async def test_a_refused_call_costs_nothing(call: Any) -> None:
    await call.respond("hi", "no-such-model")
    await call.respond("[[fail=500]]")
    assert [one.outcome for one in call.poe.world.calls] == ["refused", "refused"]
    assert call.poe.world.rows == []


@pytest.mark.parametrize(
    ("model", "points"), [("deepseek-r1", 600), ("kimi-k2.5-fw", 0), ("gpt-image-1", 1300)]
)
async def test_models_without_token_prices_cost_a_flat_sum(call: Any, model: str, points: int) -> None:
    await call.chat("hi", model)
    assert call.poe.world.calls[0].points == points


async def test_an_empty_account_is_402(call: Any) -> None:
    call.poe.world.balance = 0
    refused = await call.respond("hi")
    assert (refused.status_code, refused.json()["error"]["type"]) == (402, "insufficient_credits")


async def test_requests_over_the_limit_are_429_and_told_when_to_come_back() -> None:
    async with (
        PoeServer(speed=0, rate_limit=3, rate_window=30) as poe,
        httpx.AsyncClient(timeout=PATIENCE) as http,
    ):
        key = {"authorization": f"Bearer {poe.api_key}"}
        body = {"model": "gpt-5.2", "input": "hi"}
        replies = [await http.post(f"{poe.base_url}/responses", json=body, headers=key) for _ in range(4)]
        assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
        assert 1 <= int(replies[-1].headers["retry-after"]) <= 30
        assert len(poe.world.calls) == 3
        poe.world.clock = lambda now=poe.world.clock: now() + 31
        assert (await http.post(f"{poe.base_url}/responses", json=body, headers=key)).status_code == 200


async def test_a_chain_remembers_everything_said_in_it(call_documented: Any) -> None:
    first = (await call_documented.respond("My name is Ada.")).json()["id"]
    second = (await call_documented.respond("The sky is green.", previous_response_id=first)).json()["id"]
    assert await call_documented.said("What is my name?", previous_response_id=second) == "Your name is Ada."
    recalled = await call_documented.said("What did I say?", previous_response_id=second)
    assert "1. “My name is Ada.”" in recalled
    assert "2. “The sky is green.”" in recalled


async def test_a_chain_branches_at_an_older_answer(call_documented: Any) -> None:
    first = (await call_documented.respond("My name is Ada.")).json()["id"]
    await call_documented.respond("My name is Bob.", previous_response_id=first)
    assert await call_documented.said("What is my name?", previous_response_id=first) == "Your name is Ada."


async def test_a_chained_call_weighs_its_whole_history(call_documented: Any) -> None:
    first = (await call_documented.respond("[[len=4000]]")).json()
    second = (await call_documented.respond("more", previous_response_id=first["id"])).json()
    assert second["usage"]["input_tokens"] > 1000


async def test_a_streamed_answer_may_be_chained_and_a_cut_one_may_not(call_documented: Any) -> None:
    frames = await call_documented.stream("My name is Ada.")
    assert (
        await call_documented.said("What is my name?", previous_response_id=frames.last["response"]["id"])
        == "Your name is Ada."
    )
    cut = await call_documented.stream("[[len=400]] [[cut=3]]")
    response_id = cut.events[0][1]["response"]["id"]
    refused = await call_documented.respond("more", previous_response_id=response_id)
    assert refused.status_code == 400
    assert "not found" in refused.json()["error"]["message"]


async def test_a_response_may_be_kept_out_or_forgotten(call_documented: Any) -> None:
    unkept = (await call_documented.respond("hi", store=False)).json()["id"]
    kept = (await call_documented.respond("hi")).json()["id"]
    assert (await call_documented.respond("more", previous_response_id=unkept)).status_code == 400
    assert (await call_documented.respond("more", previous_response_id=kept)).status_code == 200
    call_documented.poe.world.forget(kept)
    assert (await call_documented.respond("more", previous_response_id=kept)).status_code == 400


async def test_a_chain_does_not_cross_to_another_kind_of_model(call_documented: Any) -> None:
    first = (await call_documented.respond("hi")).json()["id"]
    refused = await call_documented.respond("more", "claude-sonnet-4.5", previous_response_id=first)
    assert refused.status_code == 400


async def test_a_repeated_long_prefix_is_cached_and_discounted(call: Any) -> None:
    long = "remember this. " * 400
    fresh = (await call.respond(long)).json()["usage"]
    again = (
        await call.respond([{"role": "user", "content": long}, {"role": "user", "content": "and?"}])
    ).json()["usage"]
    assert fresh["input_tokens_details"]["cached_tokens"] == 0
    assert again["input_tokens_details"]["cached_tokens"] == 1408
    assert "Cache discount" in call.poe.world.rows[1].breakdown


async def test_the_same_seed_gives_the_same_ids_and_words() -> None:
    bodies = []
    for _ in range(2):
        async with PoeServer(speed=0, seed=7) as poe, httpx.AsyncClient(timeout=PATIENCE) as http:
            key = {"authorization": f"Bearer {poe.api_key}"}
            body = {"model": "gpt-5.2", "input": "Tell me about tea"}
            bodies.append((await http.post(f"{poe.base_url}/responses", json=body, headers=key)).json())
    assert bodies[0]["id"] == bodies[1]["id"]
    assert bodies[0]["output"] == bodies[1]["output"]
