"""Which account a budget command means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.commands import accounts, targets
from bridge.values.errors import NotAccepted
from bridge.values.ids import RoleId
from bridge.values.points import Share
from tests.commands.scene import ADA, DIRECT, GENERAL, OWNER, THREAD, Scene, given


async def test_an_admin_s_own_roles_count_when_they_look_at_themselves(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget set", role="90", points="77")
    own = given("budget show", who=ADA, person="1")
    other = given("budget show", person="1")
    assert [each.rule.budget.limit for each in await accounts.shown(targets.given(own), own, scene.desk)] == [
        77
    ]
    assert [
        each.rule.budget.limit for each in await accounts.shown(targets.given(other), other, scene.desk)
    ] == [3_000]


async def test_without_a_target_the_rules_around_the_place_are_shown(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget set", channel="50", points="1")
    await scene.say("budget set", server=True, points="2")
    await scene.say("budget set", role="90", points="3")

    async def limits(place: object) -> list[int]:
        commanded = given("budget show", who=OWNER, place=place)  # type: ignore[arg-type]
        return [each.rule.budget.limit for each in await accounts.shown(None, commanded, scene.desk)]

    assert await limits(GENERAL) == [1, 2, 3_000]
    assert await limits(THREAD) == [1, 2, 3_000]
    assert await limits(DIRECT) == [3_000]


async def test_a_grant_to_a_place_goes_to_its_pool_though_there_is_an_allotment_too(scene: Scene) -> None:
    await scene.say("budget set", channel="50", points="1", share="each")
    await scene.say("budget set", channel="50", points="2")
    commanded = given("budget grant", channel="50", points="5")
    budget, leg = await accounts.to_grant(targets.demanded(commanded), commanded, scene.desk)
    assert (budget.share, budget.limit, leg.holder) == (Share.POOL, 2, "")


async def test_a_reset_of_each_is_for_everyone_who_used_it(scene: Scene) -> None:
    await scene.say("budget set", everyone=True, points="100")
    await scene.spend(ADA, 5)
    commanded = given("budget reset", everyone=True)
    _, legs = await accounts.to_reset(targets.demanded(commanded), commanded, scene.desk)
    assert [leg.holder for leg in legs] == ["1"]


async def test_nobody_s_account_is_made_up(scene: Scene) -> None:
    commanded = given("budget reset", person="1")
    with pytest.raises(NotAccepted, match="No budget counts for"):
        await accounts.to_reset(targets.demanded(commanded), commanded, scene.desk)


async def test_the_roles_of_a_person_named_and_the_channel_count(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget set", channel="50", points="66", share="each")
    await scene.say("budget set", role="90", points="77")
    plain = given("budget grant", person="1", points="5")
    with_roles = replace(plain, roles={"1": (RoleId("91"), RoleId("90"))})
    for commanded, limit in ((plain, 66), (with_roles, 77)):
        budget, leg = await accounts.to_grant(targets.demanded(commanded), commanded, scene.desk)
        assert (budget.limit, leg.holder) == (limit, "1")
