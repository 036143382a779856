from __future__ import annotations

import logging

import httpx
import pytest

from adapters.web.health import Health, app, at
from tests.plugins.waiting import PATIENCE


@pytest.mark.parametrize(
    ("health", "status"),
    [
        (Health(answers=2, waiting=1), 200),
        (Health(problems=("Discord is not connected.",)), 503),
    ],
)
async def test_ready_is_red_with_the_reason(health, status):
    async def look() -> Health:
        return health

    async with at(app(look), "127.0.0.1", 0) as port, httpx.AsyncClient(timeout=PATIENCE) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/readyz")
        alive = await client.get(f"http://127.0.0.1:{port}/healthz")

    assert answer.status_code == status
    assert answer.json()["problems"] == list(health.problems)
    assert alive.json() == {"alive": True}


async def test_a_taken_port_is_an_error_and_not_a_silent_second_server():
    async def look() -> Health:
        return Health()

    async with at(app(look), "127.0.0.1", 0) as port:
        with pytest.raises(OSError):
            async with at(app(look), "127.0.0.1", port):
                pass


async def test_what_the_server_has_to_say_goes_where_all_records_go():
    """A handler of its own would write past the net that takes secrets out."""

    async def look() -> Health:
        return Health()

    async with at(app(look), "127.0.0.1", 0):
        for name in ("uvicorn", "uvicorn.error"):
            logger = logging.getLogger(name)
            assert (logger.handlers, logger.propagate) == ([], True)


async def test_whatever_ends_the_block_frees_the_port():
    async def look() -> Health:
        return Health()

    with pytest.raises(ExceptionGroup):
        async with at(app(look), "127.0.0.1", 0) as port:
            raise ValueError
    async with at(app(look), "127.0.0.1", port) as again:
        assert again == port
