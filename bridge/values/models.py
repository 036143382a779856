"""What the catalogue knows of a model."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.values.ids import ModelId
from bridge.values.points import Price


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    id: ModelId
    name: str  # as people write it: "Claude-Sonnet-4.6"
    owner: str = ""
    price: Price | None = None  # None: not published, which does not mean free
    context: int | None = None  # tokens
    max_output: int | None = None  # tokens
    inputs: frozenset[str] = frozenset({"text"})  # text, image, video, audio
    outputs: frozenset[str] = frozenset({"text"})
    features: frozenset[str] = frozenset()  # tools, web_search
    responses: bool = True  # lists /v1/responses
    efforts: tuple[str, ...] = ()  # reasoning efforts it declares


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A named way to ask. None leaves the choice to the level above, at last to the house."""

    name: str
    model: ModelId
    system_prompt: str = ""
    system_as: str = "item"  # "item" | "instructions"
    max_output_tokens: int = 4096
    temperature: float | None = None
    footer: bool = True
