"""The whole state of one simulated Slack, and the questions asked of it.

What people do to it is in `person`, what the app may do to it in `web`; both go through `posting` and `streams`.
Nothing here knows HTTP or sockets.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from . import manifest, seed
from .changes import PATIENCE, Change, Changes
from .ids import Stamps, fresh, seeded
from .nouns import (
    DIRECT,
    GROUP,
    PRIVATE,
    PUBLIC,
    Assistance,
    Channel,
    Exchange,
    File,
    Group,
    Invocation,
    Message,
    Session,
    Team,
    Token,
    User,
    View,
)
from .oauth import Code

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Rules:
    """The numbers of this Slack; every one may be changed while it runs. Times in seconds, sizes in bytes."""

    text_limit: int = 40_000
    markdown_limit: int = 12_000
    blocks_limit: int = 13_200
    stream_seconds: float = 300.0
    ack_seconds: float = 3.0
    retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger_seconds: float = 3.0
    response_uses: int = 5
    response_seconds: float = 1800.0
    status_seconds: float = 120.0
    connections: int = 10
    ping_seconds: float = 10.0
    file_bytes: int = 1024 * 1024 * 1024
    request_bytes: int = 64 * 1024 * 1024
    code_seconds: float = 600.0
    translates: bool = True  # markdown blocks come back as blocks of Slack's own
    streams_allowed: bool = True
    sessions_allowed: bool = True
    files_allowed: bool = True


class World:
    """Who is here, what was said, and what is going on. Assert on this, not on calls."""

    def __init__(self) -> None:
        self.rules = Rules()
        self.changes = Changes()
        self.base_url = ""
        self.app = manifest.planted()
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.invocations: dict[str, Invocation] = {}
        self.sessions: dict[tuple[str, str], Session] = {}
        self.threads: dict[tuple[str, str], Assistance] = {}
        self.tokens: dict[str, Token] = {}
        self.codes: dict[str, Code] = {}
        self.exchanges: deque[Exchange] = deque(maxlen=50_000)
        self.violations: list[str] = []
        self.rate_limited = 0
        self._stamps: dict[str, Stamps] = {}
        seed.plant(self)
        self.app_token = self._grant(seed.APP_TOKEN, "app", ("connections:write",))
        harbour = self.team("Harbour")
        self.bot_token = self.install(harbour, self.user("ada"), seed.BOT_TOKEN)
        for channel in [c for c in self.channels.values() if c.team_id == harbour.id]:
            channel.members.append(self.bot.id)

    # -- time and telling ---------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def stamp(self, team_id: str) -> str:
        """The next `ts` of a workspace."""
        return self._stamps.setdefault(team_id, Stamps()).next()

    def tell(self, kind: str, subject: Any, channel: Channel | None = None, detail: Any = None) -> None:
        """Let every listener know that something happened, in this channel where there is one."""
        team = channel.team_id if channel else getattr(subject, "team_id", None)
        change = Change(
            kind=kind,
            at=self.now(),
            subject=subject,
            channel_id=channel.id if channel else None,
            team_id=team,
            detail=detail,
        )
        self.changes.tell(change)

    async def until(self, predicate: Callable[[], T], within: float = PATIENCE) -> T:
        """What `predicate` returns once true; it is looked at after every change. TimeoutError otherwise."""
        return await self.changes.until(predicate, within)

    def watch(self) -> AbstractAsyncContextManager[Any]:
        """`async with world.watch() as changes: async for change in changes: ...`"""
        return self.changes.watch()

    def violation(self, text: str) -> None:
        """Somebody asked for what a real Slack does not have. Tests fail on any."""
        self.violations.append(text)

    def later(self, seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        """Do this after a while; the running loop must be the server's."""
        return asyncio.get_running_loop().call_later(seconds, action)

    # -- finding things -----------------------------------------------------------------------

    @property
    def bot(self) -> User:
        """The app's user in the first workspace it is installed in."""
        for team in self.teams.values():
            if team.bot is not None:
                return team.bot
        raise LookupError("the app is installed nowhere")

    @property
    def people(self) -> list[User]:
        """Everyone who is not a bot."""
        return [user for user in self.users.values() if not user.is_bot]

    def team(self, which: "str | Team") -> Team:
        """A workspace by name or id."""
        if isinstance(which, Team):
            return which
        return next(team for team in self.teams.values() if which in (team.id, team.name))

    def user(self, who: "str | User") -> User:
        """A user by name or id."""
        if isinstance(who, User):
            return who
        return next(user for user in self.users.values() if who in (user.id, user.name))

    def channel(self, where: "str | Channel") -> Channel:
        """A conversation by name (with or without `#`) or id."""
        if isinstance(where, Channel):
            return where
        name = where.removeprefix("#")
        return next(channel for channel in self.channels.values() if name in (channel.id, channel.name))

    def bot_in(self, team_id: str) -> User | None:
        """The app's user in this workspace, while it is installed there."""
        return self.teams[team_id].bot

    def group(self, handle: str) -> Group:
        """A user group by handle or id."""
        return next(group for group in self.groups.values() if handle in (group.id, group.handle))

    def dm(self, who: "str | User") -> Channel:
        """The direct messages between this person and the app; opened when there are none yet."""
        user = self.user(who)
        bot = self.bot_in(user.team_id)
        if bot is None:
            raise LookupError(f"the app is not installed where {user.name} is")
        return self.conversation(DIRECT, user.team_id, [user.id, bot.id])

    def conversation(self, kind: str, team_id: str, members: list[str]) -> Channel:
        """The direct messages between exactly these; opened when there are none yet."""
        for channel in self.channels.values():
            if channel.kind == kind and set(channel.members) == set(members):
                return channel
        letter, names = ("D", "") if kind == DIRECT else ("C", "-".join(sorted(members)).lower())
        channel = Channel(
            id=fresh(letter),
            team_id=team_id,
            kind=kind,
            name=f"mpdm-{names}-1" if kind == GROUP else "",
            created=int(self.now()),
            creator=members[0],
            members=list(members),
        )
        self.channels[channel.id] = channel
        self.tell("channel.created", channel, channel)
        return channel

    def history(self, where: "str | Channel", *, ephemeral: bool = False) -> list[Message]:
        """What stands in a conversation now with all its threads, oldest first; whispers only when asked for."""
        return [
            message
            for message in self.channel(where).messages
            if not message.deleted and (ephemeral or not message.ephemeral)
        ]

    def thread(self, of: Message) -> list[Message]:
        """What stands in a message's thread, the root first."""
        root = of.thread_ts or of.ts
        return [m for m in self.history(of.channel_id) if root in (m.ts, m.thread_ts)]

    def from_bot(self, where: "str | Channel", *, ephemeral: bool = False) -> list[Message]:
        """What the app said in a conversation that still stands, oldest first."""
        channel = self.channel(where)
        bot = self.bot_in(channel.team_id)
        return [m for m in self.history(channel, ephemeral=ephemeral) if bot and m.user_id == bot.id]

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message that stands there."""
        message = self.messages.get((channel_id, ts))
        return None if message is None or message.deleted else message

    def assistance(self, channel_id: str, thread_ts: str = "") -> Assistance:
        """What `assistant.threads.*` said of a thread, or of the whole conversation."""
        return self.threads.setdefault((channel_id, thread_ts), Assistance())

    # -- arranging things ---------------------------------------------------------------------

    def add_channel(
        self, name: str, members: list[str] | None = None, *, private: bool = False, team: str = "Harbour"
    ) -> Channel:
        """A new channel with these people; all of the workspace, bots included, unless told."""
        house = self.team(team)
        there = [user.id for user in self.users.values() if user.team_id == house.id]
        channel = Channel(
            id=fresh("C"),
            team_id=house.id,
            kind=PRIVATE if private else PUBLIC,
            name=name,
            created=int(self.now()),
            creator=there[0],
            members=there if members is None else [self.user(who).id for who in members],
        )
        self.channels[channel.id] = channel
        self.tell("channel.created", channel, channel)
        return channel

    def install(
        self, team: Team, by: User, value: str | None = None, *, scopes: tuple[str, ...] | None = None
    ) -> Token:
        """Install the app in a workspace: its bot user and a token with the scopes of the manifest, or these."""
        if team.bot is None:
            name = f"{team.name} {self.app.name}"
            bot = self.users.get(seeded("U", name)) or User(
                id=seeded("U", name),
                team_id=team.id,
                name=self.app.bot_name,
                real_name=self.app.name,
                is_bot=True,
                bot_id=seeded("B", name),
                app_id=self.app.id,
            )
            bot.deleted = False
            team.bot = self.users[bot.id] = bot
        token = self._grant(
            value or f"xoxb-simulated-{fresh('')}", "bot", self.app.scopes if scopes is None else scopes
        )
        token.team_id, token.user_id, token.installer = team.id, team.bot.id, by.id
        self.tell("app.installed", token)
        return token

    def _grant(self, value: str, kind: str, scopes: tuple[str, ...]) -> Token:
        token = Token(value=value, kind=kind, scopes=scopes)
        self.tokens[value] = token
        return token
