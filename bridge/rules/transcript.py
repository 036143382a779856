"""A conversation's past as items for a replay: the newest turns that fit, and how many were left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.rules import tokens
from bridge.values.parts import Item, Role, Text
from bridge.values.turn import Past, TurnState

HAD_WORDS = (TurnState.SETTLED, TurnState.STOPPED)
"""Turns of these states had an answer once, even if its words were erased."""
OFFENDING = ("Moderated", "TooLong", "BadRequest")
"""Errors the question itself was the reason of: replayed, it would be the reason again, in every turn to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    items: tuple[Item, ...] = ()
    kept: int = 0  # turns among them
    left_out: int = 0  # older turns that did not fit or were erased


def history(past: Sequence[Past], *, max_turns: int, max_tokens: int) -> History:
    """Items of `past` (oldest first), whole turns only, nearest kept. Of a turn without an answer, what was asked."""
    spoken = [turn for turn in past if _speaks(turn)]
    kept: list[tuple[Item, ...]] = []
    room = max_tokens
    for turn in reversed(spoken[-max_turns:] if max_turns else []):
        answer = (Item(role=Role.ASSISTANT, parts=(Text(text=turn.text),)),) if turn.text else ()
        items = (*turn.items, *answer)
        room -= tokens.of_items(items)
        if room < 0:
            break
        kept.append(items)
    return History(
        items=tuple(item for items in reversed(kept) for item in items),
        kept=len(kept),
        left_out=sum(_speaks(turn) or bool(turn.text) or turn.state in HAD_WORDS for turn in past)
        - len(kept),
    )


def _speaks(turn: Past) -> bool:
    return bool(turn.items) and (bool(turn.text) or turn.error not in OFFENDING)


def note(left_out: int, kept: int) -> str:
    """The honest sentence under an answer that did not see everything."""
    if not left_out:
        return ""
    if not kept:
        return "This answer does not know what was said before: it no longer fits or was erased."
    turns = "message" if kept == 1 else f"{kept} messages"
    return f"I only took the last {turns} of this conversation along; older ones were left out."
