"""Slack's refusals as the house's errors. Pure: a status, a body and headers in, an error out.

Slack refuses with an error string. What a person or an admin can do about it is said in the sentence; the string itself is for the log.
https://docs.slack.dev/apis/web-api/#evaluating_responses
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatForbidden, ChatGone, ChatRefused

REFUSED_LOGIN = (
    "Slack does not accept the bot token. Copy a fresh one from your app's page (OAuth & Permissions → Bot User OAuth Token) "
    "into the configuration, or install the app again."
)
NO_STREAMS = "This Slack workspace does not let me stream answers; they grow by edits instead."
NO_SESSIONS = "This Slack workspace shows no Stop of its own for me; answers carry a Stop button instead."
NO_STOP_EVENT = (
    "The Slack app does not receive the event `agent_session_stopped`, so Slack shows no Stop of its own. "
    "An admin can add it on the app's page under Event Subscriptions → Subscribe to bot events."
)

_CHANNEL = "I can't see this channel (any more). If it is private, invite me with /invite; if it was deleted, nothing can be posted there."
_GONE: Mapping[str, str] = {
    "message_not_found": "",
    "thread_not_found": "The message this thread hung on was deleted.",
    "cannot_reply_to_message": "Nothing can be posted in this thread.",
    "cant_update_message": "",
    "message_not_owned_by_app": "",
    "edit_window_closed": "",
    "channel_not_found": _CHANNEL,
    "is_archived": "This channel was archived. Somebody has to unarchive it before I can write there.",
    "is_inactive": "This channel was archived. Somebody has to unarchive it before I can write there.",
    "user_not_found": "",
    "file_not_found": "The file is no longer there.",
    "file_deleted": "The file is no longer there.",
    "session_not_found": "",
    "message_not_in_streaming_state": "",
    "stopped_by_user": "",
    "expired_url": "",
    "used_url": "",
    "invalid_url": "",
}
_ADMIN = "Ask an admin of this workspace."
_POSTING = f"This Slack workspace does not let me post here. {_ADMIN}"
_FILES = "File uploads are turned off in this Slack workspace."
_FORBIDDEN: Mapping[str, str] = {
    "not_in_channel": "I am not in this channel. Invite me with /invite, and ask again.",
    "not_authorized": "I am not in this channel. Invite me with /invite, and ask again.",
    "user_not_in_channel": "You are not in this channel, so I can't show you something there.",
    "restricted_action": _POSTING,
    "restricted_action_read_only_channel": "This channel is read-only for me. " + _ADMIN,
    "restricted_action_thread_locked": "This thread was locked by an admin.",
    "restricted_action_non_threadable_channel": "This channel allows no threads, and I answer in threads.",
    "restricted_action_thread_only_channel": "This channel allows messages in threads only.",
    "posting_to_channel_denied": _POSTING,
    "posting_to_general_channel_denied": _POSTING,
    "messages_tab_disabled": "Direct messages to me are turned off. An admin can turn on the Messages tab on the app's page (App Home).",
    "cannot_dm_bot": "",
    "app_access_restricted": "You are not allowed to use this app. " + _ADMIN,
    "access_denied": _POSTING,
    "no_permission": _POSTING,
    "ekm_access_denied": "The admins of this workspace have suspended posting for now.",
    "team_access_not_granted": "I am not installed in this Slack workspace. An admin has to install me there.",
    "org_login_required": "This workspace is being moved to another organisation.",
    "message_limit_exceeded": "This free Slack workspace has reached its limit of messages.",
    "feature_disabled": "",
    "not_allowed_token_type": REFUSED_LOGIN,
    "channel_type_not_supported": "",
    "method_not_supported_for_channel_type": "",
    "unknown_method": "",
    "file_uploads_disabled": _FILES,
    "file_uploads_except_images_disabled": "Only images may be uploaded in this Slack workspace.",
    "file_type_not_allowed": "Files of this kind may not be uploaded in this Slack workspace.",
    "blocked_file_type": "Files of this kind may not be uploaded in this Slack workspace.",
    "file_upload_size_restricted": "Files this large may not be uploaded in this Slack workspace.",
    "storage_limit_reached": "This free Slack workspace has no room for files left.",
    "user_is_external_guest": "I may not upload files here.",
    "slack_connect_file_upload_sharing_blocked": "Files may not be shared with the other organisation in this channel.",
    "slack_connect_blocked_file_type": "Files of this kind may not be shared with the other organisation in this channel.",
}
_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "account_inactive", "token_expired", "accesslimited"}
)
_BUSY = frozenset({"ratelimited", "rate_limited"})
_BROKEN = frozenset(
    {
        # "It's possible some aspect of the operation succeeded":
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "messaging_processing_failed",
        "update_failed",
        "team_added_to_org",
        "external_channel_migrating",
    }
)
_TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long"})
_STRING = re.compile(r"[a-z0-9_.:]{1,80}")
_DEFAULT_WAIT = 5.0  # seconds, where Slack does not say


def refusal(method: str, status: int, body: object, headers: Mapping[str, str]) -> ChatError:
    """The error for an answer that is no "ok". Its detail is the method and Slack's error string."""
    data: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    told = data.get("error")
    code = told if isinstance(told, str) and _STRING.fullmatch(told) else ""
    detail = f"{method}: {code or status}"
    if status == 429 or code in _BUSY:
        return ChatBusy(detail=detail, retry_after=_wait(headers))
    if status >= 500 or status == 408 or code in _BROKEN or (not code and status < 400):
        return ChatBroken(detail=detail)
    if code == "missing_scope":
        return ChatForbidden(missing(str(data.get("needed") or "")), detail=detail)
    if code in _TOKEN:
        return ChatForbidden(REFUSED_LOGIN, detail=detail)
    if code in _GONE:
        return ChatGone(_GONE[code], detail=detail)
    if code in _FORBIDDEN:
        return ChatForbidden(_FORBIDDEN[code], detail=detail)
    say = "This is too long for one Slack message." if code in _TOO_LONG else ""
    return ChatRefused(say, detail=detail)


def missing(scope: str) -> str:
    """What to do about a scope the app was not given."""
    named = f"the permission (scope) `{scope}`" if _STRING.fullmatch(scope) else "a permission (scope)"
    return (
        f"The Slack app lacks {named}. An admin has to add it on the app's page under OAuth & Permissions, "
        "and install the app again."
    )


def code(error: ChatError) -> str:
    """Slack's error string behind an error of ours; "" where there was none."""
    return error.detail.partition(": ")[2]


def _wait(headers: Mapping[str, str]) -> float:
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return max(1.0, float(told)) if told.strip().isdecimal() else _DEFAULT_WAIT
