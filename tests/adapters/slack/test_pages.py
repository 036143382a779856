"""Somebody's Home: drawn when they open it, and again after every change."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from adapters.sim.slack import View
from bridge.values.command import Reply
from bridge.values.errors import StoreError
from bridge.values.home import Home
from bridge.values.inbound import Choice, Commanded, PlaceKind, Suggesting
from tests.adapters.slack.inbound import House, a_house, a_slack

MODELS = (Choice(label="GPT-5", value="gpt-5"),)
PRESETS = (Choice(label="short · gpt-5", value="short"),)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_slack() as slack, a_house(slack) as one:
        one.hall.home_shown = Home(models=MODELS, presets=PRESETS)
        yield one


async def opened(house: House, name: str = "ben", part: str = "What you have left") -> View:
    house.person(name).open_home()
    return await shows(house, part, name)


async def shows(house: House, part: str, name: str = "ben") -> View:
    def found() -> View | None:
        view = house.person(name).home
        return view if view and part in json.dumps(view.body, ensure_ascii=False) else None

    view = await house.until(found)
    assert isinstance(view, View)
    return view


async def test_it_is_drawn_for_whoever_opens_it(house: House) -> None:
    await opened(house)

    ((person, place),) = house.hall.homes
    assert (person.id, person.name) == (house.id("ben"), "ben")
    assert (place.kind, place.channel, place.workspace) == (PlaceKind.CHANNEL, "", house.team)


async def test_a_model_is_chosen_and_the_page_says_so(house: House) -> None:
    view = await opened(house)

    used = house.person("ben").select(view, "pb.home:model", "gpt-5")

    heard = await house.hall.next()
    assert isinstance(heard, Commanded)
    assert (heard.name, heard.options) == ("model", {"name": "gpt-5", "for": "me"})
    assert heard.event.startswith(f"slack:i:{used.trigger_id}")
    house.hall.home_shown = Home(models=MODELS, model="gpt-5")
    await house.answer(heard, "From now on **gpt-5** answers you.")
    shown = await shows(house, "From now on *gpt-5* answers you.")
    assert "initial_option" in json.dumps(shown.body)


async def test_a_preset_is_chosen(house: House) -> None:
    house.person("ben").select(await opened(house), "pb.home:preset", "short")

    heard = await house.hall.next()
    assert (heard.name, heard.options) == ("preset", {"name": "short"})


async def test_models_are_found_while_somebody_types_and_the_usual_one_comes_first(house: House) -> None:
    async def suggestion(asking: Suggesting) -> tuple[Choice, ...]:
        assert (asking.command, asking.option) == ("model", "name")
        return MODELS

    house.hall.suggestion = suggestion
    view = await opened(house)

    first = await house.person("ben").suggest(view, "pb.home:model", "")
    typed = await house.person("ben").suggest(view, "pb.home:model", "gp")

    assert [one["value"] for one in first] == ["default", "gpt-5"]
    assert [one["value"] for one in typed] == ["gpt-5"]


async def test_a_page_that_can_t_be_read_says_so(house: House) -> None:
    house.hall.failing.append(StoreError())

    await opened(house, part="store can't be used")


async def test_a_page_that_slack_does_not_take_is_noted(house: House) -> None:
    house.slack.faults.refuse("internal_error", "views.publish")

    house.person("ben").open_home()

    await house.until(lambda: house.calls("views.publish"))
    await house.settled()
    assert [trouble.where for trouble in house.troubles] == ["slack.home"]


async def test_other_replies_are_none_of_the_page_s(house: House) -> None:
    house.person("ben").slash("lab", "/poe", "points")

    heard = await house.hall.next()
    await house.bot.chat.reply(heard.answer, Reply(text="You have 5 points."))

    assert "5 points" in await house.whispered("ben")
    assert house.calls("views.publish") == []
