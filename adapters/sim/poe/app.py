"""The HTTP face of the embedded Poe: routes, keys, limits and headers.

Here: what every request goes through before and after its own work.  Not here: the work (``conduct``,
``usage``) or the socket (``server``).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.sim.poe import conduct, controls, media, usage
from adapters.sim.poe.conduct import Performance
from adapters.sim.poe.deliver import Plain, connection_of
from adapters.sim.poe.errors import Refusal, unauthorized
from adapters.sim.poe.faults import NO_FAULT, Fault
from adapters.sim.poe.wire import dumps
from adapters.sim.poe.world import Call, World

JSON = "application/json; charset=utf-8"
_Handler = Callable[[Request], Awaitable[ASGIApp]]


class Front:
    """The handlers of one server."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- what all replies share ----------------------------------------------------------------------

    def headers(self, endpoint: str, content_type: str = JSON) -> dict[str, str]:
        """Headers of a reply; the profile decides which of the documented ones are there."""
        profile = self.world.profile
        told = {
            "content-type": content_type,
            "openai-version": "2020-10-01",
            "openai-processing-ms": "12",
            "access-control-allow-origin": "*",
            "server": "cloudflare",
        }
        if profile.request_ids or endpoint == "chat":
            told["x-request-id"] = f"req-{self.world.ids.hex(24)}"
        if endpoint == "chat" and not profile.integer_codes:
            told["x-poe-feature-active"] = "chat-completions-strict"
        return told | (self.world.rate_headers() if profile.rate_headers else {})

    def json(self, endpoint: str, body: Any, status: int = 200, extra: dict[str, str] | None = None) -> Plain:
        """A JSON reply."""
        return Plain(status, self.headers(endpoint) | (extra or {}), dumps(body))

    def refusal(self, endpoint: str, refusal: Refusal) -> Plain:
        """The reply of a refused request."""
        error_id = self.world.ids.hex(32) if endpoint == "responses" else None
        body = refusal.body(self.world.profile, error_id=error_id)
        return self.json(endpoint, body, refusal.status, refusal.headers)

    def key_name(self, request: Request) -> str:
        """The name of the key a request carries.  Raises ``Refusal`` (401)."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or key.strip() not in self.world.keys:
            raise unauthorized()
        return self.world.keys[key.strip()]

    # --- model calls ---------------------------------------------------------------------------------

    async def responses(self, request: Request) -> ASGIApp:
        """``POST /v1/responses``."""
        return await self._model_call(request, "responses")

    async def chat(self, request: Request) -> ASGIApp:
        """``POST /v1/chat/completions``."""
        return await self._model_call(request, "chat")

    async def _model_call(self, request: Request, endpoint: str) -> ASGIApp:
        try:
            name = self.key_name(request)
            self.world.admit()
            call = self._begin(request, endpoint, name, await _body(request))
        except Refusal as refusal:
            return self.refusal(endpoint, refusal)
        try:
            return await self._answer(request, call)
        except Refusal as refusal:
            call.outcome, call.status, call.error = "refused", refusal.status, refusal.message
            call.ended_at = self.world.clock()
            return self.refusal(endpoint, refusal)

    def _begin(self, request: Request, endpoint: str, key_name: str, body: dict[str, Any]) -> Call:
        call = Call(
            number=len(self.world.calls) + 1,
            endpoint=endpoint,
            key_name=key_name,
            model=str(body.get("model", "")),
            body=body,
            headers={k: v for k, v in request.headers.items() if k != "authorization"},
            started_at=self.world.clock(),
            stream=body.get("stream") is True,
            previous_response_id=body.get("previous_response_id"),
        )
        self.world.calls.append(call)
        return call

    async def _answer(self, request: Request, call: Call) -> ASGIApp:
        fault = self.world.faults.take(call.endpoint, call.model, call.stream)
        call.fault = None if fault is NO_FAULT else fault
        connection = connection_of(request.scope)
        if fault.wait_headers and await connection.wait(fault.wait_headers):
            call.outcome = "left"
            return _silence
        if fault.reset:
            call.outcome = "cut"
            await connection.reset()
            return _silence
        model = conduct.model_of(self.world, call.body)
        if fault.status is not None and not fault.charged:
            return self._ordered(call, fault)
        ask, earlier = conduct.ask_of(self.world, call, model)
        act = Performance(self.world, call, ask, earlier, fault)
        if act.failure is not None:
            raise act.failure
        if fault.status is not None:
            act.charge_only()
            return self._ordered(call, fault)
        if ask.stream and not fault.as_json:
            return self._streaming(act)
        return await self._at_once(request, act)

    def _ordered(self, call: Call, fault: Fault) -> ASGIApp:
        """The error status a fault orders, with its own body if it has one."""
        assert fault.status is not None
        refusal = Refusal(fault.status, retry_after=fault.retry_after)
        if fault.body is None:
            raise refusal
        call.outcome, call.status = "refused", fault.status
        if isinstance(fault.body, str):
            return Plain(fault.status, {"content-type": "text/html"} | refusal.headers, fault.body.encode())
        return self.json(call.endpoint, fault.body, fault.status, refusal.headers)

    def _streaming(self, act: Performance) -> ASGIApp:
        headers = self.headers(act.call.endpoint, "text/event-stream; charset=utf-8")

        async def send_stream(scope: Scope, receive: Receive, send: Send) -> None:
            await act.stream(scope, receive, send, headers | {"cache-control": "no-cache"})

        return send_stream

    async def _at_once(self, request: Request, act: Performance) -> ASGIApp:
        connection = connection_of(request.scope)
        if not await act.think(connection):
            return _silence
        ending = act.script.ending
        if ending in ("cut", "none"):
            act.charge_only("cut")
            await connection.cut()
            return _silence
        if ending in ("error", "error_nested", "bare_error"):
            raise Refusal(500)
        return self.json(act.call.endpoint, act.whole())

    # --- the lists -----------------------------------------------------------------------------------

    async def models(self, request: Request) -> ASGIApp:
        """``GET /v1/models``; like the real one it needs no key."""
        return await self._look_up(request, "models", lambda: self.world.catalog.listing())

    async def balance(self, request: Request) -> ASGIApp:
        """``GET /usage/current_balance``."""
        return await self._look_up(request, "usage", lambda: usage.balance(self.world))

    async def history(self, request: Request) -> ASGIApp:
        """``GET /usage/points_history``."""
        return await self._look_up(request, "usage", lambda: usage.history(self.world, request.query_params))

    async def _look_up(self, request: Request, endpoint: str, body: Callable[[], dict[str, Any]]) -> ASGIApp:
        try:
            if endpoint == "usage":
                self.key_name(request)
                self.world.admit()
            fault = self.world.faults.take(endpoint)
            connection = connection_of(request.scope)
            await connection.wait(fault.wait_headers)
            if fault.reset:
                await connection.reset()
                return _silence
            if fault.status is not None:
                return self._ordered(_nobody(endpoint), fault)
            return self.json(endpoint, body())
        except Refusal as refusal:
            return self.refusal(endpoint, refusal)

    async def file(self, request: Request) -> ASGIApp:
        """``GET /base/{kind}/{name}``: what a media model made."""
        kind, prompt = self.world.media.get(request.path_params["name"], ("", ""))
        if kind != request.path_params["kind"]:
            return self.refusal("file", Refusal(404))
        make, media_type = media.MAKERS[kind]
        return Plain(200, {"content-type": media_type}, make(prompt))

    async def missing(self, request: Request, error: Exception) -> Response:
        """Any other route or method."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        refusal = Refusal(status, f"Unknown request URL: {request.method} {request.url.path}.")
        return Response(dumps(refusal.body(self.world.profile)), status, media_type="application/json")


