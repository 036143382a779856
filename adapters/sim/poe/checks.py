"""Field checks: what each request field may be, as tables, and the refusals when it is not.

Here: types, ranges and enumerations, and what a model declares that it takes.  Not here: reading the
conversation (``conversation``) or putting a request together (``requests``).
Messages follow OpenAI's, which is what reaches the caller through Poe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adapters.sim.poe.catalog import Model
from adapters.sim.poe.errors import Refusal

Check = Callable[[str, Any], None]


def refuse(name: str, message: str, code: str) -> Refusal:
    """A 400 about one field."""
    return Refusal(400, message, param=name, code=code)


def number(low: float, high: float) -> Check:
    """A number within a closed range."""

    def check(name: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refuse(name, f"Invalid type for '{name}': expected a decimal.", "invalid_type")
        if not low <= value <= high:
            words = (
                f"Invalid '{name}': expected a value between {low:g} and {high:g}, but got {value:g} instead."
            )
            raise refuse(name, words, "decimal_out_of_range")

    return check


def integer(low: int, high: int | None = None) -> Check:
    """A whole number, at least ``low``."""

    def check(name: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse(name, f"Invalid type for '{name}': expected an integer.", "invalid_type")
        if value < low or (high is not None and value > high):
            bound = f">= {low}" if value < low else f"<= {high}"
            words = f"Invalid '{name}': expected a value {bound}, but got {value} instead."
            raise refuse(name, words, "integer_out_of_range")

    return check


def one_of(*values: str) -> Check:
    """One of a few words."""

    def check(name: str, value: Any) -> None:
        if value not in values:
            supported = ", ".join(f"'{v}'" for v in values)
            words = f"Invalid value: '{value}'. Supported values are: {supported}."
            raise refuse(name, words, "invalid_value")

    return check


def kind(*types: type) -> Check:
    """Any value of these JSON types."""

    def check(name: str, value: Any) -> None:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            words = f"Invalid type for '{name}': got {type(value).__name__} instead."
            raise refuse(name, words, "invalid_type")

    return check


def include(name: str, value: Any) -> None:
    """The list of extras a Responses caller may ask for."""
    kind(list)(name, value)
    for number_, entry in enumerate(value):
        one_of(
            "web_search_call.action.sources",
            "message.output_text.logprobs",
            "message.input_image.image_url",
            "reasoning.encrypted_content",
        )(f"{name}[{number_}]", entry)


def metadata(name: str, value: Any) -> None:
    """At most 16 pairs; keys of 64 and values of 512 characters."""
    kind(dict)(name, value)
    fits = all(len(k) <= 64 and isinstance(v, str) and len(v) <= 512 for k, v in value.items())
    if len(value) > 16 or not fits:
        words = f"Invalid '{name}': at most 16 pairs with keys of 64 and strings of 512 characters."
        raise refuse(name, words, "invalid_value")


def tool_choice(name: str, value: Any) -> None:
    """A word or an object naming a tool."""
    if isinstance(value, str):
        one_of("auto", "none", "required")(name, value)
    else:
        kind(dict)(name, value)


_SAMPLING: Mapping[str, Check] = {
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "top_logprobs": integer(0, 20),
    "stream": kind(bool),
    "parallel_tool_calls": kind(bool),
    "store": kind(bool),
    "metadata": metadata,
    "service_tier": one_of("auto", "default", "flex", "priority"),
    "tools": kind(list),
    "tool_choice": tool_choice,
    "user": kind(str),
    "safety_identifier": kind(str),
    "prompt_cache_key": kind(str),
    "stream_options": kind(dict),
}

RESPONSES_FIELDS: Mapping[str, Check] = {
    **_SAMPLING,
    "model": kind(str),
    "input": kind(str, list),
    "instructions": kind(str),
    "max_output_tokens": integer(1),
    "max_tool_calls": integer(1),
    "reasoning": kind(dict),
    "text": kind(dict),
    "previous_response_id": kind(str),
    "truncation": one_of("auto", "disabled"),
    "include": include,
    "background": kind(bool),
    "prompt": kind(dict),
    "conversation": kind(str, dict),
}

CHAT_FIELDS: Mapping[str, Check] = {
    **_SAMPLING,
    "model": kind(str),
    "messages": kind(list),
    "max_tokens": integer(1),
    "max_completion_tokens": integer(1),
    "n": integer(1, 1),
    "stop": kind(str, list),
    "logprobs": kind(bool),
    "response_format": kind(dict),
    "prediction": kind(dict),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
    "seed": kind(int),
    "audio": kind(dict),
    "logit_bias": kind(dict),
    "modalities": kind(list),
    "reasoning_effort": kind(str),
    "verbosity": one_of("low", "medium", "high"),
    "functions": kind(list),
    "function_call": kind(str, dict),
    "web_search_options": kind(dict),
}


def fields(body: Mapping[str, Any], known: Mapping[str, Check], required: Iterable[str]) -> None:
    """Check every known field that is present and not null.  Raises ``Refusal`` (400)."""
    for name in required:
        if body.get(name) is None:
            raise refuse(name, f"Missing required parameter: '{name}'.", "missing_required_parameter")
    for name, value in body.items():
        if value is not None and name in known:
            known[name](name, value)


def undeclared(body: Mapping[str, Any], known: Mapping[str, Check], model: Model) -> None:
    """Refuse fields that are neither standard nor declared by the model.  Raises ``Refusal`` (400)."""
    for name in body:
        if name not in known and name not in model.parameters:
            raise refuse(name, f"Unknown parameter: '{name}'.", "unknown_parameter")


def declared(body: Mapping[str, Any], model: Model) -> None:
    """Check the values of a model's own parameters against what it declares.  Raises ``Refusal`` (400)."""
    for name, entry in model.parameters.items():
        value, schema = body.get(name), entry.get("schema") or {}
        if value is None:
            continue
        if "enum" in schema and value not in schema["enum"]:
            supported = ", ".join(f"'{v}'" for v in schema["enum"])
            words = f"Unsupported value: '{value}' is not supported with the '{model.snapshot}' model. "
            raise refuse(name, f"{words}Supported values are: {supported}.", "unsupported_value")
        if "minimum" in schema or "maximum" in schema:
            number(schema.get("minimum", float("-inf")), schema.get("maximum", float("inf")))(name, value)


