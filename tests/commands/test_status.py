"""`/status`: what an admin sees of a healthy and of an unwell house."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge import __version__
from bridge.commands.status import said
from bridge.ports import LiveStanding
from bridge.values.errors import KeyRefused
from bridge.values.ids import WorkspaceId
from bridge.values.points import Balance
from tests.commands.scene import ADA, GENERAL, OWNER, Scene


async def test_a_quiet_house_is_told_in_a_few_lines(scene: Scene) -> None:
    assert await scene.say("status") == (
        f"**Poebridge {__version__}**\n"
        "Poe balance: 1,500 points\n"
        "Answers being written: 0; questions waiting: 0\n"
        "Messages waiting to be sent: 0\n"
        "Open holds: none\n"
        "Models: 5 known, 3 with a price; 33,333 points are $1\n"
        "No recent problems."
    )


async def test_trouble_is_told_and_hides_nothing_else(scene: Scene) -> None:
    scene.books.found = KeyRefused()
    scene.catalog.all = ()
    scene.live.now = LiveStanding(
        answers=3,
        waiting=2,
        writes_waiting=4,
        oldest_wait=1.25,
        limits=("I can't read messages that don't mention me.",),
        problems=tuple(f"problem {number}" for number in range(9)),
    )
    await scene.house()
    await scene.spend(ADA, 120, open_=True)
    assert await scene.say("status") == (
        f"**Poebridge {__version__}**\n"
        "Poe balance: unknown. Poe does not accept this bridge's key. An admin has to set a valid one.\n"
        "Answers being written: 3; questions waiting: 2\n"
        "Messages waiting to be sent: 4, the oldest for 1.2 s\n"
        "Open holds: 1 held (120 points set aside)\n"
        "Models: the list has not been read yet; 33,333 points are $1\n"
        "Limited: I can't read messages that don't mention me.\n"
        "Recent problems:\n- problem 4\n- problem 5\n- problem 6\n- problem 7\n- problem 8"
    )


async def test_of_several_platforms_all_are_told(scene: Scene) -> None:
    def overview() -> LiveStanding:
        limits = ("Slack is not connected: its token was revoked.",)
        return replace(scene.live.now, answers=3, limits=limits, problems=("Slack, ChatGone in reply",))

    scene.desk = replace(scene.desk, overview=overview)
    told = await scene.say("status")

    assert "Answers being written: 3; questions waiting: 0" in told
    assert "Limited: Slack is not connected: its token was revoked." in told
    assert told.endswith("Recent problems:\n- Slack, ChatGone in reply")


async def test_a_limit_next_door_is_no_reason_to_ask_for_mentions_here(scene: Scene) -> None:
    limits = ("Slack: I can't read messages that don't mention me.",)
    scene.desk = replace(scene.desk, overview=lambda: replace(scene.live.now, limits=limits))

    assert "In a thread I opened, just write." in await scene.say("help", who=ADA)


async def test_uncertain_holds_are_counted_apart(scene: Scene) -> None:
    await scene.house()
    await scene.spend(ADA, 100, open_=True)
    (hold,) = await scene.store.open_holds()
    await scene.store.sent(hold.hold.id, scene.clock.now())
    await scene.store.doubt(hold.hold.id, scene.clock.now())
    await scene.spend(ADA, 20, open_=True)
    assert "Open holds: 1 held, 1 uncertain (120 points set aside)" in await scene.say("status")


async def test_only_admins_see_it(scene: Scene) -> None:
    assert await scene.say("status", who=ADA) == "Only an admin can use /status."


@pytest.mark.parametrize(
    ("balance", "told"),
    [
        (Balance(points=1), "1 point"),
        (Balance(points=1_500, usd=Decimal("0.045")), "1,500 points ($0.04)"),
        (
            Balance(points=654_141, plan=10_000, addon=644_141, usd=Decimal("19.82")),
            "654,141 points (10,000 of the plan, 644,141 bought; $19.82)",
        ),
    ],
)
def test_a_balance_tells_what_is_known(balance: Balance, told: str) -> None:
    assert said(balance) == told


async def test_only_the_bridge_s_admins_see_the_balance(scene: Scene) -> None:
    elsewhere = replace(GENERAL, workspace=WorkspaceId("8"))
    assert "Poe balance: only the bridge's admins see it" in await scene.say("status", place=elsewhere)
    assert "Poe balance: 1,500 points" in await scene.say("status", OWNER, elsewhere)
