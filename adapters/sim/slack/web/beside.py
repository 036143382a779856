"""What is served beside the Web API: response URLs, uploads, and private files. Faults name them as here.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from adapters.sim.slack import files, replies
from adapters.sim.slack.errors import ApiError
from adapters.sim.slack.nouns import Exchange

from .way import Lost, Page, Way

if TYPE_CHECKING:
    from adapters.sim.slack.server import SlackServer

RESPONSE_URL, UPLOAD, FILE = "response_url", "upload", "file"
UNTRUSTED = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
"""Files are whatever people sent, and come from the address of the page: none may run as a part of it."""

Act = Callable[[Request], Coroutine[Any, Any, Response]]


class Beside:
    """Answers requests for one server."""

    def __init__(self, server: "SlackServer") -> None:
        self._server = server
        self._world = server.world
        self._way = Way(server)

    async def respond(self, request: Request) -> Response:
        """A message to a `response_url`."""
        return await self._way.there_and_back(request, self._through(RESPONSE_URL, request, self._respond))

    async def upload(self, request: Request) -> Response:
        """The bytes of a file that was announced, raw or as a form's file."""
        return await self._way.there_and_back(request, self._through(UPLOAD, request, self._upload))

    async def file(self, request: Request) -> Response:
        """A private file: for who shows a token that may read it; everybody else is sent to sign in."""
        return await self._way.there_and_back(request, self._through(FILE, request, self._file))

    async def _through(self, name: str, request: Request, act: Act) -> Response:
        """Do it, unless a fault that names it is in the way."""
        fault = self._server.faults.take(name, by_name=True)
        if fault is None:
            return await act(request)
        await self._way.early(fault)
        if fault.effect in ("answer", "limit", "refuse"):
            page = Page(429 if fault.effect == "limit" else fault.status)
            headers = {"Retry-After": str(int(fault.seconds))} if fault.effect == "limit" else {}
            return HTMLResponse(page.text, status_code=page.status, headers=headers)
        response = await act(request)
        if fault.effect == "lose":
            raise Lost
        return response

    async def _respond(self, request: Request) -> Response:
        body = await _json(request)
        error: ApiError | None = None
        try:
            replies.respond(self._world, request.path_params["key"], body)
        except ApiError as refused:
            error = refused
            if refused.violation is not None:
                self._world.violation(f"{RESPONSE_URL}: {refused.violation}")
        status = 404 if error and error.error.endswith("_url") else 200
        exchange = Exchange(
            at=self._world.now(),
            method=RESPONSE_URL,
            team_id=None,
            body=body,
            status=status,
            answer=error.body if error else "ok",
        )
        self._world.exchanges.append(exchange)
        self._world.tell("exchange.done", exchange)
        return JSONResponse(error.body, status_code=status) if error else PlainTextResponse("ok")

    async def _upload(self, request: Request) -> Response:
        file = files.uploading(self._world, request.path_params["key"])
        if file is None:
            return PlainTextResponse("upload not found", status_code=404)
        content = await _content(request)
        if len(content) != file.size:
            self._world.violation(f"a file of {file.size} bytes was announced, {len(content)} came")
            return PlainTextResponse("length does not match", status_code=400)
        file.content, file.state = content, "uploaded"
        return PlainTextResponse(f"OK - {len(content)}")

    async def _file(self, request: Request) -> Response:
        found = files.private(self._world, request.path_params["owner"], request.headers.get("authorization"))
        if found is None:
            return RedirectResponse("/signin", status_code=302)
        return Response(found.content, media_type=found.mimetype, headers=UNTRUSTED)


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


async def _content(request: Request) -> bytes:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        for part in (await request.form()).values():
            if isinstance(part, UploadFile):
                return await part.read()
    return await request.body()
