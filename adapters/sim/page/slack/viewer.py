"""What one open page has not been told yet. It remembers which parts changed, never how: the newest state is read when it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator

from adapters.sim.slack import Invocation, Message, View
from adapters.sim.slack.changes import Change

from .looks import Looks
from .seats import Seat
from .tally import Tally

PARTS = ("places", "talk", "thread", "home", "modal", "saw")
PLACES = ("channel.", "member.", "app.")


class Viewer:
    """One open page of one person in one place."""

    def __init__(self, seat: Seat, looks: Looks, tally: Tally) -> None:
        self.seat = seat
        self.wake = asyncio.Event()
        self.answered = asyncio.Event()
        self.points: str | None = None
        self._looks, self._tally = looks, tally
        self._due: set[str] = set(PARTS)
        self._said: dict[str, str] = {}
        self.answered.set()
        self.wake.set()

    def note(self, change: Change) -> None:
        """Remember that something changed; quick, for everybody else waits meanwhile."""
        subject = change.subject
        if isinstance(subject, Message):
            self._note_message(subject)
        elif isinstance(subject, View):
            self._due |= {"modal", "home"} if subject.user_id == self.seat.person.id else set()
        elif isinstance(subject, Invocation):
            self._due |= {"talk", "thread", "modal"} if subject.user is self.seat.person.user else set()
        elif change.kind.startswith(PLACES):
            self._due |= {"places", "talk"}
        elif change.kind.startswith(("session.", "assistant.")):
            self._due |= {"talk", "thread"}
        elif change.kind == "exchange.done":
            self._due.add("saw")
        if self._due:
            self.wake.set()

    def _note_message(self, message: Message) -> None:
        if self.seat.bot is not None and message.user_id == self.seat.bot.id:
            self.answered.set()
        if message.channel_id == self.seat.channel.id:
            self._due |= {"talk", "thread"}

    def take(self) -> Iterator[bytes]:
        """Everything that is due and looks different from what was told last, as frames of an event stream."""
        due, self._due = self._due, set()
        draw: dict[str, Callable[[Seat], str]] = {
            "places": self._looks.places,
            "talk": self._looks.talk,
            "thread": self._looks.thread,
            "home": self._looks.home,
            "modal": self._looks.modal,
            "saw": lambda _: self._looks.page("saw.html", lines=self._tally.lines()),
        }
        found = {part: draw[part](self.seat) for part in PARTS if part in due}
        if self.points is not None:
            found["points"], self.points = str(self._looks.words(self.points)), None
        for part, html in found.items():
            if self._said.get(part) != html:
                self._said[part] = html
                yield frame(part, html)


def frame(part: str, html: str) -> bytes:
    """One event of a stream; JSON has no line breaks of its own, and escapes even halves of characters."""
    return f"event: part\ndata: {json.dumps({'part': part, 'html': html})}\n\n".encode()
