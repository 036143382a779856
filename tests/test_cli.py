"""The command line as a whole: help at once, and every failure a sentence and an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.values.errors import ConfigError, NotAllowed
from tests.cli.running import process

HEAVY = (
    "asyncio",
    "pydantic",
    "rich",
    "sqlalchemy",
    "discord",
    "httpx",
    "aiohttp",
    "bridge.wiring",
    "bridge.commands",
)


def test_help_names_every_command_and_imports_nothing_heavy(tmp_path: Path) -> None:
    said = process(tmp_path, "--help")
    assert said.code == 0
    for name in ("run", "demo", "sim", "check", "migrate", "budget", "usage", "models", "forget", "version"):
        assert f"  {name} " in said.out
    look = "import sys, bridge.cli; print(*sys.modules)"
    loaded = subprocess.run(
        (sys.executable, "-c", look), capture_output=True, text=True, check=True
    ).stdout.split()
    assert not set(HEAVY) & set(loaded)


def test_a_configuration_with_problems_is_told_whole_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "poebridge.toml").write_text('[web]\nport = "x"\n[budget]\nperson = -5\n')
    said = process(tmp_path, "budget", "show", POEBRIDGE_LOG__LEVEL="loud")
    assert said.code == 2
    assert said.out == ""
    assert said.err.splitlines() == [
        "poebridge.toml line 2: [web] port: has to be a whole number, not x.",
        "poebridge.toml line 4: [budget] person: has to be at least 0, not -5.",
        'POEBRIDGE_LOG__LEVEL: has to be "debug", "info", "warning" or "error", not loud.',
    ]


def test_a_refusal_is_one_sentence_and_ends_with_1(tmp_path: Path) -> None:
    said = process(tmp_path, "budget", "set", "--person", "discord:1", "--points", "5", "--zone", "Mars/Base")
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        'I don\'t know the time zone "Mars/Base". Choose one from the list, such as "Europe/Berlin" or "UTC".\n'
    )


def test_what_is_no_command_ends_with_2(tmp_path: Path) -> None:
    said = process(tmp_path, "frobnicate")
    assert said.code == 2
    assert "No such command 'frobnicate'" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (NotAllowed("No."), 1, "No.\n"),
        (ExceptionGroup("tasks", [ExceptionGroup("more", [NotAllowed("No.")])]), 1, "No.\n"),
        (ConfigError(("one", "two")), 2, "one\ntwo\n"),
        (
            ValueError("secret"),
            1,
            "Something went wrong that should not (ValueError). With POEBRIDGE_DEBUG=1 you see where.\n",
        ),
    ],
)
def test_an_error_is_explained_by_what_is_at_its_heart(
    error: Exception, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from bridge.cli import _explained

    assert _explained(error) == code
    assert capsys.readouterr().err == told


def test_a_reader_that_goes_away_is_no_drama(tmp_path: Path) -> None:
    """`poebridge --help | true`"""
    with subprocess.Popen(
        (sys.executable, "-u", "-m", "bridge", "version"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