def reasoning(body: Mapping[str, Any], model: Model) -> None:
    """Refuse ``reasoning`` where the model does not take it.  Raises ``Refusal`` (400).

    Recorded: "Unsupported value: 'high' is not supported with the 'gpt-5.1-chat-latest' model."
    """
    asked = body.get("reasoning")
    if asked is None:
        return
    if not model.takes_effort:
        words = "Unsupported parameter: 'reasoning' is not supported with this model."
        raise refuse("reasoning", words, "unsupported_parameter")
    efforts = model.efforts or ("medium",)
    effort = asked.get("effort")
    if effort is not None and effort not in efforts:
        supported = ", ".join(f"'{value}'" for value in efforts)
        words = f"Unsupported value: '{effort}' is not supported with the '{model.snapshot}' model. "
        raise refuse("reasoning.effort", f"{words}Supported values are: {supported}.", "unsupported_value")


def sampling(body: Mapping[str, Any], model: Model) -> None:
    """OpenAI's reasoning models refuse ``temperature`` and ``top_p``.  Raises ``Refusal`` (400)."""
    if not model.must_reason and model.id[:2] not in ("o1", "o3", "o4"):
        return
    for name in ("temperature", "top_p"):
        if body.get(name) is not None:
            words = f"Unsupported parameter: '{name}' is not supported with this model."
            raise refuse(name, words, "unsupported_parameter")


def output_limit(limit: int | None, model: Model) -> None:
    """Refuse a limit above what the model can write.  Raises ``Refusal`` (400)."""
    most = model.max_output_tokens
    if limit is not None and most is not None and limit > most:
        words = f"max_tokens: {limit} > {most}, which is the maximum allowed number of output tokens for {model.id}"
        raise refuse("max_output_tokens", words, "invalid_value")


def modalities(kinds: Iterable[str], model: Model) -> None:
    """Refuse pictures where the model cannot see.  Raises ``Refusal`` (400)."""
    if "image" in kinds and "image" not in model.inputs:
        words = "Invalid content type. image_url is only supported by certain models."
        raise refuse("input", words, "invalid_value")
