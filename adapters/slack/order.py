"""The moment between hearing a message and handing it on: the two events of one text become one, and a thread's messages stand in order.

Slack tells of a mention twice, as `app_mention` and as `message`, and of several messages at once in any order: two sockets carry them.
Where it tells the same once more, nobody heard our acknowledgement.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from bridge.ports import Clock, Notify
from bridge.values.ids import ChannelId, EventId, WorkspaceId
from bridge.values.notices import Duplicate

SECONDS = 0.12
"""So long a message in a thread waits for one that was written before it."""
TWIN_SECONDS = 1.0
"""So long a mention waits for its message, which says more: of whose thread it is, and its files."""
MISSES = 2
"""Mentions in a row without their message, after which Slack is taken not to tell us of messages at all."""
PASSED = 4_000

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One event of a text. `poor`: the one that says less."""

    event: EventId
    workspace: WorkspaceId
    thread: ChannelId
    stamp: str
    begins: bool = False  # the thread; there is nothing before it
    poor: bool = False
    direct: bool = False  # nobody is mentioned there, so nothing comes twice


@dataclass(slots=True)
class _Waiting:
    heard: Heard
    go: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    replaced: bool = False


class Order:
    """What is on its way, of all workspaces."""

    def __init__(self, clock: Clock, notify: Notify) -> None:
        self._clock = clock
        self._notify = notify
        self._waiting: dict[EventId, _Waiting] = {}
        self._passed: OrderedDict[EventId, None] = OrderedDict()
        self._told: OrderedDict[tuple[EventId, bool], None] = OrderedDict()  # what came, and whether poor
        self._missed: dict[WorkspaceId, int] = {}

    def hears_mentions_only(self, workspace: WorkspaceId) -> bool:
        """Whether of texts that mention us only the mention comes: what is not addressed to us is then not heard at all."""
        return self._missed.get(workspace, 0) >= MISSES

    @property
    def deaf_workspaces(self) -> tuple[WorkspaceId, ...]:
        return tuple(each for each in self._missed if self.hears_mentions_only(each))

    @asynccontextmanager
    async def turn(self, heard: Heard) -> AsyncIterator[bool]:
        """Inside, it is this event's turn; False when another event tells of the same text, and nothing is to be done.

        What is raised inside leaves no trace: the event may come again.
        """
        again = self._comes_again(heard)
        waiting = self._enter(heard)
        if waiting is None:
            if again:
                self._notify(Duplicate(event=heard.event))
            yield False
            return
        try:
            await self._wait(waiting)
            yield not waiting.replaced
            if not waiting.replaced:
                _remember(self._passed, heard.event)
        except BaseException:
            self._told.pop((heard.event, heard.poor), None)
            raise
        finally:
            if self._waiting.get(heard.event) is waiting:
                del self._waiting[heard.event]
            waiting.gone.set()

    def _comes_again(self, heard: Heard) -> bool:
        """Whether Slack told us just this before; what tells of the same text in another way is its twin."""
        key = (heard.event, heard.poor)
        if key in self._told:
            return True
        _remember(self._told, key)
        return False

    def _enter(self, heard: Heard) -> _Waiting | None:
        if not heard.poor and not heard.direct:
            self._missed[heard.workspace] = 0
        other = self._waiting.get(heard.event)
        if heard.event in self._passed or (other is not None and (heard.poor or not other.heard.poor)):
            return None
        if other is not None:
            other.replaced = True
            other.go.set()
        waiting = _Waiting(heard)
        self._waiting[heard.event] = waiting
        return waiting

    async def _wait(self, waiting: _Waiting) -> None:
        heard = waiting.heard
        alone = heard.poor and not self.hears_mentions_only(heard.workspace)
        seconds = TWIN_SECONDS if alone else 0.0 if heard.begins else SECONDS
        if seconds:
            came = await self._clock.wait(waiting.go, seconds)
            if alone and not came:
                self._missed[heard.workspace] = self._missed.get(heard.workspace, 0) + 1
        while not waiting.replaced and (before := self._before(heard)) is not None:
            await before.gone.wait()

    def _before(self, heard: Heard) -> _Waiting | None:
        """One of the same thread that was written earlier and is still here."""
        earlier = [
            one
            for one in self._waiting.values()
            if one.heard.thread == heard.thread and _stamp(one.heard) < _stamp(heard)
        ]
        return min(earlier, key=lambda one: _stamp(one.heard), default=None)


def _remember(known: OrderedDict[_Key, None], key: _Key) -> None:
    known[key] = None
    while len(known) > PASSED:
        known.popitem(last=False)


def _stamp(heard: Heard) -> tuple[int, int]:
    seconds, _, rest = heard.stamp.partition(".")
    return int(seconds), int(rest or 0)
