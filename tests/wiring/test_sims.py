"""The embedded servers alone, each as the process another program would start."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.cli.running import clean
from tests.plugins.waiting import PATIENCE

PROMISED = {
    "poe": ("base_url", "usage_url", "api_key", "profile"),
    "discord": ("api_url", "gateway_url", "url", "page_url", "token"),
    "slack": (
        "api_url",
        "url",
        "page_url",
        "token",
        "app_token",
        "signing_secret",
        "client_id",
        "client_secret",
    ),
}


def served(name: str, told: dict[str, str]) -> int:
    """The status of a request that only somebody with the printed credentials may make."""
    if name == "poe":
        url, who = f"{told['usage_url']}/usage/current_balance", f"Bearer {told['api_key']}"
    elif name == "slack":
        url, who = f"{told['api_url']}auth.test", f"Bearer {told['token']}"
    else:
        url, who = f"{told['api_url']}/users/@me", f"Bot {told['token']}"
    agent = "DiscordBot (https://example.org, 1)"
    with urlopen(
        Request(url, headers={"Authorization": who, "User-Agent": agent}), timeout=PATIENCE
    ) as answer:
        return int(answer.status)


@pytest.mark.parametrize("name", PROMISED)
def test_one_line_of_json_says_all_that_is_needed_and_sigterm_ends_it(tmp_path: Path, name: str):
    with subprocess.Popen(
        (sys.executable, "-m", "bridge", "sim", name, "--port", "0"),
        cwd=tmp_path,
        env=clean({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        try:
            assert running.stdout is not None
            told = json.loads(running.stdout.readline())
            assert set(PROMISED[name]) <= set(told)
            assert served(name, told) == 200
            if "page_url" in told:
                with urlopen(told["page_url"], timeout=PATIENCE) as page:
                    assert f"<title>Embedded {name.capitalize()}</title>" in page.read().decode()
            running.send_signal(signal.SIGTERM)
            rest, complaints = running.communicate(timeout=PATIENCE)
        finally:
            running.kill()
    assert (rest, complaints) == ("", "")
    assert list(tmp_path.iterdir()) == []
