"""Queues with a bound: one lane for each conversation, one gate for the whole house.

A lane answers one after the other; the gate lets so many through at once, in the order they came. Whoever waits is told their place.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bridge.values.errors import TooBusy
from bridge.values.ids import PersonId, TurnId
from bridge.values.settings import Settings


@dataclass(slots=True)
class Waiting:
    """Somebody in a lane. `place` is called with how many go first, each time that changes."""

    turn: TurnId
    person: PersonId
    work: Callable[[], Coroutine[Any, Any, None]]
    place: Callable[[int], None]


@dataclass(slots=True)
class Lane:
    waiting: deque[Waiting] = field(default_factory=deque)


class Lanes:
    """Lanes come with their first prompt and go with their last."""

    def __init__(
        self, settings: Settings, group: asyncio.TaskGroup, *, at_gate: Callable[[], int] = lambda: 0
    ) -> None:
        self._settings = settings
        self._group = group
        self._at_gate = at_gate  # how many wait beyond the lanes
        self._begun: Counter[PersonId] = Counter()
        self._lanes: dict[str, Lane] = {}
        self._people: Counter[PersonId] = Counter()
        self.closed = False

    @property
    def waiting(self) -> int:
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def busy(self, key: str) -> bool:
        return key in self._lanes

    def enter(self, key: str, waiting: Waiting) -> None:
        """Start at once, or wait. Raises TooBusy with the reason."""
        lane = self._lanes.get(key)
        self._check_house(waiting.person)
        if lane is None:
            self._lanes[key] = Lane()
            self._group.create_task(self._run(key, waiting))
            return
        self._check(lane, waiting.person)
        lane.waiting.append(waiting)
        self._people[waiting.person] += 1
        waiting.place(len(lane.waiting))

    def leave(self, turn: TurnId) -> None:
        """Take it out of its lane and do its work at once; it has been stopped, so that is no more than to say so."""
        for lane in self._lanes.values():
            found = next((each for each in lane.waiting if each.turn == turn), None)
            if found is not None:
                lane.waiting.remove(found)
                self._out(found, lane)
                self._group.create_task(found.work())
                return

    def _check_house(self, person: PersonId) -> None:
        if self.waiting + self._at_gate() >= self._settings.queue_all:
            raise TooBusy
        if self._begun[person] >= self._settings.live_person:
            raise TooBusy(
                f"I am already answering {self._begun[person]} questions of yours. Let me finish those first."
            )

    def _check(self, lane: Lane, person: PersonId) -> None:
        if self._people[person] >= self._settings.queue_person:
            raise TooBusy(
                f"You already have {self._people[person]} questions waiting here. Let me answer those first."
            )
        if len(lane.waiting) >= self._settings.queue_conversation:
            raise TooBusy(
                "Too many questions are waiting in this conversation. Please try again in a moment."
            )

    async def _run(self, key: str, first: Waiting) -> None:
        current: Waiting | None = first
        while current and not self.closed:
            self._begun[current.person] += 1
            try:
                await current.work()
            finally:
                self._begun[current.person] -= 1
                if not self._begun[current.person]:
                    del self._begun[current.person]
            current = self._next(key)
        self._lanes.pop(key, None)

    def _next(self, key: str) -> Waiting | None:
        lane = self._lanes[key]
        if not lane.waiting:
            return None
        chosen = lane.waiting.popleft()
        self._out(chosen, lane)
        return chosen

    def _out(self, gone: Waiting, lane: Lane) -> None:
        self._people[gone.person] -= 1
        if not self._people[gone.person]:
            del self._people[gone.person]
        for ahead, other in enumerate(lane.waiting, start=1):
            other.place(ahead)


@dataclass(slots=True, eq=False)
class _AtGate:
    turn: TurnId
    place: Callable[[int], None]
    called: asyncio.Event = field(default_factory=asyncio.Event)
    passes: bool = False  # it was called because a place is its own


class Gate:
    """At most `width` at once; the others wait in order."""

    def __init__(self, width: int) -> None:
        self._free = width
        self._queue: deque[_AtGate] = deque()
        self.width = width

    @property
    def full(self) -> bool:
        """Whether the next one has to wait."""
        return not self._free or bool(self._queue)

    @property
    def inside(self) -> int:
        return self.width - self._free

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @asynccontextmanager
    async def passed(self, turn: TurnId, place: Callable[[int], None]) -> AsyncIterator[None]:
        """Inside once there is a place, or outside as soon as the turn has left the queue."""
        inside = await self._enter(turn, place)
        try:
            yield
        finally:
            if inside:
                self._free_one()

    def leave(self, turn: TurnId) -> None:
        """Let it go on without a place."""
        found = next((each for each in self._queue if each.turn == turn), None)
        if found is not None:
            self._queue.remove(found)
            found.called.set()
            self._tell()

    async def _enter(self, turn: TurnId, place: Callable[[int], None]) -> bool:
        if self._free and not self._queue:
            self._free -= 1
            return True
        waiting = _AtGate(turn, place)
        self._queue.append(waiting)
        place(len(self._queue))
        try:
            await waiting.called.wait()
        except asyncio.CancelledError:
            if waiting.passes:
                self._free_one()
            elif waiting in self._queue:
                self._queue.remove(waiting)
            raise
        return waiting.passes

    def _free_one(self) -> None:
        if not self._queue:
            self._free += 1
            return
        first = self._queue.popleft()
        first.passes = True
        first.called.set()
        self._tell()

    def _tell(self) -> None:
        for ahead, waiting in enumerate(self._queue, start=1):
            waiting.place(ahead)
