"""One request as its handler sees it: who asks for what, with which body and files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.sim.discord.errors import ApiError, forbidden, invalid, unknown
from adapters.sim.discord.nouns import DM, Channel, Guild, Json, Message

if TYPE_CHECKING:
    from adapters.sim.discord.world import World


NOT_A_DICT = {"code": "DICT_TYPE_CONVERT", "message": "Only dictionaries may be used in a DictType"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One `files[n]` part of a multipart body."""

    index: int
    name: str
    content: bytes
    content_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with its status; None as body is an empty 204."""

    status: int
    body: Any = None


@dataclass(slots=True, kw_only=True)
class Call:
    """A request whose path, query and body are taken apart."""

    world: "World"
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[Upload] = field(default_factory=list)

    def fields(self) -> Json:
        """The body as an object."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise ApiError(400, 50035, errors={"_errors": [NOT_A_DICT]})
        return self.body

    def flag(self, name: str) -> bool:
        """A boolean of the query string."""
        return self.query.get(name, "").lower() in ("1", "true")

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A number of the query string within its bounds."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdigit() or not low <= int(text) <= high:
            raise invalid(name, "NUMBER_TYPE_MAX", f"int value should be between {low} and {high}.")
        return int(text)

    def snowflake(self, name: str) -> int:
        """An id of the path."""
        text = self.params[name]
        if not text.isdigit():
            raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
        return int(text)

    def channel(self, *needed: str) -> Channel:
        """The channel of the path, where the bot may see it and has what is needed."""
        channel = self.world.channels.get(self.snowflake("channel_id"))
        if channel is None:
            raise unknown(10003)
        allow(self.world, channel, *needed)
        return channel

    def message(self, channel: Channel) -> Message:
        """The message of the path; whispers are not found this way."""
        message = self.world.messages.get(self.snowflake("message_id"))
        if message is None or message.deleted or message.channel_id != channel.id or message.ephemeral:
            raise unknown(10008)
        return message

    def guild(self) -> Guild:
        """The guild of the path, where the bot is a member."""
        guild = self.world.guilds.get(self.snowflake("guild_id"))
        if guild is None:
            raise unknown(10004)
        return guild


Handler = Callable[[Call], Json | list[Json] | Reply | None]


def allow(world: "World", channel: Channel, *needed: str) -> None:
    """Raise 50001 where the bot cannot see the channel, 50013 where it may not do what it asks."""
    if channel.kind == DM:
        return
    if not world.can(world.bot, channel, "view_channel"):
        raise forbidden(50001)
    if not world.can(world.bot, channel, *needed):
        raise forbidden(50013)


def write_permission(channel: Channel) -> str:
    """What it takes to write here."""
    return "send_messages_in_threads" if channel.is_thread else "send_messages"
