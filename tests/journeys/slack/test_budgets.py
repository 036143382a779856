"""Admins on Slack: the same verbs, the same refusals, and the same audit rows as on Discord."""

from __future__ import annotations

import pytest

from tests.journeys.slack.stories import (
    ASK,
    FLAT,
    ask,
    at_home,
    books_are_right,
    button,
    command,
    generous,
    pages,
    person,
    press,
    say,
    small_print,
    told,
)
from tests.journeys.stories import command as on_discord

SET = "budget set"


async def test_what_an_answer_cost_and_what_is_left_stands_under_it(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        answer = await ask(slack, "ben", ASK)
        said = await command(slack, "ben", "points")

        assert small_print(answer)[-1] == "Assistant · 20 points · 2,980 left"
        assert "2,980 left" in said
        await books_are_right(slack)


async def test_a_refusal_names_the_budget_what_is_left_and_when_it_renews(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        ben = slack.slack.world.user("ben").mention
        await command(slack, "ada", f"budget set person={ben} points=30 period=week zone=Europe/Berlin")
        await ask(slack, "ben", ASK)
        refused = await told(slack, say(slack, "ben", ASK))

        assert len(slack.poe.world.calls) == 1
        assert "Your weekly budget has 10 points left and this answer needs at least 20." in refused.shown
        assert "It renews on Monday," in refused.shown
        await books_are_right(slack)


@pytest.mark.parametrize(
    ("whom", "name"),
    [
        ("role={crew}", "Your role's daily budget"),
        ("role={crew} share=pool", "Your role's shared daily budget"),
        ("channel={general}", "This channel's daily budget"),
        ("everyone", "Your daily budget on this server"),
        ("server", "This server's daily budget"),
    ],
)
async def test_a_budget_for_any_kind_of_people_is_obeyed_and_named(make_slack, whom, name):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        world = slack.slack.world
        given = whom.format(crew=world.group("crew").mention, general=world.channel("general").mention)
        await command(slack, "ada", f"budget set points=20 {given}")
        await ask(slack, "ben", ASK)
        refused = await told(slack, say(slack, "ben", ASK))

        assert f"{name} has no points left" in refused.shown
        await books_are_right(slack)


async def test_a_channel_s_pool_is_shared_by_everybody_and_by_its_threads(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        generous(slack)
        general = slack.slack.world.channel("general").mention
        await command(slack, "ada", f"budget set channel={general} points=40")
        first = await ask(slack, "ben", ASK)
        await ask(slack, "cleo", ASK, thread=first)
        refused = await told(slack, say(slack, "ada", ASK, thread=first))
        elsewhere = await ask(slack, "ada", ASK, "lab")

        assert "This channel's daily budget has no points left" in refused.shown
        assert "20 points" in small_print(elsewhere)[-1]


async def test_a_grant_a_reset_and_a_freeze_do_what_they_say(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        generous(slack)
        ben = f"person={slack.slack.world.user('ben').mention}"
        await command(slack, "ada", f"budget set {ben} points=20")
        await ask(slack, "ben", ASK)
        said = await command(slack, "ada", f"budget grant {ben} points=20 reason=nice")
        granted = await ask(slack, "ben", ASK)
        refused = await told(slack, say(slack, "ben", ASK))
        reset = await command(slack, "ada", f"budget reset {ben}")
        on = await ask(slack, "ben", ASK)
        await command(slack, "ada", f"budget freeze {ben}")
        frozen = await told(slack, say(slack, "ben", ASK))
        await command(slack, "ada", f"budget freeze {ben} undo")
        await command(slack, "ada", f"budget remove {ben}")
        after = await ask(slack, "ben", ASK)

        assert said.startswith("Granted 20 points for today.")
        assert "20 points · 0 left" in small_print(granted)[-1]
        assert "no points left" in refused.shown
        assert "40 points already spent" in reset
        assert "20 points · 20 left" in small_print(on)[-1]
        assert "An admin has frozen spending for you." in frozen.shown
        assert "20 points" in small_print(after)[-1]
        await books_are_right(slack)


async def test_many_at_once_get_exactly_what_the_workspace_has(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        generous(slack)
        await command(slack, "ada", "budget set server points=100")
        questions = [
            say(slack, who, ASK, place)
            for who in ("ada", "ben", "cleo")
            for place in ("general", "help", "lab")
        ]
        answers = [await told(slack, question) for question in questions]

        assert len(slack.poe.world.calls) == 5
        assert sum("no points left" in answer.shown for answer in answers) == 4
        await books_are_right(slack)


async def test_who_is_no_admin_changes_nothing_and_is_told_privately(slack):
    before = await slack.house.store.audit(10)
    said = await command(
        slack, "ben", f"budget grant person={slack.slack.world.user('ben').mention} points=100"
    )

    assert "Only an admin can use /poe budget grant." in said
    assert await slack.house.store.audit(10) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("points=-5", "A number of points can't be negative."),
        ("points=10^30", "That is too many points."),
        ("points=2.5", 'Points are whole numbers, and "2.5" is not one.'),
        ("points=plenty", '"plenty" is not a number of points.'),
        ("points=5 zone=Mars/Base", 'I don\'t know the time zone "Mars/Base".'),
        ("points=5 period=fortnight", "period"),
        ("points=5 colour=red", "colour"),
        ("", "points"),
    ],
)
async def test_a_budget_that_makes_no_sense_is_refused_and_nothing_changes(slack, given, said):
    before = await slack.house.store.audit(100)
    ben = slack.slack.world.user("ben").mention

    assert said in await command(slack, "ada", f"budget set person={ben} {given}")
    assert await slack.house.store.audit(100) == before


async def test_the_same_verbs_leave_the_same_audit_rows_on_both_platforms(make_whole):
    verbs = (
        ("budget set", {"points": "50", "period": "week"}),
        ("budget grant", {"points": "5", "reason": "nice"}),
        ("budget freeze", {}),
        ("budget freeze", {"undo": True}),
        ("budget reset", {}),
        ("budget remove", {}),
    )
    async with make_whole(slack=True, settings=FLAT) as whole:
        await whole.start()
        mention = whole.slack.world.user("ben").mention
        for name, options in verbs:
            await on_discord(whole, "ada", name, {"person": "ben", **options})
            given = " ".join("undo" if value is True else f"{key}={value}" for key, value in options.items())
            await command(whole, "ada", f"{name} person={mention} {given}")
        rows = list(reversed(await whole.house.store.audit(20)))
        ids = {
            "discord": (
                whole.dc.world.user("ada").id,
                whole.dc.world.user("ben").id,
                whole.dc.world.guild.id,
            ),
            "slack": (
                whole.slack.world.user("ada").id,
                whole.slack.world.user("ben").id,
                whole.slack.world.team("Harbour").id,
            ),
        }

        def rewritten(platform: str) -> list[tuple[str, ...]]:
            """The rows of one platform, with names in the place of its ids."""
            ada, ben, home = map(str, ids[platform])
            return [
                tuple(
                    each.replace(ben, "BEN").replace(home, "HOME")
                    for each in (row.action, row.scope, row.detail)
                )
                for row in rows
                if row.actor == ada
            ]

        assert len(rewritten("slack")) == len(verbs)
        assert rewritten("slack") == rewritten("discord")


async def test_show_names_people_so_that_they_can_be_read(make_slack):
    async with make_slack(settings=FLAT) as slack:
        slack.settings |= at_home(slack)
        await slack.start()
        await ask(slack, "ben", ASK)
        said = await command(slack, "ada", "budget show")

        assert slack.slack.world.user("ben").mention in said
        assert "20 spent" in said
        assert all(not message.pings for message in slack.slack.world.from_bot("general"))


async def test_a_regenerated_and_a_private_answer_are_paid_like_any_other(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        question = say(slack, "ben", ASK)
        (answer,) = await pages(slack, question)
        assert button(answer, "regenerate")
        press(slack, "ben", answer, "regenerate")
        person(slack, "ben").slash("general", "/poe", f"ask --private {ASK}")
        dm = slack.slack.world.dm("ben")
        await slack.in_slack.answered(dm, 1, within=60.0)
        await slack.in_slack.answered("general", 2, within=60.0)

        assert "2,940 left" in await command(slack, "ben", "points")
        await books_are_right(slack)
