"""Money: prices, usage, budgets and the entries of the ledger. Points are integers; decimals are rounded up at the edge.

How much a budget affords is decided in `rules/budget.py`; that two turns cannot take the same points is decided in the store.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal

from bridge.values.ids import (
    BudgetId,
    ChannelId,
    HoldId,
    KeyName,
    ModelId,
    PersonId,
    RoleId,
    TurnId,
    WorkspaceId,
)

Points = int
MOST_POINTS = 10**15
"""No budget, grant or hold is larger: sums of entries stay inside 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """USD per token, or per request; None where the catalogue says nothing."""

    prompt: Decimal | None = None
    completion: Decimal | None = None
    cached: Decimal | None = None
    request: Decimal | None = None
    image: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call as the terminal event told them. `output` contains `reasoning`; `input` contains `cached`."""

    input: int
    output: int
    cached: int = 0
    reasoning: int = 0


class PeriodKind(enum.Enum):
    DAY = "day"
    WEEK = "week"  # starts on Monday
    MONTH = "month"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    kind: PeriodKind
    zone: str = "UTC"  # an IANA name


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One running of a period: seconds since the epoch, `end` excluded; None never ends."""

    start: float
    end: float | None


NO_WORKSPACE = WorkspaceId("")


class ScopeKind(enum.Enum):
    PERSON = "person"
    ROLE = "role"
    CHANNEL = "channel"
    WORKSPACE = "workspace"
    HOUSE = "house"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a budget is for. `id` is "" for the house.

    `workspace` is "" for house and key; for a person, role or channel that means: wherever they are.
    """

    kind: ScopeKind
    id: str = ""
    workspace: WorkspaceId = NO_WORKSPACE


class Share(enum.Enum):
    """EACH: every person the budget applies to has that much (an allotment). POOL: all of them share it."""

    EACH = "each"
    POOL = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A rule an admin (or the configuration) made: this much, for these people, per period."""

    id: BudgetId
    scope: Scope
    share: Share
    limit: Points
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Whoever a turn is charged to: one person, in one place, with one key.

    `direct` is set where the place is a direct message: no server's rules reach there but those made for this very person.
    """

    person: PersonId
    roles: tuple[RoleId, ...]  # best first
    channel: ChannelId
    workspace: WorkspaceId
    key: KeyName
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A budget and how it stands in its current span. For EACH, `holder` is the person; for POOL it is ""."""

    budget: Budget
    holder: str
    span: Span
    granted: Points = 0
    spent: Points = 0
    held: Points = 0
    frozen: bool = False
    frozen_scope: Scope | None = None  # what the freeze is of; None: of the budget's own scope

    @property
    def left(self) -> Points:
        """What can still be held; negative after a call cost more than its hold."""
        return self.budget.limit + self.granted - self.spent - self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One account a hold takes from."""

    budget: BudgetId
    holder: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Points set aside for one call. A second call of the same turn (a replay) has a hold of its own."""

    id: HoldId
    turn: TurnId
    amount: Points
    legs: tuple[Leg, ...]
    model: ModelId
    key: KeyName
    expires_at: float  # an unsent hold is released then; a sent one never expires by time


class HoldState(enum.Enum):
    HELD = "held"  # nothing has left the house
    SENT = "sent"  # the request may have reached Poe
    UNCERTAIN = "uncertain"  # cut off: only Poe's records can say
    SETTLED = "settled"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the end of a call makes of its hold: SETTLED at what it cost, RELEASED, or UNCERTAIN until Poe's books tell."""

    hold: HoldId
    state: HoldState
    points: Points = 0
    usage: Usage | None = None


class EntryKind(enum.Enum):
    GRANT = "grant"
    HOLD = "hold"
    SETTLE = "settle"
    RELEASE = "release"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHold:
    """A hold as the books know it, for whoever reconciles."""

    hold: Hold
    state: HoldState
    sent_at: float | None
    ended_at: float | None
    usage: Usage | None
    settled: Points | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """One line of Poe's own books, whichever way it was spelled."""

    id: str  # query_id
    at: float  # seconds since the epoch
    model: str  # display-cased handle
    points: Points  # not negative
    usd: Decimal | None
    key: KeyName | None
    kind: str  # "API", "Chat", ...
    input: int | None = None  # tokens, where the breakdown tells
    output: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    points: Points
    plan: Points | None = None
    addon: Points | None = None
    usd: Decimal | None = None
