"""What we ask of a model."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.values.ids import KeyName, ModelId, ResponseId, TurnId
from bridge.values.parts import Item

DEFAULT_KEY = KeyName("default")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call. With `previous` set, `items` holds the new input alone; without, the whole conversation."""

    turn: TurnId
    model: ModelId
    items: tuple[Item, ...]
    max_output_tokens: int
    previous: ResponseId | None = None
    instructions: str | None = None
    temperature: float | None = None
    effort: str | None = None
    stream: bool = True
    key: KeyName = DEFAULT_KEY
