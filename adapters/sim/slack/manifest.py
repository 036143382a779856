"""What the app declared of itself: scopes, events, commands, shortcuts. What is not declared does not work.

https://docs.slack.dev/reference/app-manifest
"""

from dataclasses import dataclass
from typing import Any

from .ids import seeded
from .nouns import Json


@dataclass(slots=True, kw_only=True)
class App:
    """The app as its manifest draws it. `shortcuts` are types (global, message) by callback id."""

    id: str
    client_id: str
    client_secret: str
    signing_secret: str
    verification_token: str
    name: str = ""
    bot_name: str = ""
    scopes: tuple[str, ...] = ()
    events: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()
    shortcuts: dict[str, str] | None = None
    redirect_urls: tuple[str, ...] = ()
    socket_mode: bool = False
    interactive: bool = False
    agent: bool = False
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = False

    def apply(self, manifest: Json) -> None:
        """Become what this manifest says. Raises KeyError where a required part is missing."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        oauth, home = manifest.get("oauth_config", {}), features.get("app_home", {})
        self.name = manifest["display_information"]["name"]
        self.bot_name = features.get("bot_user", {}).get("display_name", self.name)
        self.scopes = tuple(oauth.get("scopes", {}).get("bot", ()))
        self.redirect_urls = tuple(oauth.get("redirect_urls", ()))
        self.events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", ()))
        self.commands = frozenset(each["command"] for each in features.get("slash_commands", ()))
        self.shortcuts = {each["callback_id"]: each["type"] for each in features.get("shortcuts", ())}
        self.socket_mode = bool(settings.get("socket_mode_enabled"))
        self.interactive = bool(settings.get("interactivity", {}).get("is_enabled"))
        self.agent = "agent_view" in features
        self.home_tab = bool(home.get("home_tab_enabled"))
        self.messages_tab = bool(home.get("messages_tab_enabled")) or self.agent
        self.messages_read_only = bool(home.get("messages_tab_read_only_enabled"))


SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
)

EVENTS = (
    "agent_session_stopped",
    "agent_session_title_changed",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)


def usual() -> Json:
    """The manifest a new world's app has: an agent in Socket Mode with the command `/poe`."""
    manifest: dict[str, Any] = {
        "display_information": {"name": "Poebridge"},
        "features": {
            "bot_user": {"display_name": "poebridge"},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "agent_view": {"agent_description": "Answers questions"},
            "slash_commands": [{"command": "/poe", "description": "Ask and manage"}],
            "shortcuts": [
                {"name": "Ask", "type": "global", "callback_id": "ask", "description": "Ask a question"},
                {
                    "name": "Ask about this",
                    "type": "message",
                    "callback_id": "ask_about",
                    "description": "Ask about a message",
                },
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "socket_mode_enabled": True,
            "interactivity": {"is_enabled": True},
            "event_subscriptions": {"bot_events": list(EVENTS)},
        },
    }
    return manifest


def planted() -> App:
    """The app of a new world. Its credentials open nothing but this simulator."""
    app = App(
        id=seeded("A", "poebridge"),
        client_id="1000000000.2000000000",
        client_secret="simulated-client-secret",
        signing_secret="simulated-signing-secret",
        verification_token="simulated-verification",
    )
    app.apply(usual())
    return app
