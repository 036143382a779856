"""The page's door: its routes, and what every answer carries. What is shown is in `looks`, what is done in `doing`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.sim.discord import DiscordServer, Refused, User, World

from . import seats
from .doing import Doing, Verb
from .door import BLURPLE, PALETTE, SAFE, Foreign, found, read, said, same_origin
from .looks import FOLDER, Looks
from .seats import Seat, Unknown
from .stream import Stream
from .tally import Tally
from .viewer import MOST_SHOWN, SHOWN, Viewer

Points = Callable[[str], Awaitable[str]]
PLACE, MESSAGE = "/page/{person}/{place}", "/page/{person}/messages/{message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What is shown once there is a world to show."""

    world: World
    looks: Looks
    tally: Tally
    doing: Doing
    points: Points


class Page:
    """`DiscordServer(extra_routes=page.routes)`, and after its start `page.show(dc, points)`."""

    def __init__(self) -> None:
        self._open: Open | None = None
        self._static = {path.name: read(path) for path in (FOLDER / "static").iterdir()}
        self.routes: list[BaseRoute] = [
            Route("/", self._home),
            Route("/channels/{guild}/{place}", self._shell),
            Route("/page/static/{name}", self._file),
            Route("/page/avatars/{user:int}.svg", self._avatar),
            Route(f"{PLACE}/stream", self._stream),
            *(Route(path, self._does(name), methods=["POST"]) for path, name in VERBS),
        ]

    def show(self, dc: DiscordServer, points: Points | None = None, *, beside: str = "") -> None:
        """Open the page on a running server; `points` says what a person, by Discord's user id, has left; `beside` is the address of
        another platform's page."""
        looks = Looks(dc.world, beside)
        self._open = Open(
            world=dc.world,
            looks=looks,
            tally=Tally(dc.world),
            doing=Doing(dc.world, looks),
            points=points or _no_points,
        )

    @property
    def _shown(self) -> Open:
        if self._open is None:
            raise HTTPException(503, "The page is not open yet; look again in a moment.")
        return self._open

    # -- looking ----------------------------------------------------------------------------------

    async def _home(self, request: Request) -> Response:
        world = self._shown.world
        name = request.query_params.get("as") or world.people[0].username
        user = found(lambda: seats.person_named(world, name)).user
        channel = seats.home(world, user)
        place = f"{channel.guild_id}/{channel.id}" if channel.guild_id else "@me/dm"
        return RedirectResponse(f"/channels/{place}?as={name}", status_code=307, headers=SAFE)

    async def _shell(self, request: Request) -> Response:
        world, looks = self._shown.world, self._shown.looks
        name = request.query_params.get("as") or world.people[0].username
        place = request.path_params["place"]
        seat = found(lambda: seats.seat(world, name, place))
        shell = looks.page("shell.html", seat=seat)
        return Response(shell, media_type="text/html", headers=SAFE | {"Cache-Control": "no-store"})

    async def _stream(self, request: Request) -> Response:
        shown = self._shown
        seat = found(lambda: _seat(shown.world, request))
        wanted = seats.number(request.query_params.get("show", "")) or SHOWN
        viewer = Viewer(seat, shown.looks, shown.tally, min(wanted, MOST_SHOWN))
        return Stream(shown.world.changes, viewer, lambda: shown.points(str(seat.person.id)), SAFE)

    async def _file(self, request: Request) -> Response:
        static = self._static.get(request.path_params["name"])
        if static is None:
            raise HTTPException(404)
        content, kind = static
        return Response(content, media_type=kind, headers=SAFE | {"Cache-Control": "no-cache"})

    async def _avatar(self, request: Request) -> Response:
        user = self._shown.world.users.get(request.path_params["user"])
        if user is None:
            raise HTTPException(404)
        color, letter = picture(user)
        svg = self._shown.looks.page("avatar.svg", color=color, letter=letter, bot=user.bot)
        headers = SAFE | {"Cache-Control": "max-age=3600"}
        return Response(svg, media_type="image/svg+xml", headers=headers)

    # -- doing ------------------------------------------------------------------------------------

    def _does(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for one verb: what Discord's client would refuse becomes a sentence."""

        async def answer(request: Request) -> Response:
            verb: Verb = getattr(self._shown.doing, name)
            try:
                same_origin(request)
                _not_too_much(request, self._shown.world)
                told = await verb(request)
            except (Refused, Foreign) as refused:
                return said(422, str(refused))
            except Unknown as unknown:
                return said(404, str(unknown))
            except (KeyError, TypeError, ValueError):
                return said(400, "The page asked for something that cannot be.")
            except TimeoutError:
                return said(504, "The application did not respond")
            except ClientDisconnect:
                return Response(status_code=400)
            return JSONResponse(told, headers=SAFE)

        return answer


VERBS = (
    (f"{PLACE}/say", "say"),
    (f"{PLACE}/type", "type"),
    (f"{PLACE}/threads", "start_thread"),
    (f"{PLACE}/commands", "use_command"),
    (f"{PLACE}/suggestions", "suggest"),
    (f"{MESSAGE}/press", "press"),
    (f"{MESSAGE}/menu", "use_menu"),
    (f"{MESSAGE}/react", "react"),
    (f"{MESSAGE}/edit", "edit"),
    (f"{MESSAGE}/delete", "delete"),
    ("/page/{person}/forms/{interaction}/submit", "submit"),
)


async def _no_points(person: str) -> str:
    return ""


def _seat(world: World, request: Request) -> Seat:
    return seats.seat(world, request.path_params["person"], request.path_params["place"])


def _not_too_much(request: Request, world: World) -> None:
    declared = request.headers.get("content-length")
    if declared is None or int(declared) > world.rules.request_bytes:
        raise Refused(f"That is too much at once: the limit is {world.rules.request_bytes >> 20} MB.")


def picture(user: User) -> tuple[str, str]:
    """A colour and a letter for somebody without a picture of their own."""
    letter = (user.global_name or user.username)[:1].upper()
    return (BLURPLE, letter) if user.bot else (PALETTE[(user.id >> 22) % len(PALETTE)], letter)
