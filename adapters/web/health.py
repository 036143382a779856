"""Two addresses for whoever watches the process: /healthz (it runs) and /readyz (it hears its platforms and can write its store).

Only counts and our own sentences are shown, so the page needs no login; it is bound to loopback unless configured otherwise.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from adapters.web.serving import served


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`problems` are sentences; ready means there are none."""

    problems: tuple[str, ...] = ()
    answers: int = 0
    waiting: int = 0
    hears: tuple[str, ...] = ()  # platforms that are connected


Look = Callable[[], Awaitable[Health]]


def app(look: Look, doors: Sequence[BaseRoute] = ()) -> Starlette:
    """`doors` are what else is served at the same address."""

    async def alive(_: Request) -> JSONResponse:
        return JSONResponse({"alive": True})

    async def ready(_: Request) -> JSONResponse:
        health = await look()
        body = {
            "ready": not health.problems,
            "problems": list(health.problems),
            "answers": health.answers,
            "waiting": health.waiting,
            "hears": list(health.hears),
        }
        return JSONResponse(body, status_code=503 if health.problems else 200)

    return Starlette(routes=[Route("/healthz", alive), Route("/readyz", ready), *doors])


@asynccontextmanager
async def at(application: Starlette, host: str, port: int) -> AsyncIterator[int]:
    """Serve there; yields the port (a free one for 0). Raises OSError when the address is taken."""
    listener = socket.create_server((host, port))
    async with served(application, listener):
        yield int(listener.getsockname()[1])
