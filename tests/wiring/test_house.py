"""The whole program: what it makes of its configuration, how it says how it is, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import httpx
import pytest

from bridge import config
from bridge.values.errors import ConfigError
from bridge.values.points import Scope, ScopeKind, Share
from bridge.wiring.house import built, look
from tests.cli.running import beside, clean
from tests.plugins.waiting import PATIENCE
from tests.plugins.whole import Whole, staged

HOUSE = Scope(kind=ScopeKind.HOUSE)


def read(folder: Path, **env: str) -> config.Config:
    given = {f"POEBRIDGE_{name.upper()}": value for name, value in env.items()}
    return config.load(None, {"POEBRIDGE_STORE__URL": f"sqlite:///{folder / 'poebridge.sqlite3'}"} | given)


async def test_the_house_s_budgets_are_what_the_configuration_says_at_every_start(tmp_path: Path):
    seen = []
    for env in ({"budget__person": "500", "budget__total": "9000"}, {"budget__person": "700"}, {}):
        async with built(read(tmp_path, **env)) as house:
            seen.append({rule.share: rule.limit for rule in await house.store.find(HOUSE)})

    assert seen == [{Share.EACH: 500, Share.POOL: 9000}, {Share.EACH: 700}, {Share.EACH: 3000}]


async def test_a_start_that_changes_nothing_writes_nothing(tmp_path: Path):
    async with built(read(tmp_path)) as house:
        first = await house.store.audit(100)
    async with built(read(tmp_path)) as house:
        assert await house.store.audit(100) == first


async def test_it_is_well_only_while_discord_is_heard(make_whole):
    async with make_whole() as whole:
        async with built(whole.config()) as house:
            assert (await look(house)).problems == ("Discord is not connected.",)
        await whole.start()
        assert (await look(whole.house)).problems == ()


async def test_a_live_answer_is_finished_before_the_program_ends(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        whole.dc.as_person("ada").say("general", "Explain tides in 60 words", mention_bot=True)
        await whole.dc.world.until(lambda: whole.dc.world.from_bot("general"))
        await whole.stop()

        (answer,) = whole.finished("general")
        assert "tides" in answer.content.lower()
        assert all(call.outcome == "completed" for call in whole.poe.world.calls)


async def test_a_live_answer_is_finished_when_discord_takes_the_token_back(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        whole.dc.as_person("ada").say("general", "Explain tides in 60 words", mention_bot=True)
        await whole.dc.world.until(lambda: whole.dc.world.from_bot("general"))
        running, whole._open = whole._open, None
        whole.dc.gateway.refuse = 4004
        whole.dc.gateway.drop()
        with pytest.raises(ExceptionGroup) as ended:
            async with running:
                await asyncio.sleep(PATIENCE)

        assert ended.group_contains(ConfigError, match="bot token")
        (answer,) = whole.finished("general")
        assert "interrupted" not in answer.content
        assert all(call.outcome == "completed" for call in whole.poe.world.calls)


async def test_the_program_finishes_its_answers_and_says_why_it_ended(tmp_path: Path):
    async with staged(tmp_path, speed=60.0) as stage:
        running = await started(stage)
        try:
            await port_of(running)
            await stage.dc.world.until(lambda: stage.dc.gateway.sessions, within=PATIENCE)
            stage.dc.as_person("ada").say("general", "Explain tides in 60 words", mention_bot=True)
            await stage.dc.world.until(lambda: stage.dc.world.from_bot("general"), within=PATIENCE)
            stage.dc.gateway.refuse = 4004
            stage.dc.gateway.drop()
            _, said = await asyncio.wait_for(running.communicate(), PATIENCE)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()

        (answer,) = stage.finished("general")
        assert "interrupted" not in answer.content
        assert running.returncode == 2
        assert "bot token" in said.decode().strip().splitlines()[-1]
        assert "Traceback" not in said.decode()


async def test_run_serves_its_health_and_ends_when_it_is_told_to(tmp_path: Path):
    async with staged(tmp_path) as stage:
        running = await started(stage)
        try:
            port = await port_of(running)
            async with asyncio.timeout(PATIENCE), httpx.AsyncClient(timeout=PATIENCE) as client:
                while (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code != 200:
                    await asyncio.sleep(0.1)
            live = await beside(tmp_path, "check", "--live", POEBRIDGE_WEB__PORT=port)
            running.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(running.wait(), PATIENCE)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()

    assert (live.code, live.out) == (0, "ok    bridge: It runs and hears Discord.\n")
    assert code == 0
    assert not list(tmp_path.glob("*.door"))


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"POEBRIDGE_DISCORD__TOKEN": "MTA.wrong.token"}, "token"),
        ({"POEBRIDGE_STORE__URL": "sqlite:////proc/nowhere/bridge.sqlite3"}, "database"),
    ],
)
async def test_what_only_an_operator_can_mend_ends_it_with_a_sentence(
    tmp_path: Path, env: dict[str, str], sentence: str
):
    async with staged(tmp_path, env=env) as stage:
        running = await started(stage)
        _, said = await asyncio.wait_for(running.communicate(), PATIENCE)

    assert running.returncode in (1, 2)
    last = said.decode().strip().splitlines()[-1]
    assert sentence in last
    assert "Traceback" not in said.decode()


async def started(stage: Whole) -> asyncio.subprocess.Process:
    """`poebridge run` as a process of its own, on a free port."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridge", "run"),
        cwd=stage.folder,
        env=clean(stage.environment() | {"POEBRIDGE_WEB__PORT": "0", "POEBRIDGE_LOG__FORMAT": "json"}),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


async def port_of(running: asyncio.subprocess.Process) -> str:
    """The port in the first record that names one."""
    assert running.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while b"/readyz" not in (line := await running.stderr.readline()):
            assert line, "it ended"
    return line.split(b"/readyz")[0].rsplit(b":", 1)[1].decode()
