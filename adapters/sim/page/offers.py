"""What a place offers to who writes there: names to mention, commands with their options. As JSON for the page's scripts."""

from __future__ import annotations

from typing import Any

from adapters.sim.discord import invoking
from adapters.sim.discord.invoking import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    GROUPS,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ON_MESSAGE,
    ROLE,
    STRING,
    USER,
)

from . import places, seats
from .seats import Seat

Json = dict[str, Any]
KINDS = {
    STRING: "text",
    INTEGER: "whole",
    BOOLEAN: "switch",
    USER: "person",
    CHANNEL: "channel",
    ROLE: "role",
    MENTIONABLE: "mentionable",
    NUMBER: "number",
    ATTACHMENT: "file",
}


def place(seat: Seat) -> Json:
    """Everything the header and the composer need to know."""
    world, channel, user = seat.world, seat.channel, seat.person.user
    writing = "send_messages_in_threads" if channel.is_thread else "send_messages"
    parent = world.thread_parent(channel) if channel.is_thread else None
    return {
        "title": places.title(seat),
        "kind": "dm" if seat.guild is None else "thread" if channel.is_thread else "channel",
        "topic": channel.topic or "",
        "parent": {"id": str(parent.id), "name": parent.name} if parent else None,
        "mayWrite": world.can(user, channel, writing),
        "mayThread": seat.guild is not None
        and not channel.is_thread
        and world.can(user, channel, "create_public_threads"),
        "limit": world.rules.content_limit,
        "names": names(seat),
        "commands": commands(seat),
        "onMessage": [c["name"] for c in invoking.offered(world, channel, user, ON_MESSAGE)],
    }


def names(seat: Seat) -> list[Json]:
    """People, roles and channels that can be mentioned or picked here, bots first: they are asked most."""
    guild = seat.guild
    people = sorted(seats.here(seat), key=lambda user: not user.bot)
    found = [
        {
            "kind": "person",
            "id": str(user.id),
            "name": seats.shown_name(guild, user),
            "username": user.username,
            "bot": user.bot,
        }
        for user in people
    ]
    if guild is None:
        return found
    found += [
        {"kind": "role", "id": str(role.id), "name": role.name, "color": role.color}
        for role in guild.roles.values()
        if role.id != guild.id and role.bot_id is None
    ]
    channels = seats.text_channels(seat.world, seat.person.user, guild)
    return found + [{"kind": "channel", "id": str(c.id), "name": c.name} for c in channels]


def commands(seat: Seat) -> list[Json]:
    """Every slash command this person is offered here; subcommands stand for themselves, as in Discord's list."""
    found: list[Json] = []
    for command in invoking.offered(seat.world, seat.channel, seat.person.user):
        found += _flat(command["name"], command)
    return sorted(found, key=lambda command: str(command["words"]))


def _flat(words: str, level: Json) -> list[Json]:
    options = level.get("options") or []
    below = [option for option in options if option["type"] in GROUPS]
    if below:
        return [found for inner in below for found in _flat(f"{words} {inner['name']}", inner)]
    return [
        {
            "words": words,
            "description": level.get("description") or "",
            "options": [_option(option) for option in options],
        }
    ]


def _option(option: Json) -> Json:
    return {
        "name": option["name"],
        "description": option.get("description") or "",
        "kind": KINDS[option["type"]],
        "required": bool(option.get("required")),
        "autocomplete": bool(option.get("autocomplete")),
        "choices": option.get("choices") or [],
    }
