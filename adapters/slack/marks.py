"""The names that our forms, pages and shortcuts carry, so that what comes back from them is understood after a restart. Pure.

Ids of Slack's own are in `ids`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

VERB = "pb.verb"
"""The menu of the budget form that chooses what is done."""
BUDGETS = "pb.budgets"
"""The button that opens the budget form."""
_HOME = "pb.home:"
_SUGGEST = "pb.suggest:"
_ABOUT = "pb.about:"
_ASK = "pb.ask:"
_ADMIN = "pb.admin:"
_FIELD = "pb.field:"


def shortcut(command: str) -> str:
    """The callback_id of "Ask about this"."""
    return _ABOUT + command


def parse_shortcut(callback_id: str) -> str | None:
    return _after(_ABOUT, callback_id)


def asking(command: str) -> str:
    """The callback_id of the form with a question."""
    return _ASK + command


def parse_asking(callback_id: str) -> str | None:
    return _after(_ASK, callback_id)


def administering(command: str) -> str:
    """The callback_id of the budget form."""
    return _ADMIN + command


def parse_administering(callback_id: str) -> str | None:
    return _after(_ADMIN, callback_id)


def field(option: str) -> str:
    """The block_id of an option's input."""
    return _FIELD + option


def parse_field(block_id: str) -> str | None:
    return _after(_FIELD, block_id)


def suggesting(command: str, option: str) -> str:
    """The action_id of an input whose choices we are asked for."""
    return f"{_SUGGEST}{command}:{option}"


def parse_suggesting(action_id: str) -> tuple[str, str] | None:
    """(command, option)"""
    rest = _after(_SUGGEST, action_id)
    command, _, option = (rest or "").partition(":")
    return (command, option) if command and option else None


def choosing(command: str) -> str:
    """The action_id of a menu on somebody's page whose choice is given to this command."""
    return _HOME + command


def parse_choosing(action_id: str) -> str | None:
    return _after(_HOME, action_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The message a form asks about, and how to say something to whoever opened it. It travels with the form."""

    channel: str
    root: str  # of its thread; its own stamp where it stands at the top
    message: str
    url: str = ""  # where Slack takes an answer that only they see
    expires_at: float = 0.0


def about(what: About) -> str:
    return json.dumps(asdict(what))


def parse_about(private_metadata: str) -> About | None:
    try:
        found = json.loads(private_metadata)
    except ValueError:
        return None
    if not isinstance(found, Mapping) or not {"channel", "root", "message"} <= found.keys():
        return None
    return About(
        channel=str(found["channel"]),
        root=str(found["root"]),
        message=str(found["message"]),
        url=str(found.get("url") or ""),
        expires_at=float(found.get("expires_at") or 0.0),
    )


def _after(prefix: str, text: str) -> str | None:
    rest = text.removeprefix(prefix)
    return rest if rest and rest != text else None
