"""`/points`: what a person reads about themselves."""

from __future__ import annotations

from dataclasses import replace

from tests.commands.scene import ADA, BOB, DIRECT, GENERAL, THREAD, Scene


async def test_a_person_sees_every_budget_that_counts_for_them(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget set", server=True, points="10k", period="month", zone="Europe/Berlin")
    await scene.spend(ADA, 900)
    await scene.spend(ADA, 120, open_=True)
    assert await scene.say("points", who=ADA) == (
        "**Your daily budget**: 3,000 points a day\n"
        "▰▰▰▨▱▱▱▱▱▱ 900 spent · 120 set aside · **1,980 left**\n"
        "It renews tomorrow at 00:00 (UTC).\n\n"
        "**This server's monthly budget**: 10,000 points a month\n"
        "▰▨▱▱▱▱▱▱▱▱ 900 spent · 120 set aside · **8,980 left**\n"
        "It renews on 1 April at 00:00 (Europe/Berlin).\n\n"
        "That is enough for about 34 ordinary answers of Claude-Haiku-4.5."
    )


async def test_others_are_not_seen(scene: Scene) -> None:
    await scene.house()
    await scene.spend(ADA, 900)
    assert "0 spent · **3,000 left**" in await scene.say("points", who=BOB)
    assert (await scene.reply("points", who=BOB)).private


async def test_a_role_s_budget_is_the_person_s_own_allotment(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget set", role="90", points="50")
    said = await scene.say("points", who=ADA)
    assert said.startswith("**Your role's daily budget**: 50 points a day")
    assert said.endswith("That is less than an ordinary answer of Claude-Haiku-4.5 costs.")


async def test_a_thread_spends_from_its_channel_and_a_direct_message_does_not(scene: Scene) -> None:
    await scene.say("budget set", channel="50", points="50")
    assert "This channel's daily budget" in await scene.say("points", who=ADA, place=THREAD)
    assert await scene.say("points", who=ADA, place=DIRECT) == "No budget limits your points here."


async def test_a_frozen_budget_is_said_to_be_frozen(scene: Scene) -> None:
    await scene.house()
    await scene.say("budget freeze", person="1")
    said = await scene.say("points", who=ADA, place=GENERAL)
    assert "**Frozen**: an admin has stopped spending for you for now." in said
    assert "enough" not in said


async def test_nothing_is_promised_of_a_model_nobody_knows(scene: Scene) -> None:
    await scene.house()
    scene.catalog.all = (replace(scene.catalog.all[0]),)
    assert (await scene.say("points", who=ADA)).endswith("It renews tomorrow at 00:00 (UTC).")


async def test_one_answer_is_said_as_one(scene: Scene) -> None:
    await scene.house(60)
    assert (await scene.say("points", who=ADA)).endswith("about 1 ordinary answer of Claude-Haiku-4.5.")
