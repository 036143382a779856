"""Every method of this Slack: its arguments, whose token it takes, which scope, and how often.

https://docs.slack.dev/reference/methods
"""

from dataclasses import dataclass

from adapters.sim.slack.limits import TIER_2, TIER_3, TIER_4

from . import agents, auth, chat, conversations, files, people, streaming, views
from .call import Handler

OFTEN = 600
"""Methods whose limit Slack calls special: hundreds a minute."""

EVERYWHERE = frozenset({"token", "team_id"})
"""Arguments no method minds; Bolt adds `team_id` to every call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`token`: bot, app, any, or none. Any one of `scopes` is enough."""

    handler: Handler
    tier: int
    args: frozenset[str]
    scopes: tuple[str, ...] = ()
    token: str = "bot"


def _method(
    handler: Handler,
    tier: int,
    args: str,
    *scopes: str,
    token: str = "bot",
) -> Method:
    known = frozenset(args.split()) | EVERYWHERE
    return Method(handler=handler, tier=tier, args=known, scopes=scopes, token=token)


POST = (
    "channel text blocks attachments thread_ts reply_broadcast metadata markdown_text unfurl_links unfurl_media "
    "link_names parse mrkdwn username icon_emoji icon_url"
)
STREAM = "channel markdown_text chunks"
PAGE = "cursor limit"
BETWEEN = f"channel latest oldest inclusive include_all_metadata {PAGE}"
HISTORIES = ("channels:history", "groups:history", "im:history", "mpim:history")
READS = ("channels:read", "groups:read", "im:read", "mpim:read")

METHODS: dict[str, Method] = {
    "auth.test": _method(auth.test, OFTEN, "", token="any"),
    "auth.revoke": _method(auth.revoke, TIER_3, "test"),
    "apps.connections.open": _method(auth.connect, TIER_3, "", "connections:write", token="app"),
    "apps.uninstall": _method(auth.uninstall, TIER_2, "client_id client_secret"),
    "oauth.v2.access": _method(
        auth.access, OFTEN, "client_id client_secret code redirect_uri grant_type", token="none"
    ),
    "chat.postMessage": _method(chat.post_message, OFTEN, POST, "chat:write"),
    "chat.postEphemeral": _method(chat.post_ephemeral, TIER_4, f"{POST} user", "chat:write"),
    "chat.update": _method(
        chat.update,
        TIER_3,
        "channel ts text blocks attachments metadata markdown_text link_names parse reply_broadcast",
        "chat:write",
    ),
    "chat.delete": _method(chat.delete, TIER_3, "channel ts", "chat:write"),
    "chat.getPermalink": _method(chat.permalink, OFTEN, "channel message_ts"),
    "chat.startStream": _method(
        streaming.start,
        TIER_2,
        f"{STREAM} thread_ts recipient_team_id recipient_user_id task_display_mode icon_emoji icon_url username",
        "chat:write",
    ),
    "chat.appendStream": _method(streaming.append, TIER_4, f"{STREAM} ts", "chat:write"),
    "chat.stopStream": _method(
        streaming.stop, TIER_2, f"{STREAM} ts blocks metadata session_status", "chat:write"
    ),
    "conversations.info": _method(
        conversations.info, TIER_3, "channel include_locale include_num_members", *READS
    ),
    "conversations.list": _method(conversations.list_all, TIER_2, f"types exclude_archived {PAGE}", *READS),
    "conversations.history": _method(conversations.history, TIER_3, BETWEEN, *HISTORIES),
    "conversations.replies": _method(conversations.replies, TIER_3, f"{BETWEEN} ts", *HISTORIES),
    "conversations.open": _method(
        conversations.open_direct,
        TIER_3,
        "users channel return_im prevent_creation",
        "im:write",
        "mpim:write",
    ),
    "reactions.add": _method(conversations.add_reaction, TIER_3, "channel name timestamp", "reactions:write"),
    "users.info": _method(people.user_info, TIER_4, "user include_locale", "users:read"),
    "users.list": _method(people.users_list, TIER_2, f"include_locale {PAGE}", "users:read"),
    "usergroups.list": _method(
        people.groups_list, TIER_2, "include_count include_disabled include_users", "usergroups:read"
    ),
    "usergroups.users.list": _method(
        people.group_users, TIER_2, "usergroup include_disabled", "usergroups:read"
    ),
    "team.info": _method(people.team_info, TIER_3, "team domain", "team:read"),
    "bots.info": _method(people.bot_info, TIER_3, "bot", "users:read"),
    "views.open": _method(views.open_one, TIER_4, "trigger_id view"),
    "views.push": _method(views.push, TIER_4, "trigger_id view"),
    "views.update": _method(views.update, TIER_4, "view view_id external_id hash"),
    "views.publish": _method(views.publish, TIER_4, "user_id view hash"),
    "agents.sessions.setStatus": _method(
        agents.set_status,
        TIER_3,
        "channel_id thread_ts status title initiator_user_id icon_emoji icon_url username",
        "chat:write",
    ),
    "agents.sessions.rename": _method(agents.rename, TIER_3, "channel_id thread_ts title", "chat:write"),
    "assistant.threads.setStatus": _method(
        agents.set_thread_status,
        TIER_4,
        "channel_id thread_ts status loading_messages icon_emoji icon_url username",
        "chat:write",
        "assistant:write",
    ),
    "assistant.threads.setTitle": _method(
        agents.set_title, TIER_4, "channel_id thread_ts title", "assistant:write"
    ),
    "assistant.threads.setSuggestedPrompts": _method(
        agents.set_prompts, TIER_4, "channel_id thread_ts title prompts", "assistant:write"
    ),
    "files.getUploadURLExternal": _method(
        files.announce, TIER_4, "filename length alt_txt snippet_type", "files:write"
    ),
    "files.completeUploadExternal": _method(
        files.complete, TIER_4, "files channel_id channels thread_ts initial_comment blocks", "files:write"
    ),
    "files.info": _method(files.info, TIER_4, f"file {PAGE}", "files:read"),
}
