"""The verbs: every command there is, and the one runner that checks who may use it and what was written behind it.

Platforms register `SPECS` and the runner runs them; a shell runs the same ones. What a command decides is in `rules`; what a question
to a model is, and what buttons do, belongs to `turn`.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from bridge.commands import budgets, conversation, models, points, presets, status
from bridge.commands.desk import Command, Desk, administers, hears_mentions_only
from bridge.commands.home import home
from bridge.commands.manual import manual
from bridge.commands.options import check
from bridge.commands.suggest import suggest
from bridge.rules.access import is_admin
from bridge.rules.names import typed
from bridge.values.command import CommandSpec, Needs, Reply
from bridge.values.errors import BridgeError, NotAllowed, Refused, UnknownName
from bridge.values.inbound import Commanded
from bridge.values.notices import Trouble

__all__ = ["ALL", "SPECS", "Command", "Desk", "home", "perform", "run", "suggest"]


async def _help(commanded: Commanded, desk: Desk) -> Reply:
    return Reply(
        text=manual(
            SPECS, admin=is_admin(commanded.person, desk.settings), mentions_only=hears_mentions_only(desk)
        )
    )


ALL: tuple[Command, ...] = (
    *conversation.COMMANDS,
    *models.COMMANDS,
    *presets.COMMANDS,
    *points.COMMANDS,
    Command(act=_help, spec=CommandSpec(name="help", help="How to talk with me, and what I can do")),
    *budgets.COMMANDS,
    *status.COMMANDS,
)
SPECS: tuple[CommandSpec, ...] = tuple(command.spec for command in ALL)
_BY_NAME = {command.spec.name: command for command in ALL}


async def run(commanded: Commanded, desk: Desk) -> Reply:
    """Run a command for somebody in a chat: whatever goes wrong is said in a sentence, to them alone."""
    reply = await _told(commanded, desk)
    return (
        reply if desk.chat is None else replace(reply, text=typed(reply.text, desk.chat.capabilities.command))
    )


async def _told(commanded: Commanded, desk: Desk) -> Reply:
    try:
        return await perform(commanded, desk)
    except Refused as refused:
        return Reply(text=refused.say)
    except BridgeError as error:
        desk.notify(_trouble(commanded, error))
        return Reply(text=error.say)
    except Exception as error:  # a command that is broken must not end the others
        desk.notify(_trouble(commanded, error))
        return Reply(text=BridgeError().say)


async def perform(commanded: Commanded, desk: Desk) -> Reply:
    """Run a command. Raises BridgeErrors: UnknownName, NotAllowed, and what the command itself raises."""
    command = _BY_NAME.get(commanded.name)
    if command is None:
        raise UnknownName(f"There is no command called /{commanded.name[:40]}.{_near(commanded.name)}")
    if command.spec.needs is Needs.ADMIN and not administers(
        commanded.person, commanded.place, desk.settings
    ):
        raise NotAllowed(f"Only an admin can use /{command.spec.name}.")
    check(command.spec, commanded.options)
    return await command.act(commanded, desk)


def _near(name: str) -> str:
    near = get_close_matches(name, list(_BY_NAME), n=1)
    return f" Did you mean /{near[0]}?" if near else " /help shows what there is."


def _trouble(commanded: Commanded, error: Exception) -> Trouble:
    detail = error.detail if isinstance(error, BridgeError) else ""
    name = commanded.name if commanded.name in _BY_NAME else "unknown"
    return Trouble(where=f"commands: {name}", error=type(error).__name__, detail=detail)
