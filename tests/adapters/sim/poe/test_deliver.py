"""Pacing, leaving and the socket itself."""

import asyncio
from typing import Any

import httpx

from adapters.sim.poe import PoeServer
from tests.plugins.waiting import PATIENCE, until


async def test_a_caller_who_leaves_is_charged_for_what_was_made() -> None:
    async with PoeServer(speed=200) as poe, httpx.AsyncClient(timeout=PATIENCE) as http:
        key = {"authorization": f"Bearer {poe.api_key}"}
        body = {"model": "gpt-5.2", "input": "[[len=40000]]", "stream": True}
        async with http.stream("POST", f"{poe.base_url}/responses", json=body, headers=key) as reply:
            async for part in reply.aiter_raw():
                if b"output_text.delta" in part:
                    break
        await until(lambda: poe.world.calls[0].outcome == "left")
        left = poe.world.calls[0]
        assert 0 < left.usage.output < 10_000
        assert left.points == 1_000_000 - poe.world.balance


async def test_a_caller_who_leaves_a_plain_call_pays_it_whole() -> None:
    async with (
        PoeServer(speed=1) as poe,
        httpx.AsyncClient(timeout=PATIENCE) as http,
        asyncio.TaskGroup() as tasks,
    ):
        key = {"authorization": f"Bearer {poe.api_key}"}
        body = {"model": "gpt-5.2", "input": "[[len=4000]]"}
        leaving = tasks.create_task(http.post(f"{poe.base_url}/responses", json=body, headers=key))
        await until(lambda: poe.world.calls)
        leaving.cancel()
        await until(lambda: poe.world.calls[0].outcome == "left")
        assert poe.world.calls[0].usage.output == 1000


async def test_tokens_come_spread_over_time_and_not_all_at_once() -> None:
    async with PoeServer(speed=50) as poe, httpx.AsyncClient(timeout=PATIENCE) as http:
        key = {"authorization": f"Bearer {poe.api_key}"}
        body = {"model": "gpt-5.2", "input": "[[len=400]]", "stream": True}
        async with http.stream("POST", f"{poe.base_url}/responses", json=body, headers=key) as reply:
            parts = [part async for part in reply.aiter_raw()]
    assert len(parts) > 10


async def test_a_prompt_chooses_its_own_speed_and_first_delay() -> None:
    async with PoeServer(speed=0.001) as poe, httpx.AsyncClient(timeout=PATIENCE) as http:
        key = {"authorization": f"Bearer {poe.api_key}"}
        body = {"model": "gpt-5.2", "input": "[[speed=0]] [[first=0.3]] hello", "stream": True}
        reply = await http.post(f"{poe.base_url}/responses", json=body, headers=key)
    assert "response.completed" in reply.text


async def test_many_streams_run_side_by_side_and_each_is_whole() -> None:
    async with (
        PoeServer(speed=400) as poe,
        httpx.AsyncClient(limits=httpx.Limits(max_connections=60), timeout=PATIENCE) as http,
    ):
        key = {"authorization": f"Bearer {poe.api_key}"}
        body = {"model": "gpt-5.2", "input": "[[len=200]]", "stream": True}
        replies = await asyncio.gather(
            *(http.post(f"{poe.base_url}/responses", json=body, headers=key) for _ in range(50))
        )
        assert all(reply.text.count("response.output_text.delta\n") == 50 for reply in replies)
        assert {one.outcome for one in poe.world.calls} == {"completed"}


async def test_a_reader_who_does_not_read_does_not_fill_the_servers_memory() -> None:
    async with PoeServer(speed=0) as poe:
        reader, writer = await asyncio.open_connection("127.0.0.1", poe.port, limit=1024)
        body = b'{"model":"gpt-5.2","input":"[[len=900000]]","stream":true}'
        head = f"POST /v1/responses HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {poe.api_key}\r\n"
        writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await reader.readexactly(100)
        await until(lambda: len(poe.world.calls) == 1)
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert poe.world.calls[0].outcome == "running"
        writer.transport.abort()
        await until(lambda: poe.world.calls[0].outcome == "left")
        assert poe.world.calls[0].usage.output < 225_000


async def test_an_old_client_without_chunks_gets_the_whole_stream() -> None:
    async with PoeServer(speed=0) as poe:
        reader, writer = await asyncio.open_connection("127.0.0.1", poe.port)
        body = b'{"model":"gpt-5.2","input":"[[len=40]]","stream":true}'
        head = f"POST /v1/responses HTTP/1.0\r\nAuthorization: Bearer {poe.api_key}\r\n"
        writer.write(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        raw = await reader.read()
        writer.close()
    assert raw.endswith(b"data: [DONE]\n\n")
    assert b"transfer-encoding" not in raw


async def test_a_connection_is_used_again_after_a_stream(call: Any) -> None:
    await call.stream("[[len=40]]")
    before = set(call.poe._state.connections)
    await call.stream("[[len=40]]")
    assert set(call.poe._state.connections) == before
