"""Starting, stopping, and running alone."""

import asyncio
import json
import sys

import httpx
import pytest

from adapters.sim.poe import PoeServer
from tests.plugins.waiting import PATIENCE


async def test_it_listens_on_loopback_and_names_its_addresses() -> None:
    async with PoeServer() as poe:
        assert poe.usage_url == f"http://127.0.0.1:{poe.port}"
        assert poe.base_url == f"{poe.usage_url}/v1"
        assert poe.api_key == "sim-poe-key"


async def test_a_taken_port_is_an_os_error() -> None:
    async with PoeServer() as poe:
        with pytest.raises(OSError):
            await PoeServer(port=poe.port).start()


async def test_stopping_ends_streams_that_are_still_running() -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as http, PoeServer(speed=1) as poe:
        body = {"model": "gpt-5.2", "input": "[[len=4000]]", "stream": True}
        key = {"authorization": f"Bearer {poe.api_key}"}
        async with http.stream("POST", f"{poe.base_url}/responses", json=body, headers=key) as reply:
            assert reply.status_code == 200
            await poe.stop()
            with pytest.raises(httpx.TransportError):
                await reply.aread()
    assert poe.world.calls[0].outcome == "left"


async def test_stopping_ends_calls_that_are_stalled() -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as http, PoeServer(speed=0) as poe:
        body = {"model": "gpt-5.2", "input": "[[stall=2]]", "stream": True}
        key = {"authorization": f"Bearer {poe.api_key}"}
        async with http.stream("POST", f"{poe.base_url}/responses", json=body, headers=key) as reply:
            assert reply.status_code == 200
            await poe.stop()
    assert poe.world.calls[0].outcome == "left"


async def test_a_server_that_never_started_may_be_stopped() -> None:
    await PoeServer().stop()


async def test_alone_it_prints_one_json_line_and_serves() -> None:
    code = "import asyncio; from adapters.sim.poe import serve; asyncio.run(serve(0, 'documented', speed=0))"
    alone = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert alone.stdout is not None
    try:
        told = json.loads(await asyncio.wait_for(alone.stdout.readline(), 20))
        async with httpx.AsyncClient(
            headers={"authorization": f"Bearer {told['api_key']}"}, timeout=PATIENCE
        ) as http:
            reply = await http.post(f"{told['base_url']}/responses", json={"model": "GPT-5.2", "input": "hi"})
            balance = await http.get(f"{told['usage_url']}/usage/current_balance")
        assert (told["profile"], reply.status_code, balance.status_code) == ("documented", 200, 200)
    finally:
        alone.terminate()
        await asyncio.wait_for(alone.wait(), 10)
        alone._transport.close()  # type: ignore[attr-defined]
