"""The controls under ``/_sim``."""

from typing import Any

import pytest


async def test_faults_may_be_switched_from_another_process(call: Any) -> None:
    added = await call.http.post(
        "/_sim/faults", json=[{"status": 503, "times": 2}, {"ending": "failed", "after": 3}]
    )
    assert added.status_code == 201
    assert added.json()["faults"][0] == {"status": 503, "times": 2}
    assert (await call.respond("hi")).status_code == 503
    state = await call.get("/_sim/state")
    assert state["faults"][0] == {"status": 503, "times": 1}
    assert (await call.http.delete("/_sim/faults")).json() == {"faults": []}
    assert (await call.respond("hi")).status_code == 200


@pytest.mark.parametrize("wrong", ["[1]", '{"colour": 1}', '{"ending": "boom"}', "nonsense"])
async def test_a_wrong_fault_is_told_what_is_wrong(call: Any, wrong: str) -> None:
    refused = await call.http.post("/_sim/faults", content=wrong)
    assert refused.status_code == 400
    assert refused.json()["error"]


async def test_the_state_shows_calls_without_their_words(call: Any) -> None:
    await call.respond("a secret word")
    reply = await call.http.get("/_sim/state")
    state = reply.json()
    assert "secret" not in reply.text
    assert state["calls"][0]["outcome"] == "completed"
    assert state["charged"] == 1_000_000 - state["balance"]
    assert (state["profile"], state["running"], len(state["rows"])) == ("observed", 0, 1)


async def test_the_balance_and_the_speed_may_be_set(call: Any) -> None:
    assert (
        await call.http.post("/_sim/state", json={"balance": 0, "speed": 10, "rate_limit": 9})
    ).status_code == 200
    assert call.poe.world.settings.speed == 10
    assert (await call.respond("hi")).status_code == 402
    assert (await call.http.post("/_sim/state", json={"colour": 1})).status_code == 400
    assert (await call.http.post("/_sim/state", json=[1])).status_code == 400
