"""Accounts: how the budgets of a payer stand, and the one guarded UPDATE that takes points from them.

What is a hold, and what becomes of it, is in `admission` and `holds`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Select, and_, bindparam, exists, literal, or_, select, tuple_, update

from adapters.store import rows
from adapters.store.dialect import Overtaken, put_new
from adapters.store.rows import AnyRow
from adapters.store.schema import accounts, budgets, freezes
from bridge.values.errors import StoreError
from bridge.values.ids import BudgetId, WorkspaceId
from bridge.values.points import (
    NO_WORKSPACE,
    Budget,
    Leg,
    Payer,
    Points,
    Scope,
    ScopeKind,
    Standing,
)

_frozen = exists().where(
    or_(
        and_(
            freezes.c.kind == budgets.c.kind,
            freezes.c.scope == budgets.c.scope,
            freezes.c.workspace == budgets.c.workspace,
        ),
        and_(
            freezes.c.kind == ScopeKind.PERSON.value,
            freezes.c.scope == accounts.c.holder,
            freezes.c.workspace.in_([budgets.c.workspace, literal(NO_WORKSPACE)]),
        ),
    )
)
_rule = (
    budgets.c.id.label("budget"),
    budgets.c.kind,
    budgets.c.scope,
    budgets.c.workspace,
    budgets.c.share,
    budgets.c.points,
    budgets.c.period,
    budgets.c.zone,
)
_sums = (
    accounts.c.holder,
    accounts.c.span_start,
    accounts.c.span_end,
    accounts.c.granted,
    accounts.c.spent,
    accounts.c.held,
)


def rule_rows() -> Select[tuple[object, ...]]:
    """Budgets, with the columns `rows.budget` reads."""
    return select(*_rule)


def standing_rows() -> Select[tuple[object, ...]]:
    """Accounts beside their rules, each with whether its rule or its holder is frozen."""
    return select(*_rule, *_sums, _frozen.label("frozen")).join_from(accounts, budgets)


_rules = select(*_rule).where(
    budgets.c.id.in_(bindparam("budgets", expanding=True)), budgets.c.removed.is_(False)
)
_account_key = tuple_(accounts.c.budget, accounts.c.holder, accounts.c.span_start)
_accounts = select(accounts.c.budget, *_sums).where(_account_key.in_(bindparam("legs", expanding=True)))
_freezes = select(freezes).where(
    or_(
        tuple_(freezes.c.kind, freezes.c.scope, freezes.c.workspace).in_(bindparam("scopes", expanding=True)),
        # In a direct message, whatever server froze this person; elsewhere nobody has the name "".
        and_(freezes.c.kind == ScopeKind.PERSON.value, freezes.c.scope == bindparam("directly")),
    )
)
_limit = select(budgets.c.points).where(budgets.c.id == bindparam("of"), budgets.c.removed.is_(False))
_take = (
    update(accounts)
    .where(
        accounts.c.budget == bindparam("of"),
        accounts.c.holder == bindparam("who"),
        accounts.c.span_start == bindparam("since"),
        accounts.c.spent + accounts.c.held + bindparam("amount")
        <= accounts.c.granted + _limit.scalar_subquery(),
    )
    .values(held=accounts.c.held + bindparam("amount"), span_end=bindparam("until"))
    .returning(accounts.c.id)
)


def standings(conn: Connection, legs: Sequence[tuple[Budget, Leg]], payer: Payer) -> tuple[Standing, ...]:
    """As the port says. A freeze of one of these budgets' own scope marks that budget, any other of the payer's marks all."""
    known = sums_of(conn, [leg for _, leg in legs])
    frozen = frozen_scopes(conn, payer)
    wider = narrowest(frozen - {budget.scope for budget, _ in legs})
    return tuple(
        standing_of(budget, leg, known, frozen=budget.scope if budget.scope in frozen else wider)
        for budget, leg in legs
    )


def narrowest(frozen: Collection[Scope]) -> Scope | None:
    """The one freeze to tell of, of several."""
    kinds = list(ScopeKind)
    return min(frozen, key=lambda one: (kinds.index(one.kind), one.id, one.workspace), default=None)


def standing_of(
    budget: Budget, leg: Leg, known: dict[Leg, AnyRow], *, frozen: Scope | None = None
) -> Standing:
    """`frozen` is the scope of the freeze that concerns it, if one does."""
    row = known.get(leg)
    if row is None:
        return Standing(
            budget=budget,
            holder=leg.holder,
            span=leg.span,
            frozen=frozen is not None,
            frozen_scope=frozen,
        )
    return Standing(
        budget=budget,
        holder=leg.holder,
        span=leg.span,
        granted=row.granted,
        spent=row.spent,
        held=row.held,
        frozen=frozen is not None,
        frozen_scope=frozen,
    )


def sums_of(conn: Connection, legs: Sequence[Leg]) -> dict[Leg, AnyRow]:
    if not legs:
        return {}
    keys = {(leg.budget, leg.holder, leg.span.start): leg for leg in legs}
    found = conn.execute(_accounts, {"legs": list(keys)})
    return {keys[BudgetId(row.budget), row.holder, row.span_start]: row for row in found}


def frozen_scopes(conn: Connection, payer: Payer) -> frozenset[Scope]:
    """What of the payer is frozen. A server's freeze of a person counts there, and in their direct messages."""
    concerned = {(one.kind.value, one.id, one.workspace) for one in scopes(payer)}
    found = conn.execute(
        _freezes, {"scopes": list(concerned), "directly": payer.person if payer.direct else ""}
    )
    return frozenset(
        Scope(kind=ScopeKind(row.kind), id=row.scope, workspace=WorkspaceId(row.workspace)) for row in found
    )


