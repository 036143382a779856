"""Where configuration comes from: the lines of a TOML file, and the environment over it.

Nothing is checked here but what keeps a value from being read at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Key = tuple[str, ...]
"""A path through the tables: ("poe", "base_url")."""

PREFIX = "POEBRIDGE_"
SECRETS: Mapping[Key, tuple[str, ...]] = {
    ("poe", "key"): ("POEBRIDGE_POE__KEY", "POE_API_KEY"),
    ("discord", "token"): ("POEBRIDGE_DISCORD__TOKEN", "DISCORD_TOKEN"),
    ("slack", "bot_token"): ("POEBRIDGE_SLACK__BOT_TOKEN", "SLACK_BOT_TOKEN"),
    ("slack", "app_token"): ("POEBRIDGE_SLACK__APP_TOKEN", "SLACK_APP_TOKEN"),
    ("slack", "signing_secret"): ("POEBRIDGE_SLACK__SIGNING_SECRET", "SLACK_SIGNING_SECRET"),
    ("slack", "client_id"): ("POEBRIDGE_SLACK__CLIENT_ID", "SLACK_CLIENT_ID"),
    ("slack", "client_secret"): ("POEBRIDGE_SLACK__CLIENT_SECRET", "SLACK_CLIENT_SECRET"),
    ("slack", "config_token"): ("POEBRIDGE_SLACK__CONFIG_TOKEN", "SLACK_CONFIG_TOKEN"),
    ("store", "url"): ("POEBRIDGE_STORE__URL",),
    ("store", "secret_key"): ("POEBRIDGE_STORE__SECRET_KEY",),
}
"""What may also stand in a file of its own, named by the same variable with `_FILE` behind it; first the strongest."""


@dataclass(slots=True, kw_only=True)
class Gathered:
    """Raw values, where each came from, and what could not be read."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Key, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def put(self, key: Key, value: object, origin: str) -> None:
        table = self.values
        for step in key[:-1]:
            inner = table.get(step)
            if not isinstance(inner, dict):
                inner = table[step] = {}
            table = inner
        table[key[-1]] = value
        self.origins[key] = origin

    def origin(self, key: Key) -> str:
        """Where this value, something in it, or the nearest table around it was written; "" when nowhere."""
        for length in range(len(key), 0, -1):
            inside = (where for inner, where in self.origins.items() if inner[:length] == key[:length])
            if found := self.origins.get(key[:length]) or next(inside, ""):
                return found
        return ""


def line_of(origin: str) -> int:
    """The line an origin names; the environment comes after the file."""
    found = re.search(r" line (\d+)$", origin)
    return int(found[1]) if found else 10**9


def gather(path: Path | None, env: Mapping[str, str]) -> Gathered:
    """The file's values with the environment's over them."""
    gathered = Gathered()
    if path is not None:
        _read_file(path, gathered)
    for key, value, origin in _settings(env):
        gathered.put(key, value, origin)
    for key, names in SECRETS.items():
        _read_secret(key, names, env, gathered)
    return gathered


def _read_file(path: Path, gathered: Gathered) -> None:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        gathered.problems.append(f"There is no file {path}.")
        return
    except UnicodeDecodeError:
        gathered.problems.append(f"{path.name}: this is not a text file in UTF-8.")
        return
    except OSError as problem:
        gathered.problems.append(f"{path} can't be read: {(problem.strerror or 'unknown reason').lower()}.")
        return
    try:
        gathered.values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        gathered.problems.append(_broken(path.name, str(problem)))
        return
    gathered.origins = {key: f"{path.name} line {line}" for key, line in lines(text).items()}


def _broken(name: str, problem: str) -> str:
    where = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", problem)
    if where is None:
        return f"{name}: this is not TOML: {problem}."
    place = f"line {where[1]}" if where[1] else "last line"
    said = problem[: where.start()]
    return f"{name} {place}: this is not TOML: {said[:1].lower()}{said[1:]}."


def lines(text: str) -> dict[Key, int]:
    """On which line each table and key stands. Keys of inline tables are not looked for: their table is near enough."""
    found: dict[Key, int] = {}
    table: Key = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quote:
            quote = "" if quote in line else quote
            continue
        head, equals, value = line.partition("=")
        if head.strip().startswith("["):
            table = _steps(line)
            found.setdefault(table, number)
        elif equals and (key := _steps(f"{head}=0")):
            found.setdefault(table + key, number)
        quote = next((mark for mark in ('"""', "'''") if value.count(mark) == 1), "")
    return found


def _steps(line: str) -> Key:
    """The keys one line of TOML walks through."""
    try:
        inner: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    steps: list[str] = []
    while isinstance(inner, dict | list) and inner:
        if isinstance(inner, list):
            inner = inner[0]
            continue
        step, inner = next(iter(inner.items()))
        steps.append(step)
    return tuple(steps)


def _settings(env: Mapping[str, str]) -> Iterator[tuple[Key, str, str]]:
    """POEBRIDGE_POE__BASE_URL is [poe] base_url. An empty variable says nothing."""
    secret = {f"{name}{end}" for names in SECRETS.values() for name in names for end in ("", "_FILE")}
    for name, value in sorted(env.items()):
        if name.startswith(PREFIX) and "__" in name and name not in secret and value:
            yield tuple(name.removeprefix(PREFIX).lower().split("__")), value, name


def _read_secret(key: Key, names: tuple[str, ...], env: Mapping[str, str], gathered: Gathered) -> None:
    for name in names:
        if env.get(name):
            gathered.put(key, env[name], name)
            return
        if path := env.get(f"{name}_FILE"):
            try:
                gathered.put(key, Path(path).read_text(encoding="utf-8").strip(), f"{name}_FILE")
            except (OSError, UnicodeDecodeError):
                gathered.problems.append(f"{name}_FILE: the file {path} can't be read.")
            return
