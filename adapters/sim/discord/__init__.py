"""A Discord to run against without an account: gateway, HTTP, files, people, and faults on demand.

Written from Discord's documents and its OpenAPI file, strict where Discord is strict. It imports nothing of
the project's own, so that it cannot agree with the project's mistakes.
"""

from .faults import Fault, Faults
from .gateway import Gateway, Session
from .invoking import Refused
from .limits import Limits
from .nouns import (
    Attachment,
    Channel,
    Exchange,
    Guild,
    Interaction,
    Member,
    Message,
    Pings,
    Role,
    User,
    Version,
)
from .person import Person
from .server import DiscordServer, introduction, serve
from .world import Rules, World

__all__ = [
    "Attachment",
    "Channel",
    "DiscordServer",
    "Exchange",
    "Fault",
    "Faults",
    "Gateway",
    "Guild",
    "Interaction",
    "Limits",
    "Member",
    "Message",
    "Person",
    "Pings",
    "Refused",
    "Role",
    "Rules",
    "Session",
    "User",
    "Version",
    "World",
    "introduction",
    "serve",
]
