"""What is wrong with a value, as a sentence an operator can act on. A secret is never quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bridge.config.sections import PresetSection, Sections
from bridge.config.sources import PREFIX, SECRETS, Key

_PLAIN: Mapping[str, str] = {
    "string_type": 'has to be text in quotes, like "this"',
    "int_parsing_size": "is far too large",
    "dict_type": "has to be a table of its own",
    "model_type": "has to be a table of its own",
    "model_attributes_type": "has to be a table of its own",
    "tuple_type": 'has to be a list, like ["one", "two"]',
    "finite_number": "has to be an ordinary number",
}
_NUMBERS = ("int_type", "int_parsing", "int_from_float")
_FRACTIONS = ("float_type", "float_parsing")
_SWITCHES = ("bool_type", "bool_parsing")


def sentence(error: ErrorDetails, origin: str) -> str:
    """One problem: where it was written, which key, and what to do."""
    key = tuple(str(step) for step in error["loc"] if step != "[key]")
    return said(key, _wrong(error, key), origin)


def said(key: Key, wrong: str, origin: str) -> str:
    """`poebridge.toml line 3: [poe] base_url: is not a URL.`"""
    if origin.startswith(PREFIX) or origin.isupper():
        return f"{origin}: {wrong}."
    place = f"{origin}: " if origin else ""
    return f"{place}{label(key)}: {wrong}."


def label(key: Key) -> str:
    """`("presets", "coder", "model")` as it is written in the file."""
    names = [step for step in key if not step.isdigit()]
    if len(names) < 2:
        return f"[{names[0]}]" if names and names[0] in Sections.model_fields else f'"{".".join(names)}"'
    depth = 2 if names[0] == "presets" and len(names) > 2 else 1
    if names[:2] == ["models", "flat"] and len(names) > 2:
        return f'[models.flat] "{".".join(names[2:])}"'
    return f"[{'.'.join(names[:depth])}] {'.'.join(names[depth:])}"


def _wrong(error: ErrorDetails, key: Key) -> str:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return f"is not a setting I know{meant(key[-1], known(key[:-1]))}"
    if key[:2] == ("models", "flat") and isinstance(value, dict):
        inner = ".".join([*key[2:], *_first_steps(value)])
        return f'is cut at its dot; write the model\'s id in quotes: "{inner}" = 500'
    if kind == "string_pattern_mismatch":
        return _misnamed(key)
    if kind in _SWITCHES:
        return "has to be true or false"
    return _measured(kind, context, _shown(key, value))


def _measured(kind: str, context: Mapping[str, Any], shown: str) -> str:
    if kind in _NUMBERS:
        return f"has to be a whole number{shown}"
    if kind in _FRACTIONS:
        return f"has to be a number{shown}"
    if kind == "literal_error":
        return f"has to be {context['expected'].replace(chr(39), chr(34))}{shown}"
    if kind == "string_too_short":
        return "must not be empty"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']:,} characters"
    if kind == "too_long":
        return f"has more than {context['max_length']} entries"
    for bound, words in (("ge", "at least"), ("gt", "more than"), ("le", "at most")):
        if bound in context:
            return f"has to be {words} {context[bound]:,}{shown}"
    return _PLAIN.get(kind, "has a value I can't use")


def _misnamed(key: Key) -> str:
    if key[0] == "presets":
        return "needs a name of at most 32 small letters, digits, - and _"
    if key[0] == "slack":
        return 'has to be a list of workspace ids, like ["T012AB3CD"]'
    return 'has to be a list of server ids, like ["81384788765712384"]'


def _shown(key: Key, value: object) -> str:
    if key in SECRETS or not isinstance(value, str | int | float | bool):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f", not {text[:40]}{'…' if len(text) > 40 else ''}" if text else ""


def meant(name: str, names: Iterable[str]) -> str:
    """A near name, as the beginning of one more sentence; "" when none is near."""
    near = get_close_matches(name.lower(), list(names), n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def known(table: Key) -> Iterable[str]:
    """The keys a table may have."""
    if not table:
        return Sections.model_fields
    if table[0] == "presets" and len(table) > 1:
        return PresetSection.model_fields
    kind = Sections.model_fields[table[0]].annotation if table[0] in Sections.model_fields else None
    return kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else ()


def _first_steps(value: Mapping[str, object]) -> list[str]:
    steps: list[str] = []
    inner: object = value
    while isinstance(inner, dict) and inner:
        step, inner = next(iter(inner.items()))
        steps.append(step)
    return steps
