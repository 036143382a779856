"""Who may spend what, and what admins do to the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.values.ids import BudgetId, HoldId, WorkspaceId
from bridge.values.points import (
    Budget,
    Hold,
    Leg,
    OpenHold,
    Payer,
    Points,
    Resolution,
    Scope,
    Standing,
    Usage,
    UsageRow,
)
from bridge.values.turn import Closing, Turn


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

    async def conclude(self, end: Resolution, closing: Closing, now: float) -> tuple[Standing, ...]:
        """Resolve the hold of a turn's last call and close the turn, in one transaction: who is charged for an answer has it.

        How the accounts of the hold stand then. Each of the two at most once: a hold that was resolved and a turn that was closed stay
        as they are.
        """

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
