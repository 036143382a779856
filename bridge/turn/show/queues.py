"""Who waits for which bucket. An answer waits in at most one queue; which one is asked anew for each of its writes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from bridge.ports import Chat, Clock
from bridge.rules.pacing import Bucket, progress_at, reserve
from bridge.rules.schedule import Kind
from bridge.turn.show.showing import Showing
from bridge.turn.show.standing import BEGIN, END, POST
from bridge.turn.show.streams import Growing
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

    def __init__(self, chat: Chat, clock: Clock, growing: Growing, wake: asyncio.Event) -> None:
        self._chat = chat
        self._clock = clock
        self._growing = growing
        self._wake = wake
        self._queues: dict[BucketId, Queue] = {}

    def enter(self, showing: Showing, verb: str) -> None:
        """Wait for the bucket that a write of this kind needs now."""
        id_ = self._chat.bucket(showing.to, verb)
        queue = self._queues.get(id_)
        if queue is None:
            queue = self._queues[id_] = Queue(id=id_, bucket=self._unknown(verb))
        queue.waiting[showing] = _urgency(showing)
        showing.filed = id_
        showing.verb = verb
        self.stir(queue)

    def leave(self, showing: Showing) -> None:
        if showing.filed is not None:
            self._queues[showing.filed].waiting.pop(showing, None)
            showing.filed = None

    def move(self, showing: Showing, verb: str) -> None:
        """It is known now what it has to wait for."""
        self.leave(showing)
        showing.needs = verb
        self.enter(showing, self._opening(showing) if verb == BEGIN else verb)

    def touched(self, showing: Showing) -> None:
        """Something new to show. Wakes nobody if the answer waits already, and for nothing less urgent."""
        wants = showing.wants
        if showing.filed is None or not (wants == showing.verb or (wants == BEGIN and showing.verb == POST)):
            # What waits already and moves is a final, most likely: it must not wait with progress.
            self.leave(showing)
            self.enter(showing, self._opening(showing) if wants == BEGIN else wants)
            return
        queue = self._queues[showing.filed]
        if queue.waiting[showing] != (urgency := _urgency(showing)):
            queue.waiting[showing] = urgency
            self.stir(queue)

    def relieve(self, queue: Queue, now: float) -> None:
        """Nothing can leave here now: who waits to begin a message posts it where that is sooner."""
        for showing in list(queue.waiting):
            if showing.verb == BEGIN and showing.ready <= now and self._opening(showing) == POST:
                self.leave(showing)
                self.enter(showing, POST)

    def finals(self, queue: Queue) -> int:
        """How many answers will need this bucket for their last write; where it keeps no more than one for them, nobody counts."""
        if reserve(queue.bucket) == 1:
            return 1
        return sum(self._chat.bucket(each.to, each.closes) == queue.id for each in self._growing.live)

    def may_begin(self, showing: Showing) -> bool:
        """Whether its next page may grow piece by piece: each such page needs an end of its own, for which no final should wait."""
        return self._growing.may(showing, self._bucket(showing, END).free(self._clock.now()))

    def _opening(self, showing: Showing) -> str:
        """How its next page comes to be. The first word does not wait for a limit that counts minutes."""
        if showing.unsure:
            return BEGIN  # as it was
        if not self.may_begin(showing):
            return POST
        now = self._clock.now()
        begin, post = (self._free_at(showing, verb, now) for verb in (BEGIN, POST))
        return BEGIN if begin <= max(now, post) else POST

    def _free_at(self, showing: Showing, verb: str, now: float) -> float:
        bucket = self._bucket(showing, verb)
        return progress_at(bucket, now) if showing.kind is Kind.PROGRESS else bucket.next_free(now)

    def _bucket(self, showing: Showing, verb: str) -> Bucket:
        queue = self._queues.get(self._chat.bucket(showing.to, verb))
        return queue.bucket if queue else self._unknown(verb)

    def _unknown(self, verb: str) -> Bucket:
        capabilities = self._chat.capabilities
        return Bucket(rate=capabilities.rates.get(verb, capabilities.rate))

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
