"""Faults on demand: what is told to go wrong, for which methods, and with the sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .nouns import Json

if TYPE_CHECKING:
    from .delivery import Deliveries, Line


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` calls of `method` (None: any of the Web API).

    Beside the methods there are `response_url`, `upload` and `file`.

    `effect`: refuse (with `error`), answer (with HTTP `status` and no JSON), lose (done, then cut), drop (cut before), slow, limit (429).
    """

    effect: str
    times: int = 1
    method: str | None = None
    error: str = ""
    extra: Json = field(default_factory=dict)
    status: int = 503
    seconds: float = 0.0


class Faults:
    """The faults waiting to happen, in the order they were asked for."""

    def __init__(self, deliveries: "Deliveries") -> None:
        self._deliveries = deliveries
        self._waiting: list[Fault] = []
        self._outage: Fault | None = None

    # -- the Web API ----------------------------------------------------------------------------

    def refuse(self, error: str, method: str | None = None, *, times: int = 1, **extra: object) -> Fault:
        """Answer `ok: false` with this error string, and what belongs to it, without doing anything."""
        return self._add(Fault(effect="refuse", error=error, extra=extra, times=times, method=method))

    def fail(self, status: int = 503, method: str | None = None, *, times: int = 1) -> Fault:
        """Answer with this HTTP status and a page instead of JSON, without doing anything."""
        return self._add(Fault(effect="answer", status=status, times=times, method=method))

    def limit(self, method: str | None = None, *, retry_after: int = 1, times: int = 1) -> Fault:
        """Answer 429 with `Retry-After` in whole seconds, whatever the limits say."""
        return self._add(Fault(effect="limit", seconds=retry_after, times=times, method=method))

    def lose_response(self, method: str | None = None, *, times: int = 1) -> Fault:
        """Do what is asked, then cut the connection instead of answering."""
        return self._add(Fault(effect="lose", times=times, method=method))

    def drop(self, method: str | None = None, *, times: int = 1) -> Fault:
        """Cut the connection without doing what is asked."""
        return self._add(Fault(effect="drop", times=times, method=method))

    def slow(self, seconds: float, method: str | None = None, *, times: int = 1) -> Fault:
        """Take this long before doing what is asked."""
        return self._add(Fault(effect="slow", seconds=seconds, times=times, method=method))

    @contextmanager
    def outage(self, status: int | None = 503) -> Iterator[None]:
        """Everything is down: calls get this status (None: cut connections), sockets are cut and not opened."""
        self._outage = Fault(effect="drop" if status is None else "answer", status=status or 0)
        self.disconnect()
        try:
            yield
        finally:
            self._outage = None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._waiting.clear()
        self._deliveries.ghosts = self._deliveries.lose_acks = 0

    @property
    def waiting(self) -> list[Fault]:
        """The faults that are not used up."""
        return [fault for fault in self._waiting if fault.times > 0]

    def take(self, method: str, *, by_name: bool = False) -> Fault | None:
        """The fault this call runs into, used up by one; `by_name` leaves out those that are for any method."""
        if self._outage is not None:
            return self._outage
        for fault in self.waiting:
            if fault.method == method or (fault.method is None and not by_name):
                fault.times -= 1
                return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        self._waiting.append(fault)
        return fault

    # -- Socket Mode ----------------------------------------------------------------------------

    @property
    def _lines(self) -> "list[Line]":
        return list(self._deliveries.lines)

    def refresh(self) -> None:
        """Tell every socket that it is over (`refresh_requested`), and close it."""
        for line in self._lines:
            line.disconnect("refresh_requested")
            line.close(1000)

    def warn(self) -> None:
        """Tell every socket that it will be closed soon (`warning`)."""
        for line in self._lines:
            line.disconnect("warning")

    def turn_off(self) -> None:
        """Somebody turns Socket Mode off in the app's settings (`link_disabled`)."""
        self._deliveries.world.app.socket_mode = False
        for line in self._lines:
            line.disconnect("link_disabled")
            line.close(1000)

    def disconnect(self, code: int | None = None) -> None:
        """End every socket: without a word, or with a close code."""
        for line in self._lines:
            line.abort() if code is None else line.close(code)

    def ghost(self, count: int = 1) -> None:
        """Slack believes in connections that are gone: what it sends there is lost, and comes again."""
        self._deliveries.ghosts = count

    def deaf(self, count: int | None = None) -> None:
        """Sockets stay open, but nothing comes out of them and no ping is answered; all, or the oldest so many."""
        for line in self._lines[:count]:
            line.deafen()

    def lose_acks(self, times: int = 1) -> None:
        """Overhear so many acknowledgements; what they were for comes again."""
        self._deliveries.lose_acks = times

    def redeliver(self, count: int = 1) -> None:
        """Send the last events once more, marked as a retry."""
        self._deliveries.repeat(count)

    def duplicate(self, count: int = 1) -> None:
        """Send the last events once more, as if for the first time."""
        self._deliveries.repeat(count, reason="")

    def hold(self) -> None:
        """Keep back everything for the app until `release`."""
        self._deliveries.hold()

    def release(self, *, reverse: bool = False) -> None:
        """Deliver what was held back, the last first where asked."""
        self._deliveries.release(reverse=reverse)
