"""A turn as the engine walks it through the store, without a model and without a chat."""

from __future__ import annotations

import time

from adapters.store.store import Store
from bridge.ports import Admitted
from bridge.rules.budget import legs
from bridge.values.ids import (
    BudgetId,
    ChannelId,
    ConversationId,
    EventId,
    HoldId,
    KeyName,
    MessageId,
    ModelId,
    PersonId,
    Platform,
    ResponseId,
    TurnId,
    WorkspaceId,
)
from bridge.values.inbound import Destination, MessageRef, Person, Place, PlaceKind
from bridge.values.parts import Item, Role, Text
from bridge.values.points import Budget, Hold, Payer, Period, PeriodKind, Scope, ScopeKind, Share, Usage
from bridge.values.turn import Closing, Follow, Prompt, ShownPage, Turn, TurnState

HERE = WorkspaceId("server")
KEY = KeyName("default")
MODEL = ModelId("Claude-Haiku-4.5")
HOUSE = Scope(kind=ScopeKind.HOUSE)
BUDGETS = (
    Budget(
        id=BudgetId("each"), scope=HOUSE, share=Share.EACH, limit=10**9, period=Period(kind=PeriodKind.DAY)
    ),
    Budget(
        id=BudgetId("all"), scope=HOUSE, share=Share.POOL, limit=10**12, period=Period(kind=PeriodKind.DAY)
    ),
)
"""An allotment for everybody and a pool above it."""


async def walk(store: Store, number: int, question: str, answer: str, *, looking: bool) -> None:
    """From the claim to the mark that the answer stands; 100 people in 20 channels.

    `looking`: with what is looked up before the claim, the event, the budgets and how they stand.
    """
    now = time.time()
    turn = _turn(number, question, now)
    who = Payer(
        person=turn.prompt.person.id,
        roles=(),
        channel=turn.prompt.place.channel,
        workspace=HERE,
        key=KEY,
    )
    taken = legs(await _looked(store, turn, who, now) if looking else BUDGETS, who, now)
    hold = Hold(
        id=HoldId(f"{turn.id}.1"),
        turn=turn.id,
        amount=100,
        legs=tuple(leg for _, leg in taken),
        model=MODEL,
        key=KEY,
        expires_at=now + 600,
    )
    verdict = await store.admit(turn, hold, who, now)
    assert isinstance(verdict, Admitted), verdict
    await store.sent(hold.id, now)
    ref = MessageRef(channel=turn.prompt.place.channel, message=MessageId(f"m{number}"))
    await store.shown(ShownPage(turn=turn.id, number=0, ref=ref, to=turn.prompt.to))
    await store.settle(hold.id, 60, Usage(input=50, output=500), now)
    await store.close(
        Closing(
            turn=turn.id,
            state=TurnState.SETTLED,
            at=now,
            response=ResponseId(f"resp_{number}"),
            text=answer,
            items=(Item(role=Role.USER, parts=(Text(text=question),)),),
        )
    )
    await store.delivered(turn.id)


async def _looked(store: Store, turn: Turn, who: Payer, now: float) -> tuple[Budget, ...]:
    await store.seen(turn.prompt.event)
    budgets = await store.budgets(who)
    await store.standings(legs(budgets, who, now), who)
    return budgets


def _turn(number: int, question: str, now: float) -> Turn:
    place = Place(
        platform=Platform("discord"),
        workspace=HERE,
        channel=ChannelId(f"c{number % 20}"),
        kind=PlaceKind.CHANNEL,
    )
    person = Person(id=PersonId(f"p{number % 100}"), name="somebody")
    prompt = Prompt(
        event=EventId(f"e{number}"),
        place=place,
        person=person,
        to=Destination(place=place, person=person.id),
        text=question,
        at=now,
        follow=Follow.FRESH,
        message=MessageId(f"q{number}"),
    )
    name = f"t{number}"
    return Turn(
        id=TurnId(name),
        conversation=ConversationId(name),
        parent=None,
        prompt=prompt,
        model=MODEL,
        preset="default",
        created_at=now,
    )
