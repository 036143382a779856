"""What one open page has not been told yet. It remembers which things changed, never how: the newest state is read when it is told.

So a viewer's memory is bounded however slowly it reads, and many edits of a message become one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from adapters.sim.discord import Message
from adapters.sim.discord.changes import Change

from . import offers, places, seats
from .looks import Looks
from .seats import Seat
from .tally import Tally

SHOWN = 100
MOST_SHOWN = 1000
TYPING_SECONDS = 10.0
PLACES = ("channel.", "thread.", "member.")


class Viewer:
    """One open page of one person in one place."""

    def __init__(self, seat: Seat, looks: Looks, tally: Tally, shown: int = SHOWN) -> None:
        self.seat = seat
        self._shown = shown
        self.wake = asyncio.Event()
        self.answered = asyncio.Event()
        self.points: str | None = None
        self._looks, self._tally = looks, tally
        self._changed: dict[int, None] = {}
        self._gone: set[int] = set()
        self._elsewhere: dict[str, bool] = {}
        self._due = {"whole", "places", "place", "typing", "saw"}
        self.answered.set()
        self.wake.set()

    # -- hearing ----------------------------------------------------------------------------------

    def note(self, change: Change) -> None:
        """Remember that something changed; quick, for everybody else waits meanwhile."""
        if isinstance(change.subject, Message):
            self._note_message(change, change.subject)
        elif change.kind.startswith(PLACES):
            self._due |= {"places", "place"}
        elif change.kind == "commands.changed":
            self._due.add("place")
        elif change.kind == "typing.started" and change.channel_id == self.seat.channel.id:
            self._due.add("typing")
        elif change.kind == "exchange.done":
            self._due.add("saw")
        else:
            return
        self.wake.set()

    def _note_message(self, change: Change, message: Message) -> None:
        if message.author is self.seat.world.bot:
            self.answered.set()
        if message.channel_id == self.seat.channel.id:
            self._note_here(change, message)
        elif change.kind == "message.created" and message.author is not self.seat.person.user:
            self._elsewhere[str(message.channel_id)] = self.seat.person.id in message.pings.users
        if change.kind in ("message.created", "message.deleted") and change.channel_id in self._starters():
            self._changed[change.channel_id or 0] = (
                None  # the thread's count, under the message it started at
            )

    def _starters(self) -> set[int]:
        """Threads have the id of the message they start at."""
        world = self.seat.world
        return {c.id for c in world.channels.values() if c.parent_id == self.seat.channel.id and c.is_thread}

    def _note_here(self, change: Change, message: Message) -> None:
        self._due.add("typing")
        if change.kind == "message.deleted":
            self._changed.pop(message.id, None)
            self._gone.add(message.id)
            return
        self._changed[message.id] = None
        if len(self._changed) > SHOWN:
            self._changed.clear()
            self._due.add("whole")

    # -- telling ----------------------------------------------------------------------------------

    def take(self) -> Iterator[bytes]:
        """Everything that is due, as frames of an event stream."""
        due, self._due = self._due, set()
        if "places" in due:
            yield frame("places", {"html": self._looks.page("places.html", **places.shown(self.seat))})
        if "place" in due:
            yield frame("place", offers.place(self.seat) | {"members": self._members()})
        yield from self._messages("whole" in due)
        if "typing" in due:
            yield frame("typing", self._typing())
        if self._elsewhere:
            elsewhere, self._elsewhere = self._elsewhere, {}
            yield frame("elsewhere", {"channels": self._mine(elsewhere)})
        if "saw" in due:
            yield frame("saw", {"html": self._looks.page("saw.html", lines=self._tally.lines())})
        if self.points is not None:
            points, self.points = self.points, None
            yield frame("points", {"html": self._looks.words(self.seat, points)})

    def _messages(self, whole: bool) -> Iterator[bytes]:
        everything = self.seat.person.sees(self.seat.channel)
        standing = everything[-self._shown :]
        changed, self._changed = self._changed, {}
        gone, self._gone = self._gone, set()
        if whole:
            html, earlier = self._looks.messages(self.seat, standing), len(everything) > len(standing)
            yield frame("messages", {"whole": True, "earlier": earlier, "html": html})
            return
        if gone:
            yield frame("gone", {"ids": [str(number) for number in gone]})
        told = [m for m in standing if m.id in changed or _answers(m, changed) or _answers(m, gone)]
        if told:
            yield frame("messages", {"whole": False, "html": self._looks.messages(self.seat, told)})

    def _typing(self) -> dict[str, Any]:
        world, now = self.seat.world, self.seat.world.now()
        typing = [
            (world.users[user], since + TYPING_SECONDS - now)
            for (channel, user), since in world.typing.items()
            if channel == self.seat.channel.id and user != self.seat.person.id
        ]
        left = [(seats.shown_name(self.seat.guild, user), seconds) for user, seconds in typing if seconds > 0]
        return {"names": [name for name, _ in left], "seconds": max((s for _, s in left), default=0)}

    def _mine(self, elsewhere: dict[str, bool]) -> dict[str, bool]:
        world, user = self.seat.world, self.seat.person.user
        found = {number: world.channels.get(int(number)) for number in elsewhere}
        return {
            ("dm" if channel.guild_id is None else number): elsewhere[number]
            for number, channel in found.items()
            if channel is not None and seats.visible(world, user, channel)
        }

    def _members(self) -> str:
        return self._looks.page("members.html", groups=places.members(self.seat))


def _answers(message: Message, others: Any) -> bool:
    """Whether the line above a message shows one of the others."""
    return message.reference is not None and message.reference.message_id in others


def frame(event: str, data: dict[str, Any]) -> bytes:
    """One event of a stream; JSON has no line breaks of its own, and escapes even halves of characters."""
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()
