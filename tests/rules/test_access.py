from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.rules import access
from bridge.values.draft import Action
from bridge.values.errors import NotAllowed, UnknownName
from bridge.values.inbound import Person
from bridge.values.models import ModelCard
from bridge.values.points import Price

ADA = Person(id="ada", name="Ada")
BOSS = Person(id="boss", name="Boss", admin=True)
CARDS = [
    ModelCard(id="claude-haiku-4.5", name="Claude-Haiku-4.5"),
    ModelCard(id="gpt-5.2", name="GPT-5.2"),
]


def test_an_admin_is_one_by_the_platform_or_by_the_configuration(settings):
    assert access.is_admin(BOSS, settings)
    assert not access.is_admin(ADA, settings)
    assert access.is_admin(ADA, replace(settings, admins=frozenset({"ada"})))


def test_the_bridge_is_run_by_the_configuration_s_admins_and_by_managers_of_its_only_server(settings):
    def runs(person: Person, *homes: str, admins: frozenset[str] = frozenset()) -> bool:
        configured = replace(settings, home_workspaces=frozenset(homes), admins=admins)
        return access.runs_bridge(person, "w", configured)

    assert runs(ADA, admins=frozenset({"ada"}))
    assert runs(BOSS, "w")
    assert not runs(ADA, "w")
    assert not runs(BOSS)
    assert not runs(BOSS, "v")
    assert not runs(BOSS, "w", "v")


def test_a_name_in_a_refusal_is_short_and_harmless(settings):
    long = "*" * 500
    with pytest.raises(UnknownName) as caught:
        access.find_model(long, CARDS, settings)
    assert (len(caught.value.say) < 200, "**" in caught.value.say) == (True, False)
    with pytest.raises(NotAllowed) as denied:
        access.find_model(long, CARDS, replace(settings, deny_models=("*",)))
    assert (len(denied.value.say) < 220, "**" in denied.value.say) == (True, False)


def test_the_asker_may_press_every_button_and_an_admin_may_stop(settings):
    for action in Action:
        access.may_press(action, ADA, "ada", settings)
    access.may_press(Action.STOP, BOSS, "ada", settings)


@pytest.mark.parametrize(
    ("action", "person", "words"),
    [
        (Action.STOP, Person(id="eve", name="Eve"), "the person who asked or an admin"),
        (Action.REGENERATE, BOSS, "Only the person who asked can"),
    ],
)
def test_other_people_may_not_spend_the_askers_points(settings, action, person, words):
    with pytest.raises(NotAllowed, match=words):
        access.may_press(action, person, "ada", settings)


@pytest.mark.parametrize("name", ["gpt-5.2", "GPT-5.2", "  Gpt-5.2 "])
def test_a_model_is_found_however_it_is_capitalised(settings, name):
    assert access.find_model(name, CARDS, settings).id == "gpt-5.2"


def test_an_unknown_model_is_answered_with_near_names(settings):
    with pytest.raises(UnknownName, match=r"I don't know a model called gpt-5\. Did you mean gpt-5\.2\?"):
        access.find_model("gpt-5", CARDS, settings)
    with pytest.raises(UnknownName, match="/model shows what there is"):
        access.find_model("zzzzzz", CARDS, settings)


def test_a_server_without_a_catalogue_knows_every_name(settings):
    assert access.find_model("llama-local", [], settings).name == "llama-local"


def test_a_denial_is_stronger_than_an_allowance(settings):
    closed = replace(settings, allow_models=("gpt-*", "claude-*"), deny_models=("*-5.2",))

    assert access.usable("claude-haiku-4.5", closed)
    assert not access.usable("veo-3", closed)
    with pytest.raises(NotAllowed, match="not available here"):
        access.find_model("GPT-5.2", CARDS, closed)


def test_another_server_that_publishes_no_prices_costs_nothing(settings):
    elsewhere = replace(settings, unpriced_is_free=True)
    assert access.find_model("gpt-5.2", CARDS, elsewhere).price == access.NOTHING
    assert access.find_model("llama-local", [], elsewhere).price == access.NOTHING
    assert access.find_model("gpt-5.2", CARDS, settings).price is None


def test_where_some_prices_are_published_a_missing_one_is_not_free(settings):
    priced = replace(CARDS[0], price=Price(prompt=Decimal(1), completion=Decimal(1)))
    elsewhere = replace(settings, unpriced_is_free=True)
    assert access.find_model("gpt-5.2", [priced, CARDS[1]], elsewhere).price is None


def test_a_flat_price_is_charged_also_elsewhere(settings):
    elsewhere = replace(settings, unpriced_is_free=True, flat_prices={"gpt-5.2": 7})
    assert [card.price for card in access.charged(CARDS, elsewhere)] == [access.NOTHING, None]
