"""The house keeps its own rules: small rooms, one test file for each, no waiting in the core, nothing dead, nothing untrue in the README.

What the README says of commands and settings is in `test_readme`.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for room in ("bridge", "adapters") for path in (ROOT / room).rglob("*.py"))
ALL = sorted([*SOURCES, *(path for room in ("bench", "migrations") for path in (ROOT / room).rglob("*.py"))])
HARD_LIMIT = 400

TOGETHER = {
    "adapters/sim": "servers are tested through their sockets, by what a client sees of them",
    "bridge/ports": "protocols only; the contracts test who implements them",
    "bridge/values": "nouns have little behaviour of their own; the rules' tests use every one",
    "bridge/rules/markdown": "one rule, tested by what `display` and `plain` show",
    "bridge/rules/split": "one rule, tested by the pieces it makes",
    "bridge/turn/show": "one room, tested by what stands on the platform",
}
"""Folders whose modules share tests, and why."""

APART: dict[str, str] = {
    "bridge/__main__.py": "one call to the command line",
    "adapters/web/serving.py": "tested by what is served: health and door",
    "bridge/turn/desk.py": "records without behaviour; the tests of every room of a turn stand on them",
}
"""Modules without a test file of their own, and why."""

IMPORTED_AS = {
    "discord.py": "discord",
    "markdown-it-py": "markdown_it",
    "slack-bolt": "slack_bolt",
    "slack-sdk": "slack_sdk",
}
"""Packages whose modules are called otherwise."""

UNSEEN = {
    "websockets": "uvicorn speaks it for the embedded gateway",
    "python-multipart": "Starlette reads forms with it",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
"""Packages nobody imports, and who needs them."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def own_modules() -> list[Path]:
    return [
        path
        for path in SOURCES
        if path.name != "__init__.py" and not any(name(path).startswith(f"{room}/") for room in TOGETHER)
    ]


def file_of_tests(path: Path) -> Path:
    inside = path.relative_to(ROOT / "bridge") if name(path).startswith("bridge/") else path.relative_to(ROOT)
    return ROOT / "tests" / inside.with_name(f"test_{path.name}")


@pytest.mark.parametrize("path", own_modules(), ids=name)
def test_every_module_has_its_test_file(path: Path) -> None:
    assert file_of_tests(path).exists() or name(path) in APART, f"missing {name(file_of_tests(path))}"


def test_exceptions_are_still_needed() -> None:
    stale = [
        module for module in APART if not (ROOT / module).exists() or file_of_tests(ROOT / module).exists()
    ]

    assert stale == []
    assert [room for room in TOGETHER if not (ROOT / room).is_dir()] == []


@pytest.mark.parametrize("path", ALL, ids=name)
def test_no_room_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= HARD_LIMIT


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if name(path).startswith(("bridge/rules/", "bridge/values/"))], ids=name
)
def test_the_core_never_waits(path: Path) -> None:
    waits = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)

    assert not [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, waits)]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_room_says_what_belongs_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")

    assert [name(path) for path in ALL if marks.search(path.read_text())] == []


@pytest.mark.parametrize("path", ALL, ids=name)
def test_nothing_is_raised_inside_an_except_star(path: Path) -> None:
    """Python 3.11.2, which Debian 12 has, puts it into another group; later releases do not."""
    stars = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.TryStar)]

    assert not [
        node
        for star in stars
        for each in star.handlers
        for node in ast.walk(each)
        if isinstance(node, ast.Raise)
    ]


@pytest.mark.parametrize("module", ["errors", "notices"])
def test_every_error_and_notice_is_used_by_somebody(module: str) -> None:
    own = ROOT / "bridge" / "values" / f"{module}.py"
    classes = [node for node in ast.parse(own.read_text()).body if isinstance(node, ast.ClassDef)]
    elsewhere = "\n".join(path.read_text() for path in SOURCES if path != own)

    assert [each.name for each in classes if not re.search(rf"\b{each.name}\b", elsewhere)] == []


def test_a_platform_s_room_has_the_names_that_every_platform_has() -> None:
    files = {path.stem for path in (ROOT / "adapters" / "discord").iterdir()}

    assert {"listen", "speak", "parse", "format", "ids", "limits", "commands"} <= files


def test_every_package_that_is_pinned_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\[<>=;]", line)[0].strip() for line in project["dependencies"]}
    imported = {
        root for path in ALL for node in ast.walk(ast.parse(path.read_text())) for root in _roots(node)
    }

    assert {package for package in wanted if IMPORTED_AS.get(package, package) not in imported} == set(UNSEEN)


def _roots(node: ast.AST) -> list[str]:
    """The packages that an import statement names."""
    match node:
        case ast.Import(names=names):
            return [each.name.split(".")[0] for each in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module.split(".")[0]]
        case _:
            return []


def test_the_pins_name_no_host() -> None:
    for lock in ("requirements.lock", "tests/requirements.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        assert all("--hash=" in block for block in re.split(r"\n(?=[a-z0-9])", text)[1:])


def test_the_container_installs_the_same_pins_and_is_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text()

    assert "--require-hashes --requirement requirements.lock" in lines
    assert re.search(r"^USER (?!root|0\b)\S+", lines, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*CMD \[", lines, re.MULTILINE)
    assert all("slim" in image for image in re.findall(r"^FROM (\S+)", lines, re.MULTILINE))
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", lines, re.MULTILINE)
    assert all((ROOT / source).exists() for sources in copied for source in sources.split())


def test_the_container_gets_only_what_it_copies() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    lines = (ROOT / "Dockerfile").read_text()
    copied = {
        source
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", lines, re.MULTILINE)
        for source in sources.split()
    }

    assert copied == allowed


def test_the_packages_of_the_wheel_are_the_rooms_of_the_house() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [
        "bridge",
        "adapters",
        "migrations",
    ]
