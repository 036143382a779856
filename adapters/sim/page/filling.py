"""From what stands in a command's fields to values of the kinds its options were registered with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData, UploadFile

from adapters.sim.discord import Refused, World

from . import offers, seats
from .seats import Seat

Json = dict[str, Any]
OPTION = "option:"


async def options(seat: Seat, words: str, form: FormData) -> Json:
    """Every filled option of a command. Raises Refused for what cannot be read."""
    texts = {name.removeprefix(OPTION): v for name, v in form.multi_items() if name.startswith(OPTION)}
    files = {name: part for name, part in texts.items() if isinstance(part, UploadFile) and part.filename}
    filled = given(seat, words, {name: v for name, v in texts.items() if isinstance(v, str)})
    return filled | {name: await file(seat.world, part) for name, part in files.items()}


def given(seat: Seat, words: str, texts: Mapping[str, str]) -> Json:
    """The options that are filled in, without files; an empty field is none."""
    declared = _declared(seat, words)
    return {
        name: _value(seat, declared[name], text)
        for name, text in texts.items()
        if text != "" and name in declared and declared[name]["kind"] != "file"
    }


async def file(world: World, part: object) -> tuple[str, bytes, str]:
    """An uploaded file as the simulator takes it. Raises Refused for one that is too big."""
    if not isinstance(part, UploadFile):
        raise Refused("This is no file.")
    content = await part.read()
    if len(content) > world.rules.file_bytes:
        raise Refused(f"{part.filename} is too powerful: the limit is {world.rules.file_bytes >> 20} MB.")
    return part.filename or "unknown", content, part.content_type or "application/octet-stream"


def _declared(seat: Seat, words: str) -> dict[str, Json]:
    found = next((command for command in offers.commands(seat) if command["words"] == words), None)
    if found is None:
        raise Refused(f"There is no command /{words} for you here.")
    return {option["name"]: option for option in found["options"]}


def _value(seat: Seat, option: Json, text: str) -> Any:
    kind = option["kind"]
    if kind in ("whole", "number"):
        return _number(option, text)
    if kind == "switch":
        return text == "true"
    if kind in ("person", "role", "channel", "mentionable"):
        return _thing(seat, option, seats.number(text))
    return text


def _number(option: Json, text: str) -> int | float:
    try:
        return int(text) if option["kind"] == "whole" else float(text)
    except ValueError:
        raise Refused(f"{option['name']} is a number.") from None


def _thing(seat: Seat, option: Json, number: int) -> Any:
    """A person, role or channel that was picked."""
    world, guild = seat.world, seat.guild
    roles = guild.roles if guild else {}
    wanted: dict[str, Mapping[int, Any]] = {
        "person": world.users,
        "role": roles,
        "channel": world.channels,
        "mentionable": {**world.users, **roles},
    }
    found = wanted[option["kind"]].get(number)
    if found is None:
        raise Refused(f"Pick one for {option['name']}.")
    return found
