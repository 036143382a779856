"""Who looks at what: one of the people in one place, and what they may see of the world. No HTML, no HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.sim.discord import Channel, Guild, Message, Person, User, World
from adapters.sim.discord.nouns import DM, TEXT

from .markdown import Names

DIRECT = "dm"


class Unknown(Exception):
    """There is no such person, place or message, or not for this person; says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One person in one place."""

    person: Person
    channel: Channel

    @property
    def world(self) -> World:
        return self.person.world

    @property
    def guild(self) -> Guild | None:
        return self.world.guild_of(self.channel)

    @property
    def place(self) -> str:
        """The place as it is called in addresses."""
        return DIRECT if self.channel.kind == DM else str(self.channel.id)


def person_named(world: World, name: str) -> Person:
    """One of the people. Raises Unknown."""
    found = next((user for user in world.people if user.username == name), None)
    if found is None:
        raise Unknown(f"There is nobody called {name}.")
    return Person(world, found)


def seat(world: World, name: str, place: str) -> Seat:
    """This person in this place: a channel's id, or "dm". Raises Unknown."""
    person = person_named(world, name)
    if place == DIRECT:
        return Seat(person=person, channel=person.open_dm())
    channel = world.channels.get(number(place))
    if channel is None or not visible(world, person.user, channel):
        raise Unknown("There is no such channel.")
    return Seat(person=person, channel=channel)


def message_for(world: World, person: Person, wanted: str) -> Message:
    """A message this person sees. Raises Unknown."""
    message = world.messages.get(number(wanted))
    if message is None or message.deleted or not sees(world, person.user, message):
        raise Unknown("This message is gone.")
    return message


def number(text: str) -> int:
    """An id from an address; 0, which nothing has, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 21 else 0


def visible(world: World, user: User, channel: Channel) -> bool:
    """Whether this person sees this place at all."""
    if channel.kind == DM:
        return user in channel.recipients
    return world.can(user, channel, "view_channel")


def sees(world: World, user: User, message: Message) -> bool:
    """Whether this person sees this message."""
    channel = world.channels.get(message.channel_id)
    return channel is not None and message.seen_by in (None, user.id) and visible(world, user, channel)


def guilds_of(world: World, user: User) -> list[Guild]:
    """The servers this person is in."""
    return [guild for guild in world.guilds.values() if user.id in guild.members]


def text_channels(world: World, user: User, guild: Guild) -> list[Channel]:
    """The channels of a server that this person sees, in order."""
    found = [c for c in world.channels.values() if c.guild_id == guild.id and c.kind == TEXT]
    return sorted((c for c in found if visible(world, user, c)), key=lambda c: (c.position, c.id))


def threads_of(world: World, channel: Channel) -> list[Channel]:
    """The open threads of a channel, oldest first."""
    return [
        c for c in world.channels.values() if c.parent_id == channel.id and c.is_thread and not c.archived
    ]


def home(world: World, user: User) -> Channel:
    """Where somebody lands who asked for no place."""
    for guild in guilds_of(world, user):
        for channel in text_channels(world, user, guild):
            return channel
    return world.dm(user)


def shown_name(guild: Guild | None, user: User) -> str:
    """What a person is called here."""
    member = guild.members.get(user.id) if guild else None
    return (member.nick if member else None) or user.global_name or user.username


def color_of(guild: Guild | None, user: User) -> int:
    """The colour of a person's highest coloured role; 0 for none."""
    member = guild.members.get(user.id) if guild else None
    if guild is None or member is None:
        return 0
    held = [guild.roles[role] for role in member.roles if role in guild.roles and guild.roles[role].color]
    return max(held, key=lambda role: role.position).color if held else 0


def here(seat: Seat) -> Iterator[User]:
    """Everybody in a place."""
    if seat.guild is None:
        yield from (seat.person.user, seat.world.bot)
        return
    for member in seat.guild.members.values():
        if visible(seat.world, member.user, seat.channel):
            yield member.user


def names(seat: Seat) -> Names:
    """What the mentions in a text are called here."""
    world, guild = seat.world, seat.guild
    return Names(
        users={user.id: shown_name(guild, user) for user in world.users.values()},
        roles={role.id: (role.name, role.color) for role in guild.roles.values()} if guild else {},
        channels={c.id: c.name for c in world.channels.values() if c.name},
    )
