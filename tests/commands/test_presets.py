"""`/preset`: seeing and choosing."""

from __future__ import annotations

from dataclasses import replace

from bridge.values.points import Scope, ScopeKind
from tests.commands.scene import ADA, ROOT, SERVER, Scene


async def chosen(scene: Scene) -> str | None:
    return await scene.store.setting(Scope(kind=ScopeKind.PERSON, id=ADA.id, workspace=SERVER), "preset")


async def test_all_are_shown_and_the_one_that_counts_is_marked(scene: Scene) -> None:
    told = (
        "Prepared ways to ask:\n"
        "- **default** · Claude-Haiku-4.5{}\n"
        "- **code** · Claude-Sonnet-4.6{}\n"
        "Choose yours with /preset and a name."
    )
    assert await scene.say("preset", who=ADA) == told.format(" (yours)", "")
    await scene.say("preset", who=ADA, name="code")
    assert await scene.say("preset", who=ADA) == told.format("", " (yours)")
    assert await scene.say("preset", who=ROOT) == told.format(" (yours)", "")


async def test_a_choice_is_kept_and_the_usual_one_takes_it_back(scene: Scene) -> None:
    assert await scene.say("preset", who=ADA, name=" Code ") == (
        "Your questions are asked with **code** from now on (Claude-Sonnet-4.6). "
        "Conversations that have begun stay as they are."
    )
    assert await chosen(scene) == "code"
    assert "**default** from now on" in await scene.say("preset", who=ADA, name="default")
    assert await chosen(scene) is None


async def test_where_another_one_is_usual_the_default_can_be_chosen(scene: Scene) -> None:
    scene.desk = replace(scene.desk, settings=replace(scene.desk.settings, default_preset="code"))
    await scene.say("preset", who=ADA, name="default")
    assert await chosen(scene) == "default"


async def test_one_that_does_not_exist_is_named_with_those_that_do(scene: Scene) -> None:
    assert await scene.say("preset", who=ADA, name="c*de") == (
        "There is no preset called c\\*de. There are: code, default."
    )


async def test_one_that_is_gone_from_the_configuration_does_not_count(scene: Scene) -> None:
    await scene.say("preset", who=ADA, name="code")
    presets = {"default": scene.desk.settings.presets["default"]}
    scene.desk = replace(scene.desk, settings=replace(scene.desk.settings, presets=presets))
    assert "- **default** · Claude-Haiku-4.5 (yours)" in await scene.say("preset", who=ADA)
