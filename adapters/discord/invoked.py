"""What somebody asked of a command, read from an interaction's own JSON. Pure. Messages are read in `parse`.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-application-command-data-structure
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bridge.values.command import Kind
from bridge.values.ids import ChannelId, RoleId
from bridge.values.inbound import Option
from bridge.values.parts import FileRef

from . import commands, parse
from .writes import Json

_GROUP = 2
_THREADS = (10, 11, 12)  # https://docs.discord.com/developers/resources/channel#channel-object-channel-types
_FILE = commands.OPTION_TYPES[Kind.FILE]
_TEXT = commands.OPTION_TYPES[Kind.TEXT]
_IDS = frozenset(commands.OPTION_TYPES[kind] for kind in (Kind.PERSON, Kind.ROLE, Kind.CHANNEL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A command by its full name, what it was given, and who or what the ids in it are."""

    name: str
    options: Mapping[str, Option] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[RoleId, ...]] = field(default_factory=dict)  # of the people named, best first
    parents: Mapping[str, ChannelId] = field(default_factory=dict)  # of the threads named
    focused: str = ""  # the option being typed, while it is


def invocation(data: Mapping[str, Any], ranks: Mapping[str, int] = MappingProxyType({})) -> Invocation:
    """The data of a chat command, or of its autocompletion.

    It tells which roles people have, but not which of them is better: `ranks` does, by their ids. Unknown ones come last, as Discord
    has them.
    """
    name, given = _innermost(data)
    resolved = data.get("resolved") or {}
    names = dict(_names(resolved))
    options = {one["name"]: _value(one, resolved, names) for one in given}
    focused = next((one["name"] for one in given if one.get("focused")), "")
    roles = dict(_roles(resolved, ranks))
    parents = {
        number: ChannelId(one["parent_id"])
        for number, one in (resolved.get("channels") or {}).items()
        if one.get("type") in _THREADS and one.get("parent_id")
    }
    return Invocation(name=name, options=options, names=names, roles=roles, parents=parents, focused=focused)


def answers(components: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What was filled into a form: rows and labels, as Discord sends either."""
    found: dict[str, str] = {}
    for part in components:
        if "custom_id" in part:
            found[part["custom_id"]] = str(part.get("value") or "")
        inner = [part["component"]] if "component" in part else part.get("components", ())
        found |= answers(inner)
    return found


def _innermost(data: Mapping[str, Any]) -> tuple[str, list[Json]]:
    """A verb of a group is the group's only option, and so on down."""
    name = str(data["name"])
    given: list[Json] = data.get("options") or []
    while len(given) == 1 and given[0]["type"] in (commands.SUBCOMMAND, _GROUP):
        name = f"{name} {given[0]['name']}"
        given = given[0].get("options") or []
    return name, given


def _value(option: Json, resolved: Mapping[str, Any], names: Mapping[str, str]) -> Option:
    value = option.get("value", "")
    kind = option["type"]
    if kind == _FILE:
        return _file(resolved["attachments"][value])
    if kind in _IDS:
        return str(value)
    if kind == _TEXT:
        return parse.readable(str(value), lambda sign, number: names.get(str(number)))
    return value if isinstance(value, bool | int) else str(value)


def _file(attachment: Json) -> FileRef:
    return FileRef(
        url=attachment["url"],
        name=attachment["filename"],
        size=int(attachment["size"]),
        mime=str(attachment.get("content_type") or "").partition(";")[0].strip().lower(),
    )


def _roles(resolved: Mapping[str, Any], ranks: Mapping[str, int]) -> Iterator[tuple[str, tuple[RoleId, ...]]]:
    for number, member in (resolved.get("members") or {}).items():
        held = sorted(member.get("roles") or (), key=lambda role: ranks.get(role, -1), reverse=True)
        yield number, tuple(RoleId(role) for role in held)


def _names(resolved: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    members = resolved.get("members") or {}
    for number, user in (resolved.get("users") or {}).items():
        nick = members.get(number, {}).get("nick")
        yield number, nick or user.get("global_name") or user["username"]
    for kind in ("roles", "channels"):
        for number, one in (resolved.get(kind) or {}).items():
            yield number, one.get("name") or number
