"""Waiting for the world and watching it."""

import pytest

from adapters.sim.discord import World


async def test_until_returns_what_became_true() -> None:
    world = World()
    world.later(0.01, lambda: world.tell("something", None))
    assert await world.until(lambda: "something" in world.changes.recent and "yes") == "yes"


async def test_until_gives_up_and_names_the_last_changes() -> None:
    world = World()
    world.tell("weather.changed", None)
    with pytest.raises(TimeoutError, match=r"weather\.changed"):
        await world.until(lambda: False, within=0.01)


async def test_a_watcher_sees_every_change_in_order() -> None:
    world = World()
    async with world.watch() as changes:
        world.add_channel("one")
        world.add_person("dora")
        assert [(await anext(changes)).kind for _ in range(2)] == ["channel.created", "member.joined"]


def test_ids_grow_and_the_seeded_ones_are_the_same_on_every_run() -> None:
    first, second = World(), World()
    assert list(first.channels) == list(second.channels)
    ids = [first.ids.next() for _ in range(1000)]
    assert ids == sorted(set(ids))


def test_the_second_guild_can_be_left_out() -> None:
    assert [g.name for g in World(second_guild=False).guilds.values()] == ["Harbour"]


def test_rights_given_to_one_person_win_over_those_taken_from_all() -> None:
    world = World()
    lab, ben = world.channel("#lab"), world.user("ben")
    world.deny("lab", "send_messages", who=ben)
    assert not world.can(ben, lab, "send_messages")
    world.allow("lab", "send_messages", who=ben)
    assert world.can(ben, lab, "send_messages")
    world.deny("lab", "send_messages", who=world.user("ada"))
    assert world.can(world.user("ada"), lab, "send_messages")  # an owner keeps every right
