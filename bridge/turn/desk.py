"""What one turn works with: the ports, by name. Only the engine and the inbox see the whole desk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bridge.ports import Chance, Chat, Clock, Files, Ledger, Memory, Model, ModelCatalog, Notify, Turns
from bridge.turn.show import Delivery
from bridge.values.ids import EventId, PersonId, TurnId
from bridge.values.inbound import Place
from bridge.values.settings import Settings
from bridge.values.turn import Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    chat: Chat
    files: Files
    model: Model
    catalog: ModelCatalog
    ledger: Ledger
    turns: Turns
    memory: Memory
    delivery: Delivery
    clock: Clock
    chance: Chance
    settings: Settings
    notify: Notify
    owed: deque[Callable[[], Awaitable[None]]] = field(default_factory=deque)
    """Answers that stand, and that the store could not book when they ended; each raises StoreError until it can."""


class Queue(Protocol):
    """Where turns wait."""

    def leave(self, turn: TurnId) -> None:
        """Let this turn go on at once and without its place, should it wait here."""


@dataclass(slots=True)
class Living:
    """One turn that is being worked on, as Stop sees it."""

    turn: TurnId
    place: Place
    person: PersonId
    event: EventId | None = None  # that asked for it
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    kept: asyncio.Event = field(default_factory=asyncio.Event)  # it is on disk: a kill does not lose it
    begun: bool = False  # its place in the queue has come
    shutdown: bool = False  # the house closes: what was shown is kept and marked interrupted
    queues: tuple[Queue, ...] = ()  # where it may still wait

    @classmethod
    def of(cls, prompt: Prompt, turn: TurnId, *queues: Queue) -> Living:
        return cls(turn=turn, place=prompt.place, person=prompt.person.id, event=prompt.event, queues=queues)

    def halt(self) -> None:
        """End it; one that waits does not wait for that."""
        self.stop.set()
        for queue in self.queues:
            queue.leave(self.turn)
