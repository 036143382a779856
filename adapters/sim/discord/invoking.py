"""A person's slash command as Discord's client builds it: checked against what the bot registered.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-interaction-data
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import permissions, render, render_messages
from .nouns import Channel, Guild, Json, Message, Role, User

if TYPE_CHECKING:
    from .world import World

CHAT, ON_USER, ON_MESSAGE = 1, 2, 3
GROUPS = (1, 2)
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
KINDS: dict[int, type | tuple[type, ...]] = {
    STRING: str,
    INTEGER: int,
    BOOLEAN: bool,
    USER: (str, User),
    CHANNEL: (str, Channel),
    ROLE: (str, Role),
    NUMBER: (int, float),
    MENTIONABLE: (User, Role),
    ATTACHMENT: tuple,
}


class Refused(Exception):
    """Discord's own client would not let this person do this."""


@dataclass(slots=True, kw_only=True)
class Filling:
    """The options a person filled in, on their way into `data`."""

    world: "World"
    channel: Channel
    resolved: Json = field(default_factory=dict)
    focused: str | None = None


def find(world: "World", channel: Channel, user: User, name: str, kind: int = CHAT) -> Json:
    """The registered command with this name that this person may use here."""
    here = _registered(world, channel)
    for command in here:
        if command["name"] == name and command.get("type", CHAT) == kind:
            _allowed(world, command, channel, user)
            return command
    raise Refused(f"there is no command {name!r} here; registered: {[c['name'] for c in here]}")


def offered(world: "World", channel: Channel, user: User, kind: int = CHAT) -> list[Json]:
    """Every command this person sees in this channel."""
    listed = []
    for command in _registered(world, channel):
        try:
            _allowed(world, command, channel, user)
        except Refused:
            continue
        if command.get("type", CHAT) == kind:
            listed.append(command)
    return listed


def _registered(world: "World", channel: Channel) -> list[Json]:
    own = world.commands.get(channel.guild_id, []) if channel.guild_id else []
    return [*world.commands[None], *own]


def _allowed(world: "World", command: Json, channel: Channel, user: User) -> None:
    if channel.guild_id is None:
        contexts = command.get("contexts")
        if command.get("dm_permission") is False or (contexts is not None and 1 not in contexts):
            raise Refused(f"/{command['name']} is not offered in direct messages")
        return
    contexts = command.get("contexts")
    if contexts is not None and 0 not in contexts:
        raise Refused(f"/{command['name']} is not offered in servers")
    needed = command.get("default_member_permissions")
    if needed is not None and not _holds(world.may(user, channel), int(needed)):
        raise Refused(f"{user.username} lacks the permissions for /{command['name']}")
    if not world.can(user, channel, "use_application_commands"):
        raise Refused(f"{user.username} may not use commands in this channel")


def _holds(held: int, needed: int) -> bool:
    """Zero needed means: nobody but administrators."""
    return held == permissions.EVERYTHING or (needed != 0 and held & needed == needed)


def chat_data(
    world: "World",
    channel: Channel,
    user: User,
    words: str,
    options: Mapping[str, Any],
    focused: str | None = None,
) -> Json:
    """`data` of a slash command; `words` may name a subcommand: "budget show"."""
    name, *path = words.split()
    command = find(world, channel, user, name)
    filling = Filling(world=world, channel=channel, focused=focused)
    data: Json = {"id": command["id"], "name": command["name"], "type": CHAT}
    filled = _descend(filling, command, path, options)
    if filled:
        data["options"] = filled
    if filling.resolved:
        data["resolved"] = filling.resolved
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _descend(filling: Filling, level: Json, path: list[str], options: Mapping[str, Any]) -> list[Json]:
    declared = level.get("options") or []
    if path:
        below = next((o for o in declared if o["name"] == path[0] and o["type"] in GROUPS), None)
        if below is None:
            raise Refused(f"{level['name']!r} has no subcommand {path[0]!r}")
        inner = _descend(filling, below, path[1:], options)
        return [{"name": below["name"], "type": below["type"], "options": inner}]
    if any(o["type"] in GROUPS for o in declared):
        raise Refused(f"{level['name']!r} needs one of {[o['name'] for o in declared]}")
    _complete(filling, declared, options)
    by_name = {o["name"]: o for o in declared}
    return [_option(filling, by_name[name], value) for name, value in options.items()]


