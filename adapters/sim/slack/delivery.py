"""Getting payloads to the app: over one of its sockets or over HTTP, again when nobody said that it arrived.

https://docs.slack.dev/apis/events-api/using-socket-mode
https://docs.slack.dev/apis/events-api/#retries
"""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from . import events
from .changes import Change
from .nouns import Json

if TYPE_CHECKING:
    from .http_out import HttpOut
    from .world import World

EVENT, INTERACTIVE, SLASH = "events_api", "interactive", "slash_commands"
KEPT = 1000


class Line(Protocol):
    """One open socket."""

    def send(self, frame: str) -> None:
        """Queue a text frame."""

    def close(self, code: int) -> None:
        """Close politely, after what is queued."""

    def abort(self) -> None:
        """Cut the connection without a word."""

    def deafen(self) -> None:
        """Send nothing more, read nothing more, and answer no ping."""

    def disconnect(self, reason: str) -> None:
        """Ask the app to come back: `warning` some seconds before, `refresh_requested` at the end."""


@dataclass(slots=True, kw_only=True)
class Parcel:
    """One payload on its way. `attempt` counts from 0; `answer` is called once, with what the app said (None: nothing)."""

    kind: str
    payload: Json
    answer: Callable[[Any], None] | None = None
    failed: Callable[[str], None] | None = None
    attempt: int = 0
    reason: str = ""
    done: bool = False
    timer: asyncio.TimerHandle | None = None

    @property
    def takes_answer(self) -> bool:
        return self.kind != EVENT

    def settle(self) -> bool:
        """Take it as arrived; False when it was before."""
        first, self.done = not self.done, True
        if self.timer is not None:
            self.timer.cancel()
        return first


class Deliveries:
    """Everything that goes to the app of one world, and the switches that break it."""

    def __init__(self, world: "World", http: "HttpOut") -> None:
        self.world = world
        self.http = http
        self.lines: list[Line] = []
        self.ghosts = 0
        self.sent: deque[Parcel] = deque(maxlen=KEPT)
        self.waiting: list[Parcel] = []
        self.lose_acks = 0
        self._open: dict[str, Parcel] = {}
        self._late: deque[str] = deque(maxlen=KEPT)
        self._held: list[Parcel] | None = None
        self._turn = 0
        self._stop = world.changes.subscribe(self._changed)

    def close(self) -> None:
        """Stop listening to the world, and try nothing again."""
        self._stop()
        for parcel in [*self._open.values(), *self.waiting]:
            parcel.settle()

    # -- ordinary life --------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        for event in events.of(self.world, change):
            self.give(Parcel(kind=EVENT, payload=events.envelope(self.world, event)))

    def give(self, parcel: Parcel) -> None:
        """Deliver a payload, now or when what is held back is let go."""
        if self._held is not None:
            self._held.append(parcel)
        else:
            self._send(parcel)

    def joined(self, line: Line) -> None:
        """A socket said hello: what found nobody goes there."""
        self.lines.append(line)
        waiting, self.waiting = self.waiting, []
        for parcel in waiting:
            if parcel.timer is not None:
                parcel.timer.cancel()
            self._send(parcel)
        self.world.tell("socket.opened", line)

    def retire(self, line: Line) -> None:
        """A socket is about to end: nothing goes there any more."""
        if line in self.lines:
            self.lines.remove(line)

    def left(self, line: Line) -> None:
        """A socket ended."""
        self.retire(line)
        self.world.tell("socket.closed", line)

    def acknowledged(self, envelope_id: str, answer: Any) -> None:
        """The app said that an envelope arrived."""
        if self.lose_acks > 0:
            self.lose_acks -= 1
            return
        parcel = self._open.pop(envelope_id, None)
        if parcel is None and envelope_id in self._late:
            return
        if parcel is None:
            self.world.violation(f"acknowledged {envelope_id!r}, which is not waiting for it")
        elif answer and not parcel.takes_answer:
            self.world.violation("an event was acknowledged with a payload; it accepts none")
        if parcel is not None and parcel.settle() and parcel.answer is not None:
            parcel.answer(answer)
        self.world.changes.nudge()

    def _send(self, parcel: Parcel) -> None:
        self.sent.append(parcel)
        if self.http.url is not None:
            self.http.send(parcel)
            return
        line = self._pick()
        if line is None and not self.ghosts:
            self._undelivered(parcel)
            return
        envelope_id = str(uuid.uuid4())
        self._open[envelope_id] = parcel
        parcel.timer = self.world.later(self.world.rules.ack_seconds, lambda: self._unheard(envelope_id))
        if line is not None:
            line.send(json.dumps(self._envelope(parcel, envelope_id)))

    def _pick(self) -> Line | None:
        """The next connection in turn; None is one that only Slack believes to be open."""
        places = [*self.lines, *([None] * self.ghosts)]
        if not places:
            return None
        self._turn += 1
        return places[self._turn % len(places)]

    def _envelope(self, parcel: Parcel, envelope_id: str) -> Json:
        made: Json = {
            "envelope_id": envelope_id,
            "payload": parcel.payload,
            "type": parcel.kind,
            "accepts_response_payload": parcel.takes_answer,
        }
        if parcel.kind == EVENT:
            made |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
        return made

    # -- trying again ---------------------------------------------------------------------------

    def _unheard(self, envelope_id: str) -> None:
        parcel = self._open.pop(envelope_id, None)
        self._late.append(envelope_id)
        if parcel is not None and not parcel.done:
            self.again(parcel, "timeout")

    def again(self, parcel: Parcel, reason: str) -> None:
        """Nobody said that it arrived: an event comes again after a while, anything else has failed."""
        delays = self.world.rules.retry_seconds
        if parcel.kind != EVENT or parcel.attempt >= len(delays):
            self._fail(parcel, reason)
            return
        delay = delays[parcel.attempt]
        parcel.attempt += 1
        parcel.reason = reason
        parcel.timer = self.world.later(delay, lambda: None if parcel.done else self._send(parcel))
        self.world.changes.nudge()

    def _undelivered(self, parcel: Parcel) -> None:
        """Nobody is connected: an event waits for somebody, a person is told at once that nothing happened."""
        if parcel.kind == EVENT:
            self.waiting.append(parcel)
        else:
            self._fail(parcel, "no_active_connections")

    def _fail(self, parcel: Parcel, reason: str) -> None:
        if parcel.settle() and parcel.failed is not None:
            parcel.failed(reason)
        self.world.changes.nudge()

    # -- what may go wrong ----------------------------------------------------------------------

    def hold(self) -> None:
        """Keep everything back until `release`."""
        self._held = self._held or []

    def release(self, *, reverse: bool = False) -> None:
        """Deliver what was held back, the last first where asked."""
        held, self._held = self._held or [], None
        for parcel in reversed(held) if reverse else held:
            self._send(parcel)

    def repeat(self, count: int = 1, *, reason: str = "timeout") -> None:
        """Deliver the last events once more, as Slack does when it missed an acknowledgement."""
        past = {parcel.payload["event_id"]: parcel for parcel in self.sent if parcel.kind == EVENT}
        for parcel in list(past.values())[-count:]:
            attempt = 1 if reason else 0
            self.give(Parcel(kind=EVENT, payload=parcel.payload, attempt=attempt, reason=reason))
