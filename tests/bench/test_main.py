"""Which cases a name on the command line means, and what is written of them."""

from __future__ import annotations

import pytest

from bench.__main__ import CASES, chosen
from bench.figures import Figure
from bench.report import results


def test_without_a_name_all_cases_run() -> None:
    assert chosen([]) == list(CASES)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("discord.8", ["discord.8"]),
        ("discord.64.http_429", ["discord.64"]),
        ("discord", ["discord.1", "discord.8", "discord.64"]),
        ("poe_stream.kb_per_stream", ["poe_stream.loop_lag_p99_ms"]),
        ("store.cpu_ms_per_turn", ["store"]),
    ],
)
def test_a_case_is_named_by_its_beginning_or_by_a_figure_of_it(name: str, cases: list[str]) -> None:
    assert chosen([name]) == cases


def test_an_unknown_case_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"There is no case discord\.6; there are poe_stream"):
        chosen(["discord.6"])


def test_every_figure_becomes_an_object_of_five() -> None:
    figure = Figure(name="a.b", value=2.0, unit="ms", runs=3, reference=4.0, expected="< 1")

    assert results([figure]) == {
        "a.b": {"value": 2.0, "unit": "ms", "reference": 4.0, "ratio": 0.5, "runs": 3}
    }
