from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bridge.rules import prompt as rules
from bridge.turn import gather
from bridge.turn.hold import AlreadyTaken, hold
from bridge.values.errors import BudgetSpent
from bridge.values.points import Scope, ScopeKind


async def held(kit, turn, *, name="1", again=False):
    desk = kit.desk
    brief = await gather.gather(turn, desk.turns, desk.catalog, desk.files, desk.settings)
    plan = rules.plan(brief, desk.settings, chain=False)
    return await hold(
        brief,
        plan,
        desk.ledger,
        desk.settings,
        rate=desk.catalog.points_per_usd(),
        now=desk.clock.now(),
        name=name,
        again=again,
    )


async def test_the_hold_is_the_highest_price_of_the_call(kit):
    taken = await held(kit, kit.turn())
    (open_hold,) = await kit.store.open_holds()

    assert open_hold.hold == taken.hold
    assert taken.plan.request.max_output_tokens == 4096
    assert taken.hold.amount > 4096 * 0.0000043 * 30_000


async def test_a_second_hold_of_a_turn_has_its_own_name_and_the_first_name_is_taken_once(kit):
    turn = kit.turn()
    await held(kit, turn)
    await held(kit, turn, name="1r", again=True)

    assert {each.hold.id for each in await kit.store.open_holds()} == {f"{turn.id}.1", f"{turn.id}.1r"}
    with pytest.raises(AlreadyTaken):
        await held(kit, turn, name="1r", again=True)


async def test_many_at_once_never_take_more_than_there_is(kit):
    scope = Scope(kind=ScopeKind.HOUSE)
    (budget,) = await kit.store.find(scope)
    await kit.store.set(replace(budget, limit=3_000), "test", kit.desk.clock.now())
    results = await asyncio.gather(*(held(kit, kit.turn()) for _ in range(20)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, BudgetSpent)]
    amounts = [result.hold.amount for result in results if not isinstance(result, BaseException)]

    assert len(refused) + len(amounts) == 20
    assert refused
    assert 0 < sum(amounts) <= 3_000
