"""App Home, and the forms that open from it: what one has, what one asked, what one chooses, and what admins change."""

from __future__ import annotations

import pytest

from adapters.slack import marks
from bridge.values.ids import ModelId
from bridge.values.models import Preset
from tests.journeys.slack.stories import (
    ASK,
    FLAT,
    ask,
    body,
    books_are_right,
    command,
    generous,
    person,
    small_print,
    until,
)

PRESETS = {
    "default": Preset(name="default", model=ModelId("claude-haiku-4.5")),
    "parrot": Preset(name="parrot", model=ModelId("gpt-5.2"), system_prompt='answer only "Polly"'),
}


def shown(view) -> str:
    return str(view.body if view is not None else "")


async def home(slack, who: str, sees: str = ""):
    """Open it, and wait until it says this."""
    person(slack, who).open_home()
    return await until(
        slack, lambda: person(slack, who).home if sees in shown(person(slack, who).home) else None
    )


async def form(slack, verb: str = "budget set"):
    """The budget form, opened from Ada's Home, with the fields of a verb."""
    ada = person(slack, "ada")
    ada.press(await home(slack, "ada", marks.BUDGETS), marks.BUDGETS)
    opened = await until(slack, lambda: ada.modal)
    ada.select(opened, marks.VERB, verb)
    await until(slack, lambda: opened.callback_id == marks.administering(verb))
    return opened


def field(name: str) -> str:
    return marks.field(name)


