"""What the app has to be allowed and told, in one table, and the manifest made of it. Pure.

A scope or an event stands here because some line of this room uses it, and each says for what; `application` names what is missing.
https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.values.command import CommandSpec

from . import marks
from .commands import SLASH

NAME = "Poebridge"
DESCRIPTION = "Poe's models in Slack: streamed, threaded, and budgeted."
AGENT = (
    "I answer with Poe's models. Mention me in a channel or write to me here; every answer says what it cost."
)
ABOUT = "Ask a model about this message"

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "be mentioned",
    "assistant:write": "show that an answer is being written, offer prompts, and name conversations",
    "channels:history": "hear what is said in the threads of my answers",
    "channels:read": "know a channel's name",
    "chat:write": "answer",
    "commands": f"be asked with {SLASH} and from a message's menu",
    "files:read": "read the files that come with a question",
    "files:write": "send files",
    "groups:history": "hear what is said in the threads of my answers in private channels",
    "groups:read": "know a private channel's name",
    "im:history": "be written to directly",
    "im:write": "answer privately",
    "mpim:history": "take part in a conversation of several people",
    "usergroups:read": "know who is in a user group that has a budget",
    "users:read": "know people's names, and who administers the workspace",
}
"""Scopes of the bot's token, and what each lets it do."""

EVENTS: Mapping[str, str] = {
    "agent_session_stopped": "Slack's own Stop button",
    "app_home_opened": "the Home tab, and the prompts in Messages",
    "app_mention": "mentions",
    "app_uninstalled": "forgetting a workspace that removed the app",
    "message.channels": "follow-ups in channels' threads",
    "message.groups": "follow-ups in private channels' threads",
    "message.im": "direct messages",
    "message.mpim": "conversations of several people",
    "tokens_revoked": "forgetting a workspace that took its token back",
}
"""Events the bot subscribes to, and what each is for."""

PROMPTS = 4  # https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
_TITLE = 40


def manifest(
    specs: Sequence[CommandSpec],
    *,
    http_url: str | None = None,
    public_url: str | None = None,
    suggested_prompts: Sequence[str] = (),
) -> dict[str, Any]:
    """The whole manifest. Without `http_url`, where Slack reaches this bridge, everything comes over Socket Mode; browsers of those who
    install the app may still come to `public_url`."""
    url = http_url.rstrip("/") if http_url else None
    back = url or (public_url.rstrip("/") if public_url else None)
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {"name": NAME, "description": DESCRIPTION},
        "features": _features(specs, url, suggested_prompts),
        "oauth_config": {
            **({"redirect_urls": [f"{back}/slack/oauth_redirect"]} if back else {}),
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**_at(url, "events"), "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **_at(url, "interactions"), **_options_at(url)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _features(specs: Sequence[CommandSpec], url: str | None, prompts: Sequence[str]) -> dict[str, Any]:
    slash = {
        "command": SLASH,
        **({"url": f"{url}/slack/commands"} if url else {}),
        "description": "Ask a question, choose a model, see your points",
        "usage_hint": _usage_hint(specs),
        "should_escape": True,
    }
    agent: dict[str, Any] = {"agent_description": AGENT}
    if prompts:
        agent["suggested_prompts"] = suggested(prompts)
    features: dict[str, Any] = {
        "agent_view": agent,
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME.lower(), "always_online": True},
        "slash_commands": [slash],
    }
    if shortcuts := _shortcuts(specs):
        features["shortcuts"] = shortcuts
    return features


def suggested(prompts: Sequence[str]) -> list[dict[str, str]]:
    """What is offered to somebody who has said nothing yet; the title is what they see."""
    return [
        {"title": prompt if len(prompt) <= _TITLE else f"{prompt[: _TITLE - 1]}…", "message": prompt}
        for prompt in prompts[:PROMPTS]
    ]


def _shortcuts(specs: Sequence[CommandSpec]) -> list[dict[str, str]]:
    return [
        {
            "name": spec.about_message[:24],
            "type": "message",
            "callback_id": marks.shortcut(spec.name),
            "description": ABOUT,
        }
        for spec in specs
        if spec.about_message
    ]


def _usage_hint(specs: Sequence[CommandSpec]) -> str:
    """Every verb, as the person sees it while typing."""
    return f"[{' | '.join(dict.fromkeys(spec.name.partition(' ')[0] for spec in specs))}]"


def _at(url: str | None, what: str) -> dict[str, str]:
    return {"request_url": f"{url}/slack/{what}"} if url else {}


def _options_at(url: str | None) -> dict[str, str]:
    return {"message_menu_options_url": f"{url}/slack/interactions"} if url else {}
