"""Chat Completions streams."""

import json
from typing import Any

import pytest

CHAT = "/v1/chat/completions"


def content(frames: Any) -> str:
    return "".join(
        choice["delta"].get("content") or ""
        for _, data in frames.events
        if isinstance(data, dict)
        for choice in data.get("choices", ())
    )


async def test_a_chat_stream_has_one_shape_from_role_to_marker(call: Any) -> None:
    frames = await call.stream("[[len=100]]", "grok-4", CHAT)
    chunks = [data for _, data in frames.events if isinstance(data, dict)]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert {chunk["id"] for chunk in chunks} == {chunks[0]["id"]}
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert len(content(frames)) == 100
    assert frames.events[-1] == (None, "[DONE]")
    assert not any("usage" in chunk for chunk in chunks)


async def test_usage_comes_in_a_last_chunk_when_asked_for(call: Any) -> None:
    frames = await call.stream("[[len=100]]", "grok-4", CHAT, stream_options={"include_usage": True})
    assert frames.last["choices"] == []
    assert frames.last["usage"]["completion_tokens"] == 25


async def test_thoughts_come_apart_from_the_content(call: Any) -> None:
    frames = await call.stream("hello", "grok-3-mini", CHAT, reasoning_effort="high")
    thoughts = [
        d["choices"][0]["delta"].get("reasoning_content") for _, d in frames.events if isinstance(d, dict)
    ]
    assert "".join(part or "" for part in thoughts).startswith("**Considering")
    assert "Considering" not in content(frames)


async def test_a_tool_call_streams_its_arguments(call: Any) -> None:
    tool = {"type": "function", "function": {"name": "get_weather", "parameters": {"required": ["city"]}}}
    frames = await call.stream("the weather in Oslo", "gpt-4.1", CHAT, tools=[tool])
    deltas = [d["choices"][0]["delta"] for _, d in frames.events if isinstance(d, dict)]
    calls = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert calls[0]["function"]["name"] == "get_weather"
    assert json.loads("".join(one["function"]["arguments"] for one in calls)) == {"city": "Oslo"}
    assert frames.last["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(("ending", "reason"), [("incomplete", "length"), ("filtered", "content_filter")])
async def test_a_chat_may_stop_early(call: Any, ending: str, reason: str) -> None:
    frames = await call.stream(f"[[len=100]] [[end={ending}]] [[after=4]]", "grok-4", CHAT)
    assert len(content(frames)) == 16
    assert frames.last["choices"][0]["finish_reason"] == reason


async def test_an_error_in_a_chat_stream_is_a_bare_frame(call: Any) -> None:
    frames = await call.stream("[[len=100]] [[end=error]] [[after=4]]", "grok-4", CHAT)
    assert set(frames.last) == {"error"}
    assert frames.kinds[-1] != "[DONE]"


async def test_an_allowance_ends_a_chat_with_length(call: Any) -> None:
    frames = await call.stream("[[len=100]]", "grok-4", CHAT, max_tokens=5)
    assert len(content(frames)) == 20
    assert frames.last["choices"][0]["finish_reason"] == "length"
