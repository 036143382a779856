"""The third room: the model is read, and the draft grows. Nothing a chat platform does can stop the reading."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace

from bridge.ports import Clock, Model
from bridge.rules.fold import fold
from bridge.turn.desk import Living
from bridge.turn.show import Showing
from bridge.values.answer import Failed, Finished
from bridge.values.draft import Draft
from bridge.values.errors import UpstreamBroken
from bridge.values.request import Request


@dataclass(slots=True)
class Reading:
    """One call as far as it got. `end` stays None when it was left before its end."""

    draft: Draft
    end: Finished | Failed | None = None
    ended_at: float | None = None
    stopped: bool = False  # what still comes is read for its usage, not for its words


async def ask(
    request: Request,
    draft: Draft,
    model: Model,
    showing: Showing,
    living: Living,
    clock: Clock,
    *,
    most_seconds: float,
    grace: float,
) -> Reading:
    """Read one call to its end, to Stop, or until `most_seconds` are over. After Stop, the usage is awaited for `grace` seconds."""
    reading = Reading(draft=draft)
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(_read(request, model, showing, reading, clock))
        stopper = group.create_task(living.stop.wait())
        sleeper = group.create_task(clock.sleep(most_seconds))
        await asyncio.wait({reader, stopper, sleeper}, return_when=asyncio.FIRST_COMPLETED)
        if living.stop.is_set() and not reader.done():
            reading.stopped = True
            reading.ended_at = clock.now()
            waiter = group.create_task(clock.sleep(0 if living.shutdown else grace))
            await asyncio.wait({reader, waiter}, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()
        for task in (reader, stopper, sleeper):
            task.cancel()
    if reading.ended_at is None:
        reading.ended_at = clock.now()
    return reading


async def _read(request: Request, model: Model, showing: Showing, reading: Reading, clock: Clock) -> None:
    async with aclosing(model.ask(request)) as events:
        async for event in events:
            if isinstance(event, Finished | Failed):
                reading.end = event
                reading.ended_at = reading.ended_at or clock.now()
            if reading.stopped:
                continue
            reading.draft = fold(reading.draft, event)
            showing.update(reading.draft)


def worth_a_replay(reading: Reading, request: Request) -> bool:
    """A chained call that broke before its first word, with the server saying so itself, is asked once more as a replay."""
    if request.previous is None or reading.stopped or reading.draft.text:
        return False
    error = reading.end.error if isinstance(reading.end, Failed) else None
    return isinstance(error, UpstreamBroken) and error.answered


def afresh(draft: Draft) -> Draft:
    """The draft before its second call."""
    return replace(draft, text="", thought="", steps=())
