"""Discord as the house knows it: one object that listens, speaks and reads files. What is heard and said is in `listen` and `speak`.

Tasks of its life: `run` holds two, the one that registers the commands until it is done, and the one that keeps a connection up and makes
another when it ends. discord.py owns one more for each event while it is taken in. Speaking needs none of them: it has an HTTP client of
its own, opened by the first call, that stands until `close`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import discord
import yarl

from bridge.ports import Clock, Door, Notify
from bridge.values.command import CommandSpec
from bridge.values.errors import ChatError, ConfigError, origin
from bridge.values.notices import Trouble

from . import application, commands
from .files import Attachments
from .interactions import Interactions
from .listen import Ear
from .rest import REFUSED_LOGIN, Rest
from .speak import Speaker

_COMMANDS = "/applications/{application_id}/commands"
_LONGEST_WAIT = 300.0  # Discord resets the token of a bot that identifies more than 1,000 times a day
_REFUSED = {
    # https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
    4004: REFUSED_LOGIN,
    4010: "Discord does not accept this shard.",
    4011: "This bot is in too many servers for one connection; Discord requires sharding.",
    4012: "Discord no longer speaks this version of its gateway; the bridge needs an update.",
    4013: "Discord does not know the intents asked for; the bridge needs an update.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Empty sets mean everywhere. Addresses are given only when Discord is somewhere else."""

    api_url: str = ""  # such as http://127.0.0.1:8080/api/v10
    gateway_url: str = ""
    guilds: frozenset[str] = field(default_factory=frozenset)  # servers listened to
    channels: frozenset[str] = field(default_factory=frozenset)  # channels listened to, with their threads
    direct: bool = True  # whether direct messages are
    named_admins: bool = False  # Discord does not know all admins, so admins' commands are shown to everybody
    thread_minutes: int = 1440  # until a quiet thread of ours is put away: 60, 1440, 4320 or 10080
    restart_seconds: float = 1.0  # before the first new connection; doubles with each that ends at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    connected: bool
    last_heartbeat: float | None  # when Discord was last heard, in seconds since the epoch
    latency: float | None  # seconds from our heartbeat to its answer
    restarts: int  # of the connection, since we started


