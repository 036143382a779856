"""The page's door: its routes below /slack, and what every answer carries. What is shown is in `looks`, what is done in `doing`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.sim.page import looks as beside
from adapters.sim.page.door import BLURPLE, PALETTE, SAFE, Foreign, found, read, said, same_origin
from adapters.sim.page.stream import Stream
from adapters.sim.slack import Refused, SlackServer, User

from . import seats
from .doing import Doing, Verb
from .looks import FOLDER, Looks
from .seats import Seat, Unknown
from .tally import Tally
from .viewer import Viewer

Points = Callable[[str], Awaitable[str]]
VERBS = ("say", "press", "select", "suggest", "shortcut", "submit", "close", "stop", "open_app")


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What is shown once there is a world to show."""

    slack: SlackServer
    looks: Looks
    tally: Tally
    doing: Doing
    points: Points
    beside: str


class SlackPage:
    """`SlackServer(extra_routes=page.routes)`, or any other server's; after the start `page.show(slack, points)`."""

    def __init__(self) -> None:
        self._open: Open | None = None
        folders = (beside.FOLDER / "static", FOLDER / "static")
        self._static = {path.name: read(path) for folder in folders for path in folder.iterdir()}
        place = "/slack/page/{person}/{place}"
        self.routes: list[BaseRoute] = [
            Route("/slack", self._start),
            Route("/slack/client/{place}", self._shell),
            Route("/slack/page/static/{name}", self._file),
            Route("/slack/page/avatars/{user}.svg", self._avatar),
            Route("/slack/page/{person}/files/{file}", self._attachment),
            Route(f"{place}/stream", self._stream),
            *(Route(f"{place}/{verb}", self._does(verb), methods=["POST"]) for verb in VERBS),
        ]

    def show(self, slack: SlackServer, points: Points | None = None, *, beside: str = "") -> None:
        """Open the page. `points` says what a person, by Slack's user id, has left; `beside` is the address of another platform's page."""
        self._open = Open(
            slack=slack,
            looks=Looks(slack),
            tally=Tally(slack.world),
            doing=Doing(slack),
            points=points or _no_points,
            beside=beside,
        )

    @property
    def _shown(self) -> Open:
        if self._open is None:
            raise HTTPException(503, "The page is not open yet; look again in a moment.")
        return self._open

    # -- looking ----------------------------------------------------------------------------------

    async def _start(self, request: Request) -> Response:
        name = request.query_params.get("as") or self._shown.slack.world.people[0].name
        person = found(lambda: seats.person_named(self._shown.slack, name))
        first = next(iter(seats.channels(person)), None)
        place = first.id if first else seats.DM
        return RedirectResponse(f"/slack/client/{place}?as={name}", status_code=307, headers=SAFE)

    async def _shell(self, request: Request) -> Response:
        seat = self._seat(request, request.query_params.get("as") or "")
        html = self._shown.looks.page(
            "shell.html",
            seat=seat,
            place=request.path_params["place"],
            offers=_offers(seat),
            beside=self._shown.beside,
        )
        return Response(html, media_type="text/html", headers=SAFE | {"Cache-Control": "no-store"})

    async def _stream(self, request: Request) -> Response:
        shown, seat = self._shown, self._seat(request, request.path_params["person"])
        viewer = Viewer(seat, shown.looks, shown.tally)
        return Stream(shown.slack.world.changes, viewer, lambda: shown.points(seat.person.id), SAFE)

    async def _file(self, request: Request) -> Response:
        static = self._static.get(request.path_params["name"])
        if static is None:
            raise HTTPException(404)
        content, kind = static
        return Response(content, media_type=kind, headers=SAFE | {"Cache-Control": "no-cache"})

    async def _avatar(self, request: Request) -> Response:
        user = self._shown.slack.world.users.get(request.path_params["user"])
        if user is None:
            raise HTTPException(404)
        color, letter = picture(user)
        svg = self._shown.looks.page("avatar.svg", color=color, letter=letter)
        return Response(svg, media_type="image/svg+xml", headers=SAFE | {"Cache-Control": "max-age=3600"})

    async def _attachment(self, request: Request) -> Response:
        """A file, to somebody who sees a conversation it is shared in."""
        world = self._shown.slack.world
        person = found(lambda: seats.person_named(self._shown.slack, request.path_params["person"]))
        stored = world.files.get(request.path_params["file"])
        seen = {each.id for each in world.channels.values() if person.id in each.members}
        if stored is None or not seen & set(stored.shares):
            raise HTTPException(404)
        untrusted = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return Response(stored.content, media_type=stored.mimetype, headers=untrusted)

    def _seat(self, request: Request, name: str) -> Seat:
        slack = self._shown.slack
        name = name or slack.world.people[0].name
        thread = request.query_params.get("thread", "")
        return found(lambda: seats.seat(slack, name, request.path_params["place"], thread))

    # -- doing ------------------------------------------------------------------------------------

    def _does(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for one verb: what Slack's client would refuse becomes a sentence."""

        async def answer(request: Request) -> Response:
            verb: Verb = getattr(self._shown.doing, name)
            try:
                same_origin(request)
                told = await verb(request)
            except (Refused, Foreign) as refused:
                return said(422, str(refused))
            except Unknown as unknown:
                return said(404, str(unknown))
            except (KeyError, TypeError, ValueError):
                return said(400, "The page asked for something that cannot be.")
            except TimeoutError:
                return said(504, "The app did not respond. Please try again.")
            except ClientDisconnect:
                return Response(status_code=400)
            return JSONResponse(told, headers=SAFE)

        return answer


def _offers(seat: Seat) -> dict[str, object]:
    """What the composer and the menus of messages offer."""
    app = seat.world.app
    return {"commands": sorted(app.commands), "shortcuts": shortcuts(app.shortcuts or {})}


def shortcuts(declared: dict[str, str]) -> dict[str, str]:
    """The shortcuts of messages: what they are called, by callback id."""
    found = [name for name, kind in declared.items() if kind == "message"]
    return {name: name.replace("_", " ").capitalize() for name in found}


async def _no_points(person: str) -> str:
    return ""


def picture(user: User) -> tuple[str, str]:
    """A colour and a letter for somebody without a picture of their own."""
    letter = user.real_name[:1].upper()
    return (BLURPLE, letter) if user.is_bot else (PALETTE[sum(map(ord, user.id)) % len(PALETTE)], letter)
