"""What a step of the demo sees when something is not as it should be. That all steps go well is in `test_demo`."""

from __future__ import annotations

import re

import pytest

from bridge.values.notices import TurnEnded
from bridge.wiring.script import discord, slack
from bridge.wiring.script.discord import OnDiscord
from bridge.wiring.script.scene import Failure, button, must, offers
from tests.plugins.whole import Whole

ROWS = [{"components": [{"label": "a link"}, {"custom_id": "pb:stop:abc"}]}]
BLOCKS = [
    {"type": "markdown", "text": "pb:continue:no"},
    {"elements": [{"type": "feedback_buttons", "action_id": "pb:rate:abc"}]},
]


def test_a_step_says_what_was_seen_instead():
    must([1], "nothing")
    with pytest.raises(Failure, match=r"^it shrank$"):
        must([], "it shrank")


def test_a_button_is_found_by_what_it_does_on_either_platform():
    assert button(ROWS, "stop") == "pb:stop:abc"
    assert button(BLOCKS, "rate") == "pb:rate:abc"
    assert offers(ROWS, "stop")
    assert not offers(BLOCKS, "continue")
    with pytest.raises(Failure, match="there is no continue button"):
        button(BLOCKS, "continue")


async def test_what_never_comes_is_named(whole: Whole):
    scene = OnDiscord(whole.dc, whole.poe, whole.house)
    with pytest.raises(Failure, match="there was no comet"):
        await scene.until(lambda: None, "comet", within=0.05)


async def test_what_happened_is_told_by_the_bridge_and_by_the_server(whole: Whole):
    await whole.ask("ada", "general", "What is a fjord?")
    await whole.hears(TurnEnded)
    whole.dc.world.rate_limited = 3
    told = await OnDiscord(whole.dc, whole.poe, whole.house).tally()

    assert (told["turns"], told["rate_limited"], told["open_holds"], told["errors"]) == (1, 3, 0, 0)
    assert told["points_held"] == told["points_settled"] + told["points_released"] > 0


@pytest.mark.parametrize("steps", [discord.STEPS, slack.STEPS], ids=["discord", "slack"])
def test_every_step_has_a_title_of_its_own(steps: tuple[object, ...]):
    titles = [step.title for step in steps]  # type: ignore[attr-defined]

    assert len(set(titles)) == len(titles)
    assert all(re.fullmatch(r"[A-Za-z][\w ,]+", title) for title in titles)
