"""Requests as bytes, and what headers say."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.poe import wire
from adapters.poe.wire import RateSeen, Reasoning
from bridge.values.errors import ConfigError
from bridge.values.parts import Document, Image, Item, Role, Text
from bridge.values.request import DEFAULT_KEY
from tests.adapters.poe.stage import NOW, asking


def sent(reasoning: Reasoning = Reasoning.SUMMARY, **fields: Any) -> Any:
    return json.loads(wire.outgoing(asking(**fields), key="k", reasoning=reasoning).body)


def test_a_plain_question_says_no_more_than_it_must() -> None:
    assert sent() == {
        "model": "gpt-5.2",
        "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}],
        "max_output_tokens": 100,
        "stream": True,
    }


def test_everything_that_was_asked_for_is_sent() -> None:
    body = sent(
        previous="resp_" + "x" * 200, instructions="Be brief.", temperature=0.0, effort="high", stream=False
    )

    assert body["previous_response_id"] == "resp_" + "x" * 200
    assert body["instructions"] == "Be brief."
    assert body["temperature"] == 0.0
    assert body["reasoning"] == {"effort": "high", "summary": "auto"}
    assert body["stream"] is False


@pytest.mark.parametrize(
    ("reasoning", "told"),
    [
        (Reasoning.SUMMARY, {"effort": "low", "summary": "auto"}),
        (Reasoning.EFFORT, {"effort": "low"}),
        (Reasoning.NONE, None),
    ],
)
def test_reasoning_is_taken_back_in_steps(reasoning: Reasoning, told: object) -> None:
    assert sent(reasoning, effort="low").get("reasoning") == told


def test_every_kind_of_part_has_its_place() -> None:
    asked = Item(
        role=Role.USER,
        parts=(
            Text(text="What is this?"),
            Image(name="a.png", mime="image/png", data=b"\x89PNG"),
            Document(name='say "hi".py', text="print('hi')"),
        ),
    )
    said = Item(
        role=Role.ASSISTANT, parts=(Text(text="A picture."), Image(name="b.png", mime="image/png", data=b"x"))
    )

    user, assistant = sent(items=(asked, said))["input"]

    assert [part["type"] for part in user["content"]] == ["input_text", "input_image", "input_text"]
    assert user["content"][1]["image_url"] == "data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()
    assert user["content"][2]["text"] == "<file name=\"say 'hi'.py\">\nprint('hi')\n</file>"
    assert assistant["content"] == [
        {"type": "output_text", "text": "A picture."},
        {"type": "output_text", "text": "[image: b.png]"},
    ]


def test_the_system_speaks_first_and_the_rest_keeps_its_order() -> None:
    items = tuple(
        Item(role=role, parts=(Text(text=text),))
        for role, text in ((Role.USER, "1"), (Role.ASSISTANT, "2"), (Role.SYSTEM, "0"), (Role.USER, "3"))
    )

    assert [item["content"][0]["text"] for item in sent(items=items)["input"]] == ["0", "1", "2", "3"]


def test_an_item_without_parts_is_left_out() -> None:
    assert sent(items=(Item(role=Role.ASSISTANT, parts=()),))["input"] == []


def test_half_a_character_does_not_stop_a_question() -> None:
    assert sent(text="a\ud83db")["input"][0]["content"][0]["text"] == "a\ufffdb"
    assert wire.well_formed("\ud83d\ude00") == "😀"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_becomes_one_that_can_be_sent(text: str) -> None:
    wire.well_formed(text).encode("utf-8")


def test_the_headers_carry_the_key_and_ask_for_an_uncompressed_stream() -> None:
    out = wire.outgoing(asking(), key="k", reasoning=Reasoning.NONE)

    assert out.path == "/responses"
    assert out.headers["authorization"] == "Bearer k"
    assert out.headers["accept"] == "text/event-stream"
    assert out.headers["accept-encoding"] == "identity"
    assert "authorization" not in wire.headers_of("")


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://api.poe.com/v1", "https://api.poe.com/v1"),
        ("https://api.poe.com/v1/", "https://api.poe.com/v1"),
        (" http://127.0.0.1:8080 ", "http://127.0.0.1:8080/v1"),
        ("http://localhost:11434/", "http://localhost:11434/v1"),
        ("https://gate.example/openai/v1//", "https://gate.example/openai/v1"),
    ],
)
def test_addresses_of_any_compatible_server_are_understood(given: str, base: str) -> None:
    assert wire.base_of(given) == base


@pytest.mark.parametrize(
    "given", ["", "api.poe.com/v1", "ftp://x/v1", "http://", "https://x/v1?a=b", "http://[::1/v1"]
)
def test_what_is_no_address_is_said_so(given: str) -> None:
    with pytest.raises(ConfigError, match="is not one like"):
        wire.base_of(given)


def test_a_key_that_cannot_be_one_is_refused_without_showing_it() -> None:
    assert wire.key_of(DEFAULT_KEY, " sk-1\n") == "sk-1"
    for key in ("two words", "naïve", "line\nbreak"):
        with pytest.raises(ConfigError) as caught:
            wire.key_of(DEFAULT_KEY, key)
        assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0.25", 0.25),
        ("0", 0.0),
        ("Thu, 28 May 2026 20:27:00 GMT", 220.0),
        ("Thu, 28 May 2020 20:27:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("1e9", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert NOW == 1_780_000_000.0  # Thu, 28 May 2026 20:26:40 GMT
    expected = None if seconds is None else pytest.approx(seconds if seconds != 220.0 else 20.0)
    assert wire.retry_after({"retry-after": value}, NOW) == expected


def test_no_retry_after_says_nothing() -> None:
    assert wire.retry_after({}, NOW) is None


@pytest.mark.parametrize(
    ("remaining", "reset", "seen"),
    [
        ("499", "60", RateSeen(remaining=499, reset=60.0)),
        ("0", "1s", RateSeen(remaining=0, reset=1.0)),
        ("3", "6m0s", RateSeen(remaining=3, reset=360.0)),
        ("3", "1h2m", RateSeen(remaining=3, reset=3720.0)),
        ("3", "120ms", RateSeen(remaining=3, reset=0.12)),
        ("3", "1.5", RateSeen(remaining=3, reset=1.5)),
        ("-1", "60", None),
        ("many", "60", None),
        ("3", "soon", None),
        ("3", "", None),
    ],
)
def test_rate_headers_are_read_in_both_spellings(remaining: str, reset: str, seen: RateSeen | None) -> None:
    headers = {"x-ratelimit-remaining-requests": remaining, "x-ratelimit-reset-requests": reset}

    assert wire.rate_seen(headers) == seen


def test_no_rate_headers_tell_nothing() -> None:
    assert wire.rate_seen({}) is None
