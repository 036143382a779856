"""Which chat platforms are set up, and what a platform still needs to be connected."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.config.sections import Sections, SlackSection
from bridge.config.sources import Key

KEYS: tuple[Key, ...] = (
    ("discord", "token"),
    *(("slack", name) for name in ("bot_token", "app_token", "signing_secret", "client_id", "client_secret")),
)
"""Whoever sets one of these means to connect that platform."""
NONE = (
    "There is no chat to connect to: set DISCORD_TOKEN to the bot token from https://discord.com/developers/applications, "
    "or SLACK_BOT_TOKEN and SLACK_APP_TOKEN to the tokens of an app from https://api.slack.com/apps, or all three."
)
_PAGE = "from https://api.slack.com/apps"


def connected(found: Sections) -> tuple[str, ...]:
    """The platforms that are set up."""
    return tuple(dict.fromkeys(section for section, name in KEYS if getattr(getattr(found, section), name)))


def limited_to(found: Sections) -> tuple[str, ...]:
    """The only servers and workspaces the bridge serves; none where one platform or other serves every one it is invited to."""
    limits = {"discord": found.discord.guilds, "slack": found.slack.workspaces}
    names = connected(found) or tuple(name for name in limits if limits[name])
    here = [limits[name] for name in names]
    return tuple(each for some in here for each in some) if all(here) else ()


def problems(found: Sections) -> Iterator[tuple[Key, str]]:
    """What is missing of a platform that is set up in part, each with the setting it is about."""
    if "slack" not in connected(found):
        return
    yield from _slack_rights(found.slack)
    yield from _slack_way(found.slack)
    sqlite = found.store.url.startswith("sqlite")
    if found.slack.client_id and not sqlite and not found.store.secret_key:
        yield ("store", "secret_key"), "is missing: tokens of workspaces are kept in the database only sealed"


def _slack_rights(slack: SlackSection) -> Iterator[tuple[Key, str]]:
    """One workspace's token, or what lets several install the app."""
    if not (slack.bot_token or slack.client_id or slack.client_secret):
        yield (
            ("slack", "bot_token"),
            f"is missing: set SLACK_BOT_TOKEN to the bot token (xoxb-…) {_PAGE}, under OAuth & Permissions",
        )
    for name, other in (("client_id", "client_secret"), ("client_secret", "client_id")):
        if getattr(slack, other) and not getattr(slack, name):
            yield ("slack", name), f"is missing: it stands beside {other} under Basic Information"
    if slack.client_id and not slack.public_url:
        yield (
            ("slack", "public_url"),
            "is missing: with client_id, workspaces install the app at an address that their browsers reach, "
            'like "https://bridge.example.org"',
        )


def _slack_way(slack: SlackSection) -> Iterator[tuple[Key, str]]:
    """What events need to come."""
    if slack.mode == "socket" and not slack.app_token:
        yield (
            ("slack", "app_token"),
            f"is missing: set SLACK_APP_TOKEN to an app-level token (xapp-…) with connections:write {_PAGE}, "
            "under Basic Information",
        )
    elif slack.way == "http" and not slack.signing_secret:
        both = slack.mode is None
        yield (
            ("slack", "app_token" if both else "signing_secret"),
            f"is missing: set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP, {_PAGE}"
            if both
            else f"is missing: set SLACK_SIGNING_SECRET to the signing secret {_PAGE}, under Basic Information",
        )
