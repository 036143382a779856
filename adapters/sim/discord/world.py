"""The whole state of one simulated Discord, and the questions asked of it.

What people do to it is in `person`, what the bot may do to it in `rest`; both go through `posting`.
Nothing here knows HTTP or sockets.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from . import permissions, seed
from .changes import PATIENCE, Change, Changes
from .files import Files
from .ids import Snowflakes
from .nouns import (
    DM,
    TEXT,
    Channel,
    Exchange,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    Overwrite,
    User,
)

SYSTEM = frozenset({18, 21})  # notes Discord writes in somebody's name: a new thread, where a thread starts

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Rules:
    """The numbers of this Discord; every one may be changed while it runs. Times in seconds, sizes in bytes."""

    content_limit: int = 2000
    file_bytes: int = 10 * 1024 * 1024
    request_bytes: int = 25 * 1024 * 1024
    callback_seconds: float = 3.0
    token_seconds: float = 900.0
    nonce_seconds: float = 180.0
    old_message_seconds: float = 3600.0
    old_edits: int = 3
    old_edits_seconds: float = 20.0
    command_creates_per_day: int = 200
    message_content_allowed: bool = True
    guild_members_allowed: bool = True
    heartbeat_seconds: float = 41.25
    ack_seconds: float = 0.05  # to answer a heartbeat
    preview_links: bool = True


class World:
    """Who is here, what was said, and what is going on. Assert on this, not on calls."""

    def __init__(self, *, second_guild: bool = True) -> None:
        self.rules = Rules()
        self.changes = Changes()
        self.ids = Snowflakes()
        self.base_url = ""
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.nonces: dict[str | int, Message] = {}
        self.interactions: dict[int, Interaction] = {}
        self.commands: dict[int | None, list[Json]] = {None: []}
        self.command_creates = 0
        self.typing: dict[tuple[int, int], float] = {}
        self.exchanges: deque[Exchange] = deque(maxlen=50_000)
        self.violations: list[str] = []
        self.invalid_requests = 0
        self.rate_limited = 0
        self.identifies = 0
        self.files = Files(self)
        self.bot = seed.plant(self, second_guild=second_guild)
        self.application_id = self.bot.id

    # -- time and telling ---------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def tell(self, kind: str, subject: Any, channel: Channel | None = None, detail: Any = None) -> None:
        """Let every listener know that something happened, in this channel where there is one."""
        self.changes.tell(
            Change(
                kind=kind,
                at=self.now(),
                subject=subject,
                channel_id=channel.id if channel else None,
                guild_id=channel.guild_id if channel else None,
                detail=detail,
            )
        )

    async def until(self, predicate: Callable[[], T], within: float = PATIENCE) -> T:
        """What `predicate` returns once true; it is looked at after every change. TimeoutError otherwise."""
        return await self.changes.until(predicate, within)

    def watch(self) -> AbstractAsyncContextManager[Any]:
        """`async with world.watch() as changes: async for change in changes: ...`"""
        return self.changes.watch()

    def violation(self, text: str) -> None:
        """Somebody asked for what a real Discord does not have. Tests fail on any."""
        self.violations.append(text)

    def later(self, seconds: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        """Do this after a while; the running loop must be the server's."""
        return asyncio.get_running_loop().call_later(seconds, action)

    # -- finding things -----------------------------------------------------------------------

    @property
    def guild(self) -> Guild:
        """The first guild."""
        return next(iter(self.guilds.values()))

    @property
    def people(self) -> list[User]:
        """Everyone who is not a bot."""
        return [user for user in self.users.values() if not user.bot]

    def user(self, who: "str | int | User") -> User:
        """A user by name or id."""
        if isinstance(who, User):
            return who
        if isinstance(who, int):
            return self.users[who]
        return next(user for user in self.users.values() if user.username == who)

    def channel(self, where: "str | int | Channel") -> Channel:
        """A channel or thread by name (with or without `#`) or id."""
        if isinstance(where, Channel):
            return where
        if isinstance(where, int):
            return self.channels[where]
        name = where.removeprefix("#")
        return next(channel for channel in self.channels.values() if channel.name == name)

    def guild_of(self, channel: Channel) -> Guild | None:
        """The guild a channel is in; None for a direct message."""
        return self.guilds.get(channel.guild_id) if channel.guild_id else None

    def member(self, channel: Channel, user_id: int) -> Member | None:
        """This person's membership in the channel's guild."""
        guild = self.guild_of(channel)
        return guild.members.get(user_id) if guild else None

    def dm(self, who: "str | int | User") -> Channel:
        """The direct messages between this person and the bot; opened when there are none yet."""
        user = self.user(who)
        for channel in self.channels.values():
            if channel.kind == DM and user in channel.recipients:
                return channel
        channel = Channel(id=self.ids.next(), kind=DM, recipients=[user])
        self.channels[channel.id] = channel
        self.tell("channel.created", channel, channel)
        return channel

    def thread_parent(self, channel: Channel) -> Channel:
        """The channel whose permissions count: a thread's parent, else the channel itself."""
        return self.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel

    def history(self, where: "str | int | Channel", *, ephemeral: bool = False) -> list[Message]:
        """What stands in a channel now, oldest first; whispers to one person only when asked for."""
        return [
            message
            for message in self.channel(where).messages
            if not message.deleted and (ephemeral or not message.ephemeral)
        ]

    def from_bot(
        self, where: "str | int | Channel | None" = None, *, ephemeral: bool = True
    ) -> list[Message]:
        """What the bot said and still stands, oldest first, in one channel or everywhere; no system notes."""
        found = self.history(where, ephemeral=ephemeral) if where is not None else self.messages.values()
        return [m for m in found if m.author is self.bot and not m.deleted and m.kind not in SYSTEM]

    def may(self, user: User, channel: Channel) -> int:
        """This person's permission bits in this channel."""
        return permissions.granted(self.guild_of(channel), self.thread_parent(channel), user.id)

    def can(self, user: User, channel: Channel, *names: str) -> bool:
        """Whether this person has all of the named permissions here."""
        wanted = permissions.bits(*names)
        return self.may(user, channel) & wanted == wanted

    # -- changing places ----------------------------------------------------------------------

    def add_channel(self, name: str, *, guild: Guild | None = None, topic: str | None = None) -> Channel:
        """A new text channel."""
        home = guild or self.guild
        count = sum(1 for c in self.channels.values() if c.guild_id == home.id and c.kind == TEXT)
        channel = Channel(
            id=self.ids.next(), kind=TEXT, guild_id=home.id, name=name, topic=topic, position=count
        )
        self.channels[channel.id] = channel
        self.tell("channel.created", channel, channel)
        return channel

    def add_person(
        self, name: str, *, guild: Guild | None = None, roles: tuple[int, ...] = (), bot: bool = False
    ) -> User:
        """A new member of a guild."""
        user = User(id=self.ids.next(), username=name, global_name=name.capitalize(), bot=bot)
        self.users[user.id] = user
        home = guild or self.guild
        home.members[user.id] = Member(user=user, joined_at=self.now(), roles=list(roles))
        self.changes.tell(Change(kind="member.joined", at=self.now(), subject=user, guild_id=home.id))
        return user

    def deny(self, where: "str | int | Channel", *names: str, who: User | None = None) -> None:
        """Take permissions away in one channel, from the bot unless `who` is given."""
        self._overwrite(where, who).deny |= permissions.bits(*names)
        self._overwrite(where, who).allow &= ~permissions.bits(*names)
        self._permissions_changed(where)

    def allow(self, where: "str | int | Channel", *names: str, who: User | None = None) -> None:
        """Give permissions in one channel, to the bot unless `who` is given."""
        self._overwrite(where, who).allow |= permissions.bits(*names)
        self._overwrite(where, who).deny &= ~permissions.bits(*names)
        self._permissions_changed(where)

    def _overwrite(self, where: "str | int | Channel", who: User | None) -> Overwrite:
        user = who or self.bot
        return self.channel(where).overwrites.setdefault(user.id, Overwrite(id=user.id, for_member=True))

    def _permissions_changed(self, where: "str | int | Channel") -> None:
        channel = self.channel(where)
        self.tell("channel.updated", channel, channel)
