"""Who waits for which bucket. An answer waits in at most one queue; which one is asked anew for each of its writes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from bridge.ports import Chat
from bridge.rules.pacing import Bucket
from bridge.rules.schedule import Kind
from bridge.turn.show.showing import Showing
from bridge.values.ids import BucketId

FORGET = 900.0
"""Seconds after which an unused bucket is as good as unknown; longer than any window we know of."""


Urgency = tuple[Kind, float]
"""What is to be written, and from when: the first word may leave earlier than the line it takes the place of."""


def _urgency(showing: Showing) -> Urgency:
    return showing.kind, showing.ready


@dataclass(slots=True, eq=False)
class Queue:
    """One bucket and the answers that wait for it. `due`: nothing can leave before."""

    id: BucketId
    bucket: Bucket
    waiting: dict[Showing, Urgency] = field(
        default_factory=dict
    )  # how urgent it was when it was last looked at
    due: float = inf


class Queues:
    """All of them. `wake` is set when the scheduler should look again."""

    def __init__(self, chat: Chat, wake: asyncio.Event) -> None:
        self._chat = chat
        self._wake = wake
        self._queues: dict[BucketId, Queue] = {}

    def enter(self, showing: Showing, verb: str) -> None:
        """Wait for the bucket that a write of this kind needs now."""
        id_ = self._chat.bucket(showing.to, verb)
        queue = self._queues.get(id_)
        if queue is None:
            queue = self._queues[id_] = Queue(id=id_, bucket=Bucket(rate=self._chat.capabilities.rate))
        queue.waiting[showing] = _urgency(showing)
        showing.filed = id_
        self.stir(queue)

    def leave(self, showing: Showing) -> None:
        if showing.filed is not None:
            self._queues[showing.filed].waiting.pop(showing, None)
            showing.filed = None

    def touched(self, showing: Showing) -> None:
        """Something new to show. Wakes nobody if the answer waits already, and for nothing less urgent."""
        if showing.filed is None:
            self.enter(showing, "edit" if showing.standing else "post")
            return
        queue = self._queues[showing.filed]
        if queue.waiting[showing] != (urgency := _urgency(showing)):
            queue.waiting[showing] = urgency
            self.stir(queue)

    def stir(self, queue: Queue) -> None:
        queue.due = -inf
        self._wake.set()

    def due(self, now: float) -> list[Queue]:
        return [queue for queue in self._queues.values() if queue.due <= now]

    def next_due(self) -> float:
        return min((queue.due for queue in self._queues.values()), default=inf)

    def waiting(self) -> Iterator[Showing]:
        for queue in self._queues.values():
            yield from queue.waiting

    def prune(self, now: float) -> None:
        """Forget buckets nobody has used for long."""
        for id_, queue in list(self._queues.items()):
            idle = not queue.waiting and not queue.bucket.flying
            if idle and max(queue.bucket.last, queue.bucket.blocked) + FORGET < now:
                del self._queues[id_]
