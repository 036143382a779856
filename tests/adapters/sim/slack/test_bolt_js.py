"""@slack/bolt against the simulated Slack: a client written by others, so that it is not shaped to one."""

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.sim.slack import SlackServer

HERE = Path(__file__).parent / "node"
pytestmark = pytest.mark.node


@pytest.fixture(scope="session")
def modules() -> Path:
    """@slack/bolt, installed once per pinned version outside the repository."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not here")
    pinned = (HERE / "package.json").read_bytes()
    home = Path(tempfile.gettempdir()) / f"poebridge-node-{hashlib.sha256(pinned).hexdigest()[:12]}"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:  # tests in other processes may want it too
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            install(npm, home, pinned)
    return home / "node_modules"


def install(npm: str, home: Path, pinned: bytes) -> None:
    (home / "package.json").write_bytes(pinned)
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    try:
        subprocess.run(command, cwd=home, check=True, capture_output=True, timeout=90)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm could not install @slack/bolt: {type(error).__name__}")
    (home / "done").touch()


class NodeApp:
    """The running script: what it says, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, key: str) -> Any:
        """The next line that has this key; an error it tells of fails the test."""
        assert self._process.stdout is not None
        while line := await asyncio.wait_for(self._process.stdout.readline(), 30):
            told = json.loads(line)
            assert "error" not in told, told["error"]
            if key in told:
                return told[key]
        raise AssertionError("the script ended")

    async def end(self) -> None:
        """Close its input, which ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.communicate(), 30)


Start = Callable[[str], Awaitable[NodeApp]]


@pytest.fixture
async def start(slack: SlackServer, modules: Path) -> AsyncIterator[Start]:
    """`await start("socket")` or `await start("http")`: the script, and what Slack needs to know of it."""
    running: list[tuple[NodeApp, asyncio.subprocess.Process]] = []

    async def begin(over: str) -> NodeApp:
        environment = {
            "PATH": os.environ["PATH"],
            "NODE_PATH": str(modules),
            "SLACK_API": slack.api_url,
            "SLACK_TOKEN": slack.token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SECRET": slack.signing_secret,
            "SLACK_OVER": over,
        }
        script = str(HERE / "app.js")
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            "node", script, env=environment, stdin=pipe, stdout=pipe
        )
        app = NodeApp(process)
        running.append((app, process))
        port = await app.says("ready")
        if over == "http":
            assert await slack.verify(f"http://127.0.0.1:{port}/slack/events")
        else:
            await slack.world.until(lambda: slack.deliveries.lines)
        return app

    yield begin
    for app, process in running:
        await app.end()
        assert process.returncode == 0


@pytest.mark.parametrize("over", ["socket", "http"])
async def test_it_answers_a_mention_a_command_and_a_button(
    slack: SlackServer, start: Start, over: str
) -> None:
    app = await start(over)
    ada = slack.as_person("ada")
    ada.say("general", "count", mention_bot=True)
    assert (await app.says("answered")).endswith("count")
    reply = slack.world.from_bot("general")[0]
    assert [version.text for version in reply.versions] == ["one", "one two"]
    pressed = ada.press(reply, "stop")
    await slack.world.until(lambda: reply.text == "stopped" and pressed.state == "acked")
    asked = ada.slash("help", "/poe", "why")
    await slack.world.until(lambda: len(asked.replies) == 2)
    assert {reply.text for reply in asked.replies} == {"asking why", "an answer"}


@pytest.mark.parametrize("over", ["socket", "http"])
async def test_its_modal_complains_and_is_taken_and_its_home_is_shown(
    slack: SlackServer, start: Start, over: str
) -> None:
    app = await start(over)
    ben = slack.as_person("ben")
    ben.shortcut(ben.say("general", "the sky is blue"), "ask_about")
    form = await slack.world.until(lambda: ben.modal)
    ben.submit(form, {"question": "?"})
    await slack.world.until(lambda: form.errors)
    ben.submit(form, {"question": "why?"})
    await slack.world.until(lambda: form.state == "submitted")
    assert [await app.says("submitted"), await app.says("submitted")] == ["?", "why?"]
    ben.open_home()
    home = await slack.world.until(lambda: ben.home)
    assert home.blocks[0]["text"]["text"] == "your points"


async def test_its_stream_grows_and_ends_with_a_button(slack: SlackServer, start: Start) -> None:
    app = await start("socket")
    slack.as_person("ada").say("general", "stream", mention_bot=True)
    await app.says("answered")
    reply = slack.world.from_bot("general")[0]
    assert (reply.shown, reply.stream and reply.stream.state) == ("one two", "ended")
    assert reply.blocks[-1]["elements"][0]["action_id"] == "stop"


async def test_it_comes_back_after_a_refresh_and_after_a_cut(slack: SlackServer, start: Start) -> None:
    app = await start("socket")
    ada = slack.as_person("ada")
    slack.world.rules.ack_seconds, slack.world.rules.retry_seconds = 1.0, (0.0,) * 60
    for number, end in enumerate((slack.faults.refresh, slack.faults.disconnect)):
        end()
        ada.say("general", f"still there? {number}")
        while await app.says("heard") != f"still there? {number}":
            pass  # the one before, once more
