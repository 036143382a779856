"""What we send, as bytes, and what the headers of a reply mean.

Here: `Request` to path, headers and JSON; `Retry-After`; rate headers. Not here: what an error body means (`faults`), what an
answer says (`responses`). Nothing waits and nothing reads a clock.
https://creator.poe.com/api-reference/createResponse
"""

from __future__ import annotations

import base64
import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, assert_never
from urllib.parse import urlsplit

import msgspec

from bridge.values.errors import ConfigError
from bridge.values.ids import KeyName
from bridge.values.parts import Document, Image, Item, Part, Role, Text
from bridge.values.request import Request

RESPONSES = "/responses"
MODELS = "/models"

Json = dict[str, Any]


class Reasoning(enum.Enum):
    """How much of `reasoning` is sent; models refuse it in parts, so it is taken back in steps."""

    SUMMARY = "summary"  # the effort, and a summary of the thoughts
    EFFORT = "effort"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A POST, ready to leave. `path` is appended to the base address."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSeen:
    """What `x-ratelimit-*-requests` tell: requests left, and seconds until the count starts again."""

    remaining: int
    reset: float


def base_of(url: str) -> str:
    """A base address without a trailing slash; a bare host gets the `/v1` that every compatible server has. Raises ConfigError."""
    trimmed = url.strip().rstrip("/")
    try:
        parts = urlsplit(trimmed)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError((f"The address {trimmed!r} is not one like https://api.poe.com/v1.",))
    return trimmed if parts.path else f"{trimmed}/v1"


def key_of(name: KeyName, key: str) -> str:
    """A key as it goes into a header. Raises ConfigError, which does not show it."""
    trimmed = key.strip()
    if not trimmed.isascii() or not trimmed.isprintable() or " " in trimmed:
        raise ConfigError((f"The key called {name!r} has characters in it that no key has.",))
    return trimmed


def headers_of(key: str) -> dict[str, str]:
    """Headers of any call; a server that wants no key gets none.

    `identity`: a compressed stream arrives in lumps.
    """
    headers = {"accept-encoding": "identity", "user-agent": "poebridge"}
    if key:
        headers["authorization"] = f"Bearer {key}"
    return headers


def outgoing(request: Request, *, key: str, reasoning: Reasoning) -> Outgoing:
    """The call as `POST /v1/responses`."""
    headers = headers_of(key)
    headers["content-type"] = "application/json"
    headers["accept"] = "text/event-stream" if request.stream else "application/json"
    return Outgoing(path=RESPONSES, headers=headers, body=msgspec.json.encode(body_of(request, reasoning)))


def body_of(request: Request, reasoning: Reasoning) -> Json:
    """The JSON of a call; what was not asked for is left out, because models refuse fields they do not know."""
    body: Json = {
        "model": request.model,
        "input": input_of(request.items),
        "max_output_tokens": request.max_output_tokens,
        "stream": request.stream,
    }
    if request.previous is not None:
        body["previous_response_id"] = request.previous
    if request.instructions is not None:
        body["instructions"] = well_formed(request.instructions)
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.effort is not None and reasoning is not Reasoning.NONE:
        body["reasoning"] = {"effort": request.effort}
        if reasoning is Reasoning.SUMMARY:
            body["reasoning"]["summary"] = "auto"
    return body


def input_of(items: Iterable[Item]) -> list[Json]:
    """Input items, the system's first: some providers behind Poe take a system message nowhere else."""
    ordered = sorted(items, key=lambda item: item.role is not Role.SYSTEM)
    return [_message(item) for item in ordered if item.parts]


def _message(item: Item) -> Json:
    spoken = item.role is Role.ASSISTANT
    return {
        "type": "message",
        "role": item.role.value,
        "content": [_content(part, spoken) for part in item.parts],
    }


def _content(part: Part, spoken: bool) -> Json:
    """One content part. What an assistant said is `output_text` and cannot hold a picture, so that one is named."""
    kind = "output_text" if spoken else "input_text"
    match part:
        case Text():
            return {"type": kind, "text": well_formed(part.text)}
        case Document():
            return {"type": kind, "text": labelled(part)}
        case Image() if spoken:
            return {"type": kind, "text": f"[image: {well_formed(part.name)}]"}
        case Image():
            data = base64.b64encode(part.data).decode("ascii")
            return {"type": "input_image", "image_url": f"data:{part.mime};base64,{data}"}
        case _:
            assert_never(part)


def labelled(document: Document) -> str:
    """A text file as text: nobody has seen `input_file` work on Poe's Responses API."""
    name = well_formed(document.name).replace('"', "'")
    return f'<file name="{name}">\n{well_formed(document.text)}\n</file>'


def well_formed(text: str) -> str:
    """Text that UTF-8 can carry: halves of a surrogate pair are joined, or replaced when the other half is missing."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait as `Retry-After` says (seconds or an HTTP date), not negative; None when it says nothing usable.

    `now` is in seconds since the epoch; header names are lower-case.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def rate_seen(headers: Mapping[str, str]) -> RateSeen | None:
    """The rate headers, where a server sends them.

    Documented for every reply, and absent from all recorded ones: https://creator.poe.com/api-reference/rate-limits
    """
    remaining = headers.get("x-ratelimit-remaining-requests", "").strip()
    reset = _seconds(headers.get("x-ratelimit-reset-requests", "").strip())
    if not re.fullmatch(r"\d{1,9}", remaining) or reset is None:
        return None
    return RateSeen(remaining=int(remaining), reset=reset)


_DURATION = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,9})?)s?)?")


def _seconds(value: str) -> float | None:
    """Seconds, or a duration as OpenAI spells it: "1s", "6m0s", "120ms"."""
    if re.fullmatch(r"\d{1,9}ms", value):
        return int(value[:-2]) / 1000
    found = _DURATION.fullmatch(value)
    if found is None or not value:
        return None
    hours, minutes, seconds = (float(group or 0) for group in found.groups())
    return hours * 3600 + minutes * 60 + seconds
