"""`/model`: seeing and choosing."""

from __future__ import annotations

import pytest

from bridge.values.inbound import Person, Place
from bridge.values.points import Scope, ScopeKind
from tests.commands.scene import ADA, DIRECT, GENERAL, ROOT, SERVER, THREAD, Scene


async def chosen(scene: Scene, kind: ScopeKind, id_: str) -> str | None:
    return await scene.store.setting(Scope(kind=kind, id=id_, workspace=SERVER), "model")


async def test_the_house_s_model_is_shown_with_its_price(scene: Scene) -> None:
    assert await scene.say("model", who=ADA) == (
        "Model: **Claude-Haiku-4.5** (~58 points an answer)\nChange it with /model and a name."
    )


async def test_choices_are_shown_in_the_order_in_which_they_count(scene: Scene) -> None:
    await scene.say("model", who=ADA, name="assistant", for_="me")
    await scene.say("model", name="claude-sonnet-4.6", for_="channel")
    await scene.say("model", who=ADA, place=THREAD, name="claude-haiku-4.5")
    assert await scene.say("model", who=ADA, place=THREAD) == (
        "In this conversation: **Claude-Haiku-4.5** (~58 points an answer)\n"
        "Your own choice: **Assistant** (~150 points an answer)\n"
        "This channel's choice: **Claude-Sonnet-4.6** (~174 points an answer)\n"
        "Otherwise: **Claude-Haiku-4.5** (~58 points an answer)\n"
        "The first of these answers. Change it with /model and a name; the name `default` takes a choice back."
    )


@pytest.mark.parametrize(
    ("who", "place", "options", "kind", "id_", "told"),
    [
        (
            ADA,
            GENERAL,
            {},
            ScopeKind.PERSON,
            "1",
            "For you, **Claude-Sonnet-4.6** answers from now on (~174 points an answer). "
            "Conversations that have begun keep their model.",
        ),
        (
            ADA,
            THREAD,
            {},
            ScopeKind.CHANNEL,
            "51",
            "In this conversation, **Claude-Sonnet-4.6** answers from now on (~174 points an answer).",
        ),
        (
            ROOT,
            THREAD,
            {"for_": "channel"},
            ScopeKind.CHANNEL,
            "50",
            "In this channel, **Claude-Sonnet-4.6** answers from now on (~174 points an answer). "
            "Whoever chose a model for themselves keeps it.",
        ),
    ],
)
async def test_a_choice_is_kept_for_whom_it_was_made(
    scene: Scene, who: Person, place: Place, options: dict[str, str], kind: ScopeKind, id_: str, told: str
) -> None:
    assert await scene.say("model", who=who, place=place, name="Claude-SONNET-4.6", **options) == told
    assert await chosen(scene, kind, id_) == "claude-sonnet-4.6"


async def test_a_choice_can_be_taken_back(scene: Scene) -> None:
    await scene.say("model", who=ADA, name="assistant")
    assert await scene.say("model", who=ADA, name="Default") == (
        "For you, nothing special is chosen any more."
    )
    assert await chosen(scene, ScopeKind.PERSON, "1") is None


@pytest.mark.parametrize(
    ("place", "options", "told"),
    [
        (
            GENERAL,
            {"name": "claude-sonet-4.6"},
            "I don't know a model called claude-sonet-4.6. Did you mean claude-sonnet-4.6",
        ),
        (GENERAL, {"name": "secret-pro"}, "The model secret-pro is not available here."),
        (GENERAL, {"name": "veo-3.1"}, "Poe publishes no price for this model"),
        (
            GENERAL,
            {"name": "assistant", "for_": "channel"},
            "Only an admin can choose the model of a channel.",
        ),
        (
            GENERAL,
            {"name": "assistant", "for_": "here"},
            "In a channel every mention is a conversation of its own.",
        ),
        (DIRECT, {"name": "assistant", "for_": "channel"}, "This is no channel."),
        (GENERAL, {"name": "assistant", "for_": "all"}, 'for has to be me, here or channel, not "all".'),
    ],
)
async def test_what_can_not_be_chosen_is_told_why(
    scene: Scene, place: Place, options: dict[str, str], told: str
) -> None:
    assert (await scene.say("model", who=ADA, place=place, **options)).startswith(told)
    assert await chosen(scene, ScopeKind.PERSON, "1") is None


async def test_a_model_that_went_away_is_shown_as_gone(scene: Scene) -> None:
    await scene.say("model", who=ADA, name="assistant")
    scene.catalog.all = scene.catalog.all[:2]
    assert (await scene.say("model", who=ADA)).startswith(
        "Your own choice: **assistant** (not available any more)"
    )


async def test_a_direct_message_is_a_conversation(scene: Scene) -> None:
    await scene.say("model", who=ADA, place=DIRECT, name="assistant")
    assert (await scene.say("model", who=ADA, place=DIRECT)).startswith("In this conversation: **Assistant**")
