"""What is installed is whole: the wheel holds every file of the house, and works where there is nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import clean
from tests.plugins.waiting import PATIENCE

ROOT = Path(__file__).parent.parent
ROOMS = ("bridge", "adapters", "migrations")

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the container builds it: from what it copies, fetching nothing."""
    context, out = tmp_path_factory.mktemp("context"), tmp_path_factory.mktemp("wheel")
    for room in ROOMS:
        shutil.copytree(ROOT / room, context / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, context)
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out))
    subprocess.run((sys.executable, *build, str(context)), check=True, timeout=300)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_rooms(wheel: Path) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = set(zipfile.ZipFile(wheel).namelist())

    assert {name for name in packed if ".dist-info/" not in name} == files
    assert {"migrations/script.py.mako", "adapters/sim/poe/models.json"} <= packed


def test_from_the_wheel_alone_a_database_is_made(wheel: Path, tmp_path: Path) -> None:
    site, here = tmp_path / "site", tmp_path / "here"
    here.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    env = clean({"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"})
    said, where = (
        subprocess.run(
            (sys.executable, "-P", *args),
            cwd=here,
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        ).stdout
        for args in (("-m", "bridge", "migrate"), ("-c", "import migrations; print(migrations.__file__)"))
    )

    assert re.fullmatch(r"The database is at \d{4}, from base\.\n", said)
    assert where.startswith(str(site))
    assert {path.name for path in here.iterdir()} == {"poebridge.sqlite3", "poebridge.sqlite3.lock"}
