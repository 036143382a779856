"""The store as the core sees it, on a real file."""

import asyncio
from types import SimpleNamespace

import pytest

from adapters.store.store import Store, open_store
from bridge.ports import Admitted, Budgets, Denied, Installations, Ledger, Memory, Turns
from bridge.values.errors import StoreError
from bridge.values.points import Share


async def test_the_store_is_every_port_the_core_asks_for(store: Store):
    ledger: Ledger = store
    budgets: Budgets = store
    turns: Turns = store
    memory: Memory = store
    installations: Installations = store
    assert {ledger, budgets, turns, memory, installations} == {store}


async def test_a_thousand_at_once_against_a_budget_for_ten_admit_ten(store: Store, make: SimpleNamespace):
    rule = make.budget(share=Share.POOL, limit=1000)
    await store.set(rule, "admin", make.NOW)

    async def ask(number: int) -> object:
        turn = make.turn(f"t{number}", person=f"p{number}")
        hold = make.hold(turn, (rule,), amount=100)
        return await store.admit(turn, hold, make.payer(f"p{number}"), make.NOW)

    verdicts = await asyncio.gather(*(ask(number) for number in range(1000)))
    assert sum(isinstance(verdict, Admitted) for verdict in verdicts) == 10
    assert sum(isinstance(verdict, Denied) for verdict in verdicts) == 990
    assert len(await store.open()) == 10
    assert len(await store.open_holds()) == 10


async def test_what_was_written_is_read_and_survives(url: str, make: SimpleNamespace):
    async with await open_store(url) as store:
        assert await store.receive(make.turn())
        assert (await store.open())[0].turn == make.turn()
    async with await open_store(url) as store:
        assert (await store.open())[0].turn == make.turn()
        assert await store.seen(make.turn().prompt.event)


async def test_a_store_in_memory_does_the_same(make: SimpleNamespace):
    async with await open_store("sqlite://") as store:
        assert await store.receive(make.turn())
        assert (await store.get(make.turn().id)) is not None
        assert await store.verify() == ()


async def test_a_running_bridge_can_be_looked_at_but_not_written(url: str, make: SimpleNamespace):
    async with await open_store(url) as store:
        await store.receive(make.turn())
        async with await open_store(url, read_only=True) as looking:
            assert [record.turn.id for record in await looking.open()] == ["t1"]
            with pytest.raises(StoreError, match="looking only"):
                await looking.claim(make.turn("t2").prompt.event, make.NOW)


async def test_a_cancelled_caller_leaves_a_whole_transaction(store: Store, make: SimpleNamespace):
    rule = make.budget()
    await store.set(rule, "admin", make.NOW)
    turn = make.turn()
    asking = asyncio.ensure_future(  # noqa: TID251 - cancelled and awaited right here
        store.admit(turn, make.hold(turn, (rule,)), make.payer(), make.NOW)
    )
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await store.fresh(make.place(), make.NOW)  # whatever was queued before is done now
    assert len(await store.open_holds()) == len(await store.open())


async def test_a_failing_body_takes_nobody_along(store: Store, make: SimpleNamespace):
    async def send(number: int) -> object:
        return await store.sent(f"nobody:{number}", make.NOW)

    async def claim(number: int) -> object:
        return await store.claim(f"event-{number}", make.NOW)

    mixed = [send(number) if number % 3 == 0 else claim(number) for number in range(60)]
    found = await asyncio.gather(*mixed, return_exceptions=True)
    assert sum(isinstance(one, StoreError) for one in found) == 20
    assert sum(one is True for one in found) == 40


async def test_a_closed_store_says_so(url: str, make: SimpleNamespace):
    store = await open_store(url)
    await store.aclose()
    await store.aclose()
    with pytest.raises(StoreError, match="closed"):
        await store.claim("event", make.NOW)
    with pytest.raises(StoreError, match="closed"):
        await store.open()


async def test_a_number_beyond_sixty_four_bits_is_refused_in_words(store: Store, make: SimpleNamespace):
    with pytest.raises(StoreError, match="too large"):
        await store.settle("t1:1", 10**30, None, make.NOW)
