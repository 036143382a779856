"""Who may spend how much: set from the chat and from the shell, held before, settled after, and explained."""

from __future__ import annotations

import pytest

from bridge.cli.shell import commanded
from bridge.commands import perform
from bridge.values.ids import ModelId
from bridge.values.models import Preset
from bridge.wiring.shell import shell
from tests.journeys.stories import at_home, button, command, grown, quick, small_print

FLAT = {
    "presets": {"default": Preset(name="default", model=ModelId("assistant"))},
    "flat_prices": {ModelId("assistant"): 20},
}
"""A model of one price: every answer costs 20 points."""
ASK = "Say hello in 5 words"


async def books_are_right(whole) -> None:
    assert await whole.house.store.verify() == ()
    assert await whole.house.store.open_holds() == ()


async def test_what_an_answer_cost_and_what_is_left_stands_under_it_and_in_points(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        answer = await whole.ask("ben", "general", ASK)
        said = await command(whole, "ben", "points")

        assert small_print(answer)[-1] == "Assistant · 20 points · 2,980 left"
        assert "**Your daily budget**: 3,000 points a day" in said
        assert "20 spent · **2,980 left**" in said
        await books_are_right(whole)


async def test_a_refusal_names_the_budget_what_is_left_and_when_it_renews(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        given = {"person": "ben", "points": "30", "period": "week", "zone": "Europe/Berlin"}
        await command(whole, "ada", "budget set", given)
        await whole.ask("ben", "general", ASK)
        refused = await whole.ask("ben", "general", ASK)

        assert len(whole.poe.world.calls) == 1
        said = " ".join(small_print(refused)) or refused.content
        assert "Your weekly budget has 10 points left and this answer needs at least 20." in said
        assert "It renews on Monday," in said
        assert "(Europe/Berlin)" in said
        await books_are_right(whole)


async def test_where_the_budget_covers_less_the_answer_is_shorter_and_says_so(whole):
    await command(whole, "ada", "budget set", {"person": "ben", "points": "120"})
    answer = await whole.ask("ben", "general", "Explain at length [[len=9000]]")

    assert "The budget covered an answer of this length and no more." in small_print(answer)
    assert whole.poe.world.calls[0].body["max_output_tokens"] < 4096
    await books_are_right(whole)


@pytest.mark.parametrize(
    ("whom", "name"),
    [
        ({"role": "Crew"}, "Your role's daily budget"),
        ({"role": "Crew", "share": "pool"}, "Your role's shared daily budget"),
        ({"channel": "general"}, "This channel's daily budget"),
        ({"everyone": True}, "Your daily budget on this server"),
        ({"server": True}, "This server's daily budget"),
    ],
)
async def test_a_budget_for_any_kind_of_people_is_obeyed_and_named(make_whole, whom, name):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        await command(whole, "ada", "budget set", {"points": "20", **whom})
        await whole.ask("ben", "general", ASK)
        refused = await whole.ask("ben", "general", ASK)

        assert f"{name} has no points left" in refused.content
        await books_are_right(whole)


async def test_a_channels_pool_is_shared_by_everybody_and_by_its_threads(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        quick(whole)
        await command(whole, "ada", "budget set", {"channel": "general", "points": "40"})
        await whole.ask("ben", "general", ASK)
        thread = whole.dc.as_person("cleo").start_thread("Moon")
        await whole.ask("cleo", thread.id, ASK, mention_bot=True)
        refused = await whole.ask("ada", "general", ASK)
        elsewhere = await whole.ask("ada", "lab", ASK)

        assert "This channel's daily budget has no points left" in refused.content
        assert "20 points" in elsewhere.content


async def test_many_at_once_get_exactly_what_the_server_has(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        quick(whole)
        await command(whole, "ada", "budget set", {"server": True, "points": "200"})
        for number in range(25):
            person = whole.dc.world.add_person(f"person{number}")
            whole.dc.as_person(person.username).say("general", ASK, mention_bot=True)
        await whole.answered("general", 25)

        assert len(whole.poe.world.calls) == 10
        refused = [m for m in whole.dc.world.from_bot("general") if "no points left" in m.content]
        assert len(refused) == 15
        await books_are_right(whole)


async def test_each_warning_is_given_once(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        quick(whole)
        await command(whole, "ada", "budget set", {"person": "ben", "points": "100"})
        answers = [await whole.ask("ben", "general", ASK) for _ in range(5)]
        warned = [
            [line for line in small_print(answer) if line.startswith("Your daily budget")]
            for answer in answers
        ]
        await command(whole, "ada", "budget grant", {"person": "ben", "points": "20"})
        again = await whole.ask("ben", "general", ASK)

        assert warned[:3] == [[], [], []]
        assert [lines[0].partition(".")[0] for lines in warned[3:]] == [
            "Your daily budget is 80 % used",
            "Your daily budget is used up",
        ]
        assert "used up" not in again.content


async def test_a_grant_and_a_reset_let_somebody_go_on(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        quick(whole)
        await command(whole, "ada", "budget set", {"person": "ben", "points": "20"})
        await whole.ask("ben", "general", ASK)
        said = await command(
            whole, "ada", "budget grant", {"person": "ben", "points": "20", "reason": "nice"}
        )
        granted = await whole.ask("ben", "general", ASK)
        refused = await whole.ask("ben", "general", ASK)
        reset = await command(whole, "ada", "budget reset", {"person": "ben"})
        on = await whole.ask("ben", "general", ASK)

        assert said.startswith("Granted 20 points for today.")
        assert "20 points · 0 left" in granted.content
        assert "no points left" in refused.content
        assert "40 points already spent" in reset
        assert "20 points · 20 left" in on.content
        await books_are_right(whole)


async def test_a_person_frozen_on_a_server_is_frozen_there_and_directly_until_it_is_undone(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        quick(whole)
        await command(whole, "ada", "budget freeze", {"person": "ben"})
        here = await whole.ask("ben", "general", ASK)
        other_server = await whole.ask("ben", "lobby", ASK)
        directly = await whole.ask("ben", "dm", ASK)
        await command(whole, "ada", "budget freeze", {"person": "ben", "undo": True})
        after = await whole.ask("ben", "general", ASK)

        for refused in (here, directly):
            assert "An admin has frozen spending for you." in refused.content
        for answered in (other_server, after):
            assert "20 points" in answered.content
        assert len(whole.poe.world.calls) == 2


async def test_who_manages_one_server_of_many_spends_nothing_of_the_house_s(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        await whole.ask("ben", "general", ASK)
        for verb, more in (("grant", {"points": "900000"}), ("reset", {})):
            said = await command(whole, "ben", f"budget {verb}", {"person": "ben", **more}, where="lobby")
            assert "spends from the bridge's own budget" in said
        assert "20 spent" not in await command(whole, "ben", "budget show", {"person": "ben"}, where="lobby")
        await command(whole, "ben", "budget set", {"person": "ben", "points": "900000"}, where="lobby")
        assert "3,000 points a day" in await command(whole, "ben", "points", where="dm")


async def test_nothing_allowed_on_the_server_is_nothing_allowed_directly(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        await command(whole, "ada", "budget set", {"person": "ben", "points": "0"})
        refused = await whole.ask("ben", "dm", ASK)
        said = await command(whole, "ben", "points", where="dm")

        assert "Your daily budget has no points left" in refused.content
        assert "0 points a day" in said
        assert whole.poe.world.calls == []


async def test_a_rule_from_the_shell_counts_on_every_server(make_whole):
    async with make_whole(settings=FLAT) as whole:
        ben = str(whole.dc.world.user("ben").id)
        async with shell(whole.config()) as desk:
            await perform(commanded("budget set", {"person": ben, "points": "20"}, desk), desk)
        await whole.start()
        first = await whole.ask("ben", "general", ASK)
        refused = await whole.ask("ben", "lobby", ASK)

        assert "20 points · 0 left" in first.content
        assert "Your daily budget has no points left" in refused.content


async def test_every_change_is_in_the_audit_with_who_made_it_and_told_to_the_admin_alone(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        ben = {"person": "ben"}
        await command(whole, "ada", "budget set", {**ben, "points": "50"})
        await command(whole, "ada", "budget grant", {**ben, "points": "5"})
        await command(whole, "ada", "budget freeze", ben)
        await command(whole, "ada", "budget freeze", {**ben, "undo": True})
        await command(whole, "ada", "budget reset", ben)
        await command(whole, "ada", "budget remove", ben)
        rows = await whole.house.store.audit(10)
        ada = str(whole.dc.world.user("ada").id)

        assert [row.action for row in reversed(rows) if row.actor == ada] == [
            "budget set",
            "budget grant",
            "budget freeze",
            "budget unfreeze",
            "budget reset",
            "budget remove",
        ]
        assert whole.dc.world.history("general") == []


async def test_show_names_people_so_that_they_can_be_read(make_whole):
    async with make_whole(settings=FLAT) as whole:
        whole.settings |= at_home(whole)
        await whole.start()
        await whole.ask("ben", "general", ASK)
        said = await command(whole, "ada", "budget show")

        assert f"1. {whole.dc.world.user('ben').mention}: 20 spent" in said


async def test_show_names_the_roles_and_channels_that_have_rules(whole):
    role = next(one for one in whole.dc.world.guild.roles.values() if one.id != whole.dc.world.guild.id)
    for target in ({"role": role.name}, {"channel": "help"}, {"channel": "general"}):
        await command(whole, "ada", "budget set", {**target, "points": "100", "period": "day"})
    said = await command(whole, "ada", "budget show", where="general")

    assert f"Each person with the role **{role.name}**: 100 points a day" in said
    assert "All in **help** together: 100 points a day" in said
    assert "All in **this channel** together: 100 points a day" in said
    assert str(role.id) not in said


async def test_who_is_no_admin_is_not_offered_the_admins_commands(whole):
    offered = {entry["name"] for entry in whole.dc.as_person("ben").commands("general")}
    admins = {entry["name"] for entry in whole.dc.as_person("ada").commands("general")}

    assert {"budget", "status"} <= admins
    assert not {"budget", "status"} & offered


async def test_a_continued_and_a_private_answer_are_paid_like_any_other(make_whole):
    async with make_whole(settings=FLAT) as whole:
        await whole.start()
        answer = await whole.ask("ben", "general", ASK)
        whole.dc.as_person("ben").press(answer, button(answer, "regenerate"))
        await whole.answered("general", 2)
        private = whole.dc.as_person("ben").slash("ask", {"prompt": ASK, "private": True})
        last = await grown(whole, private)

        assert "2,940 left" in last.content
        await books_are_right(whole)
