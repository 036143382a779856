"""Two events of one text become one, and what belongs to one thread stands in order."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.order import Heard, Order
from bridge.values.ids import ChannelId, EventId, WorkspaceId
from bridge.values.notices import Duplicate, Notice
from tests.adapters.slack.outbound import Time

HERE, THREAD = WorkspaceId("T1"), ChannelId("C1/1.000001")


def heard(stamp: str, *, poor: bool = False, begins: bool = False, direct: bool = False) -> Heard:
    return Heard(
        event=EventId(f"slack:T1/C1/{stamp}"),
        workspace=HERE,
        thread=THREAD,
        stamp=stamp,
        begins=begins,
        poor=poor,
        direct=direct,
    )


class Door:
    """Where what has its turn is written down."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.order = Order(Time(), self.notices.append)
        self.passed: list[tuple[str, bool]] = []

    async def bring(self, one: Heard, failing: Exception | None = None) -> None:
        async with self.order.turn(one) as mine:
            if mine:
                if failing is not None:
                    raise failing
                self.passed.append((one.stamp, one.poor))


async def test_what_comes_in_any_order_is_handed_on_in_its_own() -> None:
    door = Door()

    await asyncio.gather(*(door.bring(heard(f"10.{number:06}")) for number in reversed(range(20))))

    assert [stamp for stamp, _ in door.passed] == [f"10.{number:06}" for number in range(20)]


@pytest.mark.parametrize("mention_first", [True, False])
async def test_a_mention_and_its_message_are_one_and_the_message_says_more(mention_first: bool) -> None:
    door = Door()
    both = [heard("10.1", poor=True, begins=True), heard("10.1", begins=True)]

    await asyncio.gather(*(door.bring(one) for one in (both if mention_first else reversed(both))))

    assert door.passed == [("10.1", False)]


async def test_a_mention_that_stays_alone_is_handed_on_after_a_while() -> None:
    door = Door()

    await door.bring(heard("10.1", poor=True))

    assert door.passed == [("10.1", True)]
    assert not door.order.hears_mentions_only(HERE)


async def test_where_mentions_always_stay_alone_that_is_known_until_a_message_comes() -> None:
    door = Door()
    for number in range(3):
        await door.bring(heard(f"10.{number}", poor=True))
    assert door.order.deaf_workspaces == (HERE,)

    await door.bring(heard("11.1", direct=True))
    assert door.order.hears_mentions_only(HERE)
    await door.bring(heard("12.1"))
    assert door.order.deaf_workspaces == ()


async def test_what_passed_does_not_pass_again() -> None:
    door = Door()

    for _ in range(3):
        await door.bring(heard("10.1"))
        await door.bring(heard("10.1", poor=True))

    assert door.passed == [("10.1", False)]


async def test_a_mention_s_message_is_its_twin_and_what_comes_again_a_duplicate() -> None:
    door = Door()
    both = [heard("10.1", poor=True, begins=True), heard("10.1", begins=True)]

    await asyncio.gather(*(door.bring(one) for one in both))
    assert door.notices == []
    for one in both:
        await door.bring(one)

    assert door.notices == [Duplicate(event=both[0].event)] * 2
    assert door.passed == [("10.1", False)]


async def test_a_message_that_comes_again_while_it_waits_is_a_duplicate() -> None:
    door = Door()

    await asyncio.gather(door.bring(heard("10.1")), door.bring(heard("10.1")))

    assert (len(door.passed), len(door.notices)) == (1, 1)


async def test_what_failed_may_come_again() -> None:
    door = Door()
    with pytest.raises(RuntimeError):
        await door.bring(heard("10.1"), RuntimeError())

    await door.bring(heard("10.1"))

    assert door.passed == [("10.1", False)]
    assert door.notices == []


async def test_what_failed_holds_nothing_up() -> None:
    door = Door()

    first = asyncio.gather(door.bring(heard("10.1"), RuntimeError()), return_exceptions=True)
    await asyncio.gather(first, door.bring(heard("10.2")))

    assert door.passed == [("10.2", False)]
