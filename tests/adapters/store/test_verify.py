"""Whatever happens to a ledger, its books are good; and bad books are noticed.

`POEBRIDGE_LEDGER_EXAMPLES` sets how many histories are tried (each of up to 30 steps).
"""

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, create_engine, event

from adapters.store import accounts, admission, books, budgets, holds, verify
from bridge.ports import Admitted, Denied
from bridge.rules import budget as rules
from bridge.values.errors import StoreError
from bridge.values.points import Hold, HoldState, PeriodKind, ScopeKind, Share, Usage

EXAMPLES = int(os.environ.get("POEBRIDGE_LEDGER_EXAMPLES", "60"))
PEOPLE = ("ann", "bob")


class Crash(Exception):
    """The process dies before the commit."""


@dataclass
class Account:
    granted: int = 0
    forgiven: int = 0
    spent: int = 0
    held: int = 0


@dataclass
class Kept:
    hold: Hold
    state: HoldState = HoldState.HELD
    settled: int = 0
    joined: bool = False


class Books(RuleBasedStateMachine):
    """The bodies against a model of a few lines."""

    template: Path
    make: SimpleNamespace
    engine = None
    path: Path

    @initialize()
    def open(self) -> None:
        type(self).engine.dispose()
        for leftover in self.path.parent.iterdir():
            leftover.unlink()
        shutil.copy(self.template, self.path)
        self.now = self.make.NOW
        self.number = 0
        self.frozen: set[str] = set()
        self.accounts: dict[tuple[str, str, float], Account] = {}
        self.kept: dict[str, Kept] = {}
        self.rules = {
            "each": self.make.budget(limit=300, named="each"),
            "pool": self.make.budget(
                ScopeKind.CHANNEL,
                "general",
                share=Share.POOL,
                limit=500,
                period=PeriodKind.WEEK,
                named="pool",
            ),
        }
        for one in self.rules.values():
            self.run(budgets.put_budget, one, "boss", self.now)

    def run(self, body, *args, crash: bool = False):
        if not crash:
            with self.engine.begin() as conn:
                return body(conn, *args)
        with pytest.raises(Crash), self.engine.begin() as conn:
            body(conn, *args)
            raise Crash
        return None

    def account(self, leg) -> Account:
        return self.accounts.setdefault((leg.budget, leg.holder, leg.span.start), Account())

    def room(self, leg) -> int:
        account = self.account(leg)
        return self.rules[leg.budget].limit + account.granted - account.spent - account.held

    @rule(
        person=st.sampled_from(PEOPLE), amount=st.integers(0, 250), crash=st.booleans(), again=st.booleans()
    )
    def admit(self, person: str, amount: int, crash: bool, again: bool) -> None:
        self.number += 1
        turn = self.make.turn(f"t{self.number}", person=person)
        hold = self.make.hold(turn, tuple(self.rules.values()), amount=amount, now=self.now)
        verdict = self.run(admission.admit, turn, hold, self.make.payer(person), self.now, crash=crash)
        if crash:
            verdict = self.run(admission.admit, turn, hold, self.make.payer(person), self.now)
        fits = all(amount <= self.room(leg) for leg in hold.legs)
        if person in self.frozen or not fits:
            assert isinstance(verdict, Denied)
            assert verdict.standing.frozen == (person in self.frozen)
            return
        assert isinstance(verdict, Admitted)
        self.kept[hold.id] = Kept(hold)
        for leg in hold.legs:
            self.account(leg).held += amount

    def pick(self, data) -> Kept:
        return self.kept[data.draw(st.sampled_from(sorted(self.kept)))]

    def close(self, kept: Kept, state: HoldState, points: int) -> None:
        for leg in kept.hold.legs:
            self.account(leg).held -= kept.hold.amount
            self.account(leg).spent += points
        kept.state, kept.settled = state, points

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), crash=st.booleans())
    def send(self, data, crash: bool) -> None:
        kept = self.pick(data)
        if kept.state is not HoldState.HELD:
            with pytest.raises(StoreError):
                self.run(holds.sent, kept.hold.id, self.now)
            return
        self.run(holds.sent, kept.hold.id, self.now, crash=crash)
        if not crash:
            kept.state = HoldState.SENT

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), points=st.integers(0, 400), crash=st.booleans())
    def settle(self, data, points: int, crash: bool) -> None:
        kept = self.pick(data)
        usage = Usage(input=points, output=1)
        self.run(holds.settle, kept.hold.id, points, usage, self.now, crash=crash)
        if not crash and kept.state.value in holds.OPEN:
            self.close(kept, HoldState.SETTLED, points)

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), crash=st.booleans())
    def release(self, data, crash: bool) -> None:
        kept = self.pick(data)
        self.run(holds.release, kept.hold.id, self.now, crash=crash)
        if not crash and kept.state.value in holds.OPEN:
            self.close(kept, HoldState.RELEASED, 0)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def doubt(self, data) -> None:
        kept = self.pick(data)
        self.run(holds.doubt, kept.hold.id, self.now, None)
        if kept.state.value in holds.OPEN:
            kept.state = HoldState.UNCERTAIN

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), points=st.integers(0, 400), told=st.booleans(), crash=st.booleans())
    def resolve(self, data, points: int, told: bool, crash: bool) -> None:
        kept = self.pick(data)
        row = self.make.row(f"row-{kept.hold.id}", points) if told else None
        if kept.state is HoldState.HELD:
            with pytest.raises(StoreError):
                self.run(books.resolve, kept.hold.id, points, row, self.now)
            return
        self.run(books.resolve, kept.hold.id, points, row, self.now, crash=crash)
        if crash:
            return
        if row is None:
            if kept.state is HoldState.UNCERTAIN:
                self.close(kept, HoldState.SETTLED if points else HoldState.RELEASED, points)
        elif not kept.joined:
            kept.joined = True
            if kept.state.value in holds.OPEN:
                self.close(kept, HoldState.SETTLED, points)
            else:
                for leg in kept.hold.legs:
                    self.account(leg).spent += points - kept.settled
                kept.state, kept.settled = HoldState.SETTLED, points

    @rule(hours=st.sampled_from([0.05, 1, 24, 24 * 7]))
    def pass_time(self, hours: float) -> None:
        self.now += hours * 3600
        due = {
            id
            for id, kept in self.kept.items()
            if kept.state is HoldState.HELD and kept.hold.expires_at <= self.now
        }
        assert set(self.run(holds.expire, self.now)) == due
        for id in due:
            self.close(self.kept[id], HoldState.RELEASED, 0)

    @rule(person=st.sampled_from(PEOPLE), points=st.integers(-50, 100), crash=st.booleans())
    def grant(self, person: str, points: int, crash: bool) -> None:
        legs = rules.legs(tuple(self.rules.values()), self.make.payer(person), self.now)
        budget, leg = legs[0]
        self.run(budgets.grant, budget, leg, points, "boss", "", self.now, crash=crash)
        if not crash:
            self.account(leg).granted += points

    @rule(person=st.sampled_from(PEOPLE))
    def reset(self, person: str) -> None:
        legs = rules.legs(tuple(self.rules.values()), self.make.payer(person), self.now)
        for budget, leg in legs:
            account = self.account(leg)
            back = max(account.spent - account.forgiven, 0)
            assert self.run(budgets.reset, budget, (leg,), "boss", self.now) == back
            assert self.run(budgets.reset, budget, (leg,), "boss", self.now) == 0
            account.granted += back
            account.forgiven += back

    @rule(person=st.sampled_from(PEOPLE), frozen=st.booleans())
    def freeze(self, person: str, frozen: bool) -> None:
        scope = self.make.budget(ScopeKind.PERSON, person).scope
        self.run(budgets.freeze, scope, frozen, "boss", self.now)
        self.frozen = (self.frozen | {person}) if frozen else (self.frozen - {person})

    @rule(limit=st.integers(0, 600), which=st.sampled_from(["each", "pool"]))
    def change(self, limit: int, which: str) -> None:
        self.rules[which] = replace(self.rules[which], limit=limit)
        self.run(budgets.put_budget, self.rules[which], "boss", self.now)

    @invariant()
    def agrees_with_the_model(self) -> None:
        for person in PEOPLE:
            payer = self.make.payer(person)
            legs = rules.legs(tuple(self.rules.values()), payer, self.now)
            with self.engine.connect() as conn:
                found = accounts.standings(conn, legs, payer)
            for standing, (_, leg) in zip(found, legs, strict=True):
                account = self.account(leg)
                told = (standing.granted, standing.spent, standing.held)
                assert told == (account.granted, account.spent, account.held)
                assert standing.left == self.room(leg)

    def teardown(self) -> None:
        assert self.run(verify.broken) == ()
        found = self.run(books.open_holds)
        assert {one.hold.id: one.state for one in found} == {
            id: kept.state for id, kept in self.kept.items() if kept.state.value in holds.OPEN
        }


