"""discord.js against the simulated Discord: a client written by others, so that it is not shaped to one."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sim.discord import DiscordServer

HERE = Path(__file__).parent / "node"
pytestmark = pytest.mark.node


@pytest.fixture(scope="session")
def modules() -> Path:
    """discord.js, installed once per pinned version outside the repository."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not here")
    pinned = (HERE / "package.json").read_bytes()
    home = Path(tempfile.gettempdir()) / f"poebridge-node-{hashlib.sha256(pinned).hexdigest()[:12]}"
    if not (home / "done").exists():
        home.mkdir(exist_ok=True)
        (home / "package.json").write_bytes(pinned)
        command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        try:
            subprocess.run(command, cwd=home, check=True, capture_output=True, timeout=90)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"npm could not install discord.js: {type(error).__name__}")
        (home / "done").touch()
    return home / "node_modules"


class NodeBot:
    """The running script: what it says, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, key: str) -> Any:
        """The next line that has this key; an error it tells of fails the test."""
        assert self._process.stdout is not None
        while line := await asyncio.wait_for(self._process.stdout.readline(), 20):
            told = json.loads(line)
            assert "error" not in told, told["error"]
            if key in told:
                return told[key]
        raise AssertionError("the script ended")

    async def end(self) -> None:
        """Close its input, which ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._process.communicate(), 20)


@pytest.fixture
async def node(dc: DiscordServer, modules: Path) -> AsyncIterator[NodeBot]:
    environment = {
        "PATH": os.environ["PATH"],
        "NODE_PATH": str(modules),
        "DISCORD_API": dc.api_url.removesuffix("/v10"),
        "DISCORD_TOKEN": dc.token,
    }
    process = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / "bot.js"),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    bot = NodeBot(process)
    yield bot
    await bot.end()
    assert process.returncode == 0


async def test_it_logs_in_replies_edits_opens_a_thread_and_answers_a_button(
    dc: DiscordServer, node: NodeBot
) -> None:
    assert await node.says("guilds") == ["Harbour", "Lighthouse"]
    ada = dc.as_person("ada")
    asked = ada.say("general", "count", mention_bot=True)
    assert (await node.says("answered")).endswith("count")
    reply = dc.world.from_bot("general")[0]
    assert [v.content for v in reply.versions] == ["one", "one two"]
    thread = dc.world.channel(asked.thread_id or 0)
    sent = dc.world.from_bot(thread)[-1]
    assert (thread.name, sent.content) == ("A talk", "welcome")
    assert dc.world.files.read(thread.id, sent.attachments[0]) == b"# all"
    pressed = ada.press(reply, "stop")
    await dc.world.until(lambda: pressed.state == "answered")
    assert (reply.content, reply.components) == ("stopped", [])


async def test_its_slash_command_is_deferred_and_filled_in(dc: DiscordServer, node: NodeBot) -> None:
    await node.says("ready")
    await dc.world.until(lambda: dc.world.commands[None])
    asked = dc.as_person("ben").slash("ask", {"prompt": "why"})
    await dc.world.until(lambda: asked.original and asked.original.content == "you asked: why")


async def test_it_resumes_after_a_dropped_socket(dc: DiscordServer, node: NodeBot) -> None:
    await node.says("ready")
    dc.gateway.reconnect()
    await dc.world.until(lambda: "gateway.resumed" in dc.world.changes.recent)
    dc.as_person("ada").say("general", "still there?", mention_bot=True)
    await node.says("answered")
