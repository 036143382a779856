"""What the README and the example configuration say is so: every command, option, setting, file and folder they name exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from bridge.cli import app
from bridge.commands import SPECS
from bridge.config.sections import Sections

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LINES = [
    line
    for block in re.findall(r"^```\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]
SHELL = [line.split("poebridge ", 1)[1] for line in LINES if re.match(r"(\.venv/bin/)?poebridge ", line)]


def inner(command: Any) -> dict[str, Any]:
    """The commands of a group; none of a command."""
    found: dict[str, Any] = getattr(command, "commands", {})
    return found


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command these words lead to, and what is left for it."""
    command: Any = typer.main.get_command(app)
    while words and inner(command):
        assert words[0] in inner(command), f"there is no poebridge {words[0]}"
        command, words = inner(command)[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("line", SHELL)
def test_what_the_readme_types_into_a_shell_can_be_typed(line: str) -> None:
    command, rest = command_of(shlex.split(line, comments=True))

    command.make_context("poebridge", rest)


def test_the_readme_names_the_verbs_of_the_shell() -> None:
    verbs = inner(typer.main.get_command(app))

    assert len(verbs) >= 10
    assert [verb for verb in verbs if f"poebridge {verb}" not in README] == []


def slash_commands(text: str) -> set[str]:
    """`/budget show|set` are two."""
    said = re.findall(r"`/([a-z]+)(?: ([a-z|]+))?`", text)
    return {f"{name} {verb}".strip() for name, several in said for verb in several.split("|")}


def test_the_readme_names_every_command_of_the_chat_and_no_other() -> None:
    in_chat = README[README.index("## What people can do") : README.index("## From the shell")]

    assert slash_commands(in_chat) == {spec.name for spec in SPECS}


def test_the_changelog_names_no_command_that_does_not_exist() -> None:
    assert slash_commands(CHANGELOG) <= {spec.name for spec in SPECS}


def test_the_readme_names_no_make_target_that_does_not_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = set(
        re.findall(r"\bmake ([a-z]+)\b", "\n".join([*LINES, *re.findall(r"`(make [a-z]+)`", README)]))
    )

    assert named
    assert named <= targets
    (phony,) = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert set(phony.split()) == targets


def test_the_readme_draws_the_house_as_it_stands() -> None:
    drawn = dict(re.findall(r"^([a-z]+)/ +(.+)$", README, re.MULTILINE))
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and _ours(path)}

    assert set(drawn) == folders
    for room in ("bridge", "adapters"):
        packages = {path.name for path in (ROOT / room).iterdir() if (path / "__init__.py").exists()}
        assert {word for word in re.findall(r"[a-z]+", drawn[room]) if word in packages} == packages


def _ours(folder: Path) -> bool:
    """Not what tools leave behind."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    return not folder.name.startswith(".") and folder.name not in ignored


def test_every_file_the_readme_points_to_is_there() -> None:
    named = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]

    assert [link for link in named if not (ROOT / link).exists()] == []


def test_every_setting_that_is_named_exists() -> None:
    text = README + (ROOT / "poebridge.example.toml").read_text(encoding="utf-8")
    settings = {
        f"{section}__{key}".upper()
        for section, field in Sections.model_fields.items()
        for key in getattr(field.annotation, "model_fields", ())
    }

    assert set(re.findall(r"POEBRIDGE_([A-Z]+__[A-Z_]+)", text)) <= settings


def test_no_setting_is_without_effect() -> None:
    config = [ROOT / "bridge" / "config" / name for name in ("__init__.py", "platforms.py")]
    rooms = [*(ROOT / "bridge" / "wiring").glob("*.py"), *config]
    code = "\n".join(path.read_text(encoding="utf-8") for path in rooms)
    keys = {
        key
        for field in Sections.model_fields.values()
        for key in getattr(field.annotation, "model_fields", ())
    }

    assert {key for key in keys if not re.search(rf"\.{key}\b", code)} == set()
