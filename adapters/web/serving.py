"""A web application served inside this event loop, for as long as a block lasts. What it serves is elsewhere."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import uvicorn
from starlette.applications import Starlette

STARTED_WITHIN = 10.0


@asynccontextmanager
async def served(application: Starlette, listener: socket.socket) -> AsyncIterator[None]:
    """Serve on a socket that listens already; it is closed afterwards."""
    server = uvicorn.Server(
        uvicorn.Config(application, log_config=None, access_log=False, lifespan="off", ws="none")
    )
    # Signals belong to the program, not to one of its servers.
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    async with asyncio.TaskGroup() as group:
        task = group.create_task(server.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(STARTED_WITHIN):
                while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers no event
                    await asyncio.sleep(0.01)
            yield
        finally:
            server.should_exit = True
            # Before the group hears of an error and cancels it: a cancelled server leaves its sockets open.
            await asyncio.wait({task})
