"""Slack as the house knows it: one object that listens, speaks and reads files. What is heard and said is in `hearing` and `speak`.

Tasks of its life: `run` holds one that learns who we are, the two that keep a socket up each, and one for every thing somebody did until it
was handed on. Over HTTP there are no sockets; what comes then is brought by whoever serves `asgi`. Speaking needs none of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bridge.ports import Clock, Door, Installations, Notify
from bridge.values.command import CommandSpec, Reply
from bridge.values.errors import BridgeError, ConfigError
from bridge.values.ids import WorkspaceId
from bridge.values.inbound import Destination

from . import application, apps, refusals
from .asking import Asking
from .files import Attachments
from .hearing import Hearing
from .http import Receive, Scope, Send, Web
from .install import Installing
from .interactions import Interactions
from .listen import Ear, Work
from .lobby import Lobby
from .options import Options
from .order import Order
from .pages import Pages
from .people import People
from .rest import Rest
from .sockets import Line, Sockets
from .speak import Speaker
from .tokens import Tokens

_LONGEST_WAIT = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    connected: bool
    last_heartbeat: float | None  # when Slack was last heard, in seconds since the epoch
    restarts: int  # of sockets, since we started; Slack itself ends each every few hours


class Voice(Speaker):
    """What was asked for on somebody's page is said there."""

    pages: Pages

    async def reply(self, to: Destination, reply: Reply) -> None:
        if not await self.pages.reply(to, reply):
            await super().reply(to, reply)


class Slack:
    """`chat` and `files` are the ports; `run` listens until it is cancelled; `close` ends speaking, and comes last."""

    def __init__(
        self,
        *,
        clock: Clock,
        notify: Notify,
        specs: tuple[CommandSpec, ...] = (),
        options: Options,
        installations: Installations | None = None,
    ) -> None:
        self._options = options
        self._clock = clock
        self._tokens = Tokens()
        self._rest = Rest(self._tokens, api_url=options.api_url, configured=options.bot_token)
        self.chat = Voice(self._rest, clock, streaming=options.streaming)
        self.files = Attachments(self._rest, options.api_url)
        self.ready = asyncio.Event()
        """Set once Slack has told who we are, and can reach us."""
        people = People(self._rest, clock, notify)
        self._lobby = Lobby(
            rest=self._rest,
            people=people,
            chat=self.chat,
            clock=clock,
            notify=notify,
            specs=specs,
            options=options,
        )
        self._order = Order(clock, notify)
        self._sockets = Sockets(
            self._line, clock, notify, silence=options.silence_seconds, restart=options.restart_seconds
        )
        self._group: asyncio.TaskGroup | None = None
        self._taken_out = asyncio.Event()
        self._assemble(installations)

    def _assemble(self, installations: Installations | None) -> None:
        """The rooms that take something in."""
        lobby, options = self._lobby, self._options
        pages = Pages(lobby)
        self.chat.pages = pages
        interactions = Interactions(lobby, Asking(lobby), pages)
        self._installing = Installing(lobby, installations)
        hearing = Hearing(lobby, self._order, interactions, pages, self.chat, self._part)
        self._ear = Ear(
            hearing.take,
            interactions,
            lobby.notify,
            self._spawn,
            signing_secret=options.signing_secret.strip(),
            api=apps.client(options.api_url),
        )
        self._web = Web(lobby, self._ear, self._installing)

    # -- what others ask -------------------------------------------------------------------------

    @property
    def health(self) -> Health:
        heard = self._web.heard_at if self._options.http else self._sockets.last_heard
        reached = self.ready.is_set() if self._options.http else self._sockets.healthy
        known = bool(self._tokens.all()) or self._options.installable
        return Health(connected=reached and known, last_heartbeat=heard, restarts=self._sockets.restarts)

    @property
    def limits_now(self) -> tuple[str, ...]:
        """Sentences: what Slack does not let us do just now."""
        found = list(self.chat.limits_now)
        if self._order.deaf_workspaces:
            found.append(application.MENTIONS_ONLY)
        if self.ready.is_set() and not self._tokens.all():
            found.append(application.NOT_YET)
        return tuple(found)

    async def look(self) -> tuple[tuple[bool, str], ...]:
        """What an operator should know before we run, each with whether it is good. Raises BridgeError."""
        return tuple([finding async for finding in application.findings(self._options, self._rest)])

    async def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """What comes over HTTP, below /slack."""
        return await self._web.answer(method, path, query, headers, body)

    @property
    def asgi(self) -> Callable[[Scope, Receive, Send], Awaitable[None]] | None:
        """The same for a server that speaks ASGI; None where nobody is to come."""
        return self._web if self._options.http or self._options.installable else None

    # -- living ----------------------------------------------------------------------------------

    async def run(self, door: Door) -> None:
        """Serve until cancelled. Raises ConfigError, with a sentence, for what only an operator can mend."""
        if problems := application.problems(self._options):
            raise ConfigError(problems)
        self._lobby.opened = door
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                group.create_task(self._begin())
                group.create_task(self._until_taken_out())
                if not self._options.http:
                    group.create_task(self._sockets.run())
        except BaseExceptionGroup as several:
            # Not except*: in the first releases of Python 3.11 what is raised inside comes out in a group again.
            refused = _refused(several)
            if refused is None:
                raise
            raise refused from None
        finally:
            self._group = self._lobby.opened = None

    async def close(self) -> None:
        """End speaking too. What is written afterwards opens a new connection."""
        await self._rest.close()

    async def _begin(self) -> None:
        """Learn who we are everywhere, for as long as it takes."""
        wait = self._options.restart_seconds
        while True:
            try:
                await self._installing.remember()
                if self._options.bot_token.strip():
                    await self._rest.introduce(self._options.bot_token)
                break
            except ConfigError:
                raise
            except BridgeError as error:
                self._lobby.trouble("login", error)
            await self._clock.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        if not self._options.http:
            await self._sockets.connected.wait()
        self.ready.set()
        await self._installing.look_after()

    async def _until_taken_out(self) -> None:
        await self._taken_out.wait()
        raise ConfigError((refusals.REFUSED_LOGIN,))

    async def _part(self, workspace: WorkspaceId) -> None:
        """Slack says that we are no longer welcome there. With the only token we had, there is nothing left to do."""
        if (
            await self._installing.part(workspace)
            and not self._options.installable
            and not self._tokens.all()
        ):
            self._taken_out.set()

    def _spawn(self, work: Work) -> asyncio.Task[bool] | None:
        if self._group is None:
            return None
        going = self._safely(work)
        try:
            return self._group.create_task(going)
        except RuntimeError:  # the group is ending
            going.close()
            return None

    async def _safely(self, work: Work) -> bool:
        """What goes wrong with one thing ends no other."""
        try:
            await work()
        except Exception as error:
            self._lobby.trouble("listen", error)
            return False
        return True

    def _line(self, ping: float) -> Line:
        web = apps.client(self._options.api_url, self._options.app_token.strip())
        return Line(web, apps.silent(), self._clock, self._ear.envelope, ping)


def _refused(several: BaseExceptionGroup[BaseException]) -> ConfigError | None:
    """The one thing an operator has to mend, where nothing else went wrong."""
    matching, others = several.split(ConfigError)
    found: BaseException | None = matching
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found if others is None and isinstance(found, ConfigError) else None