def scopes(payer: Payer) -> tuple[Scope, ...]:
    """Every scope the payer stands in: of a person, a role or a channel that of this server, and that of everywhere."""
    here = payer.workspace
    named = (
        (ScopeKind.PERSON, payer.person),
        *((ScopeKind.ROLE, role) for role in payer.roles),
        (ScopeKind.CHANNEL, payer.channel),
    )
    return tuple(
        dict.fromkeys(
            (
                *(
                    Scope(kind=kind, id=id_, workspace=of)
                    for kind, id_ in named
                    for of in (here, NO_WORKSPACE)
                ),
                Scope(kind=ScopeKind.WORKSPACE, id=here, workspace=here),
                Scope(kind=ScopeKind.HOUSE),
                Scope(kind=ScopeKind.KEY, id=payer.key),
            )
        )
    )


def rules_of(conn: Connection, legs: Sequence[Leg]) -> dict[BudgetId, Budget]:
    wanted = {leg.budget for leg in legs}
    if not wanted:
        return {}
    found = {
        BudgetId(row.budget): rows.budget(row) for row in conn.execute(_rules, {"budgets": list(wanted)})
    }
    if found.keys() != wanted:
        raise StoreError("The budgets were changed at this very moment. Please ask again.")
    return found


def take(conn: Connection, leg: Leg, amount: Points) -> int:
    given = {"of": leg.budget, "who": leg.holder, "since": leg.span.start}
    taking = given | {"amount": amount, "until": leg.span.end}
    account = conn.execute(_take, taking).scalar()
    if account is None:
        open_account(conn, leg)
        account = conn.execute(_take, taking).scalar()
    if account is None:
        raise Overtaken
    return int(account)


def open_account(conn: Connection, leg: Leg) -> None:
    """Begin the account of a leg's span, if nobody did."""
    fields: rows.Fields = {
        "budget": leg.budget,
        "holder": leg.holder,
        "span_start": leg.span.start,
        "span_end": leg.span.end,
    }
    put_new(conn, accounts, fields)
