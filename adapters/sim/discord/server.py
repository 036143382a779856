"""The simulated Discord on a loopback port: HTTP, gateway and files, in the loop that is running.

What it is made of is in `world`, what it answers in `rest`, what it says by itself in `gateway`.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import Scope
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from .faults import Faults
from .gateway import Gateway
from .limits import Limits
from .line import SocketLine
from .person import Person
from .rest import Door
from .rest.table import ROUTES
from .seed import TOKEN
from .world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
UNTRUSTED = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
"""Files are whatever people sent, and come from the address of the page: none may run as a part of it."""


class DiscordServer:
    """`async with DiscordServer() as dc:` serves until the block ends.

    `rtt` is the distance in seconds: half of it passes before a request is handled, half after.
    """

    def __init__(
        self,
        port: int = 0,
        rtt: float = 0.0,
        *,
        host: str = "127.0.0.1",
        second_guild: bool = True,
        extra_routes: Sequence[BaseRoute] = (),
        world: World | None = None,
    ) -> None:
        self.rtt = rtt
        self.token = TOKEN
        self.world = world or World(second_guild=second_guild)
        self.gateway = Gateway(self.world)
        self.faults = Faults(self.gateway)
        self.limits = Limits()
        self.routes: list[BaseRoute] = [*self._own_routes(), *extra_routes]
        self._host, self._port = host, port
        self._transports: dict[Any, asyncio.Transport] = {}
        self._state = ServerState()
        self.closing = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        return self.world.base_url

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.base_url.replace('http', 'ws', 1)}/gw/"

    def as_person(self, name: str) -> Person:
        """Act as one of the people."""
        return Person(self.world, self.world.user(name))

    # -- life -----------------------------------------------------------------------------------

    async def __aenter__(self) -> "DiscordServer":
        config = uvicorn.Config(
            Starlette(routes=self.routes),
            lifespan="off",
            ws="websockets-sansio",
            ws_ping_interval=None,
            log_config=None,
            access_log=False,
            timeout_keep_alive=600,
        )
        config.load()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: self._protocol(config), self._host, self._port)
        port = self._server.sockets[0].getsockname()[1]
        self.world.base_url = f"http://{self._host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self.closing.set()
        self._server.close()
        for transport in tuple(self._transports.values()):
            transport.abort()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        await self._server.wait_closed()
        self.gateway.close()

    def _protocol(self, config: uvicorn.Config) -> H11Protocol:
        return _Tracked(config, self._state, self._transports)

    def cut(self, scope: Scope) -> None:
        """Abort the connection a request came on."""
        transport = self._transports.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()

    # -- what is served -------------------------------------------------------------------------

    def _own_routes(self) -> list[BaseRoute]:
        door = Door(self)
        api: list[BaseRoute] = [
            Route(route.template, door.endpoint(route), methods=[route.method]) for route in ROUTES
        ]
        api.append(Route("/{rest:path}", door.unknown, methods=METHODS))
        return [
            Mount("/api/v10", routes=api),
            Route("/api/{rest:path}", door.unknown, methods=METHODS),
            WebSocketRoute("/gw/", self._socket),
            Route("/cdn/attachments/{rest:path}", self._file),
        ]

    async def _socket(self, websocket: WebSocket) -> None:
        line = SocketLine(self.gateway, websocket, self.token, lambda: self.cut(websocket.scope))
        await line.run()

    async def _file(self, request: Request) -> Response:
        found = self.world.files.fetch(request.url.path, dict(request.query_params))
        if found is None:
            return PlainTextResponse("This content is no longer available.", status_code=404)
        content, kind = found
        return Response(content, media_type=kind, headers=UNTRUSTED)


class _Tracked(H11Protocol):
    """uvicorn's HTTP protocol, whose connections can be cut from outside."""

    def __init__(
        self, config: uvicorn.Config, state: ServerState, transports: dict[Any, asyncio.Transport]
    ) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._transports = transports

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        gone = [peer for peer, known in self._transports.items() if known.is_closing()]
        for peer in gone:
            del self._transports[peer]
        self._transports[transport.get_extra_info("peername")] = transport
        super().connection_made(transport)


async def serve(
    port: int = 0,
    *,
    rtt: float = 0.0,
    host: str = "127.0.0.1",
    extra_routes: Sequence[BaseRoute] = (),
    opened: Callable[[DiscordServer], Mapping[str, Any]] = lambda dc: {},
    out: TextIO = sys.stdout,
) -> None:
    """Serve until cancelled, after one JSON line with addresses, credentials and ids, and what `opened` adds to it."""
    async with DiscordServer(port, rtt, host=host, extra_routes=extra_routes) as dc:
        out.write(json.dumps({**introduction(dc), **opened(dc)}) + "\n")
        out.flush()
        await asyncio.Event().wait()


def introduction(dc: DiscordServer) -> dict[str, Any]:
    """What somebody needs to connect a bot and to know who is there."""
    world = dc.world
    return {
        "api_url": dc.api_url,
        "gateway_url": dc.gateway_url,
        "url": dc.base_url,
        "token": dc.token,
        "application_id": str(world.application_id),
        "guilds": {guild.name: str(guild.id) for guild in world.guilds.values()},
        "channels": {channel.name: str(channel.id) for channel in world.channels.values()},
        "people": {user.username: str(user.id) for user in world.users.values()},
    }
