"""An embedded Poe in each profile, and clients for it."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import openai
import pytest

from adapters.sim.poe import PoeServer
from tests.plugins.waiting import PATIENCE

# Reading the certificates of the world takes longer than a test; nothing here speaks TLS.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class Frames:
    """A stream as it came: its events in order (``None`` names where no event line was) and its raw bytes."""

    events: list[tuple[str | None, Any]]
    raw: bytes
    broken: bool = False

    @property
    def kinds(self) -> list[str]:
        return [data.get("type", "error") if isinstance(data, dict) else data for _, data in self.events]

    @property
    def text(self) -> str:
        return "".join(
            d["delta"]
            for _, d in self.events
            if isinstance(d, dict) and d.get("type") == "response.output_text.delta"
        )

    @property
    def last(self) -> Any:
        """The last JSON event."""
        return [data for _, data in self.events if isinstance(data, dict)][-1]


def frames_of(raw: bytes, *, broken: bool = False) -> Frames:
    events: list[tuple[str | None, Any]] = []
    for block in raw.decode().replace("\r\n", "\n").split("\n\n"):
        fields = [line.partition(": ") for line in block.split("\n") if line and not line.startswith(":")]
        named = {name: value for name, _, value in fields}
        if "data" in named:
            data = named["data"]
            events.append((named.get("event"), data if data == "[DONE]" else json.loads(data)))
    return Frames(events, raw, broken)


class Caller:
    """Raw requests to one server."""

    def __init__(self, poe: PoeServer) -> None:
        self.poe = poe
        headers = {"authorization": f"Bearer {poe.api_key}"}
        self.http = httpx.AsyncClient(base_url=poe.usage_url, headers=headers, timeout=PATIENCE, verify=PLAIN)

    async def respond(self, text: str, model: str = "gpt-5.2", **more: Any) -> httpx.Response:
        return await self.http.post("/v1/responses", json={"model": model, "input": text, **more})

    async def chat(self, text: str, model: str = "grok-4", **more: Any) -> httpx.Response:
        messages = [{"role": "user", "content": text}]
        return await self.http.post(
            "/v1/chat/completions", json={"model": model, "messages": messages, **more}
        )

    async def stream(
        self, text: str, model: str = "gpt-5.2", path: str = "/v1/responses", **more: Any
    ) -> Frames:
        """Read a stream to its end, also where the connection breaks."""
        body: dict[str, Any] = {"model": model, "stream": True, **more}
        body |= (
            {"input": text} if path == "/v1/responses" else {"messages": [{"role": "user", "content": text}]}
        )
        raw, broken = b"", False
        async with self.http.stream("POST", path, json=body) as reply:
            assert reply.status_code == 200, await reply.aread()
            try:
                async for part in reply.aiter_raw():
                    raw += part
            except httpx.RemoteProtocolError:
                broken = True
        return frames_of(raw, broken=broken)

    async def said(self, text: str, model: str = "gpt-5.2", **more: Any) -> str:
        """The text of a finished Responses reply."""
        reply = await self.respond(text, model, **more)
        assert reply.status_code == 200, reply.text
        message = next(item for item in reply.json()["output"] if item["type"] == "message")
        return str(message["content"][0]["text"])

    async def get(self, path: str, **query: Any) -> Any:
        reply = await self.http.get(path, params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture
async def poe() -> AsyncIterator[PoeServer]:
    async with PoeServer(speed=0, row_after=0, cost_after=0) as server:
        yield server


@pytest.fixture
async def documented() -> AsyncIterator[PoeServer]:
    async with PoeServer(profile="documented", speed=0, row_after=0, cost_after=0) as server:
        yield server


@pytest.fixture
async def call(poe: PoeServer) -> AsyncIterator[Caller]:
    caller = Caller(poe)
    async with caller.http:
        yield caller


@pytest.fixture
async def call_documented(documented: PoeServer) -> AsyncIterator[Caller]:
    caller = Caller(documented)
    async with caller.http:
        yield caller


@pytest.fixture
async def sdk(documented: PoeServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        api_key=documented.api_key, base_url=documented.base_url, max_retries=0
    ) as client:
        yield client


@pytest.fixture
async def sdk_observed(poe: PoeServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key=poe.api_key, base_url=poe.base_url, max_retries=0) as client:
        yield client
