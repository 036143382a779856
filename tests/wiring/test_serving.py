"""The life of the program: how it says how it is, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.store.store import open_store
from bridge.values.ids import Platform
from bridge.values.notices import TurnEnded
from bridge.wiring.house import built
from bridge.wiring.serving import look, serving
from tests.cli.running import beside, clean
from tests.plugins.program import Program
from tests.plugins.whole import Whole, staged

REVOKED = {"POEBRIDGE_SLACK__BOT_TOKEN": "xoxb-revoked"}


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


async def test_run_serves_its_health_and_ends_when_it_is_told_to(tmp_path: Path):
    async with staged(tmp_path) as stage:
        running = await started(stage)
        try:
            port = await port_of(running)
            async with asyncio.timeout(30), httpx.AsyncClient() as client:
                while (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code != 200:
                    await asyncio.sleep(0.1)
            live = await beside(tmp_path, "check", "--live", POEBRIDGE_WEB__PORT=port)
            running.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(running.wait(), 30)
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
        _, said = await asyncio.wait_for(running.communicate(), 60)

    assert running.returncode in (1, 2)
    last = said.decode().strip().splitlines()[-1]
    assert sentence in last
    assert "Traceback" not in said.decode()


async def test_both_platforms_answer_from_one_house_and_spend_from_its_budgets(make_whole):
    async with make_whole(slack=True) as whole:
        house = await whole.start()
        assert (await look(house)).hears == ("Discord", "Slack")
        await asyncio.gather(
            whole.ask("ada", "general", "What is a fjord? In 10 words"),
            whole.in_slack.ask("ada", "general", "What is a harbour? In 10 words"),
        )
        await whole.hears(TurnEnded, 2)

        assert [wing.counters.counts["turns"] for wing in house.wings] == [1, 1]
        assert (house.gate.inside, len(await house.store.open_holds())) == (0, 0)
        assert await house.store.verify() == ()


async def test_a_platform_that_can_not_start_takes_no_other_down_and_is_said_everywhere(make_whole):
    async with make_whole(slack=True, env=REVOKED | {"POEBRIDGE_ADMINS__PEOPLE": "discord:1"}) as whole:
        async with built(whole.config(), whole.hear) as house, serving(house):
            slack = house.platforms[Platform("slack")]
            async with asyncio.timeout(20):
                while slack.lost is None:
                    await asyncio.sleep(0.01)
                await house.platforms[Platform("discord")].adapter.ready.wait()
            await whole.ask("ada", "general", "What is a fjord? In 10 words")
            health = await look(house)
            said = await whole.told_privately(whole.dc.as_person("ada").slash("status", {}, where="general"))

        assert health.hears == ("Discord",)
        (problem,) = health.problems
        assert problem.startswith("Slack is not connected: ")
        assert "token" in problem
        assert f"Limited: {problem}" in said


async def test_slack_alone_is_enough(make_whole):
    async with make_whole(slack=True, discord=False) as whole:
        house = await whole.start()
        answer = await whole.in_slack.ask("ben", "general", "What is a harbour? In 10 words")

        assert list(house.platforms) == ["slack"]
        assert answer.is_reply


async def test_the_program_ends_with_a_sentence_when_no_platform_is_left(tmp_path: Path):
    async with staged(
        tmp_path, slack=True, env=REVOKED | {"POEBRIDGE_DISCORD__TOKEN": "MTA.wrong.token"}
    ) as stage:
        running = await started(stage)
        _, said = await asyncio.wait_for(running.communicate(), 60)

    assert running.returncode == 2
    *_, discord, slack = said.decode().strip().splitlines()
    assert "Discord" in discord
    assert "Slack" in slack
    assert "Traceback" not in said.decode()


async def test_with_one_platform_lost_the_program_goes_on(tmp_path: Path):
    async with staged(tmp_path, slack=True, env=REVOKED) as stage:
        running = await started(stage)
        try:
            port = await port_of(running)
            async with asyncio.timeout(30), httpx.AsyncClient() as client:
                told: dict[str, Any] = {}
                while told.get("hears") != ["Discord"] or "token" not in str(told["problems"]):
                    told = (await client.get(f"http://127.0.0.1:{port}/readyz")).json()
                    await asyncio.sleep(0.1)
            running.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(running.wait(), 30)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()

    assert code == 0


async def test_after_a_kill_every_platform_finishes_its_own(tmp_path: Path):
    async with staged(tmp_path, slack=True, speed=20.0) as stage:
        program = Program(stage)
        try:
            await program.start()
            stage.dc.as_person("ada").say("general", "Explain tides [[len=3000]]", mention_bot=True)
            stage.slack.as_person("ada").say("general", "Explain harbours [[len=3000]]", mention_bot=True)
            await stage.dc.world.until(lambda: stage.dc.world.from_bot("general"))
            await stage.slack.world.until(lambda: stage.slack.world.from_bot("general"))
            program.kill()
            await program.ended()
            await program.start()
            (here,) = await stage.answered("general")
            (there,) = await stage.in_slack.answered("general")
        finally:
            await program.stop()

    assert "interrupted" in here.content.lower()
    assert "interrupted" in there.shown.lower()
    assert len(stage.slack.world.from_bot("general")) == 1


async def test_the_last_platform_that_goes_lets_live_answers_end_and_be_paid(tmp_path: Path):
    async with staged(tmp_path, slack=True, discord=False, speed=30.0) as stage:
        running = await started(stage)
        try:
            await port_of(running)
            stage.slack.as_person("ada").say("general", "Explain harbours in 40 words", mention_bot=True)
            await stage.slack.world.until(lambda: stage.slack.world.from_bot("general"))
            stage.slack.as_person("ada").uninstall()
            _, said = await asyncio.wait_for(running.communicate(), 60)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()
        async with await open_store(stage.environment()["POEBRIDGE_STORE__URL"]) as store:
            assert await store.open_holds() == ()

    assert running.returncode == 2
    assert "Slack" in said.decode().strip().splitlines()[-1]
    assert all(call.outcome == "completed" for call in stage.poe.world.calls)


async def test_over_http_slack_comes_through_the_door_beside_health(tmp_path: Path):
    env = {"POEBRIDGE_SLACK__MODE": "http"}
    async with staged(tmp_path, slack=True, discord=False, env=env) as stage:
        stage.env["POEBRIDGE_SLACK__SIGNING_SECRET"] = stage.slack.signing_secret
        running = await started(stage)
        try:
            port = await port_of(running)
            assert await stage.slack.verify(f"http://127.0.0.1:{port}/slack/events")
            answer = await stage.in_slack.ask("ada", "general", "What is a harbour? In 10 words")
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                forged = await client.post("/slack/events", json={"type": "event_callback"})
                ready = (await client.get("/readyz")).json()
            running.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(running.wait(), 30)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()

    assert answer.is_reply
    assert (forged.status_code, ready["hears"], code) == (401, ["Slack"], 0)


async def test_workspaces_install_the_app_and_their_tokens_are_kept_sealed_until_they_leave(tmp_path: Path):
    async with staged(tmp_path, slack=True, discord=False) as stage:
        here = f"http://127.0.0.1:{free_port()}"
        stage.env |= {
            "POEBRIDGE_SLACK__BOT_TOKEN": "",
            "POEBRIDGE_SLACK__CLIENT_ID": stage.slack.client_id,
            "POEBRIDGE_SLACK__CLIENT_SECRET": stage.slack.client_secret,
            "POEBRIDGE_SLACK__PUBLIC_URL": here,
            "POEBRIDGE_WEB__PORT": here.rpartition(":")[2],
        }
        stage.slack.world.app.redirect_urls = (f"{here}/slack/oauth_redirect",)
        running = await started(stage)
        try:
            await port_of(running)
            dora = stage.slack.as_person("dora")
            async with httpx.AsyncClient(base_url=here) as browser:
                asked = await browser.get("/slack/install")
                back = await browser.get(dora.authorize(asked.headers["location"]))
            assert back.status_code == 200
            dora.invite("lobby")
            answer = await stage.in_slack.ask("dora", "lobby", "What is a lighthouse? In 10 words")
            kept = kept_tokens(tmp_path)
            dora.uninstall()
            async with asyncio.timeout(20):
                while kept_tokens(tmp_path):
                    await asyncio.sleep(0.05)
            running.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(running.wait(), 30)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()

    assert (answer.is_reply, code) == (True, 0)
    assert [b"xoxb" in sealed for sealed in kept] == [False]


def kept_tokens(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(folder / "poebridge.sqlite3")) as looking:
        return [row[0] for row in looking.execute("SELECT token FROM installations")]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def started(stage: Whole) -> asyncio.subprocess.Process:
    """`poebridge run` as a process of its own, on a free port unless the stage names one."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bridge", "run"),
        cwd=stage.folder,
        env=clean({"POEBRIDGE_WEB__PORT": "0", "POEBRIDGE_LOG__FORMAT": "json"} | stage.environment()),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


async def port_of(running: asyncio.subprocess.Process) -> str:
    """The port in the first record that names one."""
    assert running.stderr is not None
    async with asyncio.timeout(60):
        while b"/readyz" not in (line := await running.stderr.readline()):
            assert line, "it ended"
    return line.split(b"/readyz")[0].rsplit(b":", 1)[1].decode()
