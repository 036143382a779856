"""`/help` is written from the specs."""

from __future__ import annotations

from dataclasses import replace

from bridge.commands import SPECS
from bridge.values.command import Needs
from tests.commands.scene import ADA, ROOT, Scene


async def test_help_hides_what_one_may_not_use(scene: Scene) -> None:
    said = await scene.say("help", who=ADA)
    for spec in SPECS:
        assert (f"`/{spec.name}`" in said) is (spec.needs is Needs.ANYONE)
    assert "Reply to any of my answers" in said
    assert "**Ask about this**, in the menu of a message" in said


async def test_help_shows_admins_everything_and_fits_into_a_message(scene: Scene) -> None:
    said = await scene.say("help", who=ROOT)
    assert all(f"`/{spec.name}`" in said for spec in SPECS)
    assert len(said) < 2_000


async def test_nobody_is_told_to_write_without_a_mention_where_it_would_not_be_heard(scene: Scene) -> None:
    assert "In a thread I opened, just write." in await scene.say("help", who=ADA)
    scene.live.now = replace(scene.live.now, limits=("I can't read messages that don't mention me.",))
    said = await scene.say("help", who=ADA)
    assert "just write" not in said
    assert "leave the @ on, or mention me." in said
    assert "Mention me there." in await scene.say("new", who=ADA)
