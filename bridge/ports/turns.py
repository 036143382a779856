"""Turns and small facts on disk, and what is going on now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.values.home import PastAnswer
from bridge.values.ids import EventId, ModelId, PersonId, TurnId
from bridge.values.inbound import MessageRef, Place
from bridge.values.points import Scope
from bridge.values.turn import Closing, Past, ShownPage, Turn, TurnRecord


class Turns(Protocol):
    """Turns on disk."""

    async def receive(self, turn: Turn) -> bool:
        """Claim the event and write the turn as `received`, for one that must wait. False when the event was claimed before."""

    async def seen(self, event: EventId) -> bool: ...

    async def claim(self, event: EventId, now: float) -> bool:
        """Claim an event that makes no turn (a command, a button). False when it was claimed before."""

    async def showing(self, turn: TurnId, now: float) -> None: ...

    async def close(self, closing: Closing) -> None:
        """End a turn: state, response id, transcript. A closed turn stays as it was closed first.

        Its answer counts as not yet delivered: should the process die now, the next one finds it in `undelivered`. A turn that was
        never written down (refused at the door) is not an error.
        """

    async def footnote(self, turn: TurnId, footer: str, notes: Sequence[str]) -> None:
        """Replace the small print of a closed turn that is not delivered yet; nothing is done to any other."""

    async def delivered(self, turn: TurnId) -> None:
        """The final text stands on the platform, or can never stand there."""

    async def undelivered(self) -> tuple[TurnRecord, ...]:
        """Closed turns whose final text may not stand on the platform, oldest first."""

    async def get(self, turn: TurnId) -> TurnRecord | None: ...

    async def open(self) -> tuple[TurnRecord, ...]:
        """Turns a dead process left open, oldest first."""

    async def of_message(self, ref: MessageRef) -> TurnRecord | None:
        """The turn one of our pages, or the asker's own message, belongs to."""

    async def newest(self, place: Place, person: PersonId | None) -> TurnRecord | None:
        """The newest turn of a thread or direct message since /new."""

    async def present(self, place: Place) -> bool:
        """Whether an answer of ours that others may see stands there, also from before /new."""

    async def fresh(self, place: Place, now: float) -> None:
        """/new: what was said here before is not continued."""

    async def past(self, turn: TurnId, limit: int) -> tuple[Past, ...]:
        """The turn and its ancestors, oldest first, at most `limit`, nearest kept."""

    async def shown(self, page: ShownPage) -> None:
        """Remember a page's message."""

    async def pages(self, turn: TurnId) -> tuple[ShownPage, ...]: ...

    async def of_person(self, person: PersonId, here: Place, limit: int) -> tuple[PastAnswer, ...]:
        """Their newest answers in this place's workspace that are not private to another place, newest first."""

    async def rate(self, turn: TurnId, person: PersonId, good: bool, now: float) -> None:
        """Keep what somebody thought of an answer; a later word replaces an earlier one."""


class Memory(Protocol):
    """Small facts: what a model refused, what people and channels chose."""

    async def remember(self, model: ModelId, fact: str, until: float) -> None: ...

    async def remembers(self, model: ModelId, fact: str, now: float) -> bool: ...

    async def setting(self, scope: Scope, key: str) -> str | None: ...

    async def set_setting(
        self, scope: Scope, key: str, value: str | None, actor: str, now: float
    ) -> None: ...

    async def forget(self, person: PersonId, actor: str, now: float) -> int:
        """Erase a person's words and files, also those others quoted, and keep the ledger; the number of the person's turns."""

    async def forget_older(self, before: float) -> int:
        """Retention: erase words of turns that ended before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStanding:
    """What is going on now, for /status and health."""

    answers: int  # being written
    waiting: int  # questions in queues
    writes_waiting: int
    oldest_wait: float  # seconds
    limits: tuple[str, ...] = ()  # sentences: what the platform does not let us do
    problems: tuple[str, ...] = ()  # recent, without anybody's words


class Live(Protocol):
    """The running part of the house, for commands."""

    def stop(self, place: Place, person: PersonId, *, anyone: bool) -> int:
        """Stop answers in this place: the person's own, or anyone's; how many."""

    def standing(self) -> LiveStanding: ...
