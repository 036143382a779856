"""Several bodies share a transaction; each has its own fate."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import Connection

from adapters.store import line, links
from adapters.store.dialect import Overtaken
from adapters.store.line import Line
from adapters.store.place import where
from bridge.values.errors import StoreBusy, StoreError


class Counted:
    """A link that counts its transactions."""

    def __init__(self, link: links.Link) -> None:
        self.link = link
        self.transactions = 0

    async def transact(self, body: Callable[[Connection], Any]) -> Any:
        self.transactions += 1
        return await self.link.transact(body)

    async def tidy(self) -> None:
        await self.link.tidy()

    async def close(self) -> None:
        await self.link.close()


@pytest.fixture
def link(url: str) -> Counted:
    return Counted(links.writing(where(url)))


def claim(event: str) -> Callable[[Connection], str]:
    def body(conn: Connection) -> str:
        conn.exec_driver_sql("INSERT INTO claims (event, at) VALUES (?, 0)", (event,))
        return event

    return body


async def test_those_who_wait_together_are_written_together_and_in_order(link: Counted):
    desk = Line(link)
    told = await asyncio.gather(*(desk.run(claim(str(number))) for number in range(3 * line.TOGETHER)))
    assert told == [str(number) for number in range(3 * line.TOGETHER)]
    assert link.transactions <= 4
    await desk.close()


async def test_one_that_fails_fails_alone(link: Counted):
    desk = Line(link)
    events = ["a", "b", "a", "c"]
    told = await asyncio.gather(*(desk.run(claim(event)) for event in events), return_exceptions=True)
    assert told[:2] == ["a", "b"]
    assert isinstance(told[2], StoreError)
    assert told[3] == "c"
    await desk.close()


async def test_a_mistake_of_ours_is_not_hidden(link: Counted):
    def wrong(conn: Connection) -> None:
        raise ZeroDivisionError

    desk = Line(link)
    with pytest.raises(ZeroDivisionError):
        await desk.run(wrong)
    assert await desk.run(claim("a")) == "a"
    await desk.close()


async def test_a_body_that_was_overtaken_is_run_again(link: Counted):
    tries = 0

    def overtaken_once(conn: Connection) -> str:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Overtaken
        return claim("a")(conn)

    def always(conn: Connection) -> None:
        raise Overtaken

    desk = Line(link)
    assert await desk.run(overtaken_once) == "a"
    with pytest.raises(StoreBusy, match="too busy"):
        await desk.run(always)
    await desk.close()


async def test_what_is_queued_is_written_before_closing(link: Counted):
    desk = Line(link)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(desk.run(claim(str(number)))) for number in range(200)]
        await asyncio.sleep(0)
        await desk.close()
    assert [task.result() for task in tasks] == [str(number) for number in range(200)]


async def test_who_gave_up_does_not_hear_and_disturbs_nobody(link: Counted):
    desk = Line(link)
    async with asyncio.TaskGroup() as group:
        impatient = [group.create_task(desk.run(claim(event))) for event in ("a", "a", "b")]
        await asyncio.sleep(0)
        for task in impatient:
            task.cancel()
    assert await desk.run(claim("c")) == "c"
    await desk.close()


async def test_those_who_look_wait_for_several_at_once(url: str):
    readers = links.reading(where(url))
    assert readers is not None
    desk = Line(readers, links.READERS)
    both = threading.Barrier(links.READERS, timeout=10)
    meeting = [desk.run(lambda conn: both.wait()) for _ in range(links.READERS)]
    assert sorted(await _spread(meeting)) == list(range(links.READERS))
    await desk.close()
    with pytest.raises(StoreBusy, match="closed"):
        await desk.run(claim("a"))


async def _spread(waiting: list[Coroutine[Any, Any, int]]) -> list[int]:
    """Start each only once the one before has been taken up."""
    async with asyncio.TaskGroup() as group:
        tasks = []
        for one in waiting:
            tasks.append(group.create_task(one))
            await asyncio.sleep(0.01)
    return [task.result() for task in tasks]
