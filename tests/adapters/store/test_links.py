"""How transactions are carried to a database."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from adapters.store import links
from adapters.store.place import where


def pragma(name: str):
    return lambda conn: conn.exec_driver_sql(f"PRAGMA {name}").scalar()


async def test_what_is_written_is_durable_checked_and_erased_for_good(url: str):
    async with links.closing(links.writing(where(url))) as link:
        told = {
            name: await link.transact(pragma(name))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert await link.transact(pragma("secure_delete")) == 1


async def test_a_body_that_raises_leaves_nothing(url: str):
    def fail(conn: Connection) -> None:
        conn.exec_driver_sql("INSERT INTO claims (event, at) VALUES ('e', 0)")
        raise ZeroDivisionError

    async with links.closing(links.writing(where(url))) as link:
        with pytest.raises(ZeroDivisionError):
            await link.transact(fail)
        assert (
            await link.transact(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM claims").scalar())
            == 0
        )


async def test_readers_see_what_was_committed_and_can_not_write(url: str):
    place = where(url)
    readers = links.reading(place)
    assert readers is not None
    async with links.closing(links.writing(place)) as writer, links.closing(readers):
        await writer.transact(
            lambda conn: conn.exec_driver_sql("INSERT INTO claims (event, at) VALUES ('e', 0)")
        )
        count = "SELECT count(*) FROM claims"
        told = await asyncio.gather(
            *(readers.transact(lambda conn: conn.exec_driver_sql(count).scalar()) for _ in range(20))
        )
        assert told == [1] * 20
        with pytest.raises(OperationalError, match="readonly"):
            await readers.transact(lambda conn: conn.exec_driver_sql("DELETE FROM claims"))
        await readers.tidy()


async def test_a_cancelled_caller_does_not_tear_a_transaction(url: str):
    started, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(conn: Connection) -> None:
        conn.exec_driver_sql("INSERT INTO claims (event, at) VALUES ('first', 0)")
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        conn.exec_driver_sql("INSERT INTO claims (event, at) VALUES ('second', 0)")

    async with links.closing(links.writing(where(url))) as link:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(link.transact(slow))
            await started.wait()
            task.cancel()
            go_on.set()
        assert (
            await link.transact(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM claims").scalar())
            == 2
        )


async def test_a_connection_is_made_anew_after_the_disk_had_an_error(url: str, tmp_path: Path):
    def fail(conn: Connection) -> None:
        error = __import__("sqlite3").OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_READ"
        raise OperationalError("SELECT", {}, error)

    async with links.closing(links.writing(where(url))) as link:
        with pytest.raises(OperationalError):
            await link.transact(fail)
        assert await link.transact(pragma("journal_mode")) == "wal"


async def test_an_unused_link_has_nothing_to_close_or_tidy(url: str):
    async with links.closing(links.migrating(where(url))) as link:
        await link.tidy()
    assert links.reading(where("sqlite://")) is None
