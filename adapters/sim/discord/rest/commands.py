"""/applications/{application_id}/commands: what the bot offers, checked as Discord checks it.

https://docs.discord.com/developers/interactions/application-commands
"""

import re
from typing import Any

from adapters.sim.discord.errors import ApiError, Form, too_many, unknown
from adapters.sim.discord.nouns import Json

from .call import NOT_A_DICT, Call, Reply

CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
NAME = re.compile(r"^[-_'\w]{1,32}$")
MOST = {CHAT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
SIZE_LIMIT = 8000
BOOLEANS = ("required", "autocomplete")


def listed(call: Call) -> list[Json]:
    """Get Application Commands, global or a guild's."""
    return call.world.commands.get(_scope(call), [])


def replace(call: Call) -> list[Json]:
    """Bulk Overwrite: commands with a known name keep their id and cost no daily creation."""
    scope = _scope(call)
    if not isinstance(call.body, list):
        raise ApiError(400, 50035, errors={"_errors": [NOT_A_DICT]})
    _check(call.body)
    before = {_key(c): c for c in call.world.commands.get(scope, [])}
    registered = [_registered(call, scope, given, before.get(_key(given))) for given in call.body]
    call.world.commands[scope] = registered
    call.world.tell("commands.changed", registered)
    return registered


def create(call: Call) -> Reply:
    """Create Application Command; one with the same name is overwritten."""
    scope, given = _scope(call), call.fields()
    _check([given])
    existing = call.world.commands.setdefault(scope, [])
    before = next((c for c in existing if _key(c) == _key(given)), None)
    command = _registered(call, scope, given, before)
    call.world.commands[scope] = [c for c in existing if c is not before] + [command]
    call.world.tell("commands.changed", [command])
    return Reply(status=200 if before else 201, body=command)


def delete(call: Call) -> None:
    """Delete Application Command."""
    scope = _scope(call)
    left = [c for c in call.world.commands.get(scope, []) if c["id"] != call.params["command_id"]]
    if len(left) == len(call.world.commands.get(scope, [])):
        raise unknown(10063)
    call.world.commands[scope] = left
    call.world.tell("commands.changed", left)


def _scope(call: Call) -> int | None:
    if call.snowflake("application_id") != call.world.application_id:
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    return call.guild().id if "guild_id" in call.params else None


def _key(command: Json) -> tuple[int, str]:
    return (command.get("type") or CHAT, command["name"])


def _registered(call: Call, scope: int | None, given: Json, before: Json | None) -> Json:
    """The command as Discord gives it back: with ids, defaults filled in, empty things left out."""
    if before is None:
        call.world.command_creates += 1
        if call.world.command_creates > call.world.rules.command_creates_per_day:
            raise too_many(30034, 86_400.0)
    permissions = given.get("default_member_permissions")
    command: Json = {
        "id": before["id"] if before else str(call.world.ids.next()),
        "application_id": str(call.world.application_id),
        "version": str(call.world.ids.next()),
        "type": given.get("type") or CHAT,
        "name": given["name"],
        "description": given.get("description") or "",
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(given.get("nsfw")),
        "options": [_option(option) for option in given.get("options") or []],
        "integration_types": given.get("integration_types") or [0],
        "contexts": given.get("contexts"),
        "dm_permission": given.get("dm_permission") is not False,
    }
    for name in ("name_localizations", "description_localizations"):
        command[name] = given.get(name)
    return command | ({"guild_id": str(scope)} if scope else {})


def _option(given: Json) -> Json:
    kept = {key: value for key, value in given.items() if value is not None and value != []}
    for name in BOOLEANS:
        if kept.get(name) is False:
            del kept[name]
    if "options" in kept:
        kept["options"] = [_option(inner) for inner in kept["options"]]
    return kept


def _check(commands: list[Json]) -> None:
    form = Form()
    for kind, most in MOST.items():
        if sum(1 for c in commands if (c.get("type") or CHAT) == kind) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")
    for index, command in enumerate(commands):
        _check_command(form, str(index), command)
    keys = [_key(c) for c in commands if "name" in c]
    if len(keys) != len(set(keys)):
        form.wrong("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    form.done()


def _check_command(form: Form, path: str, command: Json) -> None:
    kind = command.get("type") or CHAT
    if kind == CHAT:
        _check_name(form, path, command.get("name"))
        form.outside(f"{path}.description", command.get("description"), 1, 100)
        _check_options(form, path, command.get("options") or [])
        if _size(command) > SIZE_LIMIT:
            form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({SIZE_LIMIT})")
        return
    form.outside(f"{path}.name", command.get("name"), 1, 32)
    if command.get("description"):
        form.wrong(
            f"{path}.description",
            "APPLICATION_COMMAND_INVALID_DESCRIPTION",
            "Context menu commands cannot have description",
        )


def _check_name(form: Form, path: str, name: Any) -> None:
    form.outside(f"{path}.name", name, 1, 32)
    if isinstance(name, str) and (not NAME.match(name) or name != name.lower()):
        form.wrong(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(form: Form, path: str, options: list[Json]) -> None:
    if len(options) > 25:
        form.wrong(f"{path}.options", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    optional_seen = False
    for index, option in enumerate(options):
        at = f"{path}.options.{index}"
        _check_name(form, at, option.get("name"))
        form.outside(f"{at}.description", option.get("description"), 1, 100)
        _check_options(form, at, option.get("options") or [])
        _check_choices(form, at, option)
        if option.get("required") and optional_seen:
            form.wrong(
                at,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")


def _check_choices(form: Form, path: str, option: Json) -> None:
    choices = option.get("choices") or []
    if len(choices) > 25:
        form.wrong(f"{path}.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    if choices and option.get("autocomplete"):
        form.wrong(
            f"{path}.autocomplete",
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
            "Choices and autocomplete cannot be used together",
        )
    for index, choice in enumerate(choices):
        form.outside(f"{path}.choices.{index}.name", choice.get("name"), 1, 100)


def _size(command: Json) -> int:
    """Names, descriptions and values of a command and everything in it."""
    own = sum(len(str(command.get(key) or "")) for key in ("name", "description"))
    choices = sum(len(str(c.get("name"))) + len(str(c.get("value"))) for c in command.get("choices") or [])
    return own + choices + sum(_size(option) for option in command.get("options") or [])
