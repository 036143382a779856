"""The replayed stream is one that both clients read to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.child import spawned, told
from bench.stream_client import CLIENTS


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with spawned("bench.replay_server") as server:
        yield str((await told(server))["url"])


@pytest.mark.parametrize("who", CLIENTS)
async def test_whoever_reads_it_gets_every_word(url: str, who: str) -> None:
    async with CLIENTS[who](f"{url}/burst/v1") as read:
        await asyncio.gather(read(500), read(500))
    async with CLIENTS[who](f"{url}/paced/3/v1") as read:
        await asyncio.gather(read(3), read(3))


async def test_a_child_that_says_nothing_is_an_error() -> None:
    async with spawned("this") as child:
        await child.wait()
        assert child.stdout is not None
        await child.stdout.read()
        with pytest.raises(RuntimeError, match="ended with 0 and said nothing"):
            await told(child)
