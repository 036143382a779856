"""Gateway sessions: who is connected, what each was sent, and everything that may go wrong with it.

The socket itself is `socket`'s business; a session outlives its sockets, so that it can be resumed.
https://docs.discord.com/developers/events/gateway
"""

import json
import secrets
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from . import events, render
from .changes import Change
from .events import Event
from .ids import shard_of
from .nouns import Json, Message

if TYPE_CHECKING:
    from .world import World

DISPATCH, RECONNECT, INVALID = 0, 7, 9
KEPT = 5000


class Line(Protocol):
    """One open socket."""

    def send(self, frame: str) -> None:
        """Queue a text frame."""

    def close(self, code: int) -> None:
        """Close politely, after what is queued."""

    def abort(self) -> None:
        """Cut the connection without a word."""


class Session:
    """One identified client on one shard."""

    def __init__(self, world: "World", intents: int, shard: tuple[int, int]) -> None:
        self.world = world
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.line: Line | None = None
        self.sent: deque[tuple[int, str, Json]] = deque(maxlen=KEPT)

    def hears(self, event: Event) -> bool:
        """Whether this session is told of the event at all."""
        right_shard = shard_of(event.guild_id, self.shard[1]) == self.shard[0]
        return right_shard and (event.intent == 0 or bool(self.intents & event.intent))

    def deliver(self, event: Event) -> None:
        """Send the event, or keep it for a resume, with what this session may read of it."""
        data = event.data
        if event.message is not None:
            readable = bool(self.intents & events.MESSAGE_CONTENT)
            data = events.private(self.world, data, event.message, readable)
        self.dispatch(event.name, data)

    def dispatch(self, name: str, data: Json) -> None:
        """Number and send one dispatch."""
        self.sequence += 1
        self.sent.append((self.sequence, name, data))
        self._send(self.sequence, name, data)

    def replay(self, after: int) -> None:
        """Send everything after this number again, with its old numbers."""
        for sequence, name, data in tuple(self.sent):
            if sequence > after:
                self._send(sequence, name, data)

    def _send(self, sequence: int, name: str, data: Json) -> None:
        if self.line is not None:
            self.line.send(frame(DISPATCH, data, sequence, name))


def frame(op: int, data: object, sequence: int | None = None, name: str | None = None) -> str:
    """One gateway payload."""
    return json.dumps({"op": op, "d": data, "s": sequence, "t": name})


class Gateway:
    """Every session of one world, and the switches that break them."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.lines: set[Line] = set()
        self.replay_extra = 0
        self.zombie = False
        self.refuse: int | None = None
        self._held: list[Event] | None = None
        self._stop: Callable[[], None] = world.changes.subscribe(self._changed)

    @property
    def connected(self) -> list[Session]:
        """The sessions with an open socket."""
        return [session for session in self.sessions.values() if session.line is not None]

    def close(self) -> None:
        """Stop listening to the world."""
        self._stop()

    # -- ordinary life --------------------------------------------------------------------------

    def open(self, line: Line, intents: int, shard: tuple[int, int]) -> Session:
        """A new session on this socket: READY, then its guilds."""
        session = Session(self.world, intents, shard)
        session.line = line
        self.sessions[session.id] = session
        self.world.identifies += 1
        guilds = [g for g in self.world.guilds if shard_of(g, shard[1]) == shard[0]]
        session.dispatch("READY", self._ready(session, guilds))
        if intents & events.GUILDS:
            for guild_id in guilds:
                session.dispatch("GUILD_CREATE", events.guild_create(self.world, guild_id, intents))
        self.world.tell("gateway.ready", session)
        return session

    def resume(self, line: Line, session_id: str, sequence: int) -> Session | None:
        """Continue a session on a new socket: what was missed, then RESUMED. None when it is gone."""
        session = self.sessions.get(session_id)
        if session is None or sequence > session.sequence:
            return None
        session.line = line
        session.replay(sequence - self.replay_extra)
        session.dispatch("RESUMED", {"_trace": []})
        self.world.tell("gateway.resumed", session)
        return session

    def leave(self, session: Session, line: Line, code: int | None) -> None:
        """A socket ended; 1000 and 1001 end the session too."""
        if session.line is line:
            session.line = None
            if code in (1000, 1001):
                self.sessions.pop(session.id, None)
        self.world.tell("gateway.closed", session)

    def _ready(self, session: Session, guilds: list[int]) -> Json:
        return {
            "v": 10,
            "user": render.me(self.world.bot),
            "user_settings": {},
            "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in guilds],
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.world.base_url.replace("http", "ws", 1) + "/gw/",
            "shard": list(session.shard),
            "application": {
                "id": str(self.world.application_id),
                "flags": render.application_flags(self.world),
            },
            "_trace": [],
        }

    def _changed(self, change: Change) -> None:
        event = events.of(self.world, change)
        if event is None:
            return
        if self._held is not None:
            self._held.append(event)
        else:
            self._deliver(event)

    def _deliver(self, event: Event) -> None:
        for session in tuple(self.sessions.values()):
            if session.hears(event):
                session.deliver(event)

    # -- what may go wrong ----------------------------------------------------------------------

    def pause(self) -> None:
        """Hold back all events until `unpause`."""
        self._held = self._held or []

    def unpause(self) -> None:
        """Deliver what was held back."""
        held, self._held = self._held or [], None
        for event in held:
            self._deliver(event)

    def drop(self, code: int | None = None, *, forget: bool = False) -> None:
        """End every socket: without a word, or with a close code; `forget` makes resuming impossible."""
        if forget:
            for session in self.sessions.values():
                session.line = None
            self.sessions.clear()
        for line in tuple(self.lines):
            line.abort() if code is None else line.close(code)

    def reconnect(self) -> None:
        """Ask every client to come back (op 7)."""
        self._say(frame(RECONNECT, None))

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client its session is invalid (op 9)."""
        self._say(frame(INVALID, resumable))
        if not resumable:
            self.sessions.clear()

    def malformed(self) -> None:
        """Send a MESSAGE_CREATE whose member's roles are objects instead of ids."""
        channel = next(iter(self.world.channels.values()))
        said = Message(
            id=self.world.ids.next(),
            channel_id=channel.id,
            guild_id=channel.guild_id,
            author=self.world.people[0],
            at=self.world.now(),
            content="malformed",
        )
        data = events.message_payload(self.world, said) | {"member": {"roles": [{"id": {}}]}}
        for session in self.connected:
            session.dispatch("MESSAGE_CREATE", data)

    def duplicate(
        self, count: int = 1, names: tuple[str, ...] = ("MESSAGE_CREATE", "INTERACTION_CREATE")
    ) -> None:
        """Send the last events of these names once more, as new dispatches."""
        for session in self.connected:
            for _, name, data in [e for e in session.sent if e[1] in names][-count:]:
                session.dispatch(name, data)

    def _say(self, text: str) -> None:
        for session in self.connected:
            if session.line is not None:
                session.line.send(text)
