"""Discord's refusals as the house's errors. Pure: a status and a body in, an error out.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatForbidden, ChatGone, ChatRefused

from . import allowances

_GONE = frozenset(
    {
        10003,  # unknown channel
        10004,  # unknown server
        10008,  # unknown message
        10015,  # unknown webhook: the interaction is over or its answer was deleted
        10062,  # unknown interaction: acknowledged too late
        50027,  # invalid webhook token: its 15 minutes are over
    }
)
_FORBIDDEN = frozenset(
    {
        40094,  # five follow-ups are all an application not in the server has
        50001,  # missing access
        50007,  # this person takes no direct messages
        50013,  # missing permissions
    }
)
_BUSY: Mapping[int, float] = {
    # Limits with a code of their own, sometimes without a time to wait: seconds we leave then.
    20016: 5.0,  # slow mode
    20028: 5.0,  # this channel's writes
    20029: 5.0,  # this server's writes
    30046: 20.0,  # edits of messages older than an hour
    40062: 5.0,  # a service of theirs is limited
}
_ARCHIVED = "/50083"
_NO_HISTORY = "/160002"  # may not read what was said before
_REFERENCE = "/message_reference"
_NOT_PERMITTED = "/50013"
_NO_FILES = 'To post files here I need the permission "Attach Files".'
_UNKNOWN_BOT = "Discord does not accept the bot token."
_TOO_LARGE = "Discord does not take files this large."


def refusal(status: int, text: str, headers: Mapping[str, str]) -> ChatError:
    """The error for an answer of 400 or more. Its detail is status and code: Discord's message may repeat what somebody wrote."""
    body = _body(text)
    code = body.get("code")
    code = code if isinstance(code, int) else 0
    detail = f"{status}/{code}{_part(body)}"
    if code in _BUSY or status == 429:
        after = allowances.wait(headers, body.get("retry_after"), _BUSY.get(code, 1.0))
        return ChatBusy(detail=detail, retry_after=after)
    if status >= 500 or status == 408:
        return ChatBroken(detail=detail)
    if status == 401 and code not in _GONE:  # a token that ended is told with 401 too
        return ChatForbidden(_UNKNOWN_BOT, detail=detail)
    if status == 413 or code == 40005:
        return ChatRefused(_TOO_LARGE, detail=detail)
    return _by_code(status, code)(detail=detail)


def of_archive(error: ChatError) -> bool:
    """The thread was put away."""
    return error.detail.endswith(_ARCHIVED)


def of_reference(error: ChatError) -> bool:
    """What was wrong is that the message refers back to another one."""
    return error.detail.endswith((_NO_HISTORY, _REFERENCE))


def of_files(error: ChatForbidden) -> ChatForbidden:
    """The same of a message with files, naming the permission: without them it may well be allowed."""
    return ChatForbidden(_NO_FILES, detail=error.detail) if error.detail.endswith(_NOT_PERMITTED) else error


def _part(body: Mapping[str, Any]) -> str:
    """The one part of a body of ours that can be left away, when it alone was refused."""
    errors = body.get("errors")
    return _REFERENCE if isinstance(errors, dict) and errors.keys() == {_REFERENCE[1:]} else ""


def _by_code(status: int, code: int) -> type[ChatError]:
    if code in _GONE:
        return ChatGone
    if code in _FORBIDDEN:
        return ChatForbidden
    return {404: ChatGone, 403: ChatForbidden}.get(status, ChatRefused)


def _body(text: str) -> dict[str, Any]:
    """What Discord told; Cloudflare answers in HTML, which tells nothing."""
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