def test_every_history_of_a_ledger_keeps_its_books(template: Path, make: SimpleNamespace):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "machine.db"
        engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})

        @event.listens_for(engine, "connect")
        def connect(connection: sqlite3.Connection, _record: object) -> None:
            for pragma in ("foreign_keys = ON", "synchronous = OFF"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

        machine = type(
            "Machine", (Books,), {"template": template, "make": make, "engine": engine, "path": path}
        )
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE accounts SET held = held + 5", "I1"),
        ("UPDATE accounts SET spent = spent + 5", "I2"),
        ("UPDATE holds SET settled = settled + 5", "I2"),
        ("UPDATE holds SET state = 'sent'", "I5"),
        ("UPDATE accounts SET granted = granted + 1", "I12"),
        ("UPDATE entries SET ceiling = 10", "I4"),
        ("DELETE FROM entries WHERE kind = 'settle'", "I5"),
        ("DELETE FROM entries WHERE kind = 'hold'", "I9"),
        (
            "INSERT INTO entries (account, hold, kind, granted, spent, held, at) VALUES (1, NULL, 'grant', 5, 0, 0, 0)",
            "I14",
        ),
        ("SELECT 1", "I8"),
    ],
)
def test_damage_is_noticed(url: str, make: SimpleNamespace, damage: str, found: str):
    engine = create_engine(url)
    with engine.connect() as conn:
        rule = make.budget()
        budgets.put_budget(conn, rule, "boss", make.NOW)
        turn = make.turn()
        hold = make.hold(turn, (rule,))
        admission.admit(conn, turn, hold, make.payer(), make.NOW)
        holds.settle(conn, hold.id, 60, None, make.NOW)
        assert verify.broken(conn) == ()
        for trigger in ("entries_no_update", "entries_no_delete"):
            conn.exec_driver_sql(f"DROP TRIGGER {trigger}")
        conn.exec_driver_sql(damage)
        assert any(found in line for line in verify.broken(conn))
    engine.dispose()


def test_entries_are_only_ever_added(url: str, make: SimpleNamespace):
    engine = create_engine(url)
    with engine.connect() as conn:
        budgets.put_budget(conn, make.budget(), "boss", make.NOW)
        ((_, leg),) = rules.legs((make.budget(),), make.payer(), make.NOW)
        budgets.grant(conn, make.budget(), leg, 5, "boss", "", make.NOW)
        for statement in ("UPDATE entries SET granted = 6", "DELETE FROM entries"):
            with pytest.raises(Exception, match="only ever added"):
                conn.exec_driver_sql(statement)
    engine.dispose()
