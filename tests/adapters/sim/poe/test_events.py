"""The order, the numbering and the endings of a Responses stream."""

import json
from typing import Any

import pytest

ORDER = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]


def folded(kinds: list[str]) -> list[str]:
    """Kinds with repetitions in a row left out."""
    return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]


async def test_a_text_streams_in_the_documented_order(call_documented: Any) -> None:
    frames = await call_documented.stream("Tell me about San Francisco")
    assert folded(frames.kinds) == ORDER
    assert [data["sequence_number"] for _, data in frames.events] == list(range(len(frames.events)))
    assert all(name == data["type"] for name, data in frames.events)


async def test_deltas_joined_are_the_final_text_everywhere(call: Any) -> None:
    frames = await call.stream("[[len=777]]")
    done = {data["type"]: data for _, data in frames.events if isinstance(data, dict)}
    message = done["response.completed"]["response"]["output"][0]
    assert len(frames.text) == 777
    assert done["response.output_text.done"]["text"] == frames.text
    assert done["response.content_part.done"]["part"]["text"] == frames.text
    assert done["response.output_item.done"]["item"] == message
    assert message["content"][0]["text"] == frames.text


async def test_usage_is_in_the_terminal_event_alone(call: Any) -> None:
    frames = await call.stream("hello")
    told = [
        data["response"]["usage"]
        for _, data in frames.events
        if isinstance(data, dict) and "response" in data
    ]
    assert told[:-1] == [None, None]
    assert told[-1]["output_tokens"] == -(-len(frames.text) // 4)


async def test_the_observed_stream_ends_with_a_marker_and_the_documented_does_not(
    call: Any, call_documented: Any
) -> None:
    assert (await call.stream("hello")).kinds[-1] == "[DONE]"
    assert (await call_documented.stream("hello")).kinds[-1] == "response.completed"


async def test_reasoning_streams_its_summary_first(call: Any) -> None:
    frames = await call.stream("What is 17 * 19?", reasoning={"effort": "low", "summary": "auto"})
    assert folded(frames.kinds)[2:10] == [
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
    ]
    assert frames.text == "17 * 19 = **323**"
    response = frames.last["response"]
    assert response["reasoning"] == {"effort": "low", "summary": "detailed"}
    assert response["usage"]["output_tokens_details"]["reasoning_tokens"] >= 32


async def test_a_function_call_streams_its_arguments(call: Any) -> None:
    tool = {
        "type": "function",
        "name": "get_weather",
        "parameters": {"properties": {"city": {"type": "string"}}},
    }
    frames = await call.stream("weather in Oslo", tools=[tool])
    assert folded(frames.kinds)[2:6] == [
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
    ]
    parts = [
        d["delta"] for _, d in frames.events if isinstance(d, dict) and d["type"].endswith("arguments.delta")
    ]
    assert json.loads("".join(parts)) == {"city": "Oslo"}
    item = frames.last["response"]["output"][0]
    assert item["arguments"] == "".join(parts)
    assert item["call_id"].startswith("call_")


async def test_a_search_streams_its_states_and_its_citations(call: Any) -> None:
    frames = await call.stream("latest news", tools=[{"type": "web_search_preview"}])
    assert "response.web_search_call.searching" in frames.kinds
    assert frames.kinds.index("response.web_search_call.completed") < frames.kinds.index(
        "response.output_text.delta"
    )
    notes = [
        d
        for _, d in frames.events
        if isinstance(d, dict) and d["type"] == "response.output_text.annotation.added"
    ]
    assert [note["annotation_index"] for note in notes] == [0, 1]
    assert frames.last["response"]["output"][1]["content"][0]["annotations"] == [
        n["annotation"] for n in notes
    ]


async def test_a_refusal_has_its_own_part_and_events(call: Any) -> None:
    frames = await call.stream("[[refuse]]")
    assert "response.refusal.delta" in frames.kinds
    assert "response.refusal.done" in frames.kinds
    assert frames.last["response"]["output"][0]["content"][0]["type"] == "refusal"


async def test_an_image_comes_as_an_item(call: Any) -> None:
    frames = await call.stream("a cat", model="nano-banana")
    item = frames.last["response"]["output"][0]
    assert item["type"] == "image_generation_call"
    assert item["id"].endswith("_img_0")
    assert item["result"].startswith("iVBOR")


async def test_an_allowance_cuts_the_text_and_ends_incomplete(call: Any) -> None:
    frames = await call.stream("[[len=400]]", max_output_tokens=20)
    response = frames.last["response"]
    assert frames.last["type"] == "response.incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert len(frames.text) == 80
    assert response["usage"]["output_tokens"] == 20
    assert response["output"][0]["status"] == "incomplete"


async def test_an_allowance_may_go_to_reasoning_alone(call: Any) -> None:
    frames = await call.stream("hello", max_output_tokens=16, reasoning={"effort": "high"})
    assert frames.text == ""
    assert frames.last["type"] == "response.incomplete"
    assert frames.last["response"]["usage"]["output_tokens_details"] == {"reasoning_tokens": 16}


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("failed", "response.failed"),
        ("incomplete", "response.incomplete"),
        ("filtered", "response.incomplete"),
        ("error", "error"),
        ("error_nested", "error"),
    ],
)
async def test_a_stream_ends_as_ordered_after_some_deltas(call: Any, ending: str, kind: str) -> None:
    frames = await call.stream(f"[[len=400]] [[end={ending}]] [[after=5]]")
    assert len(frames.text) == 20
    assert frames.last["type"] == kind
    assert frames.kinds[-1] == "[DONE]"


async def test_each_ending_has_its_own_shape(call: Any) -> None:
    failed = (await call.stream("[[end=failed]]")).last["response"]
    assert (failed["status"], failed["error"]["code"], failed["output"]) == ("failed", "server_error", [])
    filtered = (await call.stream("[[end=filtered]] [[after=3]] [[len=99]]")).last["response"]
    assert filtered["incomplete_details"] == {"reason": "content_filter"}
    assert len(filtered["output"][0]["content"][0]["text"]) == 12
    assert filtered["usage"]["output_tokens"] == 3
    flat = (await call.stream("[[end=error]]")).last
    assert (flat["code"], flat["param"]) == ("server_error", None)
    nested = (await call.stream("[[end=error_nested]]")).last
    assert nested["error"]["code"] == "server_error"


async def test_a_bare_error_frame_has_no_name_and_no_marker_after_it(call: Any) -> None:
    frames = await call.stream("[[end=bare_error]] [[after=2]] [[len=99]]")
    name, data = frames.events[-1]
    assert name is None
    assert set(data) == {"error"}


async def test_a_stream_may_end_without_a_terminal_event(call: Any) -> None:
    frames = await call.stream("[[end=none]] [[after=2]] [[len=99]]")
    assert frames.kinds[-1] == "response.output_text.delta"
    assert not frames.broken
