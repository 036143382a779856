"""Transaction bodies of what admins do to the rules: budgets, grants, resets, freezes, and the audit of all of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select, tuple_, update

from adapters.store import rows
from adapters.store.accounts import open_account, rule_rows, scopes, standing_rows
from adapters.store.dialect import put_new
from adapters.store.schema import accounts, audit, budgets, entries, freezes, warnings
from bridge.ports import AuditRow
from bridge.values.errors import StoreError
from bridge.values.ids import BudgetId, WorkspaceId
from bridge.values.points import (
    MOST_POINTS,
    Budget,
    EntryKind,
    Leg,
    Payer,
    Points,
    Scope,
    ScopeKind,
    Standing,
)

_in_scopes = tuple_(budgets.c.kind, budgets.c.scope, budgets.c.workspace).in_(
    bindparam("scopes", expanding=True)
)
_of_scopes = rule_rows().where(_in_scopes, budgets.c.removed.is_(False)).order_by(budgets.c.id)
_NAMED = (ScopeKind.PERSON.value, ScopeKind.ROLE.value, ScopeKind.CHANNEL.value)
_of_scopes_or_person = (
    rule_rows()
    .where(
        or_(
            _in_scopes, and_(budgets.c.kind == ScopeKind.PERSON.value, budgets.c.scope == bindparam("person"))
        ),
        budgets.c.removed.is_(False),
    )
    .order_by(budgets.c.id)
)


def of_payer(conn: Connection, payer: Payer) -> tuple[Budget, ...]:
    """As the port says; in a direct message also what any server made for this very person."""
    keys = [(scope.kind.value, scope.id, scope.workspace) for scope in scopes(payer)]
    which = _of_scopes_or_person if payer.direct else _of_scopes
    given = {"scopes": keys} | ({"person": payer.person} if payer.direct else {})
    return tuple(rows.budget(row) for row in conn.execute(which, given))


def find(conn: Connection, scope: Scope) -> tuple[Budget, ...]:
    return _rules(conn, _at(scope))


def made_on(conn: Connection, workspace: WorkspaceId) -> tuple[Budget, ...]:
    return _rules(conn, and_(budgets.c.workspace == workspace, budgets.c.kind.in_(_NAMED)))


def freezes_on(conn: Connection, workspace: WorkspaceId) -> tuple[Scope, ...]:
    found = conn.execute(select(freezes).where(freezes.c.workspace == workspace).order_by(freezes.c.at))
    return tuple(
        Scope(kind=ScopeKind(row.kind), id=row.scope, workspace=WorkspaceId(row.workspace)) for row in found
    )


def _at(scope: Scope) -> ColumnElement[bool]:
    return and_(
        budgets.c.kind == scope.kind.value,
        budgets.c.scope == scope.id,
        budgets.c.workspace == scope.workspace,
    )


def _rules(conn: Connection, which: ColumnElement[bool]) -> tuple[Budget, ...]:
    standing = rule_rows().where(which, budgets.c.removed.is_(False)).order_by(budgets.c.id)
    return tuple(rows.budget(row) for row in conn.execute(standing))


def put_budget(conn: Connection, budget: Budget, actor: str, now: float) -> None:
    """Make or replace. A scope and share keep the id they had first, so what was spent under it still counts."""
    if not 0 <= budget.limit <= MOST_POINTS:
        raise StoreError(f"A budget has between 0 and {MOST_POINTS:,} points.")
    same = and_(_at(budget.scope), budgets.c.share == budget.share.value)
    before = conn.execute(rule_rows().add_columns(budgets.c.removed).where(same)).first()
    fields = rows.budget_fields(budget) | {"removed": False}
    detail = rows.budget_words(budget)
    if before is None:
        put_new(conn, budgets, fields)
    else:
        fields["id"] = before.budget
        conn.execute(update(budgets).where(same).values(fields))
        if not before.removed:
            detail += f", was {rows.budget_words(rows.budget(before))}"
    note(conn, now, actor, "budget set", budget.scope, detail)


def remove(conn: Connection, budget: BudgetId, actor: str, now: float) -> None:
    """The rule no longer applies; its accounts and entries stay."""
    standing = rule_rows().where(budgets.c.id == budget, budgets.c.removed.is_(False))
    before = conn.execute(standing).first()
    if before is not None:
        conn.execute(update(budgets).where(budgets.c.id == budget).values(removed=True))
        rule = rows.budget(before)
        note(conn, now, actor, "budget remove", rule.scope, rows.budget_words(rule))


def accounts_of(conn: Connection, budget: Budget, span_start: float) -> tuple[Standing, ...]:
    here = standing_rows().where(accounts.c.budget == budget.id, accounts.c.span_start == span_start)
    found = conn.execute(here.order_by(accounts.c.spent.desc(), accounts.c.holder))
    return tuple(rows.standing(row, frozen=row.frozen) for row in found)


def grant(
    conn: Connection, budget: Budget, leg: Leg, points: Points, actor: str, reason: str, now: float
) -> Standing:
    """More points in this span, or fewer when negative."""
    open_account(conn, leg)
    standing = _account(conn, leg)
    if abs(points) > MOST_POINTS or abs(standing.granted + points) > MOST_POINTS:
        raise StoreError(f"All grants together can't be more than {MOST_POINTS:,} points.")
    _give(conn, leg, points, actor, reason, now)
    note(conn, now, actor, "budget grant", budget.scope, _granted(points, leg.holder, reason))
    return _account(conn, leg)


def _granted(points: Points, holder: str, reason: str) -> str:
    to = f" to {holder}" if holder else ""
    return f"{points} points{to}" + (f": {reason}" if reason else "")


def reset(conn: Connection, budget: Budget, legs: Sequence[Leg], actor: str, now: float) -> Points:
    """Grant back what was spent since the last reset; the sum over these accounts."""
    total = 0
    for leg in legs:
        row = conn.execute(select(accounts.c.spent - accounts.c.forgiven).where(_key(leg))).scalar()
        if row is not None and row > 0:
            _give(conn, leg, row, actor, "reset", now)
            conn.execute(update(accounts).where(_key(leg)).values(forgiven=accounts.c.forgiven + row))
            total += row
    note(conn, now, actor, "budget reset", budget.scope, f"{total} points in {len(legs)} accounts")
    return total


def _key(leg: Leg) -> ColumnElement[bool]:
    return and_(
        accounts.c.budget == leg.budget,
        accounts.c.holder == leg.holder,
        accounts.c.span_start == leg.span.start,
    )


def _account(conn: Connection, leg: Leg) -> Standing:
    row = conn.execute(standing_rows().where(_key(leg))).one()
    return rows.standing(row, frozen=row.frozen)


def _give(conn: Connection, leg: Leg, points: Points, actor: str, reason: str, now: float) -> None:
    given = update(accounts).where(_key(leg)).values(granted=accounts.c.granted + points)
    account = conn.execute(given.returning(accounts.c.id)).scalar_one()
    entry = {"account": account, "kind": EntryKind.GRANT.value, "granted": points, "spent": 0, "held": 0}
    conn.execute(entries.insert(), entry | {"at": now, "actor": actor, "reason": reason})


def freeze(conn: Connection, scope: Scope, frozen: bool, actor: str, now: float) -> None:
    """A person without a server is unfrozen wherever somebody froze them."""
    fields = rows.scope_fields(scope)
    if frozen:
        put_new(conn, freezes, fields | {"at": now})
    else:
        if scope.kind is ScopeKind.PERSON and not scope.workspace:
            del fields["workspace"]
        conn.execute(delete(freezes).where(*(freezes.c[name] == value for name, value in fields.items())))
    note(conn, now, actor, "budget freeze" if frozen else "budget unfreeze", scope, "")


def warn_once(conn: Connection, standing: Standing, percent: int) -> bool:
    key = {
        "budget": standing.budget.id,
        "holder": standing.holder,
        "span_start": standing.span.start,
        "percent": percent,
    }
    return put_new(conn, warnings, key)


def note(conn: Connection, now: float, actor: str, action: str, scope: Scope, detail: str) -> None:
    """One line of the audit, in the transaction of what it tells of."""
    fields = {"at": now, "actor": actor, "action": action, "detail": detail}
    conn.execute(audit.insert(), fields | {"scope": rows.scope_words(scope)})


def read_audit(conn: Connection, limit: int) -> tuple[AuditRow, ...]:
    """The newest first."""
    found = conn.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))
    return tuple(
        AuditRow(at=row.at, actor=row.actor, action=row.action, scope=row.scope, detail=row.detail)
        for row in found
    )
