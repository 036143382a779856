"""What an operator should know of the app behind the bot, in sentences: wrong tokens, and what the app may not do or is not told.

Which events an app subscribes to, Slack tells only whoever shows an app configuration token; without one, what is missing shows once we
run, see `order`.
https://docs.slack.dev/reference/methods/apps.manifest.export
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bridge.values.errors import BridgeError, ChatError

from . import apps, sockets
from .commands import SLASH
from .manifest import EVENTS, SCOPES
from .options import Options
from .rest import Rest
from .tokens import Bearer

Finding = tuple[bool, str]

MENTIONS_ONLY = (
    "Slack tells me of mentions only, so I can't follow a thread without being mentioned. Subscribe the app to the events "
    "message.channels and message.groups, on its page under Event Subscriptions, and install it again."
)
UNSIGNED = (
    "There is no signing secret, so nothing that comes over HTTP can be trusted. Set it in the environment."
)
SOCKETLESS = (
    "There is no app-level token (xapp-…) for Socket Mode. Create one with the scope connections:write and set it in the environment, "
    "or choose the mode http."
)
NOBODY = (
    "There is no Slack bot token, and no client id and secret by which workspaces could install the app. "
    "Set the one or the other in the environment."
)
NOT_YET = "No workspace has installed me yet."


def problems(options: Options) -> tuple[str, ...]:
    """What is missing to begin at all."""
    found = [] if options.bot_token.strip() or options.installable else [NOBODY]
    if options.http and not options.signing_secret.strip():
        found.append(UNSIGNED)
    if not options.http and not options.app_token.strip():
        found.append(SOCKETLESS)
    return tuple(found)


async def findings(options: Options, rest: Rest) -> AsyncIterator[Finding]:
    """Each with whether it is good. Raises ConfigError for a token that Slack does not accept, and ChatError."""
    for problem in problems(options):
        yield False, problem
    if options.bot_token.strip():
        bearer = await rest.introduce(options.bot_token)
        yield True, f"Slack accepts the bot token of the workspace {bearer.name}."
        for finding in scopes(bearer.scopes):
            yield finding
        async for finding in _settings(options, rest, bearer):
            yield finding
    if not options.http and options.app_token.strip():
        yield await _socket(options)
    if options.installable:
        yield True, f"Workspaces can install me at {options.public_url.rstrip('/') or '…'}/slack/install."


def scopes(granted: Collection[str] | None) -> Iterator[Finding]:
    """What the token may not do; nothing where Slack does not say what it may."""
    missing = [scope for scope in SCOPES if granted is not None and scope not in granted]
    for scope in missing:
        yield (
            False,
            f"The app lacks the scope {scope}, so I can't {SCOPES[scope]}. Add it under OAuth & Permissions, and install the app again.",
        )


async def _socket(options: Options) -> Finding:
    try:
        await apps.client(options.api_url, options.app_token.strip()).apps_connections_open(
            app_token=options.app_token.strip()
        )
    except SlackApiError as error:
        refused = sockets.refusal(str(error.response.get("error")))
        return (
            False,
            refused.say if refused else f"Slack does not open a socket ({error.response.get('error')}).",
        )
    except Exception as error:
        return False, f"Slack can't be reached for a socket ({type(error).__name__})."
    return True, "Slack accepts the app-level token for Socket Mode."


async def _settings(options: Options, rest: Rest, bearer: Bearer) -> AsyncIterator[Finding]:
    """The app's own settings, for whoever may see them."""
    token = options.config_token.strip()
    if not token:
        return
    try:
        told = await rest.call(bearer.workspace, "bots.info", {"bot": bearer.bot}, read=True)
        exported = await apps.client(options.api_url, token).apps_manifest_export(
            app_id=str(told["bot"]["app_id"])
        )
    except SlackApiError as error:
        yield (
            False,
            f"Slack does not show the app's settings to the configuration token ({error.response.get('error')}).",
        )
        return
    except (ChatError, LookupError) as error:
        yield (
            False,
            f"The app's settings can't be looked at: {error.say if isinstance(error, BridgeError) else type(error).__name__}",
        )
        return
    for finding in settings(exported.get("manifest") or {}, options):
        yield finding


def settings(manifest: Mapping[str, Any], options: Options) -> Iterator[Finding]:
    """What of the app's settings does not fit; the manifest printed by `poebridge slack-manifest` has all of it."""
    features, chosen = manifest.get("features") or {}, manifest.get("settings") or {}
    subscribed = (chosen.get("event_subscriptions") or {}).get("bot_events") or ()
    for event, use in EVENTS.items():
        if event not in subscribed:
            yield (
                False,
                f"The app does not subscribe to the event {event} ({use}). Add it under Event Subscriptions.",
            )
    if SLASH not in {one.get("command") for one in features.get("slash_commands") or ()}:
        yield False, f"The app has no command {SLASH}. Add it under Slash Commands."
    if not (chosen.get("interactivity") or {}).get("is_enabled"):
        yield False, "The app's buttons and forms are switched off. Switch on Interactivity & Shortcuts."
    if "agent_view" not in features:
        yield (
            False,
            "The app is not declared as an agent, so there are no prompts and no Stop of Slack's own. Switch it on under Agents.",
        )
    if bool(chosen.get("socket_mode_enabled")) is options.http:
        wanted = "off" if options.http else "on"
        yield (
            False,
            f"Socket Mode has to be {wanted} for the mode {options.mode}. Switch it under Socket Mode.",
        )
