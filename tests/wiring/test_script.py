"""What a step of the demo sees when something is not as it should be. That all steps go well is in `test_demo`."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import puremagic
import pytest

from bridge.wiring import script
from bridge.wiring.script import STEPS, Failure, Scene, button, must
from tests.plugins.whole import Whole


def scene(whole: Whole) -> Scene:
    return Scene(dc=whole.dc, poe=whole.poe, house=whole.house)


def test_a_step_says_what_was_seen_instead():
    must([1], "nothing")
    with pytest.raises(Failure, match=r"^it shrank$"):
        must([], "it shrank")


def test_a_button_is_found_by_what_it_does():
    row: dict[str, Any] = {"components": [{"label": "a link"}, {"custom_id": "pb:stop:abc"}]}
    message = SimpleNamespace(components=[row])

    assert button(message, "stop") == "pb:stop:abc"
    with pytest.raises(Failure, match="there is no continue button"):
        button(message, "continue")


async def test_what_never_comes_is_named(whole: Whole):
    with pytest.raises(Failure, match="there was no comet"):
        await scene(whole).until(lambda: None, "comet", within=0.05)


async def test_a_step_fails_where_the_bridge_does_not_do_what_it_should(make_whole):
    async with make_whole(speed=0.0) as whole:
        await whole.start()
        played = scene(whole)
        played.kept["first"] = await whole.ask("ada", "general", "What is a fjord?")
        with pytest.raises(Failure, match="it did not remember"):
            await script.follow_up(played)


def test_every_step_has_a_title_of_its_own():
    assert len({step.title for step in STEPS}) == len(STEPS)
    assert all(re.fullmatch(r"[A-Za-z][\w ,]+", step.title) for step in STEPS)


def test_the_picture_that_is_sent_is_a_picture():
    assert puremagic.from_string(script._png(8), mime=True) == "image/png"