async def test_it_shows_what_is_left_as_a_bar_and_when_it_renews(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        await command(slack, "ada", f"budget set person={slack.slack.world.user('ben').mention} points=40")
        await ask(slack, "ben", ASK)
        page = await home(slack, "ben", "points left")

        assert "`██████████░░░░░░░░░░` 20 of 40 points left, a day" in shown(page)
        assert "Renews <!date^" in shown(page)


async def test_it_shows_the_last_answers_with_what_they_cost(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        await ask(slack, "ben", "Why is the sky <blue> & wide? In 5 words")
        page = await home(slack, "ben", "20 points")

        assert "Why is the sky &lt;blue&gt; &amp; wide? In 5 words" in shown(page)
        assert "assistant · 20 points" in shown(page)


async def test_nobody_sees_what_somebody_else_asked(slack):
    await ask(slack, "ben", "A secret of Ben's in 5 words")
    page = await home(slack, "cleo", "points left")

    assert "secret" not in shown(page)


async def test_it_is_drawn_anew_each_time_it_is_opened(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        assert "Nothing yet." in shown(await home(slack, "ben", "points left"))
        await ask(slack, "ben", ASK)

        assert "2,980 of 3,000" in shown(await home(slack, "ben", "2,980"))


async def test_a_model_is_searched_and_chosen_there(slack):
    generous(slack)
    ben = person(slack, "ben")
    page = await home(slack, "ben", marks.choosing("model"))
    offered = await ben.suggest(page, marks.choosing("model"), "gpt-5.2")
    ben.select(page, marks.choosing("model"), "gpt-5.2")
    await until(slack, lambda: "answers from now on" in shown(ben.home))
    answer = await ask(slack, "ben", ASK)
    other = await ask(slack, "ada", ASK)

    assert "gpt-5.2" in [one["value"] for one in offered]
    assert small_print(answer)[-1].startswith("GPT-5.2 ·")
    assert small_print(other)[-1].startswith("Claude-Haiku-4.5 ·")
    page = await home(slack, "ben", "GPT-5.2")
    ben.select(page, marks.choosing("model"), "default")
    await until(slack, lambda: "GPT-5.2" not in shown(ben.home))
    back = await ask(slack, "ben", ASK)
    assert small_print(back)[-1].startswith("Claude-Haiku-4.5 ·")


async def test_a_preset_is_chosen_there(make_slack):
    async with make_slack(settings={"presets": PRESETS}) as slack:
        await slack.start()
        ben = person(slack, "ben")
        page = await home(slack, "ben", marks.choosing("preset"))
        before = len(slack.slack.world.exchanges)
        ben.select(page, marks.choosing("preset"), "parrot")
        await until(
            slack,
            lambda: any(e.method == "views.publish" for e in list(slack.slack.world.exchanges)[before:]),
        )

        assert body(await ask(slack, "ben", ASK)).startswith("Polly")


async def test_only_admins_find_the_budgets_there(slack):
    assert marks.BUDGETS in shown(await home(slack, "ada", "points left"))
    assert marks.BUDGETS not in shown(await home(slack, "ben", "points left"))


async def test_an_admin_sets_a_budget_in_a_form(make_slack):
    async with make_slack(settings=FLAT) as slack:
        await slack.start()
        ada, ben = person(slack, "ada"), slack.slack.world.user("ben")
        opened = await form(slack)
        ada.submit(opened, {field("points"): "40", field("person"): ben.id})
        await until(slack, lambda: "40 points a day" in shown(opened))
        await ask(slack, "ben", ASK)
        rows = await slack.house.store.audit(5)

        assert "20 of 40 points left" in shown(await home(slack, "ben", "20 of 40"))
        assert (rows[0].action, rows[0].actor) == ("budget set", slack.slack.world.user("ada").id)
        assert [m for m in slack.slack.world.history("general", ephemeral=True) if m.ephemeral] == []
        await books_are_right(slack)


async def test_the_form_changes_with_what_is_to_be_done_and_keeps_what_was_filled_in(slack):
    ada, ben = person(slack, "ada"), slack.slack.world.user("ben")
    opened = await form(slack)
    ada.submit(opened, {field("points"): "500", field("person"): ben.id})
    await until(slack, lambda: "500 points a day" in shown(opened))
    ada.select(opened, marks.VERB, "budget grant")
    await until(slack, lambda: opened.callback_id == marks.administering("budget grant"))
    assert opened.values[field("points")]["points"]["value"] == "500"
    ada.submit(opened, {field("points"): "250", field("reason"): "nice"})
    await until(slack, lambda: "Granted 250 points" in shown(opened))

    assert "750 of 750 points left" in shown(await home(slack, "ben", "750 of"))


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("plenty", "Write a whole number of points, such as 5000 or 5k."),
        ("-5", "Write a whole number of points, such as 5000 or 5k."),
        ("2.5", "whole number"),
        ("1" + "0" * 30, "too many points"),
    ],
)
async def test_nonsense_in_the_form_is_said_in_it_and_changes_nothing(slack, points, said):
    ada, ben = person(slack, "ada"), slack.slack.world.user("ben")
    before = await slack.house.store.audit(100)
    opened = await form(slack)
    ada.submit(opened, {field("points"): points, field("person"): ben.id})
    told = await until(
        slack, lambda: next((t for t in (*opened.errors.values(), shown(opened)) if said in t), None)
    )

    assert said in told
    assert opened.state == "open"
    assert await slack.house.store.audit(100) == before


async def test_two_at_once_are_refused_at_their_field(slack):
    ada = person(slack, "ada")
    opened = await form(slack)
    ada.submit(
        opened,
        {
            field("points"): "5",
            field("person"): slack.slack.world.user("ben").id,
            field("channel"): slack.slack.world.channel("lab").id,
        },
    )
    await until(slack, lambda: opened.errors)

    assert "Choose only one of person and channel." in str(opened.errors)


async def test_without_anybody_to_set_it_for_the_form_says_so(slack):
    opened = await form(slack)
    person(slack, "ada").submit(opened, {field("points"): "5"})

    await until(slack, lambda: "Say for whom" in shown(opened))
    assert opened.state == "open"


async def test_who_stopped_being_an_admin_while_the_form_was_open_changes_nothing(make_slack, monkeypatch):
    monkeypatch.setattr("adapters.slack.people.PERSON_SECONDS", 0.0)
    async with make_slack() as slack:
        await slack.start()
        before = await slack.house.store.audit(100)
        opened = await form(slack)
        ada = slack.slack.world.user("ada")
        ada.is_admin = ada.is_owner = False
        person(slack, "ada").submit(opened, {field("points"): "5", field("person"): ada.id})
        await until(slack, lambda: "Only an admin" in shown(opened) + shown(person(slack, "ada").home))

        assert await slack.house.store.audit(100) == before


async def test_a_form_opened_before_a_restart_still_works(slack):
    opened = await form(slack)
    await slack.restart()
    ben = slack.slack.world.user("ben")
    person(slack, "ada").submit(opened, {field("points"): "40", field("person"): ben.id})
    await until(slack, lambda: "40 points a day" in shown(opened))
