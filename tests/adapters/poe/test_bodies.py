"""Response objects, read however they are written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.poe import bodies
from bridge.values.points import Usage
from tests.adapters.poe.stage import RECORDINGS, USAGE, response


def usage(**told: Any) -> Usage | None:
    return bodies.usage_of({"usage": told})


def test_usage_is_read_with_its_details() -> None:
    assert bodies.usage_of({"usage": USAGE}) == Usage(input=10, output=7, cached=4, reasoning=3)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, None),
        ({"input_tokens": 1}, None),
        ({"output_tokens": 1}, None),
        ({"input_tokens": 1, "output_tokens": None}, None),
        ({"input_tokens": "1", "output_tokens": 2}, None),
        ({"input_tokens": -1, "output_tokens": 2}, None),
        ({"input_tokens": True, "output_tokens": 2}, None),
        ({"input_tokens": 10**30, "output_tokens": 2}, None),
        ({"input_tokens": 0, "output_tokens": 0}, Usage(input=0, output=0)),
        ({"input_tokens": 1.0, "output_tokens": 2}, Usage(input=1, output=2)),
        ({"input_tokens": 1, "total_tokens": 5}, Usage(input=1, output=4)),
        ({"output_tokens": 1, "total_tokens": 5}, Usage(input=4, output=1)),
        ({"output_tokens": 9, "total_tokens": 5}, None),
        ({"prompt_tokens": 3, "completion_tokens": 4}, Usage(input=3, output=4)),
        (
            {"input_tokens": 3, "output_tokens": 4, "input_tokens_details": {"cached_tokens": 99}},
            Usage(input=3, output=4, cached=3),
        ),
        ({"input_tokens": 3, "output_tokens": 4, "output_tokens_details": None}, Usage(input=3, output=4)),
        (
            {
                "prompt_tokens": 3,
                "completion_tokens": 4,
                "completion_tokens_details": {"reasoning_tokens": 2},
            },
            Usage(input=3, output=4, reasoning=2),
        ),
    ],
)
def test_missing_usage_is_not_zero(told: dict[str, Any], found: Usage | None) -> None:
    assert usage(**told) == found


def test_no_usage_at_all_is_not_zero_either() -> None:
    assert bodies.usage_of({}) is None
    assert bodies.usage_of({"usage": None}) is None
    assert bodies.usage_of({"usage": [1]}) is None


def test_texts_are_those_of_messages_and_refusals_count() -> None:
    body = response(
        output=[
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
            {
                "type": "message",
                "content": [{"type": "output_text", "text": "a"}, {"type": "output_text", "text": "b"}],
            },
            {"type": "function_call", "arguments": "{}"},
            {"type": "message", "content": [{"type": "refusal", "refusal": "I can't."}]},
            {"type": "message", "content": [{"type": "output_text"}]},
            {"type": "message", "content": None},
            None,
        ]
    )

    assert bodies.output_texts(body) == ["ab", "I can't."]


def test_an_id_may_be_of_any_length() -> None:
    assert bodies.response_id({"id": "resp_" + "x" * 5000}) == "resp_" + "x" * 5000
    assert bodies.response_id({"id": ""}) is None
    assert bodies.response_id({"id": 5}) is None


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b'{"a":1}', {"a": 1}),
        (b'{"a":"\\ud83d"}', {"a": "\ud83d"}),
        (b'{"a":"\xff"}', {"a": "\ufffd"}),
        (b'{"a":1', None),
        (b"", None),
        (b"[" * 100_000, None),
        (b'{"a":' * 100_000, None),
    ],
)
def test_what_others_write_as_json_is_read(payload: bytes, value: object) -> None:
    assert bodies.decoded(payload) == value


def test_numbers_that_json_does_not_know_do_not_hide_the_rest() -> None:
    assert bodies.fields(bodies.decoded(b'{"a":NaN,"b":1}'))["b"] == 1


loose = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "usage", "output", "type", "content", "text", "input_tokens", "output_tokens"]
            ),
            inner | st.sampled_from(["message", "output_text", "refusal"]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["id", "usage", "output"]), loose))
def test_no_body_is_too_loose(body: dict[str, Any]) -> None:
    bodies.usage_of(body)
    bodies.output_texts(body)
    bodies.response_id(body)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not in a plain clone")
def test_recorded_responses_are_read_without_loss() -> None:
    replies = [
        json.loads(path.read_text())["response"] for path in sorted(RECORDINGS.glob("v1-responses-*.json"))
    ]
    successes = [reply["body"] for reply in replies if reply["status"] == 200]

    assert len(successes) > 20
    for body in successes:
        told, usage = body["usage"], bodies.usage_of(body)
        assert usage is not None
        assert (usage.input, usage.output) == (told["input_tokens"], told["output_tokens"])
        assert usage.reasoning == told["output_tokens_details"]["reasoning_tokens"]
        texts = [
            part["text"]
            for item in body["output"]
            for part in item.get("content") or ()
            if part["type"] == "output_text"
        ]
        assert "".join(bodies.output_texts(body)) == "".join(texts)
        assert bodies.response_id(body) == body["id"]
