"""Rows of the store to values of the house and back; the items of a transcript are in `pieces`. No SQL is run here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Row

from bridge.values.answer import Ending
from bridge.values.ids import (
    BudgetId,
    ConversationId,
    HoldId,
    KeyName,
    ModelId,
    ResponseId,
    TurnId,
    WorkspaceId,
)
from bridge.values.inbound import Destination, MessageRef
from bridge.values.parts import Item
from bridge.values.points import (
    Budget,
    Hold,
    HoldState,
    Leg,
    OpenHold,
    Period,
    PeriodKind,
    Scope,
    ScopeKind,
    Share,
    Span,
    Standing,
    Usage,
    UsageRow,
)
from bridge.values.turn import Past, Prompt, ShownPage, Turn, TurnRecord, TurnState

AnyRow = Row[*tuple[Any, ...]]
Fields = dict[str, object]


_prompts = msgspec.json.Decoder(Prompt)
_refs = msgspec.json.Decoder(MessageRef)
_destinations = msgspec.json.Decoder(Destination)


def to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def turn_fields(turn: Turn) -> Fields:
    """The columns of a turn that are known when it begins."""
    prompt = turn.prompt
    return {
        "id": turn.id,
        "conversation": turn.conversation,
        "parent": turn.parent,
        "model": turn.model,
        "preset": turn.preset,
        "created_at": turn.created_at,
        "platform": prompt.place.platform,
        "workspace": prompt.place.workspace,
        "channel": prompt.place.channel,
        "person": prompt.person.id,
        "private": prompt.to.private,
        "message": prompt.message,
        "prompt": to_json(prompt),
        "ending": Ending.COMPLETE.value,
    }


def prompt_of(text: str) -> Prompt:
    return _prompts.decode(text)


def record(row: AnyRow) -> TurnRecord:
    turn = Turn(
        id=TurnId(row.id),
        conversation=ConversationId(row.conversation),
        parent=_turn_id(row.parent),
        prompt=prompt_of(row.prompt),
        model=ModelId(row.model),
        preset=row.preset,
        created_at=row.created_at,
    )
    return TurnRecord(
        turn=turn,
        state=TurnState(row.state),
        response=_response_id(row.response),
        text=row.text,
        ending=Ending(row.ending),
        points=row.points,
        footer=row.footer,
        error=row.error,
        notes=tuple(msgspec.json.decode(row.notes, type=list[str])),
    )


def notes_of(sentences: Sequence[str]) -> str:
    return msgspec.json.encode(sentences).decode()


def past(row: AnyRow, items: Iterable[Item]) -> Past:
    said = tuple(items)
    return Past(
        turn=TurnId(row.id),
        parent=_turn_id(row.parent),
        model=ModelId(row.model),
        preset=row.preset,
        state=TurnState(row.state),
        response=_response_id(row.response),
        items=said,
        text=row.text,
        tokens=row.tokens,
        error=row.error,
        prompt=None if said else prompt_of(row.prompt),
    )


def _turn_id(text: str | None) -> TurnId | None:
    return None if text is None else TurnId(text)


def _response_id(text: str | None) -> ResponseId | None:
    return None if text is None else ResponseId(text)


def page_fields(page: ShownPage) -> Fields:
    return {
        "turn": page.turn,
        "number": page.number,
        "channel": page.ref.channel,
        "message": page.ref.message,
        "ref": to_json(page.ref),
        "destination": to_json(page.to),
    }


def page(row: AnyRow) -> ShownPage:
    return ShownPage(
        turn=TurnId(row.turn),
        number=row.number,
        ref=_refs.decode(row.ref),
        to=_destinations.decode(row.destination),
    )


def scope_fields(scope: Scope) -> Fields:
    return {"kind": scope.kind.value, "scope": scope.id, "workspace": scope.workspace}


def scope_words(scope: Scope) -> str:
    """A scope in the audit: "role 42 in 7"."""
    named = f"{scope.kind.value} {scope.id}".rstrip()
    return f"{named} in {scope.workspace}" if scope.workspace not in ("", scope.id) else named


def budget_fields(budget: Budget) -> Fields:
    return {
        "id": budget.id,
        **scope_fields(budget.scope),
        "share": budget.share.value,
        "points": budget.limit,
        "period": budget.period.kind.value,
        "zone": budget.period.zone,
    }


def budget_words(budget: Budget) -> str:
    """A rule in the audit: "5000 points per day for each (Europe/Berlin)"."""
    often = "" if budget.period.kind is PeriodKind.NEVER else f" per {budget.period.kind.value}"
    sharing = "for each" if budget.share is Share.EACH else "shared"
    return f"{budget.limit} points{often} {sharing} ({budget.period.zone})"


def budget(row: AnyRow) -> Budget:
    """Of a row of the budgets table, or of a join that carries its columns (its id as `budget`)."""
    return Budget(
        id=BudgetId(row.budget),
        scope=Scope(kind=ScopeKind(row.kind), id=row.scope, workspace=WorkspaceId(row.workspace)),
        share=Share(row.share),
        limit=row.points,
        period=Period(kind=PeriodKind(row.period), zone=row.zone),
    )


def standing(row: AnyRow, *, frozen: bool) -> Standing:
    return Standing(
        budget=budget(row),
        holder=row.holder,
        span=Span(start=row.span_start, end=row.span_end),
        granted=row.granted,
        spent=row.spent,
        held=row.held,
        frozen=frozen,
    )


def leg(row: AnyRow) -> Leg:
    span = Span(start=row.span_start, end=row.span_end)
    return Leg(budget=BudgetId(row.budget), holder=row.holder, span=span)


def hold_fields(hold: Hold) -> Fields:
    return {
        "id": hold.id,
        "turn": hold.turn,
        "state": HoldState.HELD.value,
        "amount": hold.amount,
        "model": hold.model,
        "key": hold.key,
        "expires_at": hold.expires_at,
    }


def open_hold(row: AnyRow, legs: Iterable[Leg]) -> OpenHold:
    hold = Hold(
        id=HoldId(row.id),
        turn=TurnId(row.turn),
        amount=row.amount,
        legs=tuple(legs),
        model=ModelId(row.model),
        key=KeyName(row.key),
        expires_at=row.expires_at,
    )
    return OpenHold(
        hold=hold,
        state=HoldState(row.state),
        sent_at=row.sent_at,
        ended_at=row.ended_at,
        usage=_usage(row),
        settled=row.settled,
    )


def usage_fields(usage: Usage | None) -> Fields:
    """What a call told of its tokens, as parameters. Nothing told is not zero, and keeps what was told before."""
    names = ("input", "output", "cached", "reasoning")
    return {f"told_{name}": None if usage is None else getattr(usage, name) for name in names}


def _usage(row: AnyRow) -> Usage | None:
    if row.input is None:
        return None
    return Usage(input=row.input, output=row.output, cached=row.cached, reasoning=row.reasoning)


def usage_row_fields(row: UsageRow, hold: HoldId, now: float) -> Fields:
    return {
        "id": row.id,
        "hold": hold,
        "at": row.at,
        "model": row.model,
        "points": row.points,
        "usd": _decimal(row.usd),
        "key": row.key,
        "joined_at": now,
    }


def _decimal(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
