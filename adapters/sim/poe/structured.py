"""Structured output: a JSON value that is valid against a schema, and arguments for a function.

Here: the part of JSON Schema that models are asked for (types, enum, const, required, items, combinators,
local references, bounds, common formats).  Not here: when it is wanted (``answers``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NAMES = ("Python", "Rust", "TypeScript", "Go", "Kotlin", "Swift", "Julia")
_FORMATS = {
    "date": "2026-03-01",
    "date-time": "2026-03-01T12:00:00Z",
    "time": "12:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "ipv4": "192.0.2.1",
    "hostname": "example.com",
}
_DEPTH = 12  # a schema that refers to itself ends here


class _Filler:
    def __init__(self, root: Mapping[str, Any], text: str, many: int) -> None:
        self.root = root
        self.text = text
        self.many = many

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a local ``$ref``."""
        ref = schema.get("$ref")
        if not isinstance(ref, str) or not ref.startswith("#"):
            return schema
        found: Any = self.root
        for step in ref.lstrip("#/").split("/"):
            if step:
                found = found[step.replace("~1", "/").replace("~0", "~")]
        resolved: Mapping[str, Any] = found
        return resolved

    def value(self, schema: Any, name: str, number: int, depth: int) -> Any:
        if not isinstance(schema, Mapping):
            return None
        schema = self.resolve(schema)
        for fixed in ("const", "default"):
            if fixed in schema:
                return schema[fixed]
        if "enum" in schema:
            return schema["enum"][number % len(schema["enum"])]
        for choice in ("anyOf", "oneOf"):
            if schema.get(choice):
                return self.value(_simplest(schema[choice], depth), name, number, depth)
        if schema.get("allOf"):
            schema = _merged(self.resolve(part) for part in (*schema["allOf"], {**schema, "allOf": None}))
        return self.typed(schema, name, number, depth)

    def typed(self, schema: Mapping[str, Any], name: str, number: int, depth: int) -> Any:
        kind = schema.get("type") or ("object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = next((k for k in kind if k != "null"), "null")
        if kind == "object":
            return self.object(schema, number, depth)
        if kind == "array":
            return self.array(schema, name, depth)
        if kind in ("integer", "number"):
            return _bounded(schema, number + 1, whole=kind == "integer")
        if kind == "boolean":
            return number % 2 == 0
        return None if kind == "null" else self.string(schema, name, number)

    def object(self, schema: Mapping[str, Any], number: int, depth: int) -> dict[str, Any]:
        wanted = schema.get("properties") or {}
        required = schema.get("required") or ()
        names = [name for name in wanted if name in required or depth < _DEPTH // 2]
        names += [name for name in required if name not in wanted]
        return {name: self.value(wanted.get(name, {}), name, number, depth + 1) for name in names}

    def array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        least, most = schema.get("minItems", 0), schema.get("maxItems")
        length = 0 if depth > _DEPTH else self.many
        length = max(length, least)
        length = length if most is None else min(length, most)
        return [
            self.value(schema.get("items", {"type": "string"}), name, n, depth + 1) for n in range(length)
        ]

    def string(self, schema: Mapping[str, Any], name: str, number: int) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        text = from_text(name, self.text) or _spoken(name, number)
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        text = text.ljust(least, ".")
        return text if most is None else text[:most]


def _simplest(choices: list[Any], depth: int) -> Any:
    """The first choice, or null where it is allowed and we are deep enough."""
    null = next((c for c in choices if isinstance(c, Mapping) and c.get("type") == "null"), None)
    return null if null is not None and depth > _DEPTH // 2 else choices[0]


def _merged(parts: Any) -> Mapping[str, Any]:
    together: dict[str, Any] = {"properties": {}, "required": []}
    for part in parts:
        together["properties"] |= part.get("properties") or {}
        together["required"] += part.get("required") or []
        together |= {k: v for k, v in part.items() if k not in ("properties", "required", "allOf")}
    return together


def _bounded(schema: Mapping[str, Any], value: int, *, whole: bool) -> int | float:
    low = schema.get(
        "minimum", schema.get("exclusiveMinimum", -1) + 1 if "exclusiveMinimum" in schema else None
    )
    high = schema.get(
        "maximum", schema.get("exclusiveMaximum", 1) - 1 if "exclusiveMaximum" in schema else None
    )
    result: float = value
    if low is not None:
        result = max(result, low)
    if high is not None:
        result = min(result, high)
    step = schema.get("multipleOf")
    if step:
        result = -(-result // step) * step
    return int(result) if whole else result


def _spoken(name: str, number: int) -> str:
    if name in ("name", "title", "language"):
        return _NAMES[number % len(_NAMES)]
    return f"a {name.replace('_', ' ')} worth having, number {number + 1}"


def from_text(name: str, text: str) -> str | None:
    """A value for a property found in what the person wrote: a place after "in", a quoted text."""
    quoted = re.search(r"[\"“]([^\"”]+)[\"”]", text)
    if quoted:
        return quoted[1]
    if name.lower() in ("location", "city", "place", "country", "where"):
        place = re.search(r"\b(?:in|at|for|of) ((?:[A-ZÀ-Þ][\w'’-]*[ ,]*)+)", text)
        return place[1].strip(" ,") if place else None
    return None


def fill(schema: Mapping[str, Any], text: str, many: int = 3) -> Any:
    """A value valid against ``schema``; arrays get ``many`` entries where the schema lets them.

    ``text`` is the person's question, from which places and quotations are taken.
    """
    return _Filler(schema, text, many).value(schema, "value", 0, 0)
