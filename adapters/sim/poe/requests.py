"""Requests: the body of either endpoint read into one question, ``Ask``.

Here: which fields mean what, tools and output formats.  Not here: the single field rules (``checks``), the
stored chain (``world``), and the answer.
https://creator.poe.com/api-reference/createResponse and ``/createChatCompletion``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.sim.poe import checks, tokens
from adapters.sim.poe.catalog import CHAT, RESPONSES, Model
from adapters.sim.poe.checks import refuse
from adapters.sim.poe.conversation import Turn, from_items, from_messages
from adapters.sim.poe.errors import Refusal
from adapters.sim.poe.profile import Profile

SEARCH_TOOLS = ("web_search_preview", "web_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function the caller offers."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question, the same for both endpoints.  ``choice`` is auto, none, required or a tool's name."""

    endpoint: str  # responses or chat
    model: Model
    requested: str
    body: Mapping[str, Any]
    turns: tuple[Turn, ...]
    items: tuple[Mapping[str, Any], ...] = ()
    stream: bool = False
    max_output: int | None = None
    tools: tuple[Tool, ...] = ()
    choice: str = "auto"
    search: bool = False
    sources: bool = False
    schema: Mapping[str, Any] | None = None
    effort: str | None = None
    summary: str | None = None

    @property
    def weight(self) -> int:
        """Input tokens of everything that was sent or is remembered."""
        offered = self.body.get("tools")
        return sum(turn.weight for turn in self.turns) + (tokens.count(json.dumps(offered)) if offered else 0)

    @property
    def prefix(self) -> str:
        """The whole input as one text, as prompt caching compares it."""
        return "\n".join(f"{turn.role}: {turn.text}" for turn in self.turns)


def _tool(entry: Mapping[str, Any], where: str, nested: bool) -> Tool:
    spec = entry.get("function") if nested and "function" in entry else entry
    if not isinstance(spec, Mapping) or not isinstance(spec.get("name"), str):
        raise refuse(
            f"{where}.name", f"Missing required parameter: '{where}.name'.", "missing_required_parameter"
        )
    return Tool(
        name=spec["name"],
        description=str(spec.get("description") or ""),
        parameters=spec.get("parameters") or {"type": "object", "properties": {}},
    )


def _tools(body: Mapping[str, Any], *, nested: bool) -> tuple[tuple[Tool, ...], bool]:
    """The function tools, and whether a search tool is among the others."""
    found: list[Tool] = []
    search = False
    for number, entry in enumerate(body.get("tools") or ()):
        kind = entry.get("type") if isinstance(entry, Mapping) else None
        where = f"tools[{number}]"
        if kind == "function":
            found.append(_tool(entry, where, nested))
        elif kind in SEARCH_TOOLS:
            search = True
        elif kind not in ("mcp", "file_search", "code_interpreter", "image_generation"):
            raise refuse(f"{where}.type", f"Invalid value: '{kind}'.", "invalid_value")
    return tuple(found), search


def _choice(body: Mapping[str, Any], tools: tuple[Tool, ...]) -> str:
    choice = body.get("tool_choice")
    if choice is None:
        return "auto"
    if isinstance(choice, str):
        return choice
    name = choice.get("name") or (choice.get("function") or {}).get("name")
    if name is None:
        return "auto"
    if name not in {tool.name for tool in tools}:
        raise refuse("tool_choice", f"Tool choice '{name}' not found in 'tools' parameter.", "invalid_value")
    return str(name)


def _schema(form: Any, where: str) -> Mapping[str, Any] | None:
    """The JSON schema of ``text.format`` (flat) or ``response_format`` (nested)."""
    if form is None:
        return None
    if not isinstance(form, Mapping):
        raise refuse(where, f"Invalid type for '{where}': expected an object.", "invalid_type")
    if form.get("type") == "json_object":
        return {"type": "object"}
    if form.get("type") != "json_schema":
        checks.one_of("text", "json_object", "json_schema")(f"{where}.type", form.get("type"))
        return None
    holder = form.get("json_schema", form)
    for name in ("name", "schema"):
        if not holder.get(name):
            words = f"Missing required parameter: '{where}.{name}'."
            raise refuse(f"{where}.{name}", words, "missing_required_parameter")
    schema: Mapping[str, Any] = holder["schema"]
    return schema


