"""What is offered while somebody types."""

from __future__ import annotations

from dataclasses import replace

from bridge.commands import suggest
from bridge.values.ids import ModelId
from bridge.values.inbound import Suggesting
from tests.commands.scene import ADA, GENERAL, HAIKU, Scene


async def offered(scene: Scene, command: str, option: str, partial: str = "") -> list[tuple[str, str]]:
    asking = Suggesting(place=GENERAL, person=ADA, command=command, option=option, partial=partial)
    return [(choice.label, choice.value) for choice in await suggest(asking, scene.desk)]


async def test_models_come_with_their_price_and_the_house_s_own_first(scene: Scene) -> None:
    """Neither what is denied nor what has no price is offered."""
    assert await offered(scene, "ask", "model") == [
        ("Claude-Haiku-4.5 · ~58 points an answer", "claude-haiku-4.5"),
        ("Claude-Sonnet-4.6 · ~174 points an answer", "claude-sonnet-4.6"),
        ("Assistant · ~150 points an answer", "assistant"),
    ]


async def test_every_word_typed_has_to_be_in_the_name(scene: Scene) -> None:
    assert [value for _, value in await offered(scene, "model", "name", "SONNET claude")] == [
        "claude-sonnet-4.6"
    ]
    assert [value for _, value in await offered(scene, "model", "name", "a")] == [
        "assistant",
        "claude-haiku-4.5",
        "claude-sonnet-4.6",
    ]
    assert await offered(scene, "model", "name", "gpt") == []


async def test_there_are_never_more_than_a_platform_takes(scene: Scene) -> None:
    scene.catalog.all = tuple(
        replace(HAIKU, id=ModelId(f"m{number}{'x' * length}"), name=f"M{number}{'x' * length}")
        for number in range(40)
        for length in (0, 90, 200)
    )
    found = await offered(scene, "ask", "model")
    assert len(found) == 25
    assert all(len(label) <= 100 and len(value) <= 100 for label, value in found)


async def test_presets_are_offered_with_their_model(scene: Scene) -> None:
    assert (
        await offered(scene, "ask", "preset")
        == await offered(scene, "preset", "name")
        == [
            ("default · Claude-Haiku-4.5", "default"),
            ("code · Claude-Sonnet-4.6", "code"),
        ]
    )


async def test_zones_are_found_by_any_part_of_their_name(scene: Scene) -> None:
    assert ("Europe/Berlin", "Europe/Berlin") in await offered(scene, "budget set", "zone")
    assert [value for _, value in await offered(scene, "budget set", "zone", "new york")] == [
        "America/New_York"
    ]
    assert (await offered(scene, "budget set", "zone", "utc"))[0] == ("UTC", "UTC")


async def test_nothing_is_offered_for_other_options(scene: Scene) -> None:
    assert await offered(scene, "ask", "prompt", "hello") == []
