"""What an operator should know of the application behind the bot, in sentences. Pure.

https://docs.discord.com/developers/resources/application#application-object
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NO_CONTENT = (
    "Discord withholds the text of messages that neither mention me nor answer me nor come directly, so I can't follow a thread "
    "without being mentioned. To change that, switch on “Message Content Intent” on your application's page under Bot, and restart me."
)

_READS_MESSAGES = 1 << 18 | 1 << 19  # the second is for bots in fewer than 100 servers

_PERMISSIONS = (
    1 << 10  # view channels
    | 1 << 11  # send messages
    | 1 << 15  # attach files
    | 1 << 16  # read message history
    | 1 << 35  # create public threads
    | 1 << 38  # send messages in threads
)


def findings(application: Mapping[str, Any]) -> Iterator[tuple[bool, str]]:
    """Each with whether it is good."""
    yield True, f"Discord accepts the token; the bot is called {application.get('name')}."
    if not int(application.get("flags") or 0) & _READS_MESSAGES:
        yield False, NO_CONTENT
    if address := application.get("interactions_endpoint_url"):
        yield (
            False,
            f"Discord sends commands and buttons to {address} instead of here. Empty the field “Interactions Endpoint URL” "
            "on your application's page.",
        )
    servers = application.get("approximate_guild_count")
    if servers == 0:
        yield False, f"The bot is in no server yet. Invite it: {invitation(application)}"
    elif servers is not None:
        yield True, f"The bot is in {servers} server{'s' if servers != 1 else ''}."


def invitation(application: Mapping[str, Any]) -> str:
    """Where somebody who manages a server invites the bot, with the permissions it needs and no more."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application.get('id')}"
        f"&scope=bot+applications.commands&permissions={_PERMISSIONS}"
    )