def responses(body: Mapping[str, Any], model: Model, profile: Profile) -> Ask:
    """Read the body of ``POST /v1/responses``.  Raises ``Refusal`` (400)."""
    checks.fields(body, checks.RESPONSES_FIELDS, ("model", "input"))
    if profile.strict:
        checks.undeclared(body, checks.RESPONSES_FIELDS, model)
        checks.reasoning(body, model)
        checks.sampling(body, model)
        checks.output_limit(body.get("max_output_tokens"), model)
    if RESPONSES not in model.endpoints and not profile.all_models_respond:
        raise Refusal(400, "Model does not support responses method.")
    tools, search = _tools(body, nested=profile.nested_tools)
    if "deep-research" in model.id and not search:
        needed = "at least one of 'web_search_preview', 'mcp', or 'file_search' tools."
        raise Refusal(400, f"Deep research models require {needed}")
    if tools and profile.strict and "tools" not in model.features:
        raise Refusal(400, f"Functions are not supported with {model.id}.")
    reasoning = body.get("reasoning") or {}
    given = body["input"]
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if not items:
        raise refuse("input", "Invalid 'input': expected a non-empty array.", "empty_array")
    return Ask(
        endpoint="responses",
        model=model,
        requested=body["model"],
        body=body,
        turns=(),
        items=tuple(items),
        stream=bool(body.get("stream")),
        max_output=body.get("max_output_tokens"),
        tools=tools,
        choice=_choice(body, tools),
        search=search,
        sources="web_search_call.action.sources" in (body.get("include") or ()),
        schema=_schema((body.get("text") or {}).get("format"), "text.format"),
        effort=reasoning.get("effort"),
        summary=reasoning.get("summary"),
    )


def turns_of(ask: Ask, earlier: tuple[Mapping[str, Any], ...], profile: Profile) -> tuple[Turn, ...]:
    """All turns the model sees: instructions, the stored chain, and what was sent now.

    Raises ``Refusal`` (400).
    """
    names: dict[str, str] = {}
    stored = from_items(earlier, names, check=False)
    fresh = from_items(ask.items, names)
    system = ask.body.get("instructions")
    head = [Turn(role="system", text=system)] if system and profile.honours_instructions else []
    turns = (*head, *stored, *fresh)
    if profile.strict:
        checks.modalities((file.kind for turn in turns for file in turn.attachments), ask.model)
    return turns


def chat(body: Mapping[str, Any], model: Model, profile: Profile, *, legacy: bool) -> Ask:
    """Read the body of ``POST /v1/chat/completions``; ``legacy`` lets unknown fields pass.

    Raises ``Refusal`` (400).
    """
    checks.fields(body, checks.CHAT_FIELDS, ("model", "messages"))
    strict = profile.strict and not legacy
    if strict:
        checks.undeclared(body, checks.CHAT_FIELDS, model)
        checks.declared(body, model)
    if model.endpoints == {RESPONSES}:
        raise Refusal(400, f"Model does not support {CHAT.rsplit('/', 1)[-1]} method.")
    tools, search = _tools(body, nested=True)
    if tools and profile.strict and "tools" not in model.features:
        words = f"Model {model.id} does not support tool calling. Use a tool-capable model or remove tools from the request."
        raise Refusal(400, words, param="model", code="unsupported_feature_for_model")
    turns = tuple(from_messages(body["messages"], developer=not profile.strict))
    if profile.strict:
        checks.modalities((file.kind for turn in turns for file in turn.attachments), model)
    effort = body.get("reasoning_effort")
    return Ask(
        endpoint="chat",
        model=model,
        requested=body["model"],
        body=body,
        turns=turns,
        stream=bool(body.get("stream")),
        max_output=body.get("max_completion_tokens") or body.get("max_tokens"),
        tools=tools,
        choice=_choice(body, tools),
        search=search or bool(body.get("web_search")) or model.id.endswith("-search"),
        effort=effort or ("medium" if body.get("thinking_budget") else None),
        summary="auto",
    )
