"""`poebridge demo`, as somebody starts it who has just got here."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.cli.running import clean
from tests.plugins.waiting import PATIENCE

COUNTED = {
    "turns",
    "messages",
    "edits",
    "chained",
    "replayed",
    "duplicates_suppressed",
    "rate_limited",
    "points_held",
    "points_settled",
    "points_released",
    "open_holds",
    "errors",
}


@pytest.mark.timeout(400)
def test_the_whole_script_goes_as_written_and_ends_with_one_line_of_counts(tmp_path: Path):
    done = subprocess.run(
        (sys.executable, "-m", "bridge", "demo", "--once"),
        cwd=tmp_path,
        env=clean({}),
        capture_output=True,
        encoding="utf-8",
        timeout=380,
        check=False,
    )
    *steps, last = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert steps
    assert all(step.startswith("  ok    ") for step in steps)
    told = json.loads(last)
    assert list(told) == ["discord", "slack"]
    for counts in told.values():
        assert set(counts) == COUNTED
        assert counts["points_held"] == counts["points_settled"] + counts["points_released"]
        assert (counts["open_holds"], counts["errors"]) == (0, 0)
        happened = ("turns", "messages", "edits", "chained", "duplicates_suppressed")
        assert min(counts[name] for name in happened) > 0
    assert told["discord"]["replayed"] > 0
    assert list(tmp_path.iterdir()) == []


def test_without_once_it_prints_where_the_page_is_and_stays_until_it_is_ended(tmp_path: Path):
    with subprocess.Popen(
        (sys.executable, "-m", "bridge", "demo", "--port", "0"),
        cwd=tmp_path,
        env=clean({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        try:
            assert running.stdout is not None
            said = ""
            while len(found := re.findall(r"http://127\.0\.0\.1:\d+/\w*", said)) < 2:
                said += running.stdout.readline()
            shown = []
            for url in found:
                with urlopen(url, timeout=PATIENCE) as page:
                    shown.append(page.read().decode())
            running.send_signal(signal.SIGTERM)
            _, complaints = running.communicate(timeout=PATIENCE)
        finally:
            running.kill()

    assert "<title>Embedded Discord</title>" in shown[0]
    assert "<title>Embedded Slack</title>" in shown[1]
    assert (running.returncode, complaints) == (0, "")
