"""Who looks at what: one of the people in one conversation, perhaps with a thread open or on the app's Home. No HTML, no HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.sim.page.seats import Unknown
from adapters.sim.slack import Channel, Message, Person, SlackServer, Team, User, View, World
from adapters.sim.slack.nouns import DIRECT, GROUP

DM = "dm"
HOME = "home"

__all__ = [
    "DM",
    "HOME",
    "Seat",
    "Unknown",
    "channels",
    "message_for",
    "names",
    "person_named",
    "seat",
    "title",
    "view_for",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """`thread` is the `ts` of the root of the thread that stands open, "" for none; `home`: the app's Home instead of messages."""

    person: Person
    channel: Channel
    thread: str = ""
    home: bool = False

    @property
    def world(self) -> World:
        return self.person.world

    @property
    def team(self) -> Team:
        return self.world.teams[self.channel.team_id]

    @property
    def bot(self) -> User | None:
        return self.team.bot

    @property
    def with_app(self) -> bool:
        """Whether this is the pane of the app."""
        return self.channel.kind == DIRECT and self.bot is not None and self.bot.id in self.channel.members

    def talk(self) -> list[Message]:
        """What stands in the conversation itself, oldest first: no replies in threads, but those sent to the channel too."""
        return [each for each in self.person.sees(self.channel) if not each.is_reply or each.broadcast]

    def replies(self) -> list[Message]:
        """The open thread, its root first."""
        if not self.thread:
            return []
        return [each for each in self.person.sees(self.channel) if self.thread in (each.ts, each.thread_ts)]


def person_named(slack: SlackServer, name: str) -> Person:
    """One of the people. Raises Unknown."""
    found = next((user for user in slack.world.people if user.name == name), None)
    if found is None:
        raise Unknown(f"There is nobody called {name}.")
    return slack.as_person(found.name)


def seat(slack: SlackServer, name: str, place: str, thread: str = "") -> Seat:
    """This person in this place: a channel's id, "dm" for the app's messages, or "home". Raises Unknown."""
    person = person_named(slack, name)
    if place in (DM, HOME):
        if slack.world.bot_in(person.user.team_id) is None:
            raise Unknown("The app is not installed here.")
        return Seat(person=person, channel=person.dm, thread=thread, home=place == HOME)
    channel = slack.world.channels.get(place)
    if channel is None or not _visible(person.user, channel):
        raise Unknown("There is no such channel.")
    if thread and slack.world.message(channel.id, thread) is None:
        thread = ""
    return Seat(person=person, channel=channel, thread=thread)


def message_for(seat: Seat, ts: str) -> Message:
    """A message this person sees. Raises Unknown."""
    message = seat.world.message(seat.channel.id, ts)
    if message is None or message.seen_by not in (None, seat.person.id):
        raise Unknown("This message is gone.")
    return message


def view_for(seat: Seat, view_id: str) -> View:
    """A form on this person's screen, or their Home. Raises Unknown."""
    view = seat.world.views.get(view_id)
    if view is None or view.user_id != seat.person.id or view.state != "open":
        raise Unknown("This form is gone.")
    return view


def channels(person: Person) -> list[Channel]:
    """The channels and group conversations of a person, in the order they were made."""
    found = person.world.channels.values()
    return [each for each in found if each.kind != DIRECT and _visible(person.user, each)]


def title(seat: Seat, channel: Channel) -> str:
    """What a conversation is called, without its sign."""
    if channel.kind in (DIRECT, GROUP):
        others = [seat.world.users[each] for each in channel.members if each != seat.person.id]
        return ", ".join(sorted(each.real_name for each in others)) or seat.person.user.real_name
    return channel.name


def names(world: World) -> Iterator[tuple[str, str]]:
    """What the mentions in a text are called, by their ids."""
    for user in world.users.values():
        yield user.id, user.real_name
    for channel in world.channels.values():
        yield channel.id, channel.name
    for group in world.groups.values():
        yield group.id, group.handle


def _visible(user: User, channel: Channel) -> bool:
    return user.id in channel.members and not channel.deleted
