"""Whoever runs the bridge: what goes wrong is said in a sentence, ends with an exit code, and leaves everything as it was."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import beside, poebridge

ASK = "Say hello in 5 words"


def is_a_sentence(text: str) -> None:
    assert text.strip()
    assert "Traceback" not in text
    assert "sqlalchemy" not in text.lower()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--person", "discord:1", "--points", "-5"), "A number of points can't be negative."),
        (("--person", "discord:1", "--points", "10^30"), "The most is 1,000,000,000,000,000."),
        (("--person", "discord:1", "--points", "2.5"), "Points are whole numbers"),
        (("--person", "discord:1", "--points", "many"), '"many" is not a number of points.'),
        (
            ("--person", "discord:1", "--points", "5", "--zone", "Mars/Base"),
            'I don\'t know the time zone "Mars/Base".',
        ),
        (
            ("--person", "discord:1", "--points", "5", "--period", "year"),
            'period has to be day, week, month or never, not "year".',
        ),
        (("--points", "5"), "Say for whom"),
        (("--person", "1", "--role", "2", "--points", "5"), "Choose only one of person and role."),
        (("--person", " ", "--points", "5"), "--person needs an id"),
    ],
)
def test_a_budget_that_makes_no_sense_ends_with_a_sentence_and_changes_nothing(tmp_path: Path, args, said):
    poebridge(tmp_path, "migrate")
    done = poebridge(tmp_path, "budget", "set", *args)
    shown = poebridge(tmp_path, "budget", "show", "--json", "--person", "1")

    assert done.code in (1, 2)
    assert said in done.err
    is_a_sentence(done.err)
    assert done.out == ""
    assert [rule["kind"] for rule in shown.json] == ["house"]


def newer(folder: Path) -> Path:
    """A database that a later version has migrated."""
    poebridge(folder, "migrate")
    path = folder / "poebridge.sqlite3"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    return path


def foreign(folder: Path) -> Path:
    """A database of another program."""
    path = folder / "poebridge.sqlite3"
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("CREATE TABLE invoices (id INTEGER, amount REAL)")
        conn.execute("INSERT INTO invoices VALUES (1, 9.99)")
    return path


@pytest.mark.parametrize("verb", [("run",), ("budget", "show"), ("migrate",)])
@pytest.mark.parametrize(
    ("make", "said"), [(newer, "newer version of Poebridge"), (foreign, "belongs to another program")]
)
def test_a_database_from_the_future_or_from_elsewhere_is_left_alone(tmp_path: Path, verb, make, said):
    path = make(tmp_path)
    before = path.read_bytes()
    done = poebridge(tmp_path, *verb, POE_API_KEY="k" * 40, DISCORD_TOKEN="MTA.x.y", POEBRIDGE_WEB__PORT="0")

    assert done.code == 1
    assert said in done.err
    is_a_sentence(done.err)
    assert path.read_bytes() == before


def test_everything_that_is_wrong_with_a_configuration_is_told_at_once_with_its_line(tmp_path: Path):
    (tmp_path / "poebridge.toml").write_text(
        '[poe]\nbase_url = "poe.com"\n\n[answers]\nmax_messages = 0\ndefault_model = ""\n\n'
        '[budget]\nperson = -5\nzone = "Mars/Base"\n\n[limits]\nqueue_peron = 3\n'
    )
    done = poebridge(tmp_path, "check", POE_API_KEY="k" * 40, DISCORD_TOKEN="MTA.x.y")

    assert done.code == 2
    is_a_sentence(done.err)
    told = done.err.splitlines()
    for line, words in (
        (2, "[poe] base_url"),
        (5, "[answers] max_messages"),
        (6, "[answers] default_model"),
        (9, "[budget] person"),
        (10, "[budget] zone"),
        (13, "[limits] queue_peron"),
    ):
        assert any(f"poebridge.toml line {line}: {words}" in sentence for sentence in told), (line, told)
    assert len(told) == 6


async def test_a_wrong_key_ends_a_command_with_a_sentence(make_whole):
    async with make_whole() as whole:
        env = whole.environment() | {"POEBRIDGE_POE__KEY": "wrong-key-" + "x" * 30}
        done = await beside(whole.folder, "usage", "balance", **env)

        assert done.code == 1
        assert done.err.strip() == "Poe does not accept this bridge's key. An admin has to set a valid one."


@pytest.mark.parametrize("verb", [("usage", "balance"), ("usage", "history"), ("models",)])
async def test_without_poe_a_command_ends_with_a_sentence(make_whole, verb):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    async with make_whole() as whole:
        env = whole.environment() | {
            "POEBRIDGE_POE__BASE_URL": f"{nowhere}/v1",
            "POEBRIDGE_POE__USAGE_URL": nowhere,
        }
        done = await beside(whole.folder, *verb, **env)

        assert done.code == 1
        assert done.err.strip() == "I can't reach Poe just now. Please try again in a moment."


async def test_a_bridge_that_starts_before_discord_can_be_reached_serves_when_it_can(make_whole):
    async with make_whole() as whole:
        before = []

        async def away() -> None:
            with whole.dc.faults.outage(status=503):
                await whole.dc.world.until(lambda: len(whole.dc.world.exchanges) >= 2)
                before.append(bool(whole.dc.gateway.connected))

        async with asyncio.timeout(40), asyncio.TaskGroup() as group:
            group.create_task(away())
            await asyncio.sleep(0)  # so that Discord is away before anybody knocks
            await whole.start()
        answer = await whole.ask("ben", "general", ASK)

        assert before == [False]
        assert "points" in answer.content
