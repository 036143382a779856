"""The models the embedded Poe offers: facts recorded from the real list, and how to find them.

Here: reading ``models.json`` (58 entries of Poe's own ``/v1/models``, spring 2026, descriptions left out)
into a shape the rest of the simulator can ask questions of.  Not here: what a call costs (``billing``) or
what a model answers (``answers``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

RESPONSES = "/v1/responses"
CHAT = "/v1/chat/completions"

# The upstream snapshot names which real replies of /v1/responses carried instead of the requested name.
SNAPSHOTS: Mapping[str, str] = {
    "assistant": "gpt-5.2-chat-latest",
    "gpt-4.1": "gpt-4.1-2025-04-14",
    "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
    "gpt-4o": "gpt-4o-2024-11-20",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-5-mini": "gpt-5-mini-2025-08-07",
    "gpt-5.1-instant": "gpt-5.1-chat-latest",
    "gpt-5.2": "gpt-5.2-2025-12-11",
    "gpt-5.2-instant": "gpt-5.2-chat-latest",
    "gpt-5.4": "gpt-5.4-2026-03-05",
    "gpt-5.4-mini": "gpt-5.4-mini-2026-03-17",
    "gpt-5.4-nano": "gpt-5.4-nano-2026-03-17",
    "o1": "o1-2024-12-17",
    "o3": "o3-2025-04-16",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One entry of the list.  Prices are US dollars per token (or per request), ``None`` when unpublished."""

    id: str
    display_name: str
    owner: str
    endpoints: frozenset[str]
    features: frozenset[str]
    inputs: frozenset[str]
    outputs: tuple[str, ...]
    prompt: Decimal | None
    completion: Decimal | None
    cache_read: Decimal | None
    image: Decimal | None
    request: Decimal | None
    context_length: int | None
    max_output_tokens: int | None
    takes_effort: bool
    must_reason: bool
    parameters: Mapping[str, Mapping[str, Any]]

    @property
    def is_media(self) -> bool:
        """True for models that answer with a picture, a sound or a film instead of words."""
        return "text" not in self.outputs

    @property
    def efforts(self) -> tuple[str, ...]:
        """The reasoning efforts the model declares; empty when it declares none."""
        return tuple(self.parameters.get("reasoning_effort", {}).get("schema", {}).get("enum", ()))

    @property
    def snapshot(self) -> str:
        """The name the model goes by in replies of ``/v1/responses``."""
        return SNAPSHOTS.get(self.id, self.id)


def _price(entry: Mapping[str, Any], kind: str) -> Decimal | None:
    text = (entry.get("pricing") or {}).get(kind)
    return None if text is None else Decimal(text)


def model_of(entry: Mapping[str, Any]) -> Model:
    """Read one entry of ``/v1/models``.  Raises ``KeyError`` when it has no id."""
    window = entry.get("context_window") or {}
    shape = entry.get("architecture") or {}
    reasoning = entry.get("reasoning") or {}
    return Model(
        id=entry["id"],
        display_name=(entry.get("metadata") or {}).get("display_name") or entry["id"],
        owner=entry.get("owned_by", "Poe"),
        endpoints=frozenset(entry.get("supported_endpoints") or ()),
        features=frozenset(entry.get("supported_features") or ()),
        inputs=frozenset(shape.get("input_modalities") or ("text",)),
        outputs=tuple(shape.get("output_modalities") or ("text",)),
        prompt=_price(entry, "prompt"),
        completion=_price(entry, "completion"),
        cache_read=_price(entry, "input_cache_read"),
        image=_price(entry, "image"),
        request=_price(entry, "request"),
        context_length=window.get("context_length"),
        max_output_tokens=window.get("max_output_tokens"),
        takes_effort=bool(reasoning.get("supports_reasoning_effort")),
        must_reason=bool(reasoning.get("required")),
        parameters={item["name"]: item for item in entry.get("parameters") or ()},
    )


class Catalog:
    """The list as served.  ``add`` and ``remove`` let a test change it while the server runs."""

    def __init__(self, entries: Iterable[Mapping[str, Any]] | None = None) -> None:
        self._entries: dict[str, Mapping[str, Any]] = {}
        self._models: dict[str, Model] = {}
        for entry in recorded() if entries is None else entries:
            self.add(entry)

    def add(self, entry: Mapping[str, Any]) -> None:
        """Add an entry in the form of ``/v1/models``, replacing one of the same id."""
        model = model_of(entry)
        self._entries[model.id.lower()] = entry
        self._models[model.id.lower()] = model

    def remove(self, name: str) -> None:
        """Take a model off the list; calls to it then answer 404.  Raises ``KeyError`` when unknown."""
        del self._entries[name.lower()]
        del self._models[name.lower()]

    def find(self, name: str) -> Model | None:
        """Find a model by its id in any case."""
        return self._models.get(name.lower())

    def listing(self) -> dict[str, Any]:
        """The body of ``GET /v1/models``."""
        return {"object": "list", "data": list(self._entries.values())}


def recorded() -> list[dict[str, Any]]:
    """The entries shipped with the package."""
    text = files(__package__ or __name__).joinpath("models.json").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = json.loads(text)["data"]
    return entries
