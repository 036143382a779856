"""The door every call passes: distance, faults, token, scope, limits, arguments, handler, log.

What a method does is its handler's business; how HTTP wraps it is this module's.
"""

import base64
import json
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from adapters.sim.slack.errors import ApiError, malformed, missing_scope
from adapters.sim.slack.faults import Fault
from adapters.sim.slack.ids import fresh
from adapters.sim.slack.nouns import Exchange, Json, Token

from .call import Call
from .table import METHODS, Method
from .way import Lost, Page, Way

if TYPE_CHECKING:
    from adapters.sim.slack.server import SlackServer


class Door:
    """Answers requests for one server."""

    def __init__(self, server: "SlackServer") -> None:
        self._server = server
        self._world = server.world
        self._way = Way(server)

    # -- the Web API ----------------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        """One call of `/api/<method>`."""
        return await self._way.there_and_back(request, self._call(request))

    async def _call(self, request: Request) -> Response:
        name = request.path_params["method"]
        fault = self._server.faults.take(name)
        if fault is not None:
            await self._way.early(fault)
        token_value, args, shape = await self._read(request)
        token = self._world.tokens.get(token_value)
        call = Call(server=self._server, token=token, args=args)
        try:
            if fault is not None:
                self._refuse_by(fault)
            if shape is not None:
                raise shape
            body = self._handle(name, call, token_value)
            status = 200
        except ApiError as error:
            body, status = self._refused(name, error)
        except Page as page:
            self._log(name, call, page.status, page.text, fault)
            return HTMLResponse(page.text, status_code=page.status)
        if call.warnings:
            told = ",".join(call.warnings)
            body |= {"warning": told, "response_metadata": {"warnings": call.warnings}}
        self._log(name, call, status, body, fault)
        if fault is not None and fault.effect == "lose":
            raise Lost
        return JSONResponse(body, status_code=status, headers=self._headers(name, token, body))

    def _handle(self, name: str, call: Call, token_value: str) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise ApiError(
                "unknown_method", violation=f"{name} is not a method of this Slack", req_method=name
            )
        if method.token != "none":
            self._admit(method, call.token, token_value)
        team = call.token.team_id if call.token else ""
        wait = self._server.limits.take(name, team, method.tier)
        if wait is not None:
            raise ApiError("ratelimited", retry_after=wait)
        if strange := call.args.keys() - method.args:
            self._world.violation(f"{name} takes no {', '.join(sorted(strange))}")
        return {"ok": True, **method.handler(call)}

    def _admit(self, method: Method, token: Token | None, value: str) -> None:
        if not value:
            raise ApiError("not_authed")
        if token is None:
            raise ApiError("invalid_auth")
        if token.revoked:
            gone = token.kind == "bot" and self._world.teams[token.team_id].bot is None
            raise ApiError("account_inactive" if gone else "token_revoked")
        if method.token not in ("any", token.kind):
            raise ApiError("not_allowed_token_type")
        if method.scopes and not set(method.scopes) & set(token.scopes):
            raise missing_scope(method.scopes[0], token.scopes)

    async def _read(self, request: Request) -> tuple[str, Json, ApiError | None]:
        """The token and the arguments, and what is wrong with their shape."""
        token = request.headers.get("authorization", "")
        args: Json = dict(request.query_params)
        kind = request.headers.get("content-type", "")
        raw = await request.body()
        wrong: ApiError | None = None
        if len(raw) > self._world.rules.request_bytes:
            wrong = ApiError("request_timeout")
        elif kind.startswith("application/json"):
            try:
                found = json.loads(raw or b"{}")
                args |= found
            except (ValueError, TypeError):
                wrong = malformed("invalid_json", "the body is no JSON object")
        elif raw:
            form = await request.form()
            args |= {name: v for name, v in form.items() if not isinstance(v, UploadFile)}
        given = args.pop("token", "")
        if token.startswith("Basic "):
            args |= _basic(token)
            token = ""
        return token.removeprefix("Bearer ") or str(given), args, wrong

    # -- faults ---------------------------------------------------------------------------------

    def _refuse_by(self, fault: Fault) -> None:
        if fault.effect == "refuse":
            raise ApiError(fault.error, **fault.extra)
        if fault.effect == "limit":
            raise ApiError("ratelimited", retry_after=int(fault.seconds))
        if fault.effect == "answer":
            raise Page(fault.status)

    # -- answering ------------------------------------------------------------------------------

    def _refused(self, name: str, error: ApiError) -> tuple[Json, int]:
        if error.violation is not None:
            self._world.violation(f"{name}: {error.violation}")
        if error.error == "ratelimited":
            self._world.rate_limited += 1
            return error.body, 429
        return error.body, 200

    def _headers(self, name: str, token: Token | None, body: Json) -> dict[str, str]:
        headers = {"x-slack-req-id": fresh(""), "Cache-Control": "no-store"}
        if token is not None:
            headers["x-oauth-scopes"] = ",".join(token.scopes)
        if name in METHODS:
            headers["x-accepted-oauth-scopes"] = ",".join(METHODS[name].scopes)
        if "retry_after" in body:
            headers["Retry-After"] = str(body.pop("retry_after"))
        return headers

    def _log(self, name: str, call: Call, status: int, answer: Any, fault: Fault | None) -> None:
        exchange = Exchange(
            at=self._world.now(),
            method=name,
            team_id=call.token.team_id if call.token else None,
            body=call.args,
            status=status,
            answer=answer,
            fault=fault.effect if fault else None,
        )
        self._world.exchanges.append(exchange)
        self._world.tell("exchange.done", exchange)


def _basic(header: str) -> Json:
    """Client id and secret in an Authorization header."""
    client, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    return {"client_id": client, "client_secret": secret}
