"""The simulated Slack on a loopback port: Web API, Socket Mode, files and OAuth, in the loop that is running.

What it is made of is in `world`, what it answers in `web`, what it says by itself in `delivery`.
"""

import asyncio
import json
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Scope
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from . import oauth
from .delivery import Deliveries
from .faults import Faults
from .http_out import HttpOut
from .limits import Limits
from .line import SocketLine
from .nouns import Json, Team
from .person import Person
from .web import Beside, Door
from .world import World

METHODS = ["GET", "POST"]


class SlackServer:
    """`async with SlackServer() as slack:` serves until the block ends.

    `rtt` is the distance in seconds: half of it passes before a call is handled, half after.
    """

    def __init__(
        self,
        port: int = 0,
        rtt: float = 0.0,
        *,
        host: str = "127.0.0.1",
        extra_routes: Sequence[BaseRoute] = (),
        world: World | None = None,
    ) -> None:
        self.rtt = rtt
        self.world = world or World()
        self.http = HttpOut(self.world)
        self.deliveries = Deliveries(self.world, self.http)
        self.http.use(self.deliveries)
        self.faults = Faults(self.deliveries)
        self.limits = Limits()
        self.closing = asyncio.Event()
        self.tickets: set[str] = set()
        self.routes: list[BaseRoute] = [*self._own_routes(), *extra_routes]
        self._host, self._port = host, port
        self._transports: dict[Any, asyncio.Transport] = {}
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    # -- what a client needs --------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        return self.world.base_url

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/api/"

    @property
    def token(self) -> str:
        """The bot token in the first workspace."""
        return self.world.bot_token.value

    @property
    def app_token(self) -> str:
        return self.world.app_token.value

    @property
    def signing_secret(self) -> str:
        return self.world.app.signing_secret

    @property
    def client_id(self) -> str:
        return self.world.app.client_id

    @property
    def client_secret(self) -> str:
        return self.world.app.client_secret

    @property
    def events_url(self) -> str | None:
        """Where payloads are posted, signed; None: they go over Socket Mode."""
        return self.http.url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self.http.url = url

    async def verify(self, url: str) -> bool:
        """Set `events_url` as the app's settings do: only where the URL answers the challenge."""
        return await self.http.verify(url)

    def apply_manifest(self, manifest: Json) -> None:
        """Give the app this manifest, and its tokens the scopes of it, as after a new installation."""
        self.world.app.apply(manifest)
        for token in self.world.tokens.values():
            token.scopes = self.world.app.scopes if token.kind == "bot" else token.scopes

    def as_person(self, name: str) -> Person:
        """Act as one of the people."""
        return Person(self.world, self.deliveries, self.world.user(name))

    def install(self, team: "str | Team", by: str) -> str:
        """Install the app in a workspace without the walk through OAuth; returns the bot token."""
        return self.world.install(self.world.team(team), self.world.user(by)).value

    # -- life -----------------------------------------------------------------------------------

    async def __aenter__(self) -> "SlackServer":
        config = uvicorn.Config(
            Starlette(routes=self.routes),
            lifespan="off",
            ws="websockets-sansio",
            ws_ping_interval=self.world.rules.ping_seconds,
            ws_ping_timeout=None,
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
        self.deliveries.close()
        await self.http.close()
        for transport in tuple(self._transports.values()):
            transport.abort()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _protocol(self, config: uvicorn.Config) -> H11Protocol:
        return _Tracked(config, self._state, self._transports)

    def cut(self, scope: Scope) -> None:
        """Abort the connection a request came on."""
        transport = self._transports.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()

    def deafen(self, scope: Scope) -> None:
        """Read nothing more of the connection a request came on; it stays open."""
        transport = self._transports.get(tuple(scope["client"]))
        if transport is not None:
            transport.pause_reading()

    def ticket(self) -> str:
        """A new address for a socket, good for once."""
        ticket = secrets.token_hex(8)
        self.tickets.add(ticket)
        address = self.base_url.replace("http", "ws", 1)
        return f"{address}/link/?ticket={ticket}&app_id={self.world.app.id}"

    # -- what is served -------------------------------------------------------------------------

    def _own_routes(self) -> list[BaseRoute]:
        door, beside = Door(self), Beside(self)
        return [
            Route("/api/{method:path}", door.answer, methods=METHODS),
            WebSocketRoute("/link/", self._socket),
            Route("/respond/{key}", beside.respond, methods=["POST"]),
            Route("/upload/v1/{key}", beside.upload, methods=["POST", "PUT"]),
            Route("/files-pri/{owner}/{rest:path}", beside.file),
            Route("/oauth/v2/authorize", self._authorize, methods=METHODS),
            Route("/signin", self._sign_in),
        ]

    async def _socket(self, websocket: WebSocket) -> None:
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self.tickets:
            await websocket.close(4001)
            return
        self.tickets.discard(ticket)
        scope = websocket.scope
        line = SocketLine(self.deliveries, websocket, lambda: self.cut(scope), lambda: self.deafen(scope))
        await line.run()

    async def _sign_in(self, request: Request) -> Response:
        return HTMLResponse("<!DOCTYPE html><html><title>Sign in</title><p>Sign in to your workspace</html>")

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if request.method == "GET":
            return HTMLResponse(oauth.page(self.world, asked))
        asked |= {name: str(value) for name, value in (await request.form()).items()}
        try:
            return RedirectResponse(oauth.allow(self.world, asked), status_code=302)
        except oauth.Refused as refused:
            return HTMLResponse(oauth.refusal(str(refused)), status_code=400)


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
    opened: Callable[[SlackServer], Mapping[str, Any]] = lambda slack: {},
    out: TextIO = sys.stdout,
) -> None:
    """Serve until cancelled, after one JSON line with addresses, credentials and ids, and what `opened` adds to it."""
    async with SlackServer(port, rtt, host=host, extra_routes=extra_routes) as slack:
        out.write(json.dumps({**introduction(slack), **opened(slack)}) + "\n")
        out.flush()
        await asyncio.Event().wait()


def introduction(slack: SlackServer) -> dict[str, Any]:
    """What somebody needs to connect an app and to know who is there."""
    world = slack.world
    return {
        "api_url": slack.api_url,
        "url": slack.base_url,
        "token": slack.token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
        "client_id": slack.client_id,
        "client_secret": slack.client_secret,
        "app_id": world.app.id,
        "teams": {team.name: team.id for team in world.teams.values()},
        "channels": {channel.name: channel.id for channel in world.channels.values() if channel.name},
        "people": {user.name: user.id for user in world.users.values()},
    }
