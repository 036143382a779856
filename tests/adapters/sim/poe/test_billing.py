"""Dollars to points."""

from decimal import Decimal

import pytest

from adapters.sim.poe import tokens
from adapters.sim.poe.billing import Usage, cost_of, points_of
from adapters.sim.poe.catalog import Catalog, Model


def model(name: str) -> Model:
    found = Catalog().find(name)
    assert found is not None
    return found


@pytest.mark.parametrize(("usd", "points"), [("0.00075", 25), ("0.0060", 200), ("0", 0), ("0.0000001", 1)])
def test_dollars_become_points_rounded_up(usd: str, points: int) -> None:
    assert points_of(Decimal(usd)) == points


def test_a_breakdown_adds_up_to_the_points() -> None:
    cost = cost_of(model("gpt-5.2"), Usage(input=5000, output=700, cached=2048))
    spoken = {name: int(words.split()[0]) for name, words in cost.breakdown.items()}
    assert spoken["Input"] + spoken["Output"] + spoken["Cache discount"] == spoken["Total"] == cost.points


def test_a_picture_adds_its_own_price() -> None:
    plain, drawn = (cost_of(model("nano-banana-pro"), Usage(input=10, images=n)) for n in (0, 1120))
    assert drawn.points > plain.points + 4000


def test_four_characters_are_a_token() -> None:
    assert [tokens.count(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]
    assert tokens.pieces("abcdef") == ["abcd", "ef"]
    assert tokens.first("abcdefgh", 1) == "abcd"
