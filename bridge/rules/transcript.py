"""A conversation's past as items for a replay: the newest turns that fit, and how many were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.rules import tokens
from bridge.values.parts import Item, Role, Text
from bridge.values.turn import Past, TurnState

HAD_WORDS = (TurnState.SETTLED, TurnState.STOPPED)
"""Turns of these states had an answer once, even if its words were erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    items: tuple[Item, ...] = ()
    left_out: int = 0  # older turns that did not fit or were erased


def history(past: Sequence[Past], *, max_turns: int, max_tokens: int) -> History:
    """Items of `past` (oldest first), whole turns only, nearest kept. Turns without words (erased, refused) are left out."""
    spoken = [turn for turn in past if turn.items and turn.text]
    kept: list[tuple[Item, ...]] = []
    room = max_tokens
    for turn in reversed(spoken[-max_turns:] if max_turns else []):
        items = (*turn.items, Item(role=Role.ASSISTANT, parts=(Text(text=turn.text),)))
        room -= tokens.of_items(items)
        if room < 0:
            break
        kept.append(items)
    return History(
        items=tuple(item for items in reversed(kept) for item in items),
        left_out=sum(bool(turn.text) or turn.state in HAD_WORDS for turn in past) - len(kept),
    )


def note(left_out: int, kept: int) -> str:
    """The honest sentence under an answer that did not see everything."""
    if not left_out:
        return ""
    if not kept:
        return "This answer does not know what was said before: it no longer fits or was erased."
    turns = "message" if kept == 1 else f"{kept} messages"
    return f"I only took the last {turns} of this conversation along; older ones were left out."
