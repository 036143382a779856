"""Discord's own OpenAPI file as a judge of every request and answer that crossed the simulated wire.

Load it with `pytest_plugins = ["tests.plugins.discord_openapi"]`. The file is found beside the repository
(`../shared/reference/discord-openapi.json`) or where DISCORD_OPENAPI says; without it the judge is absent:
`discord_oracle` skips, `load()` is None. It comes from https://github.com/discord/discord-api-spec (MIT).

Known exceptions, in which reality (or its documents) and the file differ, are listed by name below.
"""

import copy
import functools
import json
import os
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

BESIDE = Path(__file__).parents[2].parent / "shared" / "reference" / "discord-openapi.json"
ROOT = "urn:discord"


class Exchange(Protocol):
    """One request and its answer."""

    method: str
    template: str
    query: dict[str, Any]
    body: Any
    status: int
    answer: Any


def _texts(thing: Any, *names: str) -> Any:
    return {k: str(v) if k in names and v is not None else v for k, v in thing.items()}


def _reference_ids_as_text(exchange: Exchange, body: Any) -> Any:
    reference = body.get("message_reference") if isinstance(body, dict) else None
    if not isinstance(reference, dict):
        return body
    return body | {"message_reference": _texts(reference, "message_id", "channel_id", "guild_id")}


def _attachment_numbers_as_text(exchange: Exchange, body: Any) -> Any:
    for holder in (body, body.get("data")) if isinstance(body, dict) else ():
        if isinstance(holder, dict) and isinstance(holder.get("attachments"), list):
            holder["attachments"] = [_texts(given, "id") for given in holder["attachments"]]
    return body


def _recipient_as_text(exchange: Exchange, body: Any) -> Any:
    return _texts(body, "recipient_id") if exchange.template == "/users/@me/channels" else body


def _codes_as_numbers(exchange: Exchange, body: Any) -> Any:
    if isinstance(body, dict):
        return {
            key: 0 if key == "code" and isinstance(value, str) else _codes_as_numbers(exchange, value)
            for key, value in body.items()
        }
    return [_codes_as_numbers(exchange, item) for item in body] if isinstance(body, list) else body


REQUEST_EXCEPTIONS: dict[str, Callable[[Exchange, Any], Any]] = {
    "discord.py sends the ids of message_reference as integers": _reference_ids_as_text,
    "discord.py numbers new attachments with integers": _attachment_numbers_as_text,
    "discord.py sends the recipient of a direct message as an integer": _recipient_as_text,
}
EXTRA_FIELDS = {
    ("PATCH", "/messages/{message_id}", "tts"): "discord.py sends tts: false with every edit",
    ("PATCH", "/messages/@original", "tts"): "discord.py sends tts: false with every edit",
    ("PATCH", "/messages/{message_id}", "enforce_nonce"): "discord.js sends it with every edit",
    ("PATCH", "/messages/@original", "enforce_nonce"): "discord.js sends it with every edit",
    ("POST", "/messages/{message_id}/threads", "type"): "discord.js names the kind of thread",
}
ANSWER_EXCEPTIONS: dict[str, Callable[[Exchange, Any], Any]] = {
    "the codes inside a validation error are words, as Discord's documents show": _codes_as_numbers,
}

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


@formats.checks("int32")
def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31


@formats.checks("snowflake")
def _is_snowflake(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"0|[1-9]\d*", value))


