"""The house's commands as Discord wants them registered. Pure; who sends them is not said here.

They are registered as they are written here and read back from raw interactions in `parse`: discord.py's command tree would want a Python
function with a signature for each, where ours are values.
https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bridge.values.command import CommandSpec, Kind, Needs, OptionSpec

from . import limits
from .writes import Json

CHAT_INPUT, MESSAGE = 1, 3
SUBCOMMAND = 1
SERVERS_AND_DIRECT = [0, 1]  # contexts: in servers, and in direct messages with the bot
SERVER_INSTALL = [0]
MANAGE_SERVER = 1 << 5

WITH_A_BUDGET = [0, 2, 5, 13, 15]
"""Kinds of channels a rule can name: not threads, which spend from the channel above them, nor categories, in which nobody speaks.

https://docs.discord.com/developers/resources/channel#channel-object-channel-types
"""

OPTION_TYPES: Mapping[Kind, int] = {
    Kind.TEXT: 3,
    Kind.WHOLE: 4,
    Kind.SWITCH: 5,
    Kind.PERSON: 6,
    Kind.CHANNEL: 7,
    Kind.ROLE: 8,
    Kind.FILE: 11,
}


def definitions(specs: Iterable[CommandSpec], *, hide: bool = True) -> list[Json]:
    """Everything to register: a chat command for each name or group, and what is offered on a message.

    `hide`: admins' commands are shown only to whom Discord knows as admins. The runner refuses them to others in any case.
    """
    specs = tuple(specs)
    groups: dict[str, list[CommandSpec]] = {}
    for spec in specs:
        groups.setdefault(spec.name.partition(" ")[0], []).append(spec)
    chat = [_chat(name, members) for name, members in groups.items()]
    found = chat + [_on_message(spec) for spec in specs if spec.about_message]
    return found if hide else [one | {"default_member_permissions": None} for one in found]


def same(registered: object, wanted: list[Json]) -> bool:
    """Whether Discord has exactly these commands already, in whatever order and with whatever it adds of its own.

    Asking costs one read; registering again would cost nothing but the daily creates that a changed command uses up:
    https://docs.discord.com/developers/interactions/application-commands#registering-a-command
    """
    if not isinstance(registered, list):
        return False
    return sorted(map(_shape, registered), key=repr) == sorted(map(_shape, wanted), key=repr)


def _chat(name: str, members: list[CommandSpec]) -> Json:
    if len(members) == 1 and members[0].name == name:
        body = {"description": _described(members[0].help), "options": _options(members[0])}
    else:
        verbs = [spec.name.partition(" ")[2] for spec in members]
        body = {
            "description": _described(f"{name}: {', '.join(verbs)}"),
            "options": [_verb(verb, spec) for verb, spec in zip(verbs, members, strict=True)],
        }
    return {"type": CHAT_INPUT, "name": name, **body, **_offered_to(members)}


def _verb(verb: str, spec: CommandSpec) -> Json:
    return {
        "type": SUBCOMMAND,
        "name": verb,
        "description": _described(spec.help),
        "options": _options(spec),
    }


def _on_message(spec: CommandSpec) -> Json:
    return {"type": MESSAGE, "name": spec.about_message[:32], **_offered_to([spec])}


def _offered_to(members: list[CommandSpec]) -> Json:
    """In servers and direct messages."""
    admins_only = all(spec.needs is Needs.ADMIN for spec in members)
    return {
        "contexts": SERVERS_AND_DIRECT,
        "integration_types": SERVER_INSTALL,
        "default_member_permissions": MANAGE_SERVER if admins_only else None,
    }


def _options(spec: CommandSpec) -> list[Json]:
    """Discord wants the required ones first."""
    return [_option(option) for option in sorted(spec.options, key=lambda option: not option.required)]


def _option(option: OptionSpec) -> Json:
    body: Json = {
        "type": OPTION_TYPES[option.kind],
        "name": option.name,
        "description": _described(option.help),
        "required": option.required,
    }
    if option.kind is Kind.CHANNEL:
        body["channel_types"] = WITH_A_BUDGET
    if option.choices:
        body["choices"] = [{"name": choice, "value": choice} for choice in option.choices[: limits.CHOICES]]
    if option.suggests:
        body["autocomplete"] = True
    return body


def _described(text: str) -> str:
    return text[: limits.LABEL]


def _shape(command: Any) -> tuple[Any, ...]:
    """What of a definition is ours; Discord leaves out what is empty or false, and adds ids, versions and translations."""
    if not isinstance(command, dict):
        return ()
    return (
        command.get("type", CHAT_INPUT),
        command.get("name"),
        command.get("description") or "",
        str(command.get("default_member_permissions")),  # asked for as a number, told as text
        tuple(sorted(command.get("contexts") or ())),
        tuple(sorted(command.get("integration_types") or ())),
        tuple(sorted(command.get("channel_types") or ())),
        bool(command.get("required")),
        bool(command.get("autocomplete")),
        tuple((choice.get("name"), choice.get("value")) for choice in command.get("choices") or ()),
        tuple(_shape(option) for option in command.get("options") or ()),
    )
