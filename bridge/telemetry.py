"""Hooks that turn notices into log records and counters. The core knows none of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial

import structlog

from bridge.ports import Notify
from bridge.values.errors import ChatBusy
from bridge.values.notices import (
    ChainRepaired,
    Duplicate,
    Ignored,
    Notice,
    Reconciled,
    Trouble,
    TurnBegan,
    TurnEnded,
    WriteRefused,
    Wrote,
)
from bridge.values.turn import TurnState

QUIET = (Ignored, Wrote)
"""Too many to log; they are counted."""
POSTING = ("post", "begin")
"""Verbs that make a message; the others change one."""
KEPT = 10


def everyone(*hooks: Notify) -> Notify:
    """One hook that tells them all."""

    def notify(notice: Notice) -> None:
        for hook in hooks:
            hook(notice)

    return notify


def logged(logger: structlog.typing.FilteringBoundLogger) -> Notify:
    """Every notice as one record, named after its class. Notices carry no words, names or secrets, so neither do records."""

    def notify(notice: Notice) -> None:
        if isinstance(notice, QUIET):
            return
        level = logger.warning if isinstance(notice, Trouble | WriteRefused) else logger.info
        level(type(notice).__name__, **asdict(notice))

    return notify


@dataclass(slots=True)
class Counters:
    """What happened so far, as the demo's last line and the metrics tell it."""

    counts: Counter[str] = field(default_factory=Counter)

    def __call__(self, notice: Notice) -> None:
        for name, amount in _counted(notice):
            self.counts[name] += amount


def _counted(notice: Notice) -> tuple[tuple[str, int], ...]:
    match notice:
        case TurnBegan():
            kind = "chained" if notice.chained else "replayed" if notice.replayed else "fresh"
            return (("points_held", notice.held), (kind, 1))
        case TurnEnded():
            failed = (("errors", 1),) if notice.error and notice.state != TurnState.REFUSED.value else ()
            money = (("points_settled", notice.settled), ("points_released", notice.released))
            return (("turns", 1), *money, *failed)
        case Reconciled():
            money = (("points_settled", notice.settled), ("points_released", notice.released))
            return (*money, ("points_corrected", notice.corrected))
        case ChainRepaired():
            return (("chains_refused", 1), ("points_released", notice.released))
        case Wrote():
            return (("messages" if notice.verb in POSTING else "edits", 1),)
        case Duplicate():
            return (("duplicates_suppressed", 1),)
        case WriteRefused():
            return (("rate_limited" if notice.error == ChatBusy.__name__ else "writes_refused", 1),)
        case Trouble():
            return (("troubles", 1),)
        case _:
            return ()


@dataclass(slots=True)
class Problems:
    """The last few troubles as sentences for /status, wherever in the house they were."""

    now: Callable[[], float]
    last: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))

    def __call__(self, notice: Notice) -> None:
        self._note("", notice)

    def of(self, platform: str) -> Notify:
        """A hook for what happens on one of several platforms."""
        return partial(self._note, f"{platform}, ")

    def _note(self, of: str, notice: Notice) -> None:
        if isinstance(notice, Trouble | WriteRefused):
            where = notice.where if isinstance(notice, Trouble) else notice.verb
            at = datetime.fromtimestamp(self.now(), UTC).strftime("%d %b %H:%M UTC")
            self.last.append(f"{at}: {of}{notice.error} in {where}")
