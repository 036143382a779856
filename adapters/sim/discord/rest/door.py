"""The door every request passes: distance, faults, token, rate limits, body, handler, log.

What a route does is its handler's business; how HTTP wraps it is this module's.
"""

import asyncio
import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from adapters.sim.discord.errors import ApiError, unauthorized
from adapters.sim.discord.faults import Fault
from adapters.sim.discord.limits import Verdict, refusal_headers
from adapters.sim.discord.nouns import Exchange, Json

from .call import Call, Reply, Upload
from .table import Route

if TYPE_CHECKING:
    from adapters.sim.discord.server import DiscordServer

UPSTREAM = "upstream connect error or disconnect/reset before headers. reset reason: connection failure"
MAJORS = ("channel_id", "guild_id", "webhook_token", "interaction_id")


class Lost(Exception):
    """The connection is cut instead of answered."""


class Failure(Exception):
    """The answer is this response, made already."""

    def __init__(self, response: Response, body: Json | None = None) -> None:
        super().__init__(str(response.status_code))
        self.response = response
        self.body = body


class Door:
    """Answers requests for one server."""

    def __init__(self, server: "DiscordServer") -> None:
        self._server = server
        self._world = server.world

    def endpoint(self, route: Route) -> Callable[[Request], Any]:
        """What Starlette calls for a route."""

        async def answer(request: Request) -> Response:
            try:
                await self._pass(self._server.rtt / 2)
                response = await self._answer(route, request)
                await self._pass(self._server.rtt / 2)
            except (Lost, ClientDisconnect):
                await self._cut(request)
                return Response(status_code=500)
            return response

        return answer

    async def unknown(self, request: Request) -> Response:
        """A route no Discord has, or this one does not; noted, so that tests fail."""
        self._world.violation(f"{request.method} {request.url.path} is not a route of this Discord")
        return self._refused(ApiError(404, 0, "404: Not Found"))

    async def _answer(self, route: Route, request: Request) -> Response:
        fault = self._server.faults.take(route.method, route.template)
        if fault is not None:
            self._world.tell("fault.struck", fault)
        call = Call(world=self._world, params=request.path_params, query=dict(request.query_params))
        verdict = Verdict(headers={})
        try:
            await self._read(call, request)
            if fault is not None:
                await self._suffer(fault)
            self._authorize(route, request)
            verdict = self._limit(route, call)
            body = call.body  # handlers may take the body apart; the log keeps it whole
            reply = self._handle(route, call)
            response = self._accepted(reply, verdict)
            self._log(route, request, call, body, reply.status, reply.body, fault)
            if fault is not None and fault.effect == "lose":
                raise Lost
        except ApiError as error:
            response = self._refused(error, verdict.headers)
            self._log(route, request, call, call.body, error.status, error.body, fault)
        except Failure as failure:
            response = failure.response
            self._log(route, request, call, call.body, response.status_code, failure.body, fault)
        return response

    def _handle(self, route: Route, call: Call) -> Reply:
        """What the handler says; a body it cannot even read is noted, so that tests fail."""
        try:
            result = route.handler(call)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            what = f"{route.method} {route.template} with {call.body!r:.300}"
            self._world.violation(f"{what} made the server stumble: {error!r}")
            raise ApiError(500, 0, "500: Internal Server Error") from error
        if isinstance(result, Reply):
            return result
        return Reply(status=204) if result is None else Reply(status=200, body=result)

    # -- reading --------------------------------------------------------------------------------

    async def _read(self, call: Call, request: Request) -> None:
        declared = int(request.headers.get("content-length") or 0)
        if declared > self._world.rules.request_bytes:
            raise ApiError(413, 40005)
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind == "multipart/form-data":
            await self._read_form(call, request)
            return
        text = await request.body()
        if text:
            call.body = _parsed(text)

    async def _read_form(self, call: Call, request: Request) -> None:
        """`payload_json` and `files[n]`, in the order of their numbers."""
        async with request.form(max_part_size=self._world.rules.request_bytes) as form:
            for name, part in form.multi_items():
                if isinstance(part, UploadFile):
                    digits = "".join(filter(str.isdigit, name))
                    call.files.append(
                        Upload(
                            index=int(digits or len(call.files)),
                            name=part.filename or "unknown",
                            content=await part.read(),
                            content_type=part.content_type,
                        )
                    )
                elif name == "payload_json":
                    call.body = _parsed(part.encode())

    def _authorize(self, route: Route, request: Request) -> None:
        if not route.open and request.headers.get("authorization") != f"Bot {self._server.token}":
            raise unauthorized()

    def _limit(self, route: Route, call: Call) -> Verdict:
        """Use up the bucket; raises the 429 when it is empty."""
        major = "/".join(call.params[name] for name in MAJORS if name in call.params)
        bucket = route.bucket if route.bucket != "other" else f"{route.method} {route.template}"
        verdict = self._server.limits.take(bucket, major, counts_globally=not route.open)
        if verdict.retry_after is not None:
            raise self._too_many(verdict)
        return verdict

    # -- faults ---------------------------------------------------------------------------------

    async def _suffer(self, fault: Fault) -> None:
        if fault.effect == "slow":
            await self._pass(fault.seconds)
        elif fault.effect == "drop":
            raise Lost
        elif fault.effect == "limit":
            scope = {"X-RateLimit-Global": "true"} if fault.scope == "global" else {}
            verdict = Verdict(headers=scope, retry_after=fault.seconds, scope=fault.scope)
            raise self._too_many(verdict)
        elif fault.effect == "answer" and fault.status >= 501:
            raise Failure(PlainTextResponse(UPSTREAM, status_code=fault.status))
        elif fault.effect == "answer":
            message = fault.message or (f"{fault.status}: Internal Server Error" if not fault.code else None)
            raise ApiError(fault.status, fault.code, message)

    async def _pass(self, seconds: float) -> None:
        """Let time pass; a server that closes meanwhile loses the request."""
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._server.closing.wait()
        except TimeoutError:
            return
        raise Lost

    async def _cut(self, request: Request) -> None:
        """End the connection without an answer, and wait until that is noticed."""
        self._server.cut(request.scope)
        while (await request.receive())["type"] != "http.disconnect":
            pass

    # -- answering ------------------------------------------------------------------------------

    def _accepted(self, reply: Reply, verdict: Verdict) -> Response:
        if reply.body is None:
            return Response(status_code=reply.status, headers=verdict.headers)
        return JSONResponse(reply.body, status_code=reply.status, headers=verdict.headers)

    def _refused(self, error: ApiError, headers: dict[str, str] | None = None) -> Response:
        if error.status in (401, 403, 429):
            self._world.invalid_requests += 1
        headers = dict(headers or {})
        if error.status == 429:
            self._world.rate_limited += 1
            wait = float(error.body.get("retry_after", 1.0))
            headers |= {
                "Via": "1.1 google",
                "Retry-After": str(math.ceil(wait)),
                "X-RateLimit-Scope": "shared",
            }
        return JSONResponse(error.body, status_code=error.status, headers=headers)

    def _too_many(self, verdict: Verdict) -> Failure:
        self._world.rate_limited += 1
        self._world.invalid_requests += verdict.scope != "shared"
        body: Json = {
            "message": "You are being rate limited.",
            "retry_after": round(verdict.retry_after or 0.0, 3) + 0.001,
            "global": verdict.scope == "global",
            "code": 0,
        }
        return Failure(JSONResponse(body, status_code=429, headers=refusal_headers(verdict)), body)

    def _log(
        self,
        route: Route,
        request: Request,
        call: Call,
        body: Any,
        status: int,
        answer: Any,
        fault: Fault | None,
    ) -> None:
        exchange = Exchange(
            at=self._world.now(),
            method=route.method,
            template=route.template,
            path=request.url.path,
            query=call.query,
            body=body,
            files=tuple(upload.name for upload in call.files),
            status=status,
            answer=answer,
            fault=fault.effect if fault else None,
        )
        self._world.exchanges.append(exchange)
        self._world.tell("exchange.done", exchange)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ApiError(400, 50109) from None
