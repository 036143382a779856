"""The command line with its output and its exit code: in another process, or in this one where that is all that is asked."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.cli import main
from tests.plugins.waiting import PATIENCE

OURS = ("POEBRIDGE_", "POE_API_KEY", "DISCORD_TOKEN", "SLACK_")


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def process(folder: Path, *args: str, **env: str) -> Said:
    """Another process, as a person in a shell has it."""
    done = subprocess.run(
        (sys.executable, "-m", "bridge", *args),
        cwd=folder,
        env=clean(env),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def poebridge(folder: Path, *args: str, typed: str = "", **env: str) -> Said:
    """The same in this process, which has imported everything already."""
    out, err = io.StringIO(), io.StringIO()
    before = (dict(os.environ), sys.argv, sys.stdin)
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        try:
            os.environ.clear()
            os.environ.update(clean(env))
            sys.argv, sys.stdin = ["poebridge", *args], io.StringIO(typed)
            main()
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            os.environ.clear()
            os.environ.update(before[0])
            sys.argv, sys.stdin = before[1:]
    return Said(code, out.getvalue(), err.getvalue())


async def beside(folder: Path, *args: str, **env: str) -> Said:
    """The same, while a server goes on answering here."""
    return await asyncio.to_thread(poebridge, folder, *args, **env)


def clean(env: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"PYTHONIOENCODING": "utf-8"} | env
