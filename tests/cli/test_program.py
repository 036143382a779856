"""`run`, `check`, `sim`, `migrate` and `version`, as far as they go without a chat platform."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import __version__
from bridge.config.platforms import NONE
from tests.cli.running import Said, clean, poebridge, process
from tests.plugins.waiting import PATIENCE

MISSING = f"[poe] key: is missing: set POE_API_KEY to a key from https://poe.com/api/keys.\n{NONE}\n"


@pytest.mark.parametrize("verb", ["run", "check"])
def test_what_is_missing_is_asked_for_before_anything_is_opened(tmp_path: Path, verb: str) -> None:
    said = poebridge(tmp_path, verb)
    assert (said.code, said.err) == (2, MISSING)
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_that_is_not_there_is_said(tmp_path: Path) -> None:
    said = poebridge(tmp_path, "run", "--config", "none.toml")
    assert (said.code, said.err) == (2, "There is no file none.toml.\n")


def test_the_configuration_may_be_named_by_the_environment(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[web]\nport = -1\n")
    said = poebridge(tmp_path, "run", POEBRIDGE_CONFIG="other.toml")
    assert said.err.startswith("other.toml line 2: [web] port: has to be at least 0, not -1.\n")


def test_nobody_answers_where_no_bridge_runs(tmp_path: Path) -> None:
    said = poebridge(tmp_path, "check", "--live", POEBRIDGE_WEB__PORT="1")
    assert said.code == 1
    assert said.out.startswith("FAIL  bridge: ")


def test_a_database_is_made_and_brought_up_to_date(tmp_path: Path) -> None:
    said = poebridge(tmp_path, "migrate", POEBRIDGE_STORE__URL="sqlite:///here.sqlite3")
    assert (said.code, said.err) == (0, "")
    assert (tmp_path / "here.sqlite3").exists()


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "poebridge.sqlite3"
    other.write_bytes(b"something else" * 100)
    said = poebridge(tmp_path, "budget", "show")
    assert said.code == 1
    assert "It was left untouched." in said.err
    assert "Traceback" not in said.err
    assert other.read_bytes() == b"something else" * 100


def migrated(folder: Path, *args: str, typed: str = "") -> Said:
    return poebridge(folder, "migrate", *args, typed=typed)


@pytest.mark.parametrize("typed", ["", "\n", "n\n"])
def test_going_back_drops_nothing_unless_somebody_says_yes(tmp_path: Path, typed: str) -> None:
    migrated(tmp_path)
    before = (tmp_path / "poebridge.sqlite3").read_bytes()
    said = migrated(tmp_path, "--to", "base", typed=typed)
    assert said.code == 1
    assert "Tables and everything in them will be dropped" in said.out
    assert said.err.endswith("Nothing was changed.\n")
    assert ("With --yes" in said.err) == (typed == "")
    assert (tmp_path / "poebridge.sqlite3").read_bytes() == before


@pytest.mark.parametrize(("args", "typed"), [(("--yes",), ""), ((), "y\n")])
def test_going_back_is_done_when_it_is_meant(tmp_path: Path, args: tuple[str, ...], typed: str) -> None:
    migrated(tmp_path)
    said = migrated(tmp_path, "--to", "base", *args, typed=typed)
    assert (said.code, said.err) == (0, "")
    assert "The database is at base, from " in said.out


def test_going_forward_asks_nobody(tmp_path: Path) -> None:
    migrated(tmp_path)
    for to in ("head", "base"):
        (tmp_path / "poebridge.sqlite3").unlink()
        assert migrated(tmp_path, "--to", to).code == 0


@pytest.mark.parametrize("group", [(), ("sim",), ("budget",), ("usage",)])
def test_the_list_of_verbs_cuts_no_sentence(tmp_path: Path, group: tuple[str, ...]) -> None:
    said = poebridge(tmp_path, *group, "--help", COLUMNS="80")
    assert "Commands:" in said.out
    assert "..." not in said.out.partition("Commands:")[2]
    assert "\N{HORIZONTAL ELLIPSIS}" not in said.out


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    said = poebridge(tmp_path, "sim", "poe", "--profile", "x")
    assert said.code == 2
    assert "documented" in said.err


@pytest.mark.parametrize("name", ["poe", "discord"])
def test_an_embedded_server_says_where_it_is_and_stops_when_told(tmp_path: Path, name: str) -> None:
    with subprocess.Popen(
        (sys.executable, "-m", "bridge", "sim", name, "--port", "0"),
        cwd=tmp_path,
        env=clean({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # What is started in a shell's background is deaf to Ctrl-C, and so are its children unless they are told.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        try:
            assert running.stdout is not None
            told = json.loads(running.stdout.readline())
            assert any(str(value).startswith("http://127.0.0.1:") for value in told.values())
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=PATIENCE)
        finally:
            running.kill()
    assert "Traceback" not in err


@pytest.mark.parametrize("args", [("sim", "poe"), ("sim", "discord"), ("sim", "slack"), ("demo",)])
def test_a_port_that_is_taken_is_said_with_what_to_do(tmp_path: Path, args: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = process(tmp_path, *args, "--port", port)
    assert (said.code, said.out) == (1, "")
    assert port in said.err
    assert said.err.endswith("Choose another port: --port, or [web] port for the bridge itself.\n")
    assert "should not" not in said.err


def test_the_version_is_said(tmp_path: Path) -> None:
    assert poebridge(tmp_path, "version").out == f"poebridge {__version__}\n"


def test_the_manifest_of_the_slack_app_is_printed_for_either_way(tmp_path: Path) -> None:
    by_socket = poebridge(tmp_path, "slack-manifest").json
    by_http = poebridge(tmp_path, "slack-manifest", "--http", "https://bridge.example.org").json
    configured = poebridge(
        tmp_path,
        "slack-manifest",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_SIGNING_SECRET="8f74",
        POEBRIDGE_SLACK__PUBLIC_URL="https://bridge.example.org",
        POEBRIDGE_SLACK__SUGGESTED_PROMPTS="What is new?",
    ).json

    assert by_socket["settings"]["socket_mode_enabled"]
    assert not by_http["settings"]["socket_mode_enabled"]
    assert configured["settings"] == by_http["settings"]
    assert "What is new?" in str(configured["features"]["agent_view"])
