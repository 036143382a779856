"""A Slack to run against without an account: Web API, Socket Mode, Events API, files, OAuth, people, and faults on demand.

Written from Slack's documents and samples, strict where Slack is strict. It imports nothing of the project's
own, so that it cannot agree with the project's mistakes.
"""

from .delivery import Deliveries
from .faults import Fault, Faults
from .invoking import Refused
from .limits import Limits
from .manifest import App, usual
from .nouns import (
    Assistance,
    Channel,
    Exchange,
    File,
    Group,
    Invocation,
    Message,
    Pings,
    Session,
    Stream,
    Team,
    Token,
    User,
    Version,
    View,
)
from .person import Person
from .server import SlackServer, introduction, serve
from .world import Rules, World

__all__ = [
    "App",
    "Assistance",
    "Channel",
    "Deliveries",
    "Exchange",
    "Fault",
    "Faults",
    "File",
    "Group",
    "Invocation",
    "Limits",
    "Message",
    "Person",
    "Pings",
    "Refused",
    "Rules",
    "Session",
    "SlackServer",
    "Stream",
    "Team",
    "Token",
    "User",
    "Version",
    "View",
    "World",
    "introduction",
    "serve",
    "usual",
]
