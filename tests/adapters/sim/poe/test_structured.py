"""Values that are valid against a schema."""

from typing import Any

import jsonschema
import pytest

from adapters.sim.poe import structured

NODE = {
    "type": "object",
    "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
    "required": ["next"],
}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
SCHEMAS: list[dict[str, Any]] = [
    {"type": "object"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 5},
    {"type": "array", "items": {"type": "string"}, "maxItems": 1},
    {"type": "integer", "minimum": 10, "maximum": 12, "multipleOf": 4},
    {"type": "number", "exclusiveMinimum": 3},
    {"type": "integer", "exclusiveMaximum": 0},
    {"type": "string", "minLength": 90},
    {"type": "string", "maxLength": 3},
    {"type": "string", "format": "date-time"},
    {"enum": ["a", 7]},
    {"const": {"x": 1}},
    {"type": ["null", "boolean"]},
    {"type": "null"},
    {"anyOf": [{"type": "string"}, {"type": "null"}]},
    {
        "allOf": [
            {"properties": {"a": {"type": "string"}}},
            {"properties": {"b": {"type": "integer"}}, "required": ["b"]},
        ]
    },
    {"$defs": {"node": NODE}, "$ref": "#/$defs/node"},
    {"type": "object", "properties": {}, "required": ["extra"]},
    {"type": "object", "properties": {"people": {"type": "array", "items": PERSON}}, "required": ["people"]},
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_filled_schema_is_valid(schema: dict[str, Any]) -> None:
    jsonschema.validate(structured.fill(schema, "a question"), schema)


def test_places_and_quotations_are_taken_from_the_question() -> None:
    assert structured.from_text("location", "weather in San Francisco, please") == "San Francisco"
    assert structured.from_text("location", "weather") is None
    assert structured.from_text("query", 'search for "green tea"') == "green tea"
    assert structured.from_text("query", "search") is None