class Oracle:
    """Judges exchanges against the file."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        resource = Resource(contents=spec, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(ROOT, resource)

    def knows(self, method: str, template: str) -> bool:
        """Whether the file has this operation."""
        return method.lower() in self._spec["paths"].get(template, {})

    def check(self, exchanges: Iterable[Exchange]) -> None:
        """Fail with every difference found."""
        found = [problem for exchange in tuple(exchanges) for problem in self.problems(exchange)]
        assert not found, "\n".join(found)

    def problems(self, exchange: Exchange) -> list[str]:
        """What in this exchange is not as the file says; server faults (5xx) are not described there."""
        where = f"{exchange.method} {exchange.template} -> {exchange.status}"
        operation = self._spec["paths"].get(exchange.template, {}).get(exchange.method.lower())
        if operation is None:
            return [f"{where}: no such operation"]
        found = self._query_problems(exchange, operation)
        if exchange.status < 400 or exchange.status == 429:
            found += self._request_problems(exchange, operation)
        if exchange.status < 500:
            found += self._answer_problems(exchange, operation)
        return [f"{where}: {problem}" for problem in found]

    def _query_problems(self, exchange: Exchange, operation: dict[str, Any]) -> list[str]:
        listed = operation.get("parameters", []) + self._spec["paths"][exchange.template].get(
            "parameters", []
        )
        known = {parameter["name"] for parameter in listed if parameter.get("in") == "query"}
        return [f"query {name!r} is unknown" for name in exchange.query if name not in known]

    def _request_problems(self, exchange: Exchange, operation: dict[str, Any]) -> list[str]:
        kinds = operation.get("requestBody", {}).get("content", {})
        if exchange.body is None:
            return []
        if not kinds:
            return [] if exchange.body == {} else ["a body where none is foreseen"]
        schema = (kinds.get("application/json") or next(iter(kinds.values())))["schema"]
        body = copy.deepcopy(exchange.body)
        for amend in REQUEST_EXCEPTIONS.values():
            body = amend(exchange, body)
        known = self._names(schema) | {
            field
            for (method, ending, field) in EXTRA_FIELDS
            if method == exchange.method and exchange.template.endswith(ending)
        }
        strange = sorted(set(body) - known) if isinstance(body, dict) else []
        return [f"request has unknown {name!r}" for name in strange] + self._against(schema, body, "request")

    def _answer_problems(self, exchange: Exchange, operation: dict[str, Any]) -> list[str]:
        responses = operation["responses"]
        described = responses.get(str(exchange.status)) or (
            responses["4XX"] if exchange.status >= 400 else None
        )
        if described is None:
            return ["this status is not foreseen"]
        if "$ref" in described:
            described = self._spec["components"]["responses"][described["$ref"].split("/")[-1]]
        content = described.get("content", {}).get("application/json")
        if content is None:
            return [] if exchange.answer is None else ["an answer where none is foreseen"]
        answer = copy.deepcopy(exchange.answer)
        for amend in ANSWER_EXCEPTIONS.values():
            answer = amend(exchange, answer)
        return self._against(content["schema"], answer, "answer")

    def _against(self, schema: dict[str, Any], value: Any, what: str) -> list[str]:
        validator = self._validator(json.dumps(schema, sort_keys=True))
        error = best_match(validator.iter_errors(value))
        return [f"{what} at {error.json_path}: {_short(error.message)}"] if error else []

    @functools.cache  # noqa: B019  (one judge lives as long as the test run)
    def _validator(self, schema: str) -> Draft202012Validator:
        rooted = json.loads(schema.replace('"#/', f'"{ROOT}#/'))
        return Draft202012Validator(rooted, registry=self._registry, format_checker=formats)

    def _names(self, schema: dict[str, Any]) -> set[str]:
        """Every property name any branch of a schema knows."""
        if "$ref" in schema:
            return self._names(self._spec["components"]["schemas"][schema["$ref"].split("/")[-1]])
        found = set(schema.get("properties", {}))
        for key in ("allOf", "anyOf", "oneOf"):
            for branch in schema.get(key, []):
                found |= self._names(branch)
        return found


def _short(text: str) -> str:
    return text if len(text) < 400 else f"{text[:200]} ... {text[-200:]}"


@functools.cache
def load() -> Oracle | None:
    """The judge, or None where the file is absent."""
    path = Path(os.environ.get("DISCORD_OPENAPI", BESIDE))
    return Oracle(json.loads(path.read_text("utf-8"))) if path.is_file() else None


@pytest.fixture(scope="session")
def discord_oracle() -> Oracle:
    """The judge; the test is skipped where Discord's OpenAPI file is absent."""
    oracle = load()
    if oracle is None:
        pytest.skip("Discord's OpenAPI file is not here (set DISCORD_OPENAPI to its path)")
    return oracle
