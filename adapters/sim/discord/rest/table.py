"""Every route this Discord has: method, path template as in the OpenAPI file, bucket, handler."""

from dataclasses import dataclass

from . import callbacks, channels, commands, messages, people, webhooks
from .call import Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route. `open`: the token in the path is the authorization, and the global limit does not count."""

    method: str
    template: str
    bucket: str
    handler: Handler
    open: bool = False


def _route(line: str, handler: Handler, bucket: str = "other", *, open: bool = False) -> Route:
    method, template = line.split()
    return Route(method=method, template=template, bucket=bucket, handler=handler, open=open)


MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"
COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
HOOK = "/webhooks/{webhook_id}/{webhook_token}"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
MINE = "/reactions/{emoji_name}/@me"

ROUTES = (
    _route(f"PATCH {MESSAGE}", messages.edit, "message.edit"),
    _route(f"POST {MESSAGES}", messages.create, "message.create"),
    _route(f"GET {MESSAGES}", messages.listed),
    _route(f"GET {MESSAGE}", messages.get),
    _route(f"DELETE {MESSAGE}", messages.delete, "message.delete"),
    _route("POST /channels/{channel_id}/typing", messages.typing, "typing"),
    _route(f"PUT {MESSAGE}{MINE}", messages.react, "reaction"),
    _route(f"DELETE {MESSAGE}{MINE}", messages.unreact, "reaction"),
    _route(f"POST {CALLBACK}", callbacks.respond, "callback", open=True),
    _route(f"PATCH {HOOK}/messages/@original", webhooks.edit_original, "webhook", open=True),
    _route(f"GET {HOOK}/messages/@original", webhooks.original, "webhook", open=True),
    _route(f"DELETE {HOOK}/messages/@original", webhooks.delete_original, "webhook", open=True),
    _route(f"POST {HOOK}", webhooks.follow, "webhook", open=True),
    _route(f"GET {HOOK}/messages/{{message_id}}", webhooks.get, "webhook", open=True),
    _route(f"PATCH {HOOK}/messages/{{message_id}}", webhooks.edit, "webhook", open=True),
    _route(f"DELETE {HOOK}/messages/{{message_id}}", webhooks.delete, "webhook", open=True),
    _route(f"POST {MESSAGE}/threads", channels.thread_from_message),
    _route("POST /channels/{channel_id}/threads", channels.thread_alone),
    _route("GET /channels/{channel_id}/threads/archived/public", channels.archived_threads),
    _route("PUT /channels/{channel_id}/thread-members/@me", channels.join),
    _route("DELETE /channels/{channel_id}/thread-members/@me", channels.leave),
    _route("GET /channels/{channel_id}", channels.get),
    _route("PATCH /channels/{channel_id}", channels.change),
    _route("DELETE /channels/{channel_id}", channels.delete),
    _route("POST /users/@me/channels", channels.open_dm),
    _route("GET /users/@me", people.me),
    _route("GET /users/{user_id}", people.user),
    _route("GET /oauth2/applications/@me", people.application),
    _route("GET /applications/@me", people.application),
    _route("GET /gateway", people.gateway),
    _route("GET /gateway/bot", people.gateway_bot),
    _route("GET /guilds/{guild_id}", people.guild),
    _route("GET /guilds/{guild_id}/channels", channels.of_guild),
    _route("GET /guilds/{guild_id}/threads/active", channels.active_threads),
    _route("GET /guilds/{guild_id}/members", people.members),
    _route("GET /guilds/{guild_id}/members/{user_id}", people.member),
    _route("GET /guilds/{guild_id}/roles", people.roles),
    _route(f"GET {COMMANDS}", commands.listed),
    _route(f"PUT {COMMANDS}", commands.replace),
    _route(f"POST {COMMANDS}", commands.create),
    _route(f"DELETE {COMMANDS}/{{command_id}}", commands.delete),
    _route(f"GET {GUILD_COMMANDS}", commands.listed),
    _route(f"PUT {GUILD_COMMANDS}", commands.replace),
    _route(f"POST {GUILD_COMMANDS}", commands.create),
    _route(f"DELETE {GUILD_COMMANDS}/{{command_id}}", commands.delete),
)
