"""What the core asks for, and the one door through which it is told something. Adapters implement; `wiring` connects.

Small on purpose: what a platform may or may not be able to do is in `Capabilities`, not in more methods.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bridge.values.answer import AnswerEvent
from bridge.values.capabilities import Allowance, Capabilities
from bridge.values.command import Reply
from bridge.values.draft import Page, Piece
from bridge.values.home import Home, PastAnswer
from bridge.values.ids import (
    BucketId,
    BudgetId,
    EventId,
    HoldId,
    KeyName,
    ModelId,
    PersonId,
    Platform,
    TurnId,
    WorkspaceId,
)
from bridge.values.inbound import Choice, Destination, Inbound, MessageRef, Person, Place, Suggesting
from bridge.values.installation import Installation
from bridge.values.models import ModelCard
from bridge.values.notices import Notice
from bridge.values.parts import FileRef
from bridge.values.points import (
    Balance,
    Budget,
    Hold,
    Leg,
    OpenHold,
    Payer,
    Points,
    Scope,
    Standing,
    Usage,
    UsageRow,
)
from bridge.values.request import Request
from bridge.values.turn import Closing, Past, ShownPage, Turn, TurnRecord


class Clock(Protocol):
    """Time, passed in."""

    def now(self) -> float:
        """Seconds since the epoch; also used for differences, so it must not jump back."""

    async def sleep(self, seconds: float) -> None: ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait until the event is set (True) or the seconds are over (False)."""


class Chance(Protocol):
    """Randomness, passed in."""

    def token(self) -> str:
        """16 characters of base32, never the same twice."""

    def uniform(self, low: float, high: float) -> float: ...


class Notify(Protocol):
    """Told of everything that happens; never raises, never waits."""

    def __call__(self, notice: Notice) -> None: ...


class Door(Protocol):
    """What a chat adapter calls. It acknowledged the event to the platform before."""

    def receive(self, inbound: Inbound) -> None:
        """Take an event; returns at once."""

    async def suggest(self, asking: Suggesting) -> tuple[Choice, ...]:
        """At most 25 choices, within a second; empty when nothing fits."""

    async def home(self, person: Person, place: Place) -> Home:
        """What a person's own page shows. Raises BridgeError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A write the platform confirmed. `allowance` is what it said of the bucket, if anything."""

    ref: MessageRef
    allowance: Allowance | None = None


class Chat(Protocol):
    """One chat platform: messages out.

    Every method raises a `ChatError`, and nothing else, when the platform does not do it; `ChatBroken` means nobody knows whether it did.
    A write returns as soon as the platform confirmed it and never sleeps for a rate limit: the scheduler does the waiting.
    """

    platform: Platform
    capabilities: Capabilities

    def measure(self, text: str) -> int:
        """Length of this Markdown once it is written in the platform's own way."""

    def bucket(self, to: Destination, verb: str) -> BucketId:
        """The rate limit that a "post" to, or an "edit" in, this destination counts against now."""

    async def post(self, to: Destination, page: Page, nonce: str) -> Written:
        """Post a page. The same nonce (at most 25 characters) within a few minutes yields the message already posted."""

    async def edit(self, to: Destination, ref: MessageRef, page: Page) -> Written: ...

    async def typing(self, to: Destination) -> None: ...

    async def find(self, to: Destination, turn: TurnId) -> tuple[tuple[MessageRef, str], ...]:
        """Read back: our recent messages there that carry a button of this turn, with their text, oldest first."""

    async def read(self, to: Destination, ref: MessageRef) -> str:
        """The text a message of ours shows now."""

    async def reply(self, to: Destination, reply: Reply) -> None:
        """Answer a command, or say something privately where the platform can."""

    async def open_thread(self, to: Destination, title: str) -> Place:
        """Start a thread on the message answered to, or in the channel."""


@runtime_checkable
class Streams(Protocol):
    """Beside `Chat`, where a platform takes a growing answer piece by piece. Errors as there; ChatGone: the stream is over, and what it
    made is an ordinary message that may be edited."""

    def streams(self, to: Destination) -> bool:
        """Whether a new answer to this destination may grow so, as far as we know now."""

    async def begin(self, to: Destination, piece: Piece, nonce: str) -> Written:
        """Post a message that grows. Repeated with its nonce after ChatBroken, it looks for what was posted first."""

    async def append(self, to: Destination, ref: MessageRef, piece: Piece) -> Written: ...

    async def end(self, to: Destination, ref: MessageRef, piece: Piece, page: Page) -> Written:
        """Add the last piece; from now on `page` stands, with its buttons."""


@runtime_checkable
class Titles(Protocol):
    """Beside `Chat`, where a conversation has a name that people see."""

    async def entitle(self, to: Destination, title: str) -> None:
        """Name the conversation at this destination."""


class Installations(Protocol):
    """Workspaces that let us in. Every method raises StoreError."""

    async def install(self, installation: Installation) -> None:
        """Keep it, in place of an earlier one of the same workspace."""

    async def installed(self, platform: Platform) -> tuple[Installation, ...]: ...

    async def uninstall(self, platform: Platform, workspace: WorkspaceId) -> bool:
        """Erase it with its token; False when there was none."""


class Files(Protocol):
    """Bytes of attachments, from the platform's own hosts only."""

    async def read(self, file: FileRef, limit: int) -> bytes:
        """Raises TooLarge (also when the claim was smaller), NotAccepted for a foreign host, ChatError when it can't be had."""


