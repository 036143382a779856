"""What Discord tells us, to the house's one door. The connection is discord.py's; who restarts it is `client`.

Nothing here waits for the house: `Door.receive` takes an event and returns.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import aiohttp
import discord

from bridge.ports import Door, Notify
from bridge.values.errors import origin
from bridge.values.notices import Trouble

from . import parse
from .interactions import Interactions

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = (
    False  # we do not speak aloud, so nothing is missing
)

_INDISPENSABLE = frozenset({"READY", "RESUMED"})
"""Events without which a connection is none: a malformed one must end it."""


def intents(*, content: bool) -> discord.Intents:
    """The least that hears messages. Message content is privileged, and may be withheld."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=content)


class Ear(discord.Client):
    """One connection to the gateway, with as little remembered as the library can do with."""

    def __init__(
        self,
        door: Door,
        interactions: Interactions,
        notify: Notify,
        *,
        content: bool,
        admits: Callable[[int | None, object], bool],
        heard: Callable[[str], None],
    ) -> None:
        super().__init__(
            intents=intents(content=content),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            enable_debug_events=True,  # for `socket_raw_receive`, see `dispatch`
        )
        self._door = door
        self._interactions = interactions
        self._notify = notify
        self._content = content
        self._admits = admits
        self._heard = heard
        self._guard_parsers()

    def _guard_parsers(self) -> None:
        """One malformed event must not end the connection, and with it everything said until the next one stands.

        In 2.7.1 an exception in a parser leaves `poll_event` and ends `Client.start`; the table of parsers is the only place before that.
        """
        parsers = self._connection.parsers
        for event, parser in parsers.items():
            if event not in _INDISPENSABLE:
                parsers[event] = functools.partial(self._parse, event, parser)

    def _parse(self, event: str, parser: Callable[[Any], Any], data: Any) -> None:
        try:
            parser(data)
        except Exception as error:  # whatever a malformed event makes of the library
            self._notify(Trouble(where=f"discord.{event}", error=type(error).__name__, detail=origin(error)))

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Signs of life are counted here: an event handler would cost a task for every frame."""
        if event in ("socket_raw_receive", "connect", "resumed", "disconnect"):
            self._heard(event)
        if not event.startswith("socket_"):
            super().dispatch(event, *args, **kwargs)

    async def on_message(self, message: discord.Message) -> None:
        guild = message.guild.id if message.guild else None
        if self.user is None or message.author.id == self.user.id:
            return
        if isinstance(message.channel, discord.PartialMessageable) and guild is not None:
            # A thread that slept while we connected; only asking tells whose it is.
            await self._look_up(message)
        if not self._admits(guild, message.channel):
            return
        said = parse.said(message, parse.Ourselves(id=self.user.id, reads=self._content))
        if said is not None:
            self._door.receive(said)

    async def _look_up(self, message: discord.Message) -> None:
        """Where it was said, as far as Discord tells: what was asked there is answered in any case."""
        try:
            found = await self.fetch_channel(message.channel.id)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            self._notify(Trouble(where="discord.channel", error=type(error).__name__))
            return
        if isinstance(found, discord.Thread | discord.TextChannel | discord.VoiceChannel):
            message.channel = found

    async def on_interaction(self, asked: discord.Interaction[Any]) -> None:
        await self._interactions.take(asked, self._door)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Instead of the library's traceback, which repeats what people wrote."""
        error = sys.exc_info()[0]
        self._notify(Trouble(where=f"discord.{event_method}", error=error.__name__ if error else ""))
