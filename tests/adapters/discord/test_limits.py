"""The numbers are Discord's own."""

from __future__ import annotations

import pytest

from adapters.discord import limits
from bridge.values.errors import ChatRefused

LIMIT = limits.CAPABILITIES.text_limit


async def test_as_many_code_points_as_the_limit_says_are_taken(quiet, to, page) -> None:
    await quiet.chat.post(to("lab"), page("😀" * LIMIT), "n1")
    assert len(quiet.world.from_bot("lab")[-1].content) == LIMIT


async def test_one_code_point_more_is_refused(quiet, to, page) -> None:
    with pytest.raises(ChatRefused):
        await quiet.chat.post(to("lab"), page("x" * (LIMIT + 1)), "n1")