def _complete(filling: Filling, declared: list[Json], options: Mapping[str, Any]) -> None:
    names = {o["name"] for o in declared}
    if strange := options.keys() - names:
        raise Refused(f"no such option: {sorted(strange)}; there are {sorted(names)}")
    missing = [o["name"] for o in declared if o.get("required") and o["name"] not in options]
    if missing and filling.focused is None:
        raise Refused(f"required options are missing: {missing}")


def _option(filling: Filling, declared: Json, value: Any) -> Json:
    kind, name = declared["type"], declared["name"]
    filled: Json = {"name": name, "type": kind}
    if filling.focused == name:
        if not declared.get("autocomplete"):
            raise Refused(f"option {name!r} has no autocomplete")
        return filled | {"value": value, "focused": True}
    if not isinstance(value, KINDS[kind]) or (kind in (INTEGER, NUMBER) and isinstance(value, bool)):
        raise Refused(f"option {name!r} cannot be {value!r}")
    _bounded(declared, value)
    return filled | {"value": _resolve(filling, kind, value)}


def _bounded(declared: Json, value: Any) -> None:
    choices = declared.get("choices")
    if choices and not declared.get("autocomplete") and value not in [c["value"] for c in choices]:
        raise Refused(f"{value!r} is not one of the choices of {declared['name']!r}")
    size = len(value) if isinstance(value, str) else value
    low, high = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    if declared["type"] == STRING and len(value) > declared.get("max_length", 6000):
        raise Refused(f"option {declared['name']!r} is too long")
    if declared["type"] not in (STRING, INTEGER, NUMBER):
        return
    if size < declared.get(low, size) or size > declared.get(high, size):
        raise Refused(f"option {declared['name']!r} is out of bounds")


def _resolve(filling: Filling, kind: int, value: Any) -> Any:
    """Things are sent as ids, with the things themselves beside the options."""
    world, guild = filling.world, filling.world.guild_of(filling.channel)
    if kind in (STRING, INTEGER, BOOLEAN, NUMBER):
        return value
    if kind == ATTACHMENT:
        name, content, *content_type = value
        stored = world.files.store(filling.channel.id, name, content, *content_type)
        stored.ephemeral = True
        filling.resolved.setdefault("attachments", {})[str(stored.id)] = render_messages.attachment(
            world, filling.channel.id, stored
        )
        return str(stored.id)
    if kind == CHANNEL:
        channel = world.channel(value)
        shown = render.channel(channel) | {"permissions": render.permissions_in(world, world.bot, channel)}
        filling.resolved.setdefault("channels", {})[str(channel.id)] = shown
        return str(channel.id)
    if kind == ROLE or isinstance(value, Role):
        assert guild is not None
        role = value if isinstance(value, Role) else next(r for r in guild.roles.values() if r.name == value)
        filling.resolved.setdefault("roles", {})[str(role.id)] = render.role(role)
        return str(role.id)
    return _resolve_user(world, guild, filling.channel, filling.resolved, world.user(value))


def _resolve_user(world: "World", guild: Guild | None, channel: Channel, resolved: Json, user: User) -> str:
    resolved.setdefault("users", {})[str(user.id)] = render.user(user)
    member = guild.members.get(user.id) if guild else None
    if member is not None:
        shown = render.member(member) | {"permissions": render.permissions_in(world, user, channel)}
        resolved.setdefault("members", {})[str(user.id)] = shown
    return str(user.id)


def menu_data(world: "World", channel: Channel, user: User, name: str, target: Message | User) -> Json:
    """`data` of a context-menu command on a message or a person."""
    resolved: Json = {}
    if isinstance(target, Message):
        command = find(world, channel, user, name, ON_MESSAGE)
        resolved["messages"] = {str(target.id): render_messages.message(world, target)}
    else:
        command = find(world, channel, user, name, ON_USER)
        _resolve_user(world, world.guild_of(channel), channel, resolved, target)
    return {
        "id": command["id"],
        "name": name,
        "type": command["type"],
        "target_id": str(target.id),
        "resolved": resolved,
    }
