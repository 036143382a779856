"""A person's own page, as the house fills it."""

from __future__ import annotations

from dataclasses import replace

from bridge.commands import home
from bridge.commands.home import ANSWERS
from bridge.values.errors import UpstreamError
from bridge.values.home import Home
from bridge.values.points import Scope, ScopeKind, Share
from bridge.values.turn import Closing, TurnState
from tests.commands.scene import ADA, GENERAL, HAIKU, OWNER, ROOT, SERVER, Scene


async def shown(scene: Scene, who=ADA) -> Home:
    return await home(who, GENERAL, scene.desk)


async def test_a_newcomer_sees_what_there_is_to_choose(scene: Scene) -> None:
    page = await shown(scene)

    assert (page.standings, page.answers, page.model, page.preset, page.admin) == ((), (), "", "", False)
    assert [choice.value for choice in page.models] == ["claude-haiku-4.5", "claude-sonnet-4.6", "assistant"]
    assert [choice.value for choice in page.presets] == ["default", "code"]


async def test_what_pays_is_shown_with_the_tightest_first(scene: Scene) -> None:
    await scene.house(3_000)
    await scene.rule(Scope(kind=ScopeKind.WORKSPACE, id=SERVER, workspace=SERVER), Share.POOL, 500)
    await scene.spend(ADA, 120)

    assert [(each.budget.scope.kind, each.left) for each in (await shown(scene)).standings] == [
        (ScopeKind.WORKSPACE, 380),
        (ScopeKind.HOUSE, 2_880),
    ]


async def test_the_last_answers_are_there_and_nobody_else_s(scene: Scene) -> None:
    await scene.house()
    for who in (*[ADA] * (ANSWERS + 1), ROOT):
        turn = await scene.spend(who, 7)
        await scene.store.close(Closing(turn=turn, state=TurnState.SETTLED, at=scene.clock.now()))
    answers = (await shown(scene)).answers

    assert [(each.question, each.points, each.model) for each in answers] == [("why?", 7, HAIKU.id)] * ANSWERS


async def test_what_was_chosen_by_command_is_what_the_page_shows(scene: Scene) -> None:
    await scene.say("model", who=ADA, name="claude-sonnet-4.6", for_="me")
    await scene.say("preset", who=ADA, name="code")
    page = await shown(scene)

    assert (page.model, page.preset) == ("claude-sonnet-4.6", "code")
    assert page.model in [choice.value for choice in page.models]


async def test_a_chosen_model_is_among_the_choices_although_many_come_before_it(scene: Scene) -> None:
    many = [replace(HAIKU, id=f"a-{number:02}", name=f"A-{number:02}") for number in range(40)]
    scene.catalog.all = (*many, replace(HAIKU, id="gpt-5.4", name="GPT-5.4"))
    await scene.say("model", who=ADA, name="gpt-5.4", for_="me")
    page = await shown(scene)

    assert len(page.models) == 25
    assert page.models[0].value == "gpt-5.4"


async def test_a_chosen_model_that_is_gone_hides_nothing(scene: Scene) -> None:
    await scene.say("model", who=ADA, name="claude-sonnet-4.6", for_="me")
    scene.catalog.all = (HAIKU,)

    assert [choice.value for choice in (await shown(scene)).models] == ["claude-haiku-4.5"]


async def test_without_poe_s_list_the_rest_is_shown(scene: Scene) -> None:
    async def broken() -> None:
        raise UpstreamError

    scene.catalog.cards = broken  # type: ignore[method-assign,assignment]
    await scene.house()
    page = await shown(scene)

    assert (page.models, len(page.standings), len(page.presets)) == ((), 1, 2)


async def test_only_admins_are_offered_what_admins_do(scene: Scene) -> None:
    assert [(await shown(scene, who)).admin for who in (ADA, ROOT, OWNER)] == [False, True, True]
