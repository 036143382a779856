"""Socket Mode: the connections on which Slack brings events, and who replaces them. What is in an event is `listen`'s business.

slack_sdk mends a connection by closing the old one before it opens the next, and goes on trying with an address that may be used up; in
between nobody listens. So a `Line` here never mends itself: it says that it is over, and `Sockets` opens another one before it lets go of
the old. There are two, as Slack hands each event to one of them and a dead one is not noticed at once.
https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bridge.ports import Clock, Notify
from bridge.values.errors import ConfigError, origin
from bridge.values.notices import Trouble

LINES = 2
LONGEST_WAIT = 300.0
OPENING_SECONDS = 15.0
LAST_WORDS = 3.0
"""Seconds an old line is given for what it is still acknowledging."""
CLOSING_SECONDS = 1.0
LIVED = 60.0
"""A line that lived so long may be followed at once."""

Take = Callable[[SocketModeRequest], Awaitable["SocketModeResponse | None"]]
"""What an envelope is answered with; None where it was not taken, and should come again."""

_ALIVE = frozenset({aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG})

_REFUSED = {
    # https://docs.slack.dev/reference/methods/apps.connections.open#errors
    "invalid_auth": "Slack does not accept the app-level token. Create one with the scope connections:write and set it.",
    "not_authed": "There is no app-level token. Create one with the scope connections:write and set it.",
    "not_allowed_token_type": "The app-level token is of the wrong kind: it has to begin with xapp-.",
    "account_inactive": "The app behind the app-level token was deleted or switched off in Slack.",
    "token_revoked": "The app-level token was revoked. Create another one with the scope connections:write and set it.",
    "token_expired": "The app-level token is over. Create another one with the scope connections:write and set it.",
    "missing_scope": "The app-level token lacks the scope connections:write. Create one that has it and set it.",
    "no_permission": "The app-level token lacks the scope connections:write. Create one that has it and set it.",
    "access_denied": "Socket Mode is switched off for this app. Switch it on in its settings, or choose the mode http.",
    "forbidden_team": "Slack does not let this app use Socket Mode.",
}


def refusal(error: str) -> ConfigError | None:
    """What an operator has to mend; None for what passes by itself."""
    return ConfigError((_REFUSED[error],)) if error in _REFUSED else None


class Line(SocketModeClient):
    """One connection. Everything that arrives on it, be it a ping, is a sign of life."""

    def __init__(
        self, web: AsyncWebClient, logger: logging.Logger, clock: Clock, take: Take, ping: float
    ) -> None:
        super().__init__(app_token=web.token or "", logger=logger, web_client=web, ping_interval=ping)
        self.over = asyncio.Event()
        self.relieved = False
        """Slack said that it ends, as it does every few hours: nothing is wrong."""
        self._clock = clock
        self._take = take
        self._greeted = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = 0
        self.heard_at = clock.now()
        self.pinged_at: float | None = None  # by Slack
        self.message_listeners.append(self._greet)
        self.socket_mode_request_listeners.append(self._handle)

    async def open(self) -> None:
        """Up and greeted, or an error. Raises ConfigError, SlackApiError, OSError, TimeoutError and aiohttp's errors."""
        await self.aiohttp_client_session.close()
        hearing = functools.partial(_Hearing, self._hear)
        self.aiohttp_client_session = aiohttp.ClientSession(ws_response_class=hearing)  # type: ignore[arg-type]
        async with asyncio.timeout(OPENING_SECONDS):
            self.wss_uri = await self._address()
            await self.connect()  # type: ignore[no-untyped-call]
            await self._greeted.wait()

    async def _address(self) -> str:
        try:
            return str(await self.issue_new_wss_url())
        except SlackApiError as error:
            refused = refusal(str(error.response.get("error")))
            raise refused or error from None

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Wherever the library would mend this connection, it is over instead."""
        self.relieved = force
        self.over.set()

    async def shut(self) -> None:
        """Let go of it, after what is still being acknowledged."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS if self._alive() else 0):
                await self._idle.wait()
        self.closed = True
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver]
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        with suppress(TimeoutError, OSError, aiohttp.ClientError):
            async with asyncio.timeout(CLOSING_SECONDS):
                if self.current_session is not None:
                    await self.current_session.close()
        await self.aiohttp_client_session.close()

    def silent_for(self, now: float) -> float:
        """Seconds without a sign of life. Where Slack has pinged, it has to go on, be it at half the pace: that somebody between
        us answers our own pings is not enough."""
        pinged_at = self.heard_at if self.pinged_at is None else self.pinged_at
        return max(now - self.heard_at, (now - pinged_at) / 2)

    def _alive(self) -> bool:
        return self.current_session is not None and not self.current_session.closed

    def _hear(self, kind: aiohttp.WSMsgType) -> None:
        if kind not in _ALIVE:
            self.over.set()  # the library would look for that only now and then
            return
        self.heard_at = self._clock.now()
        if kind is aiohttp.WSMsgType.PING or (kind is aiohttp.WSMsgType.TEXT and self.pinged_at is not None):
            self.pinged_at = self.heard_at

    async def _greet(
        self, _: AsyncBaseSocketModeClient, message: dict[str, Any], __: str | None = None
    ) -> None:
        if message.get("type") == "hello":
            self._greeted.set()

    async def _handle(self, _: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self._busy += 1
        self._idle.clear()
        try:
            response = await self._take(request)
            if response is not None:
                await self.send_socket_mode_response(response)
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()


class _Hearing(aiohttp.ClientWebSocketResponse):
    """aiohttp's end of a socket, which tells of every frame and of its end: pings reach no listener of slack_sdk."""

    def __init__(self, hear: Callable[[aiohttp.WSMsgType], None], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hear = hear

    async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:  # noqa: ASYNC109  # as aiohttp has it
        message = await super().receive(timeout)
        self._hear(message.type)
        return message


class Sockets:
    """Two lines, each followed by another one when it ends."""

    def __init__(
        self, make: Callable[[float], Line], clock: Clock, notify: Notify, *, silence: float, restart: float
    ) -> None:
        self._make = make
        self._clock = clock
        self._notify = notify
        self._silence = silence
        self._restart = restart
        self._up: dict[int, Line] = {}
        self.connected = asyncio.Event()
        """Set once a line has been up."""
        self.restarts = 0

    @property
    def healthy(self) -> bool:
        """Whether Slack can reach us: one line is up and has been heard lately."""
        now = self._clock.now()
        return any(
            not line.over.is_set() and line.silent_for(now) < self._silence for line in self._up.values()
        )

    @property
    def last_heard(self) -> float | None:
        return max((line.heard_at for line in self._up.values()), default=None)

    async def run(self) -> None:
        """Until cancelled. Raises ConfigError for what only an operator can mend."""
        async with asyncio.TaskGroup() as group:
            for number in range(LINES):
                group.create_task(self._keep(number))

    async def _keep(self, number: int) -> None:
        short = 0
        try:
            while True:
                began = self._clock.now()
                line = await self._replaced(number)
                if line is not None:
                    await self._until_over(line)
                self.restarts += 1
                short = 0 if self._clock.now() - began > LIVED else short + 1
                relieved = line is not None and line.relieved and short < 2
                if short and not relieved:
                    await self._clock.sleep(min(self._restart * 2 ** min(short - 1, 16), LONGEST_WAIT))
        finally:
            if (line := self._up.pop(number, None)) is not None:
                await line.shut()

    async def _replaced(self, number: int) -> Line | None:
        """Another line in the place of the old one, which is let go of only then. None when it could not be opened."""
        old, line = self._up.get(number), self._make(self._silence / 4)
        try:
            await line.open()
        except BaseException as error:
            await line.shut()
            if not isinstance(error, Exception) or isinstance(error, ConfigError):
                raise
            self._trouble(error)
            self._up.pop(number, None)
        else:
            self._up[number] = line
            self.connected.set()
        if old is not None:
            await old.shut()
        return self._up.get(number)

    async def _until_over(self, line: Line) -> None:
        while not await self._clock.wait(line.over, self._silence / 4):
            if line.silent_for(self._clock.now()) >= self._silence:
                self._notify(Trouble(where="slack.socket", error="Deaf", detail="replaced"))
                return

    def _trouble(self, error: Exception) -> None:
        self._notify(Trouble(where="slack.socket", error=type(error).__name__, detail=origin(error)))
