"""How somebody's own page looks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from adapters.slack import home
from bridge.values.home import Home, PastAnswer
from bridge.values.ids import BudgetId, ModelId
from bridge.values.inbound import Choice
from bridge.values.points import Budget, Period, PeriodKind, Scope, ScopeKind, Share, Span, Standing
from tests.adapters.slack.specs import SPECS

MIDNIGHT = 1_760_054_400.0
OWN = Standing(
    budget=Budget(
        id=BudgetId("own"),
        scope=Scope(kind=ScopeKind.PERSON, id="U0ADA"),
        share=Share.EACH,
        limit=5000,
        period=Period(kind=PeriodKind.DAY),
    ),
    holder="U0ADA",
    span=Span(start=0.0, end=MIDNIGHT),
    spent=1000,
    held=250,
)
MODELS = (Choice(label="GPT-5 · ~45 points", value="gpt-5"), Choice(label="Claude", value="claude"))


def texts(view: dict[str, Any]) -> str:
    return json.dumps([block.get("text", {}).get("text", "") for block in view["blocks"]], ensure_ascii=False)


def menus(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        block["accessory"]["action_id"]: block["accessory"]
        for block in view["blocks"]
        if "accessory" in block
    }


def test_budgets_are_bars_with_the_day_they_renew() -> None:
    shown = texts(home.view(Home(standings=(OWN,)), SPECS))

    assert "*Your own budget*" in shown
    assert "3,750 of 5,000 points left, a day" in shown
    assert "█" * 15 + "░" * 5 in shown
    assert "Renews <!date^1760054400^{date_short_pretty} at {time}|2025-10-10 00:00 UTC>." in shown


def test_a_bar_is_honest_at_its_ends() -> None:
    full, nearly, little = (
        replace(OWN, spent=0, held=0),
        replace(OWN, spent=1, held=0),
        replace(OWN, spent=4990, held=0),
    )

    assert home.bar(full) == "█" * 20
    assert home.bar(nearly) == "█" * 19 + "░"
    assert home.bar(little) == "█" + "░" * 19
    assert home.bar(replace(OWN, spent=6000, held=0)) == "░" * 20
    assert home.bar(replace(OWN, budget=replace(OWN.budget, limit=0))) == "░" * 20


def test_every_kind_of_budget_says_whose_it_is() -> None:
    crew = replace(OWN.budget, scope=Scope(kind=ScopeKind.ROLE, id="S0CREW"))
    rest = replace(OWN.budget, scope=Scope(kind=ScopeKind.WORKSPACE, id="T0"), share=Share.POOL)
    never = replace(OWN.budget, period=Period(kind=PeriodKind.NEVER))
    standings = (
        replace(OWN, budget=crew, frozen=True),
        replace(OWN, budget=rest),
        replace(OWN, budget=never, span=Span(start=0.0, end=None), spent=9999),
    )

    shown = texts(home.view(Home(standings=standings), SPECS, {"S0CREW": "@crew_1"}))

    assert "Yours, as a member of @crew_\u20601" in shown
    assert "Frozen by an admin" in shown
    assert "This workspace together" in shown
    assert "0 of 5,000 points left, in all" in shown
    assert shown.count("Renews") == 1


def test_the_last_answers_say_what_they_cost() -> None:
    answers = (
        PastAnswer(question="why *is* the sky <blue>?", model=ModelId("gpt-5"), points=1234, at=MIDNIGHT),
        PastAnswer(question="", model=ModelId("claude"), points=1, at=MIDNIGHT),
        PastAnswer(question="and?", model=ModelId("claude"), points=None, at=MIDNIGHT),
    )

    shown = texts(home.view(Home(answers=answers), SPECS))

    assert "why *\u2060is*\u2060 the sky &lt;blue&gt;?" in shown
    assert "gpt-5 · 1,234 points · <!date^" in shown
    assert "_No words, only a file_" in shown
    assert "claude · 1 point ·" in shown
    assert "claude · cost not known yet ·" in shown


def test_an_empty_page_says_how_to_begin() -> None:
    shown = texts(home.view(Home(), SPECS))

    assert "No budget is set for you here." in shown
    assert "Nothing yet." in shown


def test_model_and_preset_are_chosen_there() -> None:
    presets = (Choice(label="short · gpt-5", value="short"),)

    found = menus(home.view(Home(models=MODELS, model="claude", presets=presets, preset="short"), SPECS))

    model, preset = found["pb.home:model"], found["pb.home:preset"]
    assert (model["type"], model["initial_option"]["text"]["text"]) == ("external_select", "Claude")
    assert preset["initial_option"]["value"] == "short"
    assert [one["value"] for one in preset["options"]] == ["default", "short"]


def test_a_choice_that_is_no_longer_offered_is_still_shown() -> None:
    model = menus(home.view(Home(models=MODELS, model="gone-1"), SPECS))["pb.home:model"]

    assert model["initial_option"]["value"] == "gone-1"


def test_nothing_is_offered_that_no_command_keeps() -> None:
    assert menus(home.view(Home(models=MODELS, presets=MODELS, admin=True), ())) == {}
    assert "pb.home:preset" not in menus(home.view(Home(models=MODELS), SPECS))


def test_admins_find_the_budgets() -> None:
    assert "pb.budgets" in menus(home.view(Home(admin=True), SPECS))
    assert "pb.budgets" not in menus(home.view(Home(), SPECS))


def test_what_a_change_said_stands_at_the_top() -> None:
    view = home.view(Home(), SPECS, notice="Your model is **gpt-5** <now>.")

    assert view["blocks"][0]["text"]["text"] == "Your model is *gpt-5* &lt;now&gt;."


def test_a_long_word_of_ours_is_cut_into_blocks_and_ends_somewhere() -> None:
    blocks = home.view(Home(), SPECS, notice="x" * 20_000)["blocks"]

    assert [len(block["text"]["text"]) for block in blocks[:5]] == [3000] * 5
    assert blocks[5]["type"] == "divider"


def test_a_page_that_can_t_be_read_says_so() -> None:
    assert (
        texts(home.unavailable("The store can't be used <just now>."))
        == '["The store can\'t be used &lt;just now&gt;."]'
    )
