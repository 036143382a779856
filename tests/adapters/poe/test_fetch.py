"""Looking things up."""

from __future__ import annotations

import pytest

from adapters.poe.fetch import Fetch, NotThere, unreadable
from adapters.poe.limits import Limiter
from adapters.poe.link import Link
from bridge.values import errors
from bridge.values.errors import UpstreamError
from tests.adapters.poe.stage import QUICK, EvenChance, HandClock, Script, hang_up, reply, serving


async def fetched(*scripts: Script) -> tuple[bytes | UpstreamError, int, list[float]]:
    """The body or the error, how many requests it took, and the waits."""
    clock = HandClock(hurried=True)
    async with serving(*scripts) as server, Link(QUICK) as link:
        fetch = Fetch(link, Limiter(clock), clock, EvenChance())
        try:
            found: bytes | UpstreamError = await fetch(f"{server.url}/x", "key")
        except UpstreamError as error:
            found = error
    return found, len(server.got), clock.slept


async def test_a_body_is_a_body() -> None:
    assert await fetched(reply(200, b"[]")) == (b"[]", 1, [])


@pytest.mark.parametrize("script", [reply(429), reply(500), reply(502), reply(503), reply(529), hang_up])
async def test_looking_twice_costs_nothing(script: Script) -> None:
    assert await fetched(script, script, reply(200, b"ok")) == (b"ok", 3, [0.125, 0.25])


async def test_three_times_is_enough() -> None:
    found, asked, _ = await fetched(reply(500))

    assert (type(found), asked) == (errors.UpstreamBroken, 3)


async def test_the_server_says_how_long_to_wait() -> None:
    found, asked, slept = await fetched(reply(429, b"", retry_after="5"), reply(200, b"ok"))

    assert (found, asked, slept) == (b"ok", 2, [0.0])  # the line waits, and this one with it


async def test_too_long_a_wait_is_not_begun() -> None:
    found, asked, _ = await fetched(reply(503, b"", retry_after="3600"))

    assert (type(found), asked) == (errors.UpstreamBusy, 1)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.KeyRefused),
        (402, errors.OutOfPoints),
        (400, errors.BadRequest),
        (404, NotThere),
        (405, NotThere),
    ],
)
async def test_a_no_is_told_at_once(status: int, kind: type[UpstreamError]) -> None:
    found, asked, _ = await fetched(reply(status))

    assert (type(found), asked) == (kind, 1)


def test_what_cannot_be_read_is_said() -> None:
    assert "read" in unreadable().say
