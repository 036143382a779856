"""Where the documented and the observed Poe differ."""

import base64
from typing import Any

import pytest

from adapters.sim.poe import PoeServer
from adapters.sim.poe.profile import profile_of
from tests.plugins.waiting import PATIENCE


async def test_ids_are_long_and_wrapped_only_as_observed(call: Any, call_documented: Any) -> None:
    observed = (await call.respond("hi")).json()["id"]
    assert len(observed) == 161
    assert base64.b64decode(observed[5:]).startswith(
        b"litellm:custom_llm_provider:openai;model_id:None;response_id:resp_"
    )
    assert len((await call_documented.respond("hi")).json()["id"]) == 55


async def test_the_model_is_named_by_its_snapshot_only_as_observed(call: Any, call_documented: Any) -> None:
    assert (await call.respond("hi", "GPT-5.2")).json()["model"] == "gpt-5.2-2025-12-11"
    assert (await call_documented.respond("hi", "GPT-5.2")).json()["model"] == "GPT-5.2"


async def test_rate_headers_are_documented_and_were_not_seen(call: Any, call_documented: Any) -> None:
    assert not [name for name in (await call.respond("hi")).headers if name.startswith("x-ratelimit")]
    headers = (await call_documented.respond("hi")).headers
    assert headers["x-ratelimit-limit-requests"] == "500"
    assert headers["x-ratelimit-remaining-requests"] == "499"
    assert 0 <= float(headers["x-ratelimit-reset-requests"]) <= 60
    assert headers["x-request-id"].startswith("req-")


async def test_chaining_is_refused_for_claude_with_500_and_for_gpt_with_zero_data_retention(
    call: Any,
) -> None:
    claude = await call.respond("more", "claude-sonnet-4.5", previous_response_id="resp_x")
    assert (claude.status_code, claude.json()["error"]["type"]) == (500, "provider_error")
    gpt = await call.respond("more", previous_response_id="resp_x")
    assert gpt.status_code == 400
    assert "Zero Data Retention" in gpt.json()["error"]["message"]
    assert [one.outcome for one in call.poe.world.calls] == ["refused", "refused"]
    assert call.poe.world.balance == 1_000_000


async def test_chaining_may_be_switched_by_itself() -> None:
    assert profile_of("observed", chaining=True).chaining
    assert not profile_of("documented", chaining=False).chaining
    with pytest.raises(ValueError, match="documented, observed"):
        profile_of("imagined")


async def test_error_codes_are_integers_only_as_documented(call: Any, call_documented: Any) -> None:
    observed = (await call.respond("hi", "no-such-model")).json()["error"]
    assert observed["code"] == "model_not_found"
    assert len(observed["error_id"]) == 32
    documented = await call_documented.respond("hi", "no-such-model")
    assert documented.status_code == 404
    assert documented.json()["error"] == {
        "code": 404,
        "type": "not_found_error",
        "message": "The model `no-such-model` does not exist or you do not have access to it.",
        "metadata": {},
    }


async def test_instructions_are_ignored_as_observed(call: Any, call_documented: Any) -> None:
    rule = "Answer only BANANA"
    assert await call.said("hello", instructions=rule) != "BANANA"
    assert await call_documented.said("hello", instructions=rule) == "BANANA"
    first = {"role": "system", "content": rule}
    assert await call.said([first, {"role": "user", "content": "hello"}]) == "BANANA"


async def test_only_listed_models_respond_as_observed(call: Any, call_documented: Any) -> None:
    refused = await call.respond("hi", "grok-4")
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == "Model does not support responses method."
    assert (await call_documented.respond("hi", "grok-4")).status_code == 200
    assert (await call.chat("hi", "deepseek-r1")).status_code == 200


async def test_a_responses_only_model_has_no_chat(call: Any) -> None:
    assert (await call.chat("hi", "nano-banana-2")).status_code == 400


async def test_reasoning_is_refused_where_it_is_not_declared(call: Any) -> None:
    claude = await call.respond("hi", "claude-sonnet-4.5", reasoning={"effort": "high"})
    assert claude.status_code == 400
    assert "'reasoning' is not supported" in claude.json()["error"]["message"]
    spark = await call.respond("hi", "gpt-5.2", reasoning={"effort": "minimal"})
    assert "Supported values are: 'none', 'low'" in spark.json()["error"]["message"]


async def test_undeclared_parameters_are_refused_unless_the_caller_asks_for_the_old_way(call: Any) -> None:
    refused = await call.chat("hi", aspect="3:2")
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "unknown_parameter"
    old = {"model": "grok-4", "messages": [{"role": "user", "content": "hi"}], "aspect": "3:2"}
    reply = await call.http.post(
        "/v1/chat/completions", json=old, headers={"poe-feature": "chat-completions-legacy"}
    )
    assert reply.status_code == 200
    assert (await call.chat("a cat", "gpt-image-1", aspect="7:1")).status_code == 400
    assert (await call.chat("a cat", "gpt-image-1", aspect="3:2")).status_code == 200


async def test_nested_tools_are_refused_on_responses_as_observed(call: Any) -> None:
    nested = [{"type": "function", "function": {"name": "f", "parameters": {}}}]
    refused = await call.respond("hi", tools=nested)
    assert refused.json()["error"]["message"] == "Missing required parameter: 'tools[0].name'."


async def test_gemini_bodies_are_loose(call: Any) -> None:
    body = (await call.respond("hi", "gemini-2.5-flash")).json()
    assert body["object"] == "chat.completion"
    assert "store" not in body
    assert len(body["id"]) == 121
    tool = {"type": "function", "name": "get_weather", "parameters": {}}
    output = (await call.respond("weather?", "gemini-2.5-flash", tools=[tool])).json()["output"]
    assert len(output[0]["call_id"]) > 1000
    assert "text" not in output[1]["content"][0]


async def test_a_long_prompt_is_413_as_documented_and_400_as_observed(
    call: Any, call_documented: Any
) -> None:
    long = "x" * 4 * 130_000
    refused = await call.respond(long, "gpt-4o")
    assert refused.status_code == 400
    assert refused.json()["error"]["message"].endswith("tokens > 128000 maximum")
    refused = await call_documented.respond(long, "gpt-4o")
    assert (refused.status_code, refused.json()["error"]["type"]) == (413, "request_too_large")


async def test_stored_is_said_only_as_documented(call: Any, call_documented: Any) -> None:
    assert (await call.respond("hi", store=True)).json()["store"] is False
    assert (await call_documented.respond("hi")).json()["store"] is True


async def test_event_lines_may_be_left_out() -> None:
    import httpx

    async with (
        PoeServer(speed=0, event_lines=False, done_marker=False) as poe,
        httpx.AsyncClient(timeout=PATIENCE) as http,
    ):
        body = {"model": "gpt-5.2", "input": "hi", "stream": True}
        reply = await http.post(
            f"{poe.base_url}/responses", json=body, headers={"authorization": f"Bearer {poe.api_key}"}
        )
    assert "event:" not in reply.text
    assert "[DONE]" not in reply.text
