"""What the house is connected to, made from its configuration: Poe, and every chat platform that is set up. Nothing is opened here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from adapters import discord, slack
from adapters.poe.client import PoeClient
from adapters.slack.manifest import manifest
from adapters.store.place import where
from bridge import commands
from bridge.config import Config
from bridge.ports import Chance, Clock, Installations, Notify
from bridge.values.ids import Platform
from bridge.wiring.platforms import Adapter

Make: TypeAlias = Callable[[Notify], Adapter]


def chats(config: Config, clock: Clock, installations: Installations | None = None) -> dict[Platform, Make]:
    """The platforms that are set up, each with what makes its adapter of its own hook."""
    made: dict[Platform, Make] = {}
    if config.discord.token is not None:
        made[Platform("discord")] = lambda notify: discord_of(config, clock, notify)
    if config.slack.bot_token is not None or config.slack.client_id:
        made[Platform("slack")] = lambda notify: slack_of(config, clock, notify, installations)
    return made


def discord_of(config: Config, clock: Clock, notify: Notify) -> discord.Discord:
    section = config.discord
    default = type(section)().api_url
    return discord.Discord(
        token=_secret(section.token),
        clock=clock,
        notify=notify,
        specs=commands.SPECS,
        options=discord.Options(
            api_url="" if section.api_url == default else section.api_url,
            gateway_url=section.gateway_url or "",
            guilds=frozenset(section.guilds),
            named_admins=bool(config.settings.admins),
        ),
    )


def slack_of(
    config: Config, clock: Clock, notify: Notify, installations: Installations | None = None
) -> slack.Slack:
    section = config.slack
    default = type(section)().api_url
    return slack.Slack(
        clock=clock,
        notify=notify,
        specs=commands.SPECS,
        options=slack.Options(
            bot_token=_secret(section.bot_token),
            app_token=_secret(section.app_token),
            signing_secret=_secret(section.signing_secret),
            client_id=section.client_id,
            client_secret=_secret(section.client_secret),
            config_token=_secret(section.config_token),
            api_url="" if section.api_url == default else section.api_url,
            mode=section.way,
            public_url=section.public_url or "",
            workspaces=frozenset(section.workspaces),
            suggested_prompts=section.suggested_prompts,
            streaming=section.streaming,
            named_admins=bool(config.settings.admins),
        ),
        installations=installations,
    )


def slack_manifest(config: Config, http_url: str | None) -> dict[str, Any]:
    """What to create the Slack app from. Where Slack comes to us it has to know the address."""
    section = config.slack
    comes = section.public_url if section.signing_secret and section.way == "http" else None
    return manifest(
        commands.SPECS,
        http_url=http_url or comes,
        public_url=section.public_url,
        suggested_prompts=section.suggested_prompts,
    )


def poe_client(config: Config, clock: Clock, chance: Chance, notify: Notify) -> PoeClient:
    return PoeClient(
        config.poe.base_url,
        f"{config.poe.usage_url.rstrip('/')}/usage",
        {config.settings.key: _secret(config.poe.key)},
        clock,
        chance,
        notify,
        per_minute=config.poe.requests_per_minute,
    )


def sealing(config: Config) -> str:
    """The keys that seal tokens, as they were given; "" for the file beside the database."""
    return _secret(config.store.secret_key)


def secrets(config: Config) -> tuple[str, ...]:
    """What no log may hold, however it got there."""
    database = where(config.store.url).url.password
    slack_ = config.slack
    sections = (
        slack_.bot_token,
        slack_.app_token,
        slack_.signing_secret,
        slack_.client_secret,
        slack_.config_token,
    )
    kept = (config.poe.key, config.discord.token, *sections)
    return (*(_secret(each) for each in kept), *sealing(config).split(","), str(database or ""))


def _secret(value: object) -> str:
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal()) if reveal else ""
