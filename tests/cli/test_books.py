"""`usage`, `models` and `forget`, against the embedded Poe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.sim.poe import PoeServer
from tests.cli.running import beside, poebridge


@pytest.fixture
async def poe() -> AsyncIterator[dict[str, str]]:
    async with PoeServer(port=0, profile="observed") as server:
        yield {
            "POEBRIDGE_POE__BASE_URL": server.base_url,
            "POEBRIDGE_POE__USAGE_URL": server.usage_url,
            "POE_API_KEY": server.api_key,
        }


async def test_the_balance_is_one_line_or_json(tmp_path: Path, poe: dict[str, str]) -> None:
    said = await beside(tmp_path, "usage", "balance", **poe)
    told = await beside(tmp_path, "usage", "balance", "--json", **poe)
    assert (said.code, told.code) == (0, 0)
    assert said.out.startswith(f"{told.json['points']:,} points")


async def test_an_account_without_charges_says_so(tmp_path: Path, poe: dict[str, str]) -> None:
    said = await beside(tmp_path, "usage", "history", **poe)
    assert (said.code, said.out) == (0, "Poe has charged nothing in that time.\n")
    assert (await beside(tmp_path, "usage", "history", "--json", **poe)).json == []


async def test_models_come_with_what_an_answer_costs(tmp_path: Path, poe: dict[str, str]) -> None:
    shown = await beside(tmp_path, "models", "claude-haiku", **poe)
    told = await beside(tmp_path, "models", "claude-haiku", "--json", **poe)
    assert shown.code == 0
    assert shown.out.splitlines()[0].split() == [
        "model",
        "points",
        "an",
        "answer",
        "reads",
        "writes",
        "context",
    ]
    assert all("claude-haiku" in each["id"] for each in told.json)
    assert told.json[0]["points_an_answer"] > 0


async def test_a_name_no_model_has_is_said(tmp_path: Path, poe: dict[str, str]) -> None:
    said = await beside(tmp_path, "models", "zzzz", **poe)
    assert (said.code, said.err) == (1, "No model has such a name.\n")


def test_without_a_key_the_books_are_closed(tmp_path: Path) -> None:
    said = poebridge(tmp_path, "usage", "balance")
    assert said.code == 2
    assert said.err == "[poe] key: is missing: set POE_API_KEY to a key from https://poe.com/api/keys.\n"


async def test_a_wrong_key_is_said(tmp_path: Path, poe: dict[str, str]) -> None:
    said = await beside(tmp_path, "usage", "balance", **poe | {"POE_API_KEY": "sk-wrong"})
    assert said.code == 1
    assert said.err == "Poe does not accept this bridge's key. An admin has to set a valid one.\n"


def test_forgetting_asks_back(tmp_path: Path) -> None:
    refused = poebridge(tmp_path, "forget", "--person", "discord:1", typed="n\n")
    done = poebridge(tmp_path, "forget", "--person", "discord:1", typed="y\n")
    assert (refused.code, refused.out.endswith("Nothing was erased.\n")) == (1, True)
    assert (done.code, done.out.endswith("There was nothing to erase.\n")) == (0, True)
