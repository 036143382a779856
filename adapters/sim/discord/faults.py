"""Faults on demand for the HTTP side: what is told to go wrong, and for which requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .gateway import Gateway


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next `times` requests whose method and path template fit.

    `effect`: answer (with `status`), lose (done, then cut), drop (cut before), slow, limit (429).
    """

    effect: str
    times: int = 1
    method: str | None = None
    path: str | None = None
    status: int = 503
    code: int = 0
    message: str | None = None
    seconds: float = 0.0
    scope: str = "user"

    def fits(self, method: str, template: str) -> bool:
        """Whether this request is one of those meant."""
        right_path = self.path is None or self.path in template
        return self.times > 0 and right_path and self.method in (None, method)


class Faults:
    """The faults waiting to happen, in the order they were asked for."""

    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self._waiting: list[Fault] = []
        self._outage: Fault | None = None

    def fail(
        self,
        status: int = 503,
        *,
        code: int = 0,
        message: str | None = None,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
    ) -> Fault:
        """Answer with this status without doing anything."""
        return self._add(
            Fault(
                effect="answer",
                status=status,
                code=code,
                message=message,
                times=times,
                method=method,
                path=path,
            )
        )

    def too_large(self, *, times: int = 1, method: str | None = None, path: str | None = None) -> Fault:
        """Refuse as too large (40005), whatever the size."""
        return self.fail(413, code=40005, times=times, method=method, path=path)

    def lose_response(self, *, times: int = 1, method: str | None = None, path: str | None = None) -> Fault:
        """Do what is asked, then cut the connection instead of answering."""
        return self._add(Fault(effect="lose", times=times, method=method, path=path))

    def drop(self, *, times: int = 1, method: str | None = None, path: str | None = None) -> Fault:
        """Cut the connection without doing what is asked."""
        return self._add(Fault(effect="drop", times=times, method=method, path=path))

    def slow(
        self, seconds: float, *, times: int = 1, method: str | None = None, path: str | None = None
    ) -> Fault:
        """Take this long before doing what is asked."""
        return self._add(Fault(effect="slow", seconds=seconds, times=times, method=method, path=path))

    def storm(
        self,
        times: int = 5,
        *,
        retry_after: float = 0.3,
        scope: str = "user",
        method: str | None = None,
        path: str | None = None,
    ) -> Fault:
        """Answer 429, whatever the buckets hold. `scope`: user, global, shared."""
        return self._add(
            Fault(effect="limit", times=times, seconds=retry_after, scope=scope, method=method, path=path)
        )

    @contextmanager
    def outage(self, status: int | None = 503) -> Iterator[None]:
        """Everything is down: requests get this status (None: cut connections), sockets are cut and refused."""
        effect = "drop" if status is None else "answer"
        self._outage = Fault(effect=effect, status=status or 0)
        self._gateway.refuse = 1011
        self._gateway.drop()
        try:
            yield
        finally:
            self._outage = None
            self._gateway.refuse = None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._waiting.clear()

    @property
    def waiting(self) -> list[Fault]:
        """The faults that are not used up."""
        return [fault for fault in self._waiting if fault.times > 0]

    def take(self, method: str, template: str) -> Fault | None:
        """The fault this request runs into, used up by one."""
        if self._outage is not None:
            return self._outage
        for fault in self._waiting:
            if fault.fits(method, template):
                fault.times -= 1
                return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        self._waiting.append(fault)
        return fault
