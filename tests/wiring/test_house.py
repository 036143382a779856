"""The rooms of the program: what it makes of its configuration, and which platforms it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge import config
from bridge.config.platforms import NONE
from bridge.values.errors import ConfigError
from bridge.values.ids import HoldId, Platform
from bridge.values.notices import Reconciled, Trouble
from bridge.values.points import Scope, ScopeKind, Share
from bridge.wiring.house import built

HOUSE = Scope(kind=ScopeKind.HOUSE)
DISCORD = Platform("discord")


def read(folder: Path, **env: str) -> config.Config:
    given = {f"POEBRIDGE_{name.upper()}": value for name, value in env.items()}
    return config.load(
        None,
        {
            "POEBRIDGE_STORE__URL": f"sqlite:///{folder / 'poebridge.sqlite3'}",
            "POEBRIDGE_DISCORD__TOKEN": "MTA.not.used",
            **given,
        },
    )


async def test_the_house_s_budgets_are_what_the_configuration_says_at_every_start(tmp_path: Path):
    seen = []
    for env in ({"budget__person": "500", "budget__total": "9000"}, {"budget__person": "700"}, {}):
        async with built(read(tmp_path, **env)) as house:
            seen.append({rule.share: rule.limit for rule in await house.store.find(HOUSE)})

    assert seen == [{Share.EACH: 500, Share.POOL: 9000}, {Share.EACH: 700}, {Share.EACH: 3000}]


async def test_a_start_that_changes_nothing_writes_nothing(tmp_path: Path):
    async with built(read(tmp_path)) as house:
        first = await house.store.audit(100)
    async with built(read(tmp_path)) as house:
        assert await house.store.audit(100) == first


async def test_without_any_platform_there_is_no_house(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        async with built(read(tmp_path, discord__token="")):
            pass
    assert caught.value.problems == (NONE,)


async def test_what_the_books_tell_is_counted_on_the_platform_of_its_turn(tmp_path: Path):
    told: list[object] = []
    async with built(read(tmp_path), told.append) as house:
        for platform in (DISCORD, Platform("elsewhere"), None):
            house.books.notify(
                Reconciled(
                    hold=HoldId("t.1"), settled=5, released=95, corrected=0, how="matched", platform=platform
                )
            )
        counted = house.platforms[DISCORD].counters.counts
        assert (counted["points_settled"], counted["points_released"]) == (5, 95)
        assert len(told) == 3


async def test_what_happens_on_a_platform_is_counted_there_alone(tmp_path: Path):
    async with built(read(tmp_path)) as house:
        (wing,) = house.wings
        wing.desk.notify(Trouble(where="reply", error="ChatGone"))
        house.notify(Trouble(where="debts", error="StoreBusy"))
        assert (wing.counters.counts["troubles"], house.counters.counts["troubles"]) == (1, 1)
        assert [each.split("UTC: ")[1] for each in house.problems.last] == [
            "ChatGone in reply",
            "StoreBusy in debts",
        ]
