"""Any server that speaks the Responses API: without a list of models, without prices, without usage records."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from adapters.web.serving import served
from tests.journeys.stories import command, small_print

ASK = "Say hello"


class Plain:
    """A model on the same machine: one route, no list of models, nothing else."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.address = ""

    async def respond(self, request: Request) -> StreamingResponse:
        self.bodies.append(json.loads(await request.body()))
        events = [
            {"type": "response.created", "response": {"id": "resp_1"}},
            {"type": "response.output_text.delta", "delta": "Ahoy "},
            {"type": "response.output_text.delta", "delta": "there."},
            {
                "type": "response.completed",
                "response": {"id": "resp_1", "usage": {"input_tokens": 5, "output_tokens": 2}},
            },
        ]
        lines = (f"data: {json.dumps(event)}\n\n" for event in events)
        return StreamingResponse(lines, media_type="text/event-stream")

    def environment(self) -> dict[str, str]:
        return {
            "POEBRIDGE_POE__BASE_URL": f"{self.address}/v1",
            "POEBRIDGE_POE__USAGE_URL": self.address,
            "POEBRIDGE_ANSWERS__DEFAULT_MODEL": "llama-at-home",
        }


@pytest.fixture
async def plain() -> AsyncIterator[Plain]:
    server = Plain()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        routes = [Route("/v1/responses", server.respond, methods=["POST"])]
        async with served(Starlette(routes=routes), listener):
            yield server


async def test_a_model_on_the_same_machine_answers_and_costs_nothing(make_whole, plain):
    async with make_whole(env=plain.environment()) as whole:
        await whole.start()
        answer = await whole.ask("ben", "general", ASK)
        again = await whole.ask("ben", "general", "And again?", reply_to=answer)

        assert answer.content.startswith("Ahoy there.")
        assert small_print(answer)[-1] == "llama-at-home · 0 points · 3,000 left"
        assert again.content.startswith("Ahoy there.")
        assert plain.bodies[1]["previous_response_id"] == "resp_1"
        assert await whole.house.store.open_holds() == ()
        assert await whole.house.store.verify() == ()


async def test_a_flat_price_is_taken_for_it_where_one_is_set(make_whole, plain):
    async with make_whole(env=plain.environment(), settings={"flat_prices": {"llama-at-home": 7}}) as whole:
        await whole.start()
        answer = await whole.ask("ben", "general", ASK)

        assert small_print(answer)[-1] == "llama-at-home · 7 points · 2,993 left"
        assert "7 spent" in await command(whole, "ben", "points")
