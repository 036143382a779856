"""One platform's part of the house: its adapter, and the rooms that walk with it. What all platforms share is in `house`.

A platform that can't go on takes no other down: it is lost, says so in health and /status, and the house goes on with the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from starlette.types import ASGIApp

from bridge import commands, telemetry
from bridge.ports import Chat, Door, Files, LiveStanding
from bridge.turn.desk import Desk
from bridge.turn.inbox import Inbox
from bridge.turn.lanes import Gate
from bridge.turn.show import Delivery
from bridge.values.command import Reply
from bridge.values.errors import BridgeError, ConfigError, origin
from bridge.values.home import Home
from bridge.values.ids import Platform
from bridge.values.inbound import Choice, Commanded, Person, Place, Suggesting
from bridge.values.notices import Trouble

TITLES = {"discord": "Discord", "slack": "Slack"}
MISTAKE = "Something went wrong that should not"


class Health(Protocol):
    @property
    def connected(self) -> bool: ...


class Adapter(Protocol):
    """What every platform's adapter is: it listens, speaks and reads files."""

    ready: asyncio.Event

    @property
    def chat(self) -> Chat: ...

    @property
    def files(self) -> Files: ...

    @property
    def health(self) -> Health: ...

    @property
    def limits_now(self) -> tuple[str, ...]:
        """Sentences: what the platform does not let us do just now."""

    async def look(self) -> tuple[tuple[bool, str], ...]:
        """What an operator should know before we run, each with whether it is good. Raises BridgeError."""

    async def run(self, door: Door) -> None:
        """Serve until cancelled. Raises ConfigError for what only an operator can mend."""

    async def close(self) -> None: ...


@runtime_checkable
class Visited(Protocol):
    """An adapter whose platform may also come to us, over HTTP."""

    @property
    def asgi(self) -> ASGIApp | None:
        """What answers below the platform's own path; None where nobody is to come."""


@dataclass(slots=True)
class Counter:
    """Where commands are carried out. The inbox and the commands know each other only through what is passed here."""

    desk: commands.Desk | None = None

    async def command(self, commanded: Commanded) -> Reply:
        assert self.desk is not None
        return await commands.run(commanded, self.desk)

    async def suggest(self, asking: Suggesting) -> tuple[Choice, ...]:
        assert self.desk is not None
        return await commands.suggest(asking, self.desk)

    async def home(self, person: Person, place: Place) -> Home:
        assert self.desk is not None
        return await commands.home(person, place, self.desk)


@dataclass(slots=True, kw_only=True)
class Wing:
    """A platform's rooms, connected. `lost` is why it can't go on; None while it does."""

    platform: Platform
    adapter: Adapter
    delivery: Delivery
    desk: Desk
    inbox: Inbox
    command: Callable[[Commanded], Awaitable[Reply]]
    counters: telemetry.Counters
    lost: BridgeError | None = None

    @property
    def title(self) -> str:
        return TITLES[self.platform]

    async def listen(self) -> None:
        """Until cancelled, or until it is lost."""
        try:
            await self.adapter.run(self.inbox)
        except Exception as error:  # also a mistake of ours in one adapter must not end the others
            self.lost = _said(error)
            told = self.lost.say if isinstance(self.lost, ConfigError) else origin(error)
            self.desk.notify(Trouble(where=self.platform, error=type(_cause(error)).__name__, detail=told))

    def limits(self) -> tuple[str, ...]:
        if self.lost is not None:
            return (f"{self.title} is not connected: {self.lost.say}",)
        return self.adapter.limits_now

    def unwell(self) -> tuple[str, ...]:
        """Why it is not heard; nothing while it is."""
        if self.lost is not None:
            return self.limits()
        return () if self.adapter.health.connected else (f"{self.title} is not connected.",)


def overview(wings: Collection[Wing], gate: Gate, problems: telemetry.Problems) -> LiveStanding:
    """All platforms together, for /status."""
    each = [wing.inbox.standing() for wing in wings]
    return LiveStanding(
        answers=gate.inside,
        waiting=gate.waiting + sum(one.waiting - gate.waiting for one in each),  # the gate is everybody's
        writes_waiting=sum(one.writes_waiting for one in each),
        oldest_wait=max((one.oldest_wait for one in each), default=0.0),
        limits=tuple(sentence for wing in wings for sentence in _told(wing, several=len(wings) > 1)),
        problems=tuple(problems.last),
    )


def _told(wing: Wing, *, several: bool) -> tuple[str, ...]:
    """Its limits; with its name before them where nobody could know otherwise."""
    named = several and wing.lost is None
    return tuple(f"{wing.title}: {sentence}" if named else sentence for sentence in wing.limits())


def nobody_left(wings: Collection[Wing]) -> BridgeError | None:
    """What to end with once every platform is lost; None while one goes on."""
    lost = [wing.lost for wing in wings if wing.lost is not None]
    return ConfigError(tuple(error.say for error in lost)) if len(lost) == len(wings) else None


def _said(error: BaseException) -> BridgeError:
    cause = _cause(error)
    return cause if isinstance(cause, BridgeError) else ConfigError((f"{MISTAKE} ({type(cause).__name__}).",))


def _cause(error: BaseException) -> BaseException:
    """What is inside the group that a task group makes of everything."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