async def _silence(scope: Scope, receive: Receive, send: Send) -> None:
    """Nothing more to say: the connection is closed."""


def _nobody(endpoint: str) -> Call:
    """A stand-in where a fault hits something that is not a model call."""
    return Call(number=0, endpoint=endpoint, key_name="", model="", body={}, headers={}, started_at=0.0)


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object of a request.  Raises ``Refusal`` (400)."""
    body: Any = None
    with contextlib.suppress(ValueError):
        body = json.loads(await request.body())
    if not isinstance(body, dict):
        raise Refusal(400, "We could not parse the JSON body of your request.")
    return body


def routes(world: World) -> list[Route]:
    """All routes of the server; the tests compare them with the table in ``coverage``."""
    front, control = Front(world), controls.Controls(world)
    table: tuple[tuple[str, str, _Handler], ...] = (
        ("POST", "/v1/responses", front.responses),
        ("POST", "/v1/chat/completions", front.chat),
        ("GET", "/v1/models", front.models),
        ("GET", "/usage/current_balance", front.balance),
        ("GET", "/usage/points_history", front.history),
        ("GET", "/base/{kind}/{name}", front.file),
        ("POST", "/_sim/faults", control.add_faults),
        ("DELETE", "/_sim/faults", control.clear_faults),
        ("GET", "/_sim/state", control.state),
        ("POST", "/_sim/state", control.change),
    )
    return [Route(path, _Endpoint(handler), methods=[method]) for method, path, handler in table]


class _Endpoint:
    """Starlette takes classes and instances as plain ASGI applications and leaves their methods to us."""

    def __init__(self, handler: _Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the handler and send its reply."""
        reply = await self._handler(Request(scope, receive))
        await reply(scope, receive, send)


def build(world: World) -> Starlette:
    """The application for a world."""
    front = Front(world)
    return Starlette(routes=routes(world), exception_handlers={404: front.missing, 405: front.missing})
