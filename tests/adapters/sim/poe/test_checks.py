"""Requests that are wrong, and what they are told."""

from typing import Any

import pytest

RESPONSES = "/v1/responses"
CHAT = "/v1/chat/completions"
HI = [{"role": "user", "content": "hi"}]


def item(**changes: Any) -> dict[str, Any]:
    return {"input": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]} | changes]}


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"\xff"])
async def test_a_body_that_is_no_json_object_is_400(call: Any, content: bytes) -> None:
    refused = await call.http.post(RESPONSES, content=content)
    assert refused.status_code == 400
    assert "could not parse the JSON body" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"model": None}, "model"),
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": 7}, "input"),
        ({"input": [7]}, "input[0]"),
        (item(role="bot"), "input[0].role"),
        (item(content=7), "input[0].content"),
        (item(content=[7]), "input[0].content[0]"),
        (item(content=[{"type": "output_text", "text": "x"}]), "input[0].content[0]"),
        (item(role="assistant"), "input[0].content[0]"),
        (item(content=[{"type": "input_smell"}]), "input[0].content[0].type"),
        (item(content=[{"type": "input_image", "image_url": 3}]), "input[0].content[0].image_url"),
        (
            item(content=[{"type": "input_image", "image_url": "data:image/png;base64,!!"}]),
            "input[0].content[0].image_url",
        ),
        (item(content=[{"type": "input_file", "filename": "x"}]), "input[0].content[0]"),
        (item(type="dance"), "input[0].type"),
        ({"input": [{"type": "function_call_output", "call_id": "x", "output": "y"}]}, "input"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"max_output_tokens": "many"}, "max_output_tokens"),
        ({"max_output_tokens": 128_001}, "max_output_tokens"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"stream": "yes"}, "stream"),
        ({"truncation": "maybe"}, "truncation"),
        ({"include": ["everything"]}, "include[0]"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"tools": [{"type": "hammer"}]}, "tools[0].type"),
        ({"tools": [7]}, "tools[0].type"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tool_choice": "perhaps"}, "tool_choice"),
        ({"tool_choice": {"type": "function", "name": "nobody"}}, "tool_choice"),
        ({"text": {"format": {"type": "json_schema"}}}, "text.format.name"),
        ({"text": {"format": {"type": "poem"}}}, "text.format.type"),
        ({"text": {"format": 7}}, "text.format"),
        ({"response_format": {}}, "response_format"),
    ],
)
async def test_a_wrong_field_is_named(call: Any, wrong: dict[str, Any], param: str) -> None:
    refused = await call.http.post(RESPONSES, json={"model": "gpt-5.2", "input": "hi"} | wrong)
    assert refused.status_code == 400, refused.text
    error = refused.json()["error"]
    assert (error["param"], error["type"]) == (param, "invalid_request_error")
    assert error["message"]


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [7]}, "messages[0]"),
        ({"messages": [{"role": "developer", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [7]}]}, "messages[0].content[0]"),
        ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "messages[0].content[0].type"),
        ({"n": 2}, "n"),
        ({"temperature": -1}, "temperature"),
    ],
)
async def test_a_wrong_chat_field_is_named(call: Any, wrong: dict[str, Any], param: str) -> None:
    refused = await call.http.post(CHAT, json={"model": "grok-4", "messages": HI} | wrong)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == param


async def test_models_say_what_they_cannot_do(call: Any) -> None:
    tool = [{"type": "function", "name": "f", "parameters": {}}]
    assert "Functions are not supported" in (await call.respond("hi", "nano-banana", tools=tool)).text
    nested = [{"type": "function", "function": {"name": "f"}}]
    refused = (await call.chat("hi", "kimi-k2.5-fw", tools=nested)).json()["error"]
    assert (refused["code"], refused["param"]) == ("unsupported_feature_for_model", "model")
    assert (await call.respond("hi", "o3", temperature=1)).status_code == 400
    image = [
        {
            "role": "user",
            "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}],
        }
    ]
    blind = await call.http.post(CHAT, json={"model": "grok-3-mini", "messages": image})
    assert "only supported by certain models" in blind.json()["error"]["message"]


async def test_values_out_of_a_models_own_range_are_refused(call: Any) -> None:
    assert (await call.chat("hi", "claude-haiku-4.5", thinking_budget=70_000)).status_code == 400
    assert (await call.chat("hi", "claude-haiku-4.5", thinking_budget=2_000)).status_code == 200


async def test_a_missing_or_wrong_key_is_401_before_anything_else(call: Any) -> None:
    for key in ("", "Bearer wrong", "Basic sim-poe-key"):
        refused = await call.http.post(RESPONSES, content=b"{", headers={"authorization": key})
        assert refused.status_code == 401
    assert call.poe.world.calls == []


async def test_tool_results_are_read_on_chat_too(call: Any) -> None:
    asked = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    messages = [
        *HI,
        {"role": "assistant", "content": None, "tool_calls": [asked]},
        {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
    ]
    reply = await call.http.post(CHAT, json={"model": "gpt-4.1", "messages": messages})
    assert reply.json()["choices"][0]["message"]["content"] == "**get_weather** answered: sunny"
