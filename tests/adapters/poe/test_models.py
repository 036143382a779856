"""Entries of the catalogue as cards."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.poe import models
from bridge.values.ids import ModelId
from bridge.values.models import ModelCard
from bridge.values.points import Price
from tests.adapters.poe.stage import RECORDINGS


def card(**entry: Any) -> ModelCard:
    found = models.card_of({"id": "m", **entry})
    assert found is not None
    return found


def test_a_real_entry_is_read_whole() -> None:
    """https://creator.poe.com/api-reference/listModels, as recorded on 2026-04-01."""
    found = card(
        id="gpt-5.2",
        owned_by="OpenAI",
        architecture={"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        supported_features=["web_search", "tools"],
        supported_endpoints=["/v1/responses", "/v1/chat/completions"],
        pricing={
            "prompt": "0.0000016",
            "completion": "0.000013",
            "image": None,
            "request": None,
            "input_cache_read": "0.00000016",
        },
        context_window={"context_length": 400000, "max_output_tokens": 128000},
        metadata={"display_name": "GPT-5.2"},
        parameters=[
            {"name": "web_search", "schema": {"type": "boolean"}},
            {"name": "reasoning_effort", "schema": {"enum": ["none", "low", "medium", "high", "xhigh"]}},
        ],
    )

    assert found == ModelCard(
        id=ModelId("gpt-5.2"),
        name="GPT-5.2",
        owner="OpenAI",
        price=Price(
            prompt=Decimal("0.0000016"), completion=Decimal("0.000013"), cached=Decimal("0.00000016")
        ),
        context=400000,
        max_output=128000,
        inputs=frozenset({"text", "image"}),
        features=frozenset({"web_search", "tools"}),
        responses=True,
        efforts=("none", "low", "medium", "high", "xhigh"),
    )


@pytest.mark.parametrize(
    "pricing",
    [
        None,
        {},
        {"prompt": None, "request": None},
        {"prompt": "soon"},
        {"prompt": "-1"},
        {"prompt": "1e9"},
        "free",
    ],
)
def test_a_price_that_is_not_published_is_not_zero(pricing: object) -> None:
    assert card(pricing=pricing).price is None


def test_free_is_a_price() -> None:
    assert card(pricing={"request": "0.00"}).price == Price(request=Decimal("0.00"))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "0x1", "1" * 100, True, None, [], "1e999999999"])
def test_what_is_no_amount_is_none(value: object) -> None:
    assert models.amount(value) is None


def test_endpoints_decide_about_responses() -> None:
    assert not card(supported_endpoints=[]).responses
    assert not card(supported_endpoints=["/v1/chat/completions"]).responses
    assert card().responses  # another server's list, which knows no endpoints


def test_another_servers_entry_is_a_card_too() -> None:
    assert card(id="Qwen/Qwen3-4B", object="model", owned_by="vllm") == ModelCard(
        id=ModelId("Qwen/Qwen3-4B"), name="Qwen/Qwen3-4B", owner="vllm"
    )


def test_effort_is_only_what_the_parameter_of_that_name_says() -> None:
    assert card(parameters=[{"name": "output_effort", "schema": {"enum": ["low"]}}]).efforts == ()
    assert card(parameters=[{"name": "reasoning_effort", "schema": {"type": "string"}}]).efforts == ()
    assert card(parameters="none").efforts == ()


def test_the_older_field_tells_the_context_where_the_newer_does_not() -> None:
    assert card(context_window=None, context_length=8192).context == 8192


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data":{}}', b"<html>"])
def test_what_is_no_list_is_none(body: bytes) -> None:
    assert models.cards_in(body) is None


def test_entries_without_an_id_are_passed_over() -> None:
    body = json.dumps({"data": [{"id": ""}, None, {"id": 5}, {"id": "a"}]}).encode()

    assert models.cards_in(body) == (ModelCard(id=ModelId("a"), name="a"),)


values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.lists(st.text(max_size=3))
    | st.just({"enum": [1]})
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "architecture",
                "pricing",
                "context_window",
                "context_length",
                "metadata",
                "parameters",
                "supported_endpoints",
                "owned_by",
            ]
        ),
        values
        | st.dictionaries(
            st.sampled_from(["prompt", "context_length", "display_name", "input_modalities"]), values
        ),
    )
)
def test_no_entry_is_too_strange(entry: dict[str, Any]) -> None:
    models.card_of(entry)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not in a plain clone")
def test_the_recorded_catalogue_is_read_without_loss() -> None:
    entries = json.loads((RECORDINGS / "models.json").read_text())["body"]["data"]
    cards = models.cards_in(json.dumps({"data": entries}).encode())

    assert cards is not None
    assert [card.id for card in cards] == [entry["id"] for entry in entries]
    for found, entry in zip(cards, entries, strict=True):
        told = {key: value for key, value in (entry["pricing"] or {}).items() if value is not None}
        assert (found.price is None) == (not told)
        if found.price is not None and "prompt" in told:
            assert str(found.price.prompt) == str(Decimal(told["prompt"]))
        assert found.responses == ("/v1/responses" in entry["supported_endpoints"])
        assert found.name == entry["metadata"]["display_name"]
    assert sum(card.responses for card in cards) == 60
    assert all(not card.efforts for card in cards if card.owner == "Anthropic")
    assert sum(bool(card.efforts) for card in cards) > 20
