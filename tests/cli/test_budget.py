"""`poebridge budget` on a database that did not exist before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import poebridge, process


def test_what_is_set_is_shown(tmp_path: Path) -> None:
    person = ("--person", "discord:123")
    made = process(
        tmp_path, "budget", "set", *person, "--points", "5,000", "--period", "week", "--zone", "Europe/Berlin"
    )
    shown = process(tmp_path, "budget", "show", *person, "--json")
    assert (made.code, made.err, shown.code, shown.err) == (0, "", 0, "")
    assert made.out.splitlines()[:3] == [
        "Set.",
        "123: 5,000 points a week",
        "▱▱▱▱▱▱▱▱▱▱ 0 spent · 5,000 left",
    ]
    own = shown.json[0]
    assert (own["kind"], own["id"], own["share"], own["limit"]) == ("person", "123", "each", 5_000)
    assert (own["period"], own["zone"]) == ("week", "Europe/Berlin")
    assert (own["spent"], own["held"], own["left"], own["frozen"]) == (0, 0, 5_000, False)


def test_a_server_s_life_in_json(tmp_path: Path) -> None:
    server = ("--server", "55", "--json")
    assert poebridge(tmp_path, "budget", "set", "--points", "1.5k", *server).json[0]["limit"] == 1_500
    granted = poebridge(tmp_path, "budget", "grant", "--points", "100", "--reason", "fair", *server).json
    assert [(rule["granted"], rule["left"]) for rule in granted] == [(100, 1_600)]
    assert poebridge(tmp_path, "budget", "freeze", *server).json[0]["frozen"] is True
    assert poebridge(tmp_path, "budget", "freeze", "--undo", *server).json[0]["frozen"] is False
    assert poebridge(tmp_path, "budget", "remove", *server).json == []


def test_other_commands_are_named_as_they_are_typed_here(tmp_path: Path) -> None:
    server = ("--server", "55")
    frozen = poebridge(tmp_path, "budget", "freeze", *server)
    none = poebridge(tmp_path, "budget", "show", *server)
    refused = poebridge(tmp_path, "budget", "grant", "--points", "0", *server)
    assert "until you use poebridge budget freeze with undo" in frozen.out
    assert "Make one with poebridge budget set." in none.out
    assert (refused.code, "use poebridge budget set." in refused.err) == (1, True)


def test_without_a_choice_the_rules_of_the_configuration_are_shown(tmp_path: Path) -> None:
    said = poebridge(tmp_path, "budget", "show", POEBRIDGE_BUDGET__PERSON="77")
    assert said.out.startswith("Each person, by the bridge's configuration: 77 points a day\n")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (
            ("set", "--points", "5"),
            "Say for whom: choose person, role, channel, everyone (each for themselves) or server (all together).\n",
        ),
        (
            ("set", "--points", "-5", "--person", "1"),
            "A number of points can't be negative. The least is 0, which means that nothing may be spent.\n",
        ),
        (
            ("set", "--points", "10^30", "--person", "1"),
            "That is too many points. The most is 1,000,000,000,000,000.\n",
        ),
        (
            ("show", "--person", "Ada"),
            "--person needs an id, like discord:80351110224678912 or slack:U012AB3CD.\n",
        ),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, args: tuple[str, ...], told: str) -> None:
    said = poebridge(tmp_path, "budget", *args)
    assert (said.code, said.out, said.err) == (1, "", told)
