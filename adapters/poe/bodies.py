"""A response object, read as loosely as it is written: Gemini behind Poe leaves keys out, other servers add their own.

Here: id, status, text, usage and error of a whole response, whether it came alone or inside a terminal event.
Not here: events and their order (`responses`). A field of the wrong kind counts as missing; nothing raises.
https://creator.poe.com/docs/external-applications/responses-api, "Response Fields"
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from adapters.poe.wire import well_formed
from bridge.values.ids import ResponseId
from bridge.values.points import Usage

Fields = dict[str, Any]

_MOST_TOKENS = 2**40

_decoder = msgspec.json.Decoder()


def decoded(payload: bytes) -> object:
    """JSON of any kind, None where it is none. Bytes that are not UTF-8 are replaced; half a surrogate pair passes."""
    try:
        value: object = _decoder.decode(payload)
    except RecursionError:
        return None
    except ValueError:
        # Stricter than most writers: NaN, lone surrogates and broken UTF-8 are seen in the wild.
        try:
            value = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None
    return value


def fields(value: object) -> Fields:
    """An object's fields; none when it is no object."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> Iterator[Fields]:
    """The objects of a list."""
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else iter(())


def words(value: object) -> str:
    """A text; "" when it is none."""
    return well_formed(value) if isinstance(value, str) else ""


def count(value: object) -> int | None:
    """A count of tokens; None when it cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_TOKENS:
        return None
    return int(value)


def response_id(response: Fields) -> ResponseId | None:
    """The id, of any length."""
    given = words(response.get("id"))
    return ResponseId(given) if given else None


def part_text(part: Fields) -> str:
    """What a content part says: its text, or its refusal. Gemini's `output_text` may come without text."""
    return words(part.get("text")) if part.get("type") != "refusal" else words(part.get("refusal"))


def output_texts(response: Fields) -> list[str]:
    """The text of every message in the output, in order; empty ones left out."""
    messages = (item for item in listed(response.get("output")) if item.get("type") == "message")
    texts = ("".join(part_text(part) for part in listed(item.get("content"))) for item in messages)
    return [text for text in texts if text]


def usage_of(response: Fields) -> Usage | None:
    """The tokens of the call, None when they are not told: missing is not zero.

    The spelling of chat completions is understood too, because loose bodies mix the two.
    """
    usage = fields(response.get("usage"))
    given = count(_either(usage, "input_tokens", "prompt_tokens"))
    made = count(_either(usage, "output_tokens", "completion_tokens"))
    total = count(usage.get("total_tokens"))
    if given is None and made is not None and total is not None and total >= made:
        given = total - made
    if made is None and given is not None and total is not None and total >= given:
        made = total - given
    if given is None or made is None:
        return None
    cached = fields(_either(usage, "input_tokens_details", "prompt_tokens_details")).get("cached_tokens")
    thought = fields(_either(usage, "output_tokens_details", "completion_tokens_details")).get(
        "reasoning_tokens"
    )
    return Usage(
        input=given,
        output=made,
        cached=min(count(cached) or 0, given),
        reasoning=min(count(thought) or 0, made),
    )


def _either(usage: Fields, name: str, other: str) -> object:
    value: object = usage.get(name)
    return usage.get(other) if value is None else value