class Discord:
    """`chat` and `files` are the ports; `run` listens until it is cancelled; `close` ends speaking, and comes last."""

    def __init__(
        self,
        *,
        token: str,
        clock: Clock,
        notify: Notify,
        specs: tuple[CommandSpec, ...] = (),
        options: Options | None = None,
    ) -> None:
        self._options = options or Options()
        _point(self._options)
        self._token = token.strip()
        self._clock = clock
        self._notify = notify
        self._specs = specs
        self._rest = Rest(self._token)
        self.chat = Speaker(self._rest, clock, thread_minutes=self._options.thread_minutes)
        self.files = Attachments(self._options.api_url)
        self.ready = asyncio.Event()
        """Set once we have been connected and the commands are registered."""
        self._interactions = Interactions(self._rest, clock, notify, specs, self._admits, self.chat.issued)
        self._connected = asyncio.Event()
        self._last_heard: float | None = None
        self._restarts = 0
        self._content = True
        self._ear: Ear | None = None

    # -- what others ask -------------------------------------------------------------------------

    @property
    def health(self) -> Health:
        latency = self._ear.latency if self._ear is not None else None
        known = latency is not None and 0 <= latency < float("inf")
        return Health(
            connected=self._connected.is_set(),
            last_heartbeat=self._last_heard,
            latency=latency if known else None,
            restarts=self._restarts,
        )

    @property
    def limits_now(self) -> tuple[str, ...]:
        """Sentences: what Discord does not let us do just now."""
        return () if self._content else (application.NO_CONTENT,)

    async def look(self) -> tuple[tuple[bool, str], ...]:
        """What an operator should know before we run, each with whether it is good. Raises BridgeError."""
        return tuple(application.findings((await self._rest.call("GET", "/applications/@me")).data))

    # -- living ----------------------------------------------------------------------------------

    async def run(self, door: Door) -> None:
        """Serve until cancelled. Raises ConfigError, with a sentence, for what only an operator can mend."""
        if not self._token:
            raise ConfigError(("There is no Discord bot token. Set it in the environment.",))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._register())
                group.create_task(self._keep_listening(door))
        except BaseExceptionGroup as several:
            # Not except*: in the first releases of Python 3.11 what is raised inside comes out in a group again.
            refused, others = several.split(ConfigError)
            if refused is None or others is not None:
                raise
            raise refused.exceptions[0] from None

    async def close(self) -> None:
        """End speaking too. What is written afterwards opens a new connection."""
        await self._rest.close()

    async def _register(self) -> None:
        """Tell Discord our commands, if it does not have them as they are."""
        wait = self._options.restart_seconds
        wanted = commands.definitions(self._specs, hide=not self._options.named_admins)
        while True:
            try:
                await self._put(wanted)
                break
            except ChatError as error:
                self._trouble("commands", error)
            await self._clock.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        await self._connected.wait()
        self.ready.set()

    async def _put(self, wanted: list[dict[str, object]]) -> None:
        where = {"application_id": str((await self._rest.identity()).application)}
        registered = (await self._rest.call("GET", _COMMANDS, where)).data
        if not commands.same(registered, wanted):
            await self._rest.call("PUT", _COMMANDS, where, body=wanted)

    async def _keep_listening(self, door: Door) -> None:
        """One connection after another. discord.py mends most of them itself; this is for when it gives up."""
        wait = self._options.restart_seconds
        while True:
            began = self._clock.now()
            try:
                await self._listen(door)
            except discord.PrivilegedIntentsRequired as error:
                if not self._content:
                    raise ConfigError((_REFUSED[4013],)) from error
                self._content = False
                continue
            except Exception as error:  # a dead connection is never the end of the bridge
                _refuse(error)
                self._trouble("connection", error)
            self._restarts += 1
            if self._clock.now() - began > _LONGEST_WAIT:
                wait = self._options.restart_seconds
            await self._clock.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _listen(self, door: Door) -> None:
        ear = Ear(
            door,
            self._interactions,
            self._notify,
            content=self._content,
            admits=self._admits,
            heard=self._hear,
        )
        self._ear = ear
        try:
            async with ear:
                await ear.start(self._token)
        finally:
            self._ear = None
            self._connected.clear()

    def _hear(self, event: str) -> None:
        self._last_heard = self._clock.now()
        if event in ("connect", "resumed"):
            self._connected.set()
        elif event == "disconnect":
            self._connected.clear()

    def _admits(self, guild: int | None, channel: object) -> bool:
        """Whether we listen there."""
        options = self._options
        if guild is None:
            return options.direct
        if options.guilds and str(guild) not in options.guilds:
            return False
        here = {str(getattr(channel, "id", "")), str(getattr(channel, "parent_id", ""))}
        return not options.channels or bool(here & options.channels)

    def _trouble(self, where: str, error: Exception) -> None:
        detail = error.detail if isinstance(error, ChatError) else origin(error)
        self._notify(Trouble(where=f"discord.{where}", error=type(error).__name__, detail=detail))


def _refuse(error: Exception) -> None:
    """Raise ConfigError for an end that a new connection would meet again."""
    if isinstance(error, discord.LoginFailure):
        raise ConfigError((REFUSED_LOGIN,)) from error
    if isinstance(error, discord.ConnectionClosed) and error.code in _REFUSED:
        raise ConfigError((_REFUSED[error.code],)) from error


def _point(options: Options) -> None:
    """Where discord.py finds Discord. Both are attributes of its classes, so one process can speak to one Discord only."""
    if options.api_url:
        discord.http.Route.BASE = options.api_url.rstrip("/")
    if options.gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(options.gateway_url)
