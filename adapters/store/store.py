"""The store behind the ports: every method hands one transaction body to the writer, or to a reader where it only looks.

What happens inside a transaction is in the bodies' own rooms; how transactions are run is in `desk`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from adapters.store import (
    accounts,
    admission,
    answers,
    books,
    budgets,
    holds,
    installations,
    memory,
    seals,
    turns,
    verify,
)
from adapters.store.desk import Desk
from adapters.store.place import where
from bridge.ports import AuditRow, Verdict
from bridge.values.home import PastAnswer
from bridge.values.ids import (
    BudgetId,
    EventId,
    HoldId,
    ModelId,
    PersonId,
    Platform,
    TurnId,
    WorkspaceId,
)
from bridge.values.inbound import MessageRef, Place
from bridge.values.installation import Installation
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
from bridge.values.turn import Closing, Past, ShownPage, Turn, TurnRecord


async def open_store(url: str, *, read_only: bool = False, secret_key: str = "") -> Store:
    """Open a database, and bring its schema up to date; `async with await open_store(url) as store`.

    Read-only leaves the schema alone and takes no lock, so a running bridge can be looked at. `secret_key` is as in `seals`.
    Raises StoreBusy where another process has it, ForeignDatabase, SchemaTooNew.
    """
    return Store(
        await Desk.open(url, read_only=read_only), lambda: seals.keys_for(where(url).path, secret_key)
    )


class Store:
    """Ledger, Budgets, Turns, Memory and Installations in one database. Every method raises StoreError where the database fails.

    `keys` is asked when the first secret is to be kept or read: without one, no key is ever needed.
    """

    def __init__(self, desk: Desk, keys: Callable[[], Sequence[bytes]]) -> None:
        self._write = desk.write
        self._read = desk.read
        self._desk = desk
        self._keys = keys
        self._seals: seals.Seals | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Finish what is queued, then let go of the database."""
        await self._desk.close()

    async def verify(self) -> tuple[str, ...]:
        """The invariants of the books that do not hold; none in good books."""
        return await self._read(verify.broken)

    # Ledger

    async def budgets(self, payer: Payer) -> tuple[Budget, ...]:
        return await self._read(budgets.of_payer, payer)

    async def standings(self, legs: Sequence[tuple[Budget, Leg]], payer: Payer) -> tuple[Standing, ...]:
        return await self._read(accounts.standings, legs, payer)

    async def frozen(self, payer: Payer) -> frozenset[Scope]:
        return await self._read(accounts.frozen_scopes, payer)

    async def admit(self, turn: Turn, hold: Hold, payer: Payer, now: float) -> Verdict:
        return await self._write(admission.admit, turn, hold, payer, now)

    async def hold_again(self, hold: Hold, payer: Payer, now: float) -> Verdict:
        return await self._write(admission.hold_again, hold, payer, now)

    async def sent(self, hold: HoldId, now: float) -> None:
        await self._write(holds.sent, hold, now)

    async def settle(
        self, hold: HoldId, points: Points, usage: Usage | None, now: float
    ) -> tuple[Standing, ...]:
        return await self._write(holds.settle, hold, points, usage, now)

    async def release(self, hold: HoldId, now: float) -> None:
        await self._write(holds.release, hold, now)

    async def doubt(self, hold: HoldId, now: float, usage: Usage | None = None) -> None:
        await self._write(holds.doubt, hold, now, usage)

    async def conclude(self, end: Resolution, closing: Closing, now: float) -> tuple[Standing, ...]:
        return await self._write(turns.conclude, end, closing, now)

    async def expire(self, now: float) -> tuple[HoldId, ...]:
        return await self._write(holds.expire, now)

    async def open_holds(self) -> tuple[OpenHold, ...]:
        return await self._read(books.open_holds)

    async def reconcilable(self, since: float) -> tuple[OpenHold, ...]:
        return await self._read(books.reconcilable, since)

    async def resolve(self, hold: HoldId, points: Points, row: UsageRow | None, now: float) -> None:
        await self._write(books.resolve, hold, points, row, now)

    async def matched_rows(self, ids: Sequence[str]) -> frozenset[str]:
        return await self._read(books.matched_rows, ids)

    async def warn_once(self, standing: Standing, percent: int) -> bool:
        return await self._write(budgets.warn_once, standing, percent)

    # Budgets

    async def find(self, scope: Scope) -> tuple[Budget, ...]:
        return await self._read(budgets.find, scope)

    async def made_on(self, workspace: WorkspaceId) -> tuple[Budget, ...]:
        return await self._read(budgets.made_on, workspace)

    async def freezes(self, workspace: WorkspaceId) -> tuple[Scope, ...]:
        return await self._read(budgets.freezes_on, workspace)

    async def set(self, budget: Budget, actor: str, now: float) -> None:
        await self._write(budgets.put_budget, budget, actor, now)

    async def remove(self, budget: BudgetId, actor: str, now: float) -> None:
        await self._write(budgets.remove, budget, actor, now)

    async def accounts(self, budget: Budget, span_start: float) -> tuple[Standing, ...]:
        return await self._read(budgets.accounts_of, budget, span_start)

    async def grant(
        self, budget: Budget, leg: Leg, points: Points, actor: str, reason: str, now: float
    ) -> Standing:
        return await self._write(budgets.grant, budget, leg, points, actor, reason, now)

    async def reset(self, budget: Budget, legs: Sequence[Leg], actor: str, now: float) -> int:
        return await self._write(budgets.reset, budget, legs, actor, now)

    async def freeze(self, scope: Scope, frozen: bool, actor: str, now: float) -> None:
        await self._write(budgets.freeze, scope, frozen, actor, now)

    async def audit(self, limit: int) -> tuple[AuditRow, ...]:
        return await self._read(budgets.read_audit, limit)

    # Turns

    async def receive(self, turn: Turn) -> bool:
        return await self._write(turns.receive, turn)

    async def seen(self, event: EventId) -> bool:
        return await self._read(turns.seen, event)

    async def claim(self, event: EventId, now: float) -> bool:
        return await self._write(turns.claim, event, now)

    async def showing(self, turn: TurnId, now: float) -> None:
        await self._write(turns.showing, turn)

    async def close(self, closing: Closing) -> None:
        await self._write(turns.close, closing)

    async def footnote(self, turn: TurnId, footer: str, notes: Sequence[str]) -> None:
        await self._write(turns.footnote, turn, footer, notes)

    async def delivered(self, turn: TurnId) -> None:
        await self._write(turns.delivered, turn)

    async def undelivered(self) -> tuple[TurnRecord, ...]:
        return await self._read(turns.undelivered)

    async def get(self, turn: TurnId) -> TurnRecord | None:
        return await self._read(turns.get, turn)

    async def open(self) -> tuple[TurnRecord, ...]:
        return await self._read(turns.left_open)

    async def of_message(self, ref: MessageRef) -> TurnRecord | None:
        return await self._read(turns.of_message, ref)

    async def newest(self, place: Place, person: PersonId | None) -> TurnRecord | None:
        return await self._read(turns.newest, place, person)

    async def present(self, place: Place) -> bool:
        return await self._read(turns.present, place)

    async def fresh(self, place: Place, now: float) -> None:
        await self._write(turns.fresh, place, now)

    async def past(self, turn: TurnId, limit: int) -> tuple[Past, ...]:
        return await self._read(turns.past, turn, limit)

    async def shown(self, page: ShownPage) -> None:
        await self._write(turns.shown, page)

    async def pages(self, turn: TurnId) -> tuple[ShownPage, ...]:
        return await self._read(turns.pages_of, turn)

    async def of_person(self, person: PersonId, here: Place, limit: int) -> tuple[PastAnswer, ...]:
        return await self._read(answers.of_person, person, here, limit)

    async def rate(self, turn: TurnId, person: PersonId, good: bool, now: float) -> None:
        await self._write(answers.rate, turn, person, good, now)

    # Memory

    async def remember(self, model: ModelId, fact: str, until: float) -> None:
        await self._write(memory.remember, model, fact, until)

    async def remembers(self, model: ModelId, fact: str, now: float) -> bool:
        return await self._read(memory.remembers, model, fact, now)

    async def setting(self, scope: Scope, key: str) -> str | None:
        return await self._read(memory.setting, scope, key)

    async def set_setting(self, scope: Scope, key: str, value: str | None, actor: str, now: float) -> None:
        await self._write(memory.set_setting, scope, key, value, actor, now)

    async def forget(self, person: PersonId, actor: str, now: float) -> int:
        total = 0
        while count := await self._write(memory.forget_person, person, now):
            total += count
        quoting = 0
        while count := await self._write(memory.forget_quotes, person):
            quoting += count
        await self._write(memory.note_forgotten, person, total, quoting, actor, now)
        await self._desk.tidy()
        return total

    async def forget_older(self, before: float) -> int:
        total = 0
        while count := await self._write(memory.forget_older, before):
            total += count
        if total:
            await self._desk.tidy()
        return total

    # Installations

    async def install(self, installation: Installation) -> None:
        await self._write(installations.install, installation, self._sealing())

    async def installed(self, platform: Platform) -> tuple[Installation, ...]:
        """Tokens that an older key sealed are sealed with the newest on this occasion, so that the older one may go."""
        found = await self._read(installations.installed, platform, self._sealing)
        if found.stale:
            await self._write(installations.reseal, found.stale, self._sealing())
        return found.all

    async def uninstall(self, platform: Platform, workspace: WorkspaceId) -> bool:
        gone = await self._write(installations.uninstall, platform, workspace)
        if gone:
            await self._desk.tidy()
        return gone

    def _sealing(self) -> seals.Seals:
        if self._seals is None:
            self._seals = seals.Seals(self._keys())
        return self._seals
