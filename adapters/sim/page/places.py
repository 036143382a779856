"""Servers, channels, threads, direct messages and members, as the sidebars show them to one person."""

from __future__ import annotations

from typing import Any

from adapters.sim.discord import Channel, Guild

from . import seats
from .seats import Seat

Json = dict[str, Any]


def shown(seat: Seat) -> Json:
    """Everything the rail and the list of channels show."""
    world, user = seat.world, seat.person.user
    return {
        "person": _user(seat, user),
        "people": [_user(seat, other) for other in world.people],
        "guilds": [_guild(seat, guild) for guild in seats.guilds_of(world, user)],
        "guild": seat.guild,
        "channels": [_channel(seat, c) for c in seats.text_channels(world, user, seat.guild)]
        if seat.guild
        else [],
        "direct": seat.guild is None,
        "bot": _user(seat, world.bot),
    }


def title(seat: Seat) -> str:
    """What a place is called, without its sign."""
    return seat.channel.name or seat.world.bot.username


def members(seat: Seat) -> list[Json]:
    """Everybody here, by their highest role with a colour; bots and others last."""
    guild = seat.guild
    groups: dict[str, list[Json]] = {}
    order: dict[str, int] = {}
    for user in seats.here(seat):
        name, position = _group(guild, user.id) if guild and not user.bot else ("Online", -1)
        groups.setdefault(name, []).append(_user(seat, user))
        order[name] = position
    return [
        {"name": name, "users": sorted(groups[name], key=lambda user: str(user["name"]).lower())}
        for name in sorted(groups, key=lambda name: -order[name])
    ]


def _group(guild: Guild, user_id: int) -> tuple[str, int]:
    held = [guild.roles[role] for role in guild.members[user_id].roles if role in guild.roles]
    best = max((role for role in held if role.color), key=lambda role: role.position, default=None)
    return (best.name, best.position) if best else ("Online", -1)


def _user(seat: Seat, user: Any) -> Json:
    return {
        "id": user.id,
        "username": user.username,
        "name": seats.shown_name(seat.guild, user),
        "color": seats.color_of(seat.guild, user),
        "bot": user.bot,
        "here": user is seat.person.user,
    }


def _guild(seat: Seat, guild: Guild) -> Json:
    channels = seats.text_channels(seat.world, seat.person.user, guild)
    return {
        "id": guild.id,
        "name": guild.name,
        "initials": "".join(word[0] for word in guild.name.split())[:3],
        "first": channels[0].id if channels else None,
        "here": guild is seat.guild,
        "all": [c.id for c in channels],
    }


def _channel(seat: Seat, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "here": channel is seat.channel,
        "threads": [
            {"id": thread.id, "name": thread.name, "here": thread is seat.channel}
            for thread in seats.threads_of(seat.world, channel)
        ],
    }
