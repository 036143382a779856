"""Opening, looking, dying and opening again."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters.store.store import open_store
from bridge.values.errors import StoreError
from bridge.values.points import HoldState
from bridge.values.turn import TurnState

KILLS = int(os.environ.get("POEBRIDGE_STORE_KILLS", "4"))

WORK = """
import asyncio, importlib.util, sys
spec = importlib.util.spec_from_file_location("make", sys.argv[2])
make = importlib.util.module_from_spec(spec); spec.loader.exec_module(make)
from adapters.store.store import open_store
from bridge.values.points import Usage
from bridge.values.turn import Closing, TurnState
async def main():
    async with await open_store(sys.argv[1]) as store:
        rule = make.budget(limit=10**12)
        await store.set(rule, "boss", make.NOW)
        begun = len(await store.open()) + int(sys.argv[3]) * 1_000_000
        async def one(number):
            turn = make.turn(f"t{number}", person=f"p{number % 5}")
            hold = make.hold(turn, (rule,))
            await store.admit(turn, hold, make.payer(turn.prompt.person.id), make.NOW)
            await store.sent(hold.id, make.NOW)
            print(turn.id, flush=True)
            await store.shown(make.page(turn))
            await store.settle(hold.id, 7, Usage(input=1, output=1), make.NOW)
            await store.close(Closing(turn=turn.id, state=TurnState.SETTLED, at=make.NOW))
        async def many(first):
            for number in range(first, 10**9, 8):
                await one(number)
        async with asyncio.TaskGroup() as group:
            for first in range(begun, begun + 8):
                group.create_task(many(first))
asyncio.run(main())
"""


async def test_a_killed_process_leaves_good_books_and_every_sent_call(url: str, make: SimpleNamespace):
    chance = random.Random(7)
    told: set[str] = set()
    conftest = str(Path(__file__).with_name("conftest.py"))
    for kill in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WORK, url, conftest, str(kill)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told.add(process.stdout.readline().strip())
            time.sleep(chance.uniform(0, 0.1))  # any moment is a good one to die
            process.send_signal(signal.SIGKILL)
            *whole, _torn = process.stdout.read().split("\n")
            told |= set(whole)
    async with await open_store(url) as store:
        assert await store.verify() == ()
        left = await store.open()
        assert left
        states = {one.hold.turn: one.state for one in await store.open_holds()}
        for record in left:
            assert record.state in (TurnState.HELD, TurnState.SENT)
            if record.turn.id in states:
                assert states[record.turn.id] in (HoldState.HELD, HoldState.SENT)
        for turn in told:
            record = await store.get(turn)
            assert record is not None
            assert record.state in (TurnState.SENT, TurnState.SETTLED), "sent was on disk before it was told"


async def test_there_is_nothing_to_look_at_before_the_first_run(tmp_path: Path):
    for url in (f"sqlite:///{tmp_path / 'new.db'}", "sqlite://"):
        with pytest.raises(StoreError, match="no database yet"):
            await open_store(url, read_only=True)
    assert list(tmp_path.iterdir()) == []


async def test_a_failed_opening_lets_go_of_the_lock(url: str, tmp_path: Path):
    elsewhere = tmp_path / "bridge.db-wal"
    elsewhere.mkdir()
    with pytest.raises(StoreError):
        await open_store(url)
    elsewhere.rmdir()
    async with await open_store(url):
        pass
