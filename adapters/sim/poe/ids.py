"""Identifiers in Poe's forms, the same every time for the same seed."""

from __future__ import annotations

import base64
import random

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Ids:
    """A source of identifiers; none is given twice."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"ids {seed}")

    def hex(self, length: int) -> str:
        """Hexadecimal digits."""
        return f"{self._chance.getrandbits(length * 4):0{length}x}"

    def response(self, core: str, owner: str, *, wrapped: bool) -> str:
        """``resp_`` and an upstream id; wrapped, as LiteLLM does it, it is 161 characters long for OpenAI."""
        if not wrapped:
            return f"resp_{core}"
        provider = "vertex_ai" if owner == "Google" else "anthropic" if owner == "Anthropic" else "openai"
        upstream = core[:22] if owner == "Google" else f"resp_{core}"
        told = f"litellm:custom_llm_provider:{provider};model_id:None;response_id:{upstream}"
        return f"resp_{base64.b64encode(told.encode()).decode()}"

    def call(self, *, long: bool = False) -> str:
        """A call id; ``long`` adds a thought signature as Gemini's ids carry, some thousands of characters."""
        plain = f"call_{self.letters(24)}"
        return f"{plain}__thought__{self.sealed(1200)}" if long else plain

    def letters(self, length: int) -> str:
        """Lower-case letters and digits."""
        return "".join(self._chance.choices(_LETTERS, k=length))

    def sealed(self, length: int = 90) -> str:
        """Base64 that means nothing, like encrypted reasoning."""
        return base64.b64encode(self._chance.randbytes(length)).decode()
