"""The house's commands as Discord registers them."""

from __future__ import annotations

import copy

import pytest

from adapters.discord import commands
from bridge.values.command import CommandSpec, Needs, OptionSpec


@pytest.fixture
def found(specs):
    return {(one["type"], one["name"]): one for one in commands.definitions(specs)}


def test_a_plain_command_has_its_options_the_required_ones_first() -> None:
    spec = CommandSpec(
        name="ask",
        help="Ask",
        options=(OptionSpec(name="b", help="B"), OptionSpec(name="a", help="A", required=True)),
    )
    (definition,) = commands.definitions([spec])
    assert [option["name"] for option in definition["options"]] == ["a", "b"]


def test_every_kind_of_option_has_discords_type(found) -> None:
    ask = {option["name"]: option["type"] for option in found[(1, "ask")]["options"]}
    assert ask == {"prompt": 3, "model": 3, "attachment": 11, "private": 5}
    show, change = found[(1, "budget")]["options"]
    assert [option["type"] for option in show["options"]] == [6, 8, 7]
    assert {option["name"]: option["type"] for option in change["options"]} == {"points": 4, "period": 3}


def test_names_with_a_space_become_verbs_of_one_group(found) -> None:
    budget = found[(1, "budget")]
    assert budget["description"] == "budget: show, set"
    assert [(verb["type"], verb["name"]) for verb in budget["options"]] == [(1, "show"), (1, "set")]


def test_admins_commands_are_shown_to_those_who_manage_the_server(found) -> None:
    assert found[(1, "budget")]["default_member_permissions"] == 32
    assert found[(1, "ask")]["default_member_permissions"] is None


def test_where_admins_are_named_elsewhere_their_commands_are_shown_to_everybody(specs) -> None:
    assert {one["default_member_permissions"] for one in commands.definitions(specs, hide=False)} == {None}


def test_a_channel_is_one_a_rule_can_name(found) -> None:
    channel = found[(1, "budget")]["options"][0]["options"][2]
    assert channel["name"] == "channel"
    assert {0, 2, 5, 15} <= set(channel["channel_types"])
    assert not {4, 10, 11, 12} & set(channel["channel_types"])


def test_a_group_that_everybody_may_use_in_part_is_shown_to_everybody() -> None:
    pair = (CommandSpec(name="x all", help="h"), CommandSpec(name="x admin", help="h", needs=Needs.ADMIN))
    assert commands.definitions(pair)[0]["default_member_permissions"] is None


def test_commands_are_for_servers_and_direct_messages(found) -> None:
    assert all(one["contexts"] == [0, 1] for one in found.values())


def test_what_can_be_asked_about_a_message_is_in_its_menu(found) -> None:
    menu = found[(3, "Ask about this")]
    assert "options" not in menu
    assert "description" not in menu


def test_choices_and_suggestions_are_told(found) -> None:
    model = found[(1, "ask")]["options"][1]
    assert model["autocomplete"] is True
    period = found[(1, "budget")]["options"][1]["options"][1]
    assert period["choices"] == [{"name": "day", "value": "day"}, {"name": "month", "value": "month"}]


def as_discord_returns(definitions):
    """With ids and translations, without what is empty or false, in another order."""
    told = copy.deepcopy(definitions)
    for number, one in enumerate(told):
        one |= {"id": str(number), "version": "7", "application_id": "1", "name_localizations": None}
        one["nsfw"] = False
        for option in one.get("options", ()):
            if not option.get("required"):
                option.pop("required", None)
    return told[::-1]


def test_commands_that_discord_has_already_are_the_same(specs) -> None:
    wanted = commands.definitions(specs)
    assert commands.same(as_discord_returns(wanted), wanted)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.update(description="other"),
        lambda one: one["options"].pop(),
        lambda one: one["options"][0].update(required=False),
        lambda one: one["options"][1].update(autocomplete=False),
        lambda one: one["options"][0].update(description="other"),
        lambda one: one.update(contexts=[0]),
        lambda one: one["options"][0].update(channel_types=[0]),
        lambda one: one.update(default_member_permissions="8"),
    ],
)
def test_any_change_of_ours_is_seen(specs, change) -> None:
    wanted = commands.definitions(specs)
    told = copy.deepcopy(wanted)
    change(told[0])
    assert not commands.same(told, wanted)


def test_a_command_too_many_or_an_answer_of_another_kind_is_not_the_same(specs) -> None:
    wanted = commands.definitions(specs)
    assert not commands.same(wanted[:-1], wanted)
    assert not commands.same({"message": "x"}, wanted)
    assert not commands.same([None], wanted)


async def test_commands_are_registered_once_and_again_only_when_they_changed(dc, a_house_on, specs) -> None:
    puts = 0
    for offered, expected in ((specs, 1), (specs, 1), (specs[:2], 2)):
        async with a_house_on(dc, specs=offered) as house:
            puts = len(house.writes("PUT", "commands"))
        assert puts == expected
    assert {one["name"] for one in dc.world.commands[None]} == {"ask", "points", "Ask about this"}


async def test_an_admin_whom_only_the_configuration_names_is_offered_their_commands(dc, a_house_on) -> None:
    async with a_house_on(dc, named_admins=True):
        assert "budget" in {one["name"] for one in dc.as_person("ben").commands("lab")}
    async with a_house_on(dc):
        assert "budget" not in {one["name"] for one in dc.as_person("ben").commands("lab")}


async def test_a_failed_registration_is_tried_again_while_messages_are_heard(dc, a_house_on) -> None:
    dc.faults.fail(503, times=2, path="commands")
    async with a_house_on(dc) as house:
        assert len(house.writes("PUT", "commands")) == 1
        assert house.discord.health.connected
    assert [notice.where for notice in house.notices] == ["discord.commands"] * 2
