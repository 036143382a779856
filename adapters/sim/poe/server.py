"""Running the embedded Poe: on a loopback port, inside the running event loop, with a bounded end.

Here: the socket, uvicorn's protocol on it, start and stop.  Not here: anything about Poe.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from adapters.sim.poe.app import build
from adapters.sim.poe.deliver import CONNECTION, Connection
from adapters.sim.poe.faults import FaultBoard
from adapters.sim.poe.profile import profile_of
from adapters.sim.poe.world import Settings, World

HOST = "127.0.0.1"
PATIENCE = 3.0  # seconds that requests get to end when the server stops


class _Protocol(H11Protocol):
    """uvicorn's HTTP protocol, which also tells handlers about the socket below them."""

    def __init__(self, config: uvicorn.Config, server_state: ServerState) -> None:
        super().__init__(config, server_state, {})
        self._below: Connection | None = None
        self._inner: ASGIApp = self.app
        self.app = self._with_connection

    async def _with_connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[CONNECTION] = self._below
        await self._inner(scope, receive, send)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._below = Connection(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._below is not None:
            self._below.lost()


class PoeServer:
    """An embedded Poe.  Use it as ``async with PoeServer() as poe``.

    ``port`` 0 takes a free one.  ``profile`` is ``observed`` or ``documented``; ``chaining``,
    ``event_lines`` and ``done_marker`` override single switches of it.  ``api_keys`` are keys, or a mapping
    from keys to the names that appear in the history.  ``speed`` is tokens a second (0: as fast as
    possible), ``first_delay`` seconds before the first.  ``balance`` is in points.  ``rate_limit`` requests
    are admitted in ``rate_window`` seconds.  A history row appears ``row_after`` seconds after its call and
    has its cost ``cost_after`` seconds later.
    """

    def __init__(
        self,
        port: int = 0,
        profile: str = "observed",
        api_keys: Sequence[str] | Mapping[str, str] = ("sim-poe-key",),
        speed: float = 50.0,
        seed: int = 1,
        balance: int = 1_000_000,
        *,
        chaining: bool | None = None,
        event_lines: bool | None = None,
        done_marker: bool | None = None,
        first_delay: float = 0.0,
        rate_limit: int = 500,
        rate_window: float = 60.0,
        row_after: float = 0.3,
        cost_after: float = 0.3,
    ) -> None:
        settings = Settings(
            profile=profile_of(profile, chaining=chaining, event_lines=event_lines, done_marker=done_marker),
            speed=speed,
            seed=seed,
            first_delay=first_delay,
            rate_limit=rate_limit,
            rate_window=rate_window,
            row_after=row_after,
            cost_after=cost_after,
        )
        names = {key: f"key-{number}" for number, key in enumerate(api_keys, 1)}
        keys = dict(api_keys) if isinstance(api_keys, Mapping) else names
        self.world = World(settings=settings, keys=keys, balance=balance)
        self._wanted_port = port
        self._listener: asyncio.Server | None = None
        self._state = ServerState()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._listener is not None, "the server is not running"
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    @property
    def usage_url(self) -> str:
        """The root of the ``/usage`` routes."""
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        """The root of the ``/v1`` routes."""
        return f"{self.usage_url}/v1"

    @property
    def api_key(self) -> str:
        """The first key."""
        return next(iter(self.world.keys))

    @property
    def faults(self) -> FaultBoard:
        """The switches for what goes wrong."""
        return self.world.faults

    async def start(self) -> None:
        """Begin to listen.  Raises ``OSError`` when the port is taken."""
        config = uvicorn.Config(
            build(self.world), lifespan="off", log_config=None, access_log=False, ws="none"
        )
        config.load()
        loop = asyncio.get_running_loop()
        sock = socket.create_server((HOST, self._wanted_port), backlog=1024)
        self._listener = await loop.create_server(
            lambda: _Protocol(config, self._state), sock=sock, backlog=1024
        )
        self.world.site = self.usage_url

    async def stop(self) -> None:
        """Close everything; requests still running end within ``PATIENCE`` seconds."""
        if self._listener is None:
            return
        self._listener.close()
        for connection in list(self._state.connections):
            connection.transport.abort()
        if self._state.tasks:
            _, late = await asyncio.wait(self._state.tasks, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._listener.wait_closed()

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        await self.stop()


async def serve(port: int = 0, profile: str = "observed", **options: Any) -> None:
    """Serve until cancelled.  Prints one JSON line with the addresses, a key and the profile.

    ``options`` are those of ``PoeServer``.
    """
    async with PoeServer(port, profile, **options) as poe:
        told = {
            "base_url": poe.base_url,
            "usage_url": poe.usage_url,
            "api_key": poe.api_key,
            "profile": poe.world.profile.name,
            "faults_url": f"{poe.usage_url}/_sim/faults",
            "state_url": f"{poe.usage_url}/_sim/state",
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
