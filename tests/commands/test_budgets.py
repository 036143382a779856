"""`/budget`, as an admin types it and reads it, on the real books."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.commands import run
from bridge.values.ids import ChannelId, PersonId, WorkspaceId
from bridge.values.points import PeriodKind, Scope, ScopeKind, Share
from tests.commands.scene import ADA, BOB, DIRECT, GENERAL, NOON, OWNER, ROOT, Scene, given

ELSEWHERE = replace(GENERAL, workspace=WorkspaceId("8"))
ADA_S = Scope(kind=ScopeKind.PERSON, id="1", workspace=WorkspaceId("7"))


async def test_a_person_gets_a_budget_of_their_own(scene: Scene) -> None:
    await scene.house()
    said = await scene.say("budget set", person="1", points="5,000", period="week", zone="Europe/Berlin")
    assert said == (
        "Set.\n**Ada**: 5,000 points a week\n▱▱▱▱▱▱▱▱▱▱ 0 spent · **5,000 left**\n"
        "It renews on Monday, 6 April at 00:00 (Europe/Berlin)."
    )
    (rule,) = await scene.store.find(ADA_S)
    assert (rule.limit, rule.share, rule.period.kind) == (5_000, Share.EACH, PeriodKind.WEEK)


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"role": "90"}, "Each person with the role **mods**: 10 points a day"),
        ({"role": "90", "share": "pool"}, "All with the role **mods** together: 10 points a day"),
        ({"role": "91"}, r"Each person with the role **a\*b\_c**: 10 points a day"),
        ({"channel": "50"}, "All in **#general** together: 10 points a day"),
        ({"channel": "50", "share": "each"}, "Each person in **#general**: 10 points a day"),
        ({"everyone": True}, "Each person on this server: 10 points a day"),
        ({"server": True}, "This server as a whole: 10 points a day"),
        ({"server": True, "period": "month"}, "This server as a whole: 10 points a month"),
        ({"server": True, "period": "never"}, "This server as a whole: 10 points"),
    ],
)
async def test_everybody_a_rule_can_be_for_is_named(
    scene: Scene, options: dict[str, str | bool], title: str
) -> None:
    said = await scene.say("budget set", points="10", **options)
    assert said.splitlines()[:2] == ["Set.", title]


async def test_what_is_not_said_stays_as_it_was_or_is_as_in_the_house(scene: Scene) -> None:
    await scene.rule(Scope(kind=ScopeKind.HOUSE), Share.EACH, 9, PeriodKind.MONTH, "Asia/Tokyo")
    await scene.say("budget set", person="1", points="5")
    (first,) = await scene.store.find(ADA_S)
    await scene.say("budget set", person="1", points="6", period="week")
    await scene.say("budget set", person="1", points="7")
    (last,) = await scene.store.find(ADA_S)
    assert (first.period.kind, first.period.zone) == (PeriodKind.MONTH, "Asia/Tokyo")
    assert (last.id, last.limit, last.period.kind, last.period.zone) == (
        first.id,
        7,
        PeriodKind.WEEK,
        "Asia/Tokyo",
    )


async def test_zero_points_are_explained(scene: Scene) -> None:
    said = await scene.say("budget set", person="1", points="0")
    assert said.endswith("With 0 points nothing may be spent.")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            {"points": "5"},
            "Say for whom: choose person, role, channel, everyone (each for themselves) or server (all together).",
        ),
        (
            {"points": "5", "person": "1", "role": "90", "server": True},
            "Choose only one of person, role and server.",
        ),
        ({"person": "1"}, "/budget set needs points: a whole number, such as 5000 or 5k."),
        (
            {"points": "-5", "person": "1"},
            "A number of points can't be negative. The least is 0, which means that nothing may be spent.",
        ),
        (
            {"points": "10^30", "person": "1"},
            "That is too many points. The most is 1,000,000,000,000,000.",
        ),
        (
            {"points": "5", "person": "1", "zone": "Mars/Base"},
            'I don\'t know the time zone "Mars/Base". Choose one from the list, such as "Europe/Berlin" or "UTC".',
        ),
        (
            {"points": "5", "person": "1", "period": "year"},
            'period has to be day, week, month or never, not "year".',
        ),
        (
            {"points": "5", "person": "1", "share": "pool"},
            "A person's budget is theirs alone. Leave out share.",
        ),
        (
            {"points": "5", "everyone": True, "share": "pool"},
            "everyone with share pool is what server is for: choose server, and leave out share.",
        ),
        (
            {"points": "5", "server": True, "share": "each"},
            "server with share each is what everyone is for: choose everyone, and leave out share.",
        ),
    ],
)
async def test_what_can_not_be_set_is_told_why_and_changes_nothing(
    scene: Scene, options: dict[str, str | bool], told: str
) -> None:
    assert await scene.say("budget set", **options) == told
    assert await scene.store.audit(10) == ()


async def test_a_server_s_budgets_are_not_set_from_a_direct_message(scene: Scene) -> None:
    said = await scene.say("budget set", OWNER, DIRECT, server=True, points="5")
    assert said == "In a direct message there is no server. Use this command on the server it is for."
    assert (await scene.say("budget set", OWNER, DIRECT, person="1", points="5")).startswith("Set.")


async def test_only_admins_touch_budgets(scene: Scene) -> None:
    for verb in ("show", "set", "grant", "reset", "freeze", "remove"):
        assert (
            await scene.say(f"budget {verb}", who=ADA, person="1") == f"Only an admin can use /budget {verb}."
        )


async def test_show_tells_how_a_person_stands_in_all_that_counts_for_them(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget set", server=True, points="10k", period="month")
    await scene.spend(ADA, 900)
    await scene.spend(ADA, 120, open_=True)
    said = await scene.say("budget show", person="1")
    assert said == (
        "**Ada**, as each person, by the bridge's configuration: 3,000 points a day\n"
        "▰▰▰▨▱▱▱▱▱▱ 900 spent · 120 set aside · **1,980 left**\n"
        "It renews tomorrow at 00:00 (UTC).\n\n"
        "This server as a whole: 10,000 points a month\n"
        "▰▨▱▱▱▱▱▱▱▱ 900 spent · 120 set aside · **8,980 left**\n"
        "It renews on 1 April at 00:00 (UTC)."
    )


async def test_show_tells_who_used_most(scene: Scene) -> None:
    await scene.house()
    await scene.spend(BOB, 20)
    await scene.spend(ADA, 1_900)
    await scene.spend(ADA, 100, open_=True)
    said = await scene.say("budget show")
    assert said == (
        "Each person, by the bridge's configuration: 3,000 points a day\n"
        "It renews tomorrow at 00:00 (UTC).\n"
        "2 people spent 1,920 points in this period.\n"
        "1. Ada: 1,900 spent · 100 set aside · **1,000 left**\n"
        "2. Bob: 20 spent · **2,980 left**"
    )


async def test_whom_the_command_did_not_name_the_platform_names(scene: Scene) -> None:
    await scene.house()
    await scene.spend(replace(ADA, id=PersonId("77")), 10)
    assert "\n1. <@77>: 10 spent" in await scene.say("budget show")
    in_a_shell = await run(given("budget show"), replace(scene.desk, chat=None))
    assert "\n1. 77: 10 spent" in in_a_shell.text


async def test_show_names_the_channel_it_is_used_in(scene: Scene) -> None:
    here = replace(GENERAL, channel=ChannelId("58"))
    await scene.say("budget set", channel="58", points="5", place=here)
    assert (await scene.say("budget show", place=here)).startswith(
        "All in **this channel** together: 5 points"
    )


async def test_show_without_rules_says_so(scene: Scene) -> None:
    assert await scene.say("budget show") == "There is no budget rule here. Make one with /budget set."
    assert await scene.say("budget show", role="90") == (
        "There is no budget rule for everyone with the role **mods**. Make one with /budget set."
    )


async def test_show_of_everyone_and_of_the_server_are_two_things(scene: Scene) -> None:
    await scene.say("budget set", everyone=True, points="5")
    await scene.say("budget set", server=True, points="6")
    assert (await scene.say("budget show", everyone=True)).startswith("Each person on this server: 5 points")
    assert (await scene.say("budget show", server=True)).startswith("This server as a whole: 6 points")


async def test_a_grant_goes_to_the_account_that_counts(scene: Scene) -> None:
    await scene.house(100)
    await scene.spend(ADA, 100)
    said = await scene.say("budget grant", person="1", points="50", reason="birthday")
    assert said == (
        "Granted 50 points for today.\n"
        "**Ada**, as each person, by the bridge's configuration: 100 points a day\n"
        "▰▰▰▰▰▰▰▱▱▱ 100 spent · **50 left** · 50 granted on top\n"
        "It renews tomorrow at 00:00 (UTC)."
    )
    await scene.say("budget set", channel="50", points="10", period="never")
    assert (await scene.say("budget grant", channel="50", points="5")).startswith("Granted 5 points.\nAll in")
    assert {row.actor for row in await scene.store.audit(10)} == {"3", "test"}
    assert "birthday" in " ".join(row.detail for row in await scene.store.audit(10))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"person": "1", "points": "0"}, "Grant at least 1 point. To allow less, use /budget set."),
        ({"person": "1", "points": "5"}, "No budget counts for **Ada**. Make one with /budget set."),
        (
            {"role": "90", "points": "5"},
            "There is no shared budget for everyone with the role **mods** to add to. "
            "Grant to one person, or change what each may spend with /budget set.",
        ),
    ],
)
async def test_a_grant_without_an_account_is_told_why(
    scene: Scene, options: dict[str, str], told: str
) -> None:
    await scene.say("budget set", role="90", points="5")
    assert await scene.say("budget grant", **options) == told


async def test_a_reset_gives_back_what_was_spent(scene: Scene) -> None:
    await scene.say("budget set", everyone=True, points="1k")
    await scene.spend(ADA, 300)
    await scene.spend(BOB, 200)
    assert await scene.say("budget reset", everyone=True) == (
        "Reset: 500 points already spent in this period can be spent again."
    )
    assert "**1,000 left**" in await scene.say("budget show", person="1")
    assert (await scene.say("budget reset", person="1")).startswith(
        "Nothing was spent in this period, so there was nothing to give back.\n**Ada**, as each person on this server"
    )
    assert await scene.say("budget reset", role="90") == (
        "There is no such rule for everyone with the role **mods**, so there is nothing to reset."
    )


async def test_a_server_s_freeze_holds_there_and_in_direct_messages(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget freeze", place=ELSEWHERE, person="1")
    assert "Frozen" not in await scene.say("points", who=ADA)
    assert "Frozen" not in await scene.say("budget show", person="1")
    for place in (ELSEWHERE, DIRECT):
        assert "**Frozen**" in await scene.say("points", who=ADA, place=place)
    await scene.say("budget freeze", place=ELSEWHERE, person="1", undo=True)
    assert "Frozen" not in await scene.say("points", who=ADA, place=DIRECT)


async def test_only_an_admin_of_the_bridge_freezes_somebody_everywhere(scene: Scene) -> None:
    await scene.house()
    assert (
        await scene.say("budget freeze", ROOT, DIRECT, person="1") == "Only an admin can use /budget freeze."
    )
    said = await scene.say("budget freeze", OWNER, DIRECT, person="1")
    assert said.startswith("Frozen: **Ada** can't spend points anywhere until")
    for place in (GENERAL, ELSEWHERE, DIRECT):
        assert "**Frozen**" in await scene.say("points", who=ADA, place=place)
    assert await scene.say("budget freeze", person="1", undo=True) == (
        "I took this freeze of **Ada** back, but another one still holds: "
        "of a role, of this channel or server, or of the bridge's admins."
    )
    assert "by\n- **Ada**" in await scene.say("budget show", person="1")
    assert await scene.say("budget freeze", OWNER, DIRECT, person="1", undo=True) == (
        "Unfrozen: **Ada** can spend points again."
    )
    assert "Frozen" not in await scene.say("points", who=ADA)


async def test_a_server_s_admin_touches_nothing_of_the_bridge_s_own(scene: Scene) -> None:
    """They manage another server than the one the bridge is at home on."""
    await scene.house()
    await scene.spend(ADA, 900)
    refusal = (
        "**Ada** spends from the bridge's own budget, which only the bridge's admins can change. "
        "Give them a rule of their own on this server with /budget set."
    )
    for verb, more in (("grant", {"points": "5"}), ("reset", {})):
        assert await scene.say(f"budget {verb}", place=ELSEWHERE, person="1", **more) == refusal
    assert await scene.say("budget show", place=ELSEWHERE, person="1") == refusal.replace("change", "see")
    assert await scene.say("budget show", place=ELSEWHERE) == (
        "There is no budget rule here. Make one with /budget set."
    )
    assert [row.actor for row in await scene.store.audit(10)] == ["test"]
    assert "900 spent" in await scene.say("budget show", OWNER, ELSEWHERE, person="1")
    assert "900 spent" in await scene.say("budget show", OWNER, ELSEWHERE)
    await scene.say("budget set", place=ELSEWHERE, person="1", points="7")
    assert (await scene.say("budget grant", place=ELSEWHERE, person="1", points="5")).startswith("Granted 5")
    assert "of their own" not in await scene.say("budget show", place=ELSEWHERE, person="1")


async def test_where_the_bridge_serves_many_servers_nobody_who_manages_one_is_at_home(scene: Scene) -> None:
    await scene.house()
    assert (await scene.say("budget grant", person="1", points="5")).startswith("Granted 5 points")
    for homes in (frozenset[WorkspaceId](), frozenset({WorkspaceId("7"), WorkspaceId("8")})):
        settings = replace(scene.desk.settings, home_workspaces=homes)
        said = await run(
            given("budget grant", person="1", points="5"), replace(scene.desk, settings=settings)
        )
        assert said.text.startswith("**Ada** spends from the bridge's own budget")


async def test_a_rule_for_everywhere_is_the_bridge_s_own_too(scene: Scene) -> None:
    await scene.rule(Scope(kind=ScopeKind.PERSON, id="1"), Share.EACH, 10)
    said = await scene.say("budget grant", place=ELSEWHERE, person="1", points="5")
    assert said.startswith("**Ada** spends from the bridge's own budget")


async def test_a_server_s_rule_and_grant_make_nobody_s_direct_allotment_larger(scene: Scene) -> None:
    await scene.house(3_000)
    await scene.say("budget set", place=ELSEWHERE, person="1", points="9000")
    assert (await scene.say("points", ADA, DIRECT)).startswith("**Your daily budget**: 3,000 points a day")
    await scene.say("budget set", place=ELSEWHERE, person="1", points="100")
    await scene.say("budget grant", place=ELSEWHERE, person="1", points="900000")
    await scene.spend(ADA, 2_900, DIRECT)
    said = await scene.say("points", ADA, DIRECT)
    assert "**Your daily budget, made on a server**: 100 points a day" in said
    assert "2,900 spent · **100 left**" in said


async def test_the_account_of_a_grant_is_named(scene: Scene) -> None:
    await scene.say("budget set", channel="50", points="60", share="each")
    assert "\n**Bob**, in **#general**: 60 points" in await scene.say("budget grant", person="2", points="5")
    await scene.say("budget set", role="90", points="70")
    own = await scene.say("budget grant", replace(ADA, admin=True), person="1", points="5")
    assert "\n**Ada**, through the role **mods**: 70 points" in own
    reset = await scene.say("budget reset", replace(ADA, admin=True), person="1")
    assert "\n**Ada**, through the role **mods**: 70 points" in reset
    unnamed = replace(given("budget grant", person="2", points="5"), names={"2": "Bob"})
    assert "\n**Bob**, in **this channel**: 60" in (await run(unnamed, scene.desk)).text


async def test_show_lists_what_was_made_on_the_server_and_what_is_frozen(scene: Scene) -> None:
    await scene.say("budget set", channel="50", points="1")
    await scene.say("budget set", channel="59", points="2")
    await scene.say("budget set", role="90", points="3")
    await scene.say("budget set", person="1", points="4")
    await scene.say("budget set", person="77", points="5")
    await scene.say("budget set", place=ELSEWHERE, person="2", points="6")
    await scene.spend(ADA, 1)
    await scene.say("budget freeze", person="1")
    await scene.say("budget freeze", role="91")
    await scene.say("budget freeze", server=True)
    said = await scene.say("budget show")
    assert said.startswith("All in **#general** together: 1 point a day\n")
    assert said.endswith(
        "**Rules for one person, role or channel**\n"
        "- All in **59** together: 2 points a day · 2 left · **frozen**\n"
        "- **Ada**: 4 points a day · 3 left · **frozen**\n"
        "- **<@77>**: 5 points a day · 5 left · **frozen**\n"
        "- Each person with the role **mods**: 3 points a day · **frozen**\n\n"
        "**Frozen**: nothing can be spent by\n"
        "- **Ada**\n"
        "- everyone with the role **a\\*b\\_c**\n"
        "- everyone on this server"
    )


async def test_a_frozen_role_without_a_rule_is_shown(scene: Scene) -> None:
    await scene.say("budget freeze", role="90")
    assert await scene.say("budget show", role="90") == (
        "There is no budget rule for everyone with the role **mods**. Make one with /budget set.\n\n"
        "**Frozen**: nothing can be spent by\n- everyone with the role **mods**"
    )
    assert await scene.say("points", who=ADA) == "**Frozen**: an admin has stopped your spending for now."
    await scene.house()
    assert "an admin has stopped spending for your role for now" in await scene.say("points", who=ADA)


async def test_a_person_of_small_budget_does_not_spend_the_house_s_directly(scene: Scene) -> None:
    await scene.house(3_000)
    await scene.say("budget set", person="1", points="0")
    said = await scene.say("points", who=ADA, place=DIRECT)
    assert said.startswith("**Your daily budget, made on a server**: 0 points a day")
    assert "3,000 points a day" in await scene.say("points", who=BOB, place=DIRECT)


async def test_a_freeze_is_seen_and_undone(scene: Scene) -> None:
    await scene.house()
    assert await scene.say("budget freeze", person="1") == (
        "Frozen: **Ada** can't spend points on this server or in direct messages until you use /budget freeze with undo. "
        "Answers that are being written now are still finished."
    )
    assert "**Frozen**: nothing can be spent." in await scene.say("budget show", person="1")
    assert await scene.say("budget freeze", person="1", undo=True) == (
        "Unfrozen: **Ada** can spend points again."
    )
    assert "Frozen" not in await scene.say("budget show", person="1")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"server": True}, "everyone on this server"),
        ({"everyone": True}, "everyone on this server"),
        ({"role": "90"}, "everyone with the role **mods**"),
        ({"channel": "50"}, "everyone in **#general**"),
    ],
)
async def test_a_freeze_says_whom_it_stops(scene: Scene, options: dict[str, str | bool], told: str) -> None:
    assert f"Frozen: {told} can't" in await scene.say("budget freeze", **options)


async def test_a_rule_taken_away_lets_the_more_general_one_count(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget set", person="1", points="5")
    assert await scene.say("budget remove", person="1") == (
        "Removed the rule for **Ada**. The more general rules count again."
    )
    assert "3,000 points a day" in await scene.say("budget show", person="1")
    assert await scene.say("budget remove", person="1") == (
        "There is no such rule for **Ada**, so nothing was removed."
    )


async def test_every_change_is_in_the_audit(scene: Scene) -> None:
    await scene.say("budget set", person="1", points="5")
    await scene.say("budget grant", person="1", points="5")
    await scene.say("budget reset", person="1")
    await scene.say("budget freeze", person="1")
    await scene.say("budget freeze", person="1", undo=True)
    await scene.say("budget remove", person="1")
    rows = await scene.store.audit(10)
    assert [row.action for row in reversed(rows)] == [
        "budget set",
        "budget grant",
        "budget reset",
        "budget freeze",
        "budget unfreeze",
        "budget remove",
    ]
    assert {row.actor for row in rows} == {ROOT.id}
    assert {row.at for row in rows} == {NOON}


async def test_every_answer_is_the_admin_s_alone(scene: Scene) -> None:
    assert (await scene.reply("budget show", place=GENERAL)).private
