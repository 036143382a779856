"""What happened, as values, for logs, metrics and whoever looks. They never carry a person's words, a name or a secret."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.values.ids import BucketId, EventId, HoldId, ModelId, Platform, TurnId


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """The platform delivered an event again; nothing was done."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    event: EventId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnBegan:
    turn: TurnId
    model: ModelId
    held: int
    chained: bool  # the server was given the previous response
    replayed: bool  # it was given the conversation's past as items instead


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRepaired:
    """The server did not take the previous response; the conversation was replayed, with a hold of its own."""

    turn: TurnId
    model: ModelId
    released: int  # points of the first call's hold; 0 where its cost is unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstWord:
    """The first text is visible: seconds from the event, and from the model's first word."""

    turn: TurnId
    since_event: float
    since_word: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnded:
    turn: TurnId
    model: ModelId
    state: str  # a TurnState value
    held: int
    settled: int
    released: int
    seconds: float
    final_late: float  # seconds from the model's end to the final text on the platform
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """One write reached the platform: "post", "edit", "begin", "append" or "end"."""

    turn: TurnId
    verb: str
    bucket: BucketId


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRefused:
    turn: TurnId
    verb: str
    error: str  # class of the ChatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """Poe's books told what a call cost; see `rules/reconcile`."""

    hold: HoldId
    settled: int  # points charged for a call whose cost was unknown
    released: int  # points of it given back
    corrected: int  # points by which a charge made before was wrong; may be negative
    how: str  # "matched", "window over", "booked late"
    platform: Platform | None = None  # of its turn, where the books of all are kept at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something failed and the house goes on. `error` is a class name, `where` a room."""

    where: str
    error: str
    detail: str = ""


Notice = (
    Duplicate
    | Ignored
    | TurnBegan
    | ChainRepaired
    | FirstWord
    | TurnEnded
    | Wrote
    | WriteRefused
    | Reconciled
    | Trouble
)