class Model(Protocol):
    """The answering side."""

    def ask(self, request: Request) -> AsyncGenerator[AnswerEvent, None]:
        """Events of one call; ends with exactly one Finished or Failed and raises nothing but cancellation.

        Closing the iterator closes the connection. Retries happen inside, only before the first byte of an answer and only where
        the failure is sure or a repeat cannot cost twice.
        """


class ModelCatalog(Protocol):
    async def cards(self) -> tuple[ModelCard, ...]:
        """The catalogue, cached; the last good copy when it can't be read. Empty where the server has none.

        Raises UpstreamError when it can't be read and never could.
        """

    async def refresh(self) -> None: ...

    def points_per_usd(self) -> float: ...


class UsageFeed(Protocol):
    async def balance(self, key: KeyName) -> Balance: ...

    def history(self, key: KeyName, since: float) -> AsyncIterator[UsageRow]:
        """Rows newest first, until `since` (seconds). Raises UpstreamError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The leg that refused, as it stood then. Nothing was held anywhere."""

    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The event, or this hold, was taken before. Nothing was done."""


Verdict = Admitted | Denied | Claimed


class Ledger(Protocol):
    """Who may spend what. Every method is one transaction; no ledger, no call (raises StoreError)."""

    async def budgets(self, payer: Payer) -> tuple[Budget, ...]:
        """Every rule whose scope the payer stands in (person, roles, channel, workspace, house, key)."""

    async def standings(self, legs: Sequence[tuple[Budget, Leg]], payer: Payer) -> tuple[Standing, ...]:
        """How these accounts stand, in the same order; an account never used stands at zero. `frozen` counts every freeze that
        concerns the payer or the budget."""

    async def frozen(self, payer: Payer) -> frozenset[Scope]:
        """What is frozen of all the payer stands in."""

    async def admit(self, turn: Turn, hold: Hold, payer: Payer, now: float) -> Verdict:
        """Claim the event (unless this very turn did), write the turn, take the hold from every leg: all or nothing.

        Legs are guarded UPDATEs: spent + held + amount <= limit + granted, and not frozen. The turn becomes `held`.
        """

    async def hold_again(self, hold: Hold, payer: Payer, now: float) -> Verdict:
        """Another hold for a turn already admitted: its second call."""

    async def sent(self, hold: HoldId, now: float) -> None:
        """Commit that the request is about to leave. Hold and turn become `sent`. Raises StoreError if the hold is not held."""

    async def settle(
        self, hold: HoldId, points: Points, usage: Usage | None, now: float
    ) -> tuple[Standing, ...]:
        """Charge, and give back the rest, in the span of the hold. At most once: a second call changes nothing."""

    async def release(self, hold: HoldId, now: float) -> None:
        """Give everything back; nothing was spent. At most once."""

    async def doubt(self, hold: HoldId, now: float, usage: Usage | None = None) -> None:
        """Mark uncertain: stays held until Poe's books tell."""

    async def expire(self, now: float) -> tuple[HoldId, ...]:
        """Release unsent holds whose time is over."""

    async def open_holds(self) -> tuple[OpenHold, ...]:
        """Held, sent and uncertain holds."""

    async def reconcilable(self, since: float) -> tuple[OpenHold, ...]:
        """Uncertain holds, and settled ones not yet matched to a row, whose call ended after `since`."""

    async def resolve(self, hold: HoldId, points: Points, row: UsageRow | None, now: float) -> None:
        """Poe's books told: settle an uncertain hold, or correct a settled one, and join the row to it (a row is joined once)."""

    async def matched_rows(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of these rows are joined already."""

    async def warn_once(self, standing: Standing, percent: int) -> bool:
        """True the first time this percentage is reported for this account and span."""


class Budgets(Protocol):
    """What admins do to the rules. Every change writes an audit row in the same transaction."""

    async def find(self, scope: Scope) -> tuple[Budget, ...]: ...

    async def made_on(self, workspace: WorkspaceId) -> tuple[Budget, ...]:
        """The rules for a person, role or channel made on this server; on none, those for wherever they are."""

    async def freezes(self, workspace: WorkspaceId) -> tuple[Scope, ...]:
        """What is frozen on this server; on none, what is frozen everywhere. Oldest first."""

    async def set(self, budget: Budget, actor: str, now: float) -> None:
        """Make or replace the rule of this scope and share."""

    async def remove(self, budget: BudgetId, actor: str, now: float) -> None: ...

    async def accounts(self, budget: Budget, span_start: float) -> tuple[Standing, ...]:
        """Every account of a rule in the span starting there; for showing."""

    async def grant(
        self, budget: Budget, leg: Leg, points: Points, actor: str, reason: str, now: float
    ) -> Standing: ...

    async def reset(self, budget: Budget, legs: Sequence[Leg], actor: str, now: float) -> int:
        """Grant back what was spent in these accounts; the number of points."""

    async def freeze(self, scope: Scope, frozen: bool, actor: str, now: float) -> None:
        """A person's freeze holds on the server it was made on and in direct messages; without a server, wherever they are. It is
        taken back where it was made, or everywhere by a scope without a server."""

    async def audit(self, limit: int) -> tuple[AuditRow, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    at: float
    actor: str
    action: str
    scope: str
    detail: str


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

    async def of_person(self, person: PersonId, limit: int) -> tuple[PastAnswer, ...]:
        """Their newest answers that are not private to another place, newest first."""

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
        """Erase a person's words and files, keep the ledger; the number of turns."""

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
