"""The one runner: who may, what fits, and what is said when something breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.commands import ALL, SPECS, run
from bridge.rules.names import VERBS
from bridge.values.command import Needs
from bridge.values.errors import StoreBusy
from bridge.values.ids import PersonId
from bridge.values.notices import Trouble
from tests.commands.scene import ADA, ROOT, Scene, given


class Broken:
    """A port that always fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        raise self.error


def test_every_verb_is_called_as_it_is_typed_on_each_platform() -> None:
    assert set(VERBS) == {spec.name.partition(" ")[0] for spec in SPECS}


async def test_an_unknown_command_is_told_with_a_near_one(scene: Scene) -> None:
    assert await scene.say("modell") == "There is no command called /modell. Did you mean /model?"
    assert await scene.say("xyzzy") == "There is no command called /xyzzy. /help shows what there is."


async def test_admins_are_whom_the_platform_or_the_configuration_says(scene: Scene) -> None:
    everywhere = replace(scene.desk, settings=replace(scene.desk.settings, admins=frozenset({PersonId("1")})))
    assert (await run(given("status", who=ADA), scene.desk)).text == "Only an admin can use /status."
    assert (await run(given("status", who=ADA), everywhere)).text.startswith("**Poebridge")
    assert (await run(given("status", who=ROOT), scene.desk)).text.startswith("**Poebridge")


async def test_a_known_failure_is_said_and_noticed(scene: Scene) -> None:
    desk = replace(scene.desk, ledger=Broken(StoreBusy(detail="locked")))  # type: ignore[arg-type]
    reply = await run(given("points"), desk)
    assert reply.text == StoreBusy().say
    assert reply.private
    assert scene.notices == [Trouble(where="commands: points", error="StoreBusy", detail="locked")]


async def test_a_broken_command_is_a_sentence_and_never_a_traceback(scene: Scene) -> None:
    desk = replace(scene.desk, ledger=Broken(ValueError("somebody's words")))  # type: ignore[arg-type]
    assert (await run(given("points"), desk)).text == "Something went wrong here. It has been noted."
    assert scene.notices == [Trouble(where="commands: points", error="ValueError")]


async def test_a_refusal_is_no_trouble(scene: Scene) -> None:
    await scene.say("status", who=ADA)
    assert scene.notices == []


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_spec_is_one_that_platforms_take(spec: Any) -> None:
    assert spec.name == spec.name.lower()
    assert 1 <= len(spec.help) <= 100
    assert len(spec.options) <= 25
    for option in spec.options:
        assert option.name.isascii()
        assert option.name == option.name.lower()
        assert 1 <= len(option.help) <= 100
        assert not (option.choices and option.suggests)


def test_the_verbs_that_were_promised_are_there_once() -> None:
    names = [command.spec.name for command in ALL]
    assert len(names) == len(set(names))
    budget = {f"budget {verb}" for verb in ("show", "set", "grant", "reset", "freeze", "remove")}
    assert (
        set(names) == {"ask", "new", "stop", "model", "points", "help", "forget", "preset", "status"} | budget
    )
    assert {spec.name for spec in SPECS if spec.needs is Needs.ADMIN} == budget | {"status"}
    assert [spec.name for spec in SPECS if spec.asks] == ["ask"]


async def test_commands_are_called_as_people_type_them_there(scene: Scene) -> None:
    capabilities = replace(scene.desk.chat.capabilities, command="/poe {}")  # type: ignore[union-attr]
    scene.desk.chat.capabilities = capabilities  # type: ignore[union-attr]
    assert "Did you mean /poe model?" in await scene.say("modell")
    assert "Change it with /poe model and a name." in await scene.say("model")
