"""Slack's error strings become our errors, with a sentence somebody can act on."""

from __future__ import annotations

import pytest

from adapters.slack import refusals
from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatForbidden, ChatGone, ChatRefused

METHOD = "chat.postMessage"


def refused(error: str, status: int = 200, **more: str) -> ChatError:
    return refusals.refusal(METHOD, status, {"ok": False, "error": error, **more}, {})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("message_not_found", ChatGone),
        ("channel_not_found", ChatGone),
        ("is_archived", ChatGone),
        ("message_not_in_streaming_state", ChatGone),
        ("stopped_by_user", ChatGone),
        ("used_url", ChatGone),
        ("not_in_channel", ChatForbidden),
        ("restricted_action", ChatForbidden),
        ("restricted_action_thread_locked", ChatForbidden),
        ("token_revoked", ChatForbidden),
        ("account_inactive", ChatForbidden),
        ("file_uploads_disabled", ChatForbidden),
        ("feature_disabled", ChatForbidden),
        ("unknown_method", ChatForbidden),
        ("msg_too_long", ChatRefused),
        ("invalid_blocks", ChatRefused),
        ("a_new_one", ChatRefused),
        ("internal_error", ChatBroken),
        ("fatal_error", ChatBroken),
        ("ratelimited", ChatBusy),
    ],
)
def test_every_error_string_has_its_place(error: str, kind: type[ChatError]) -> None:
    found = refused(error)

    assert type(found) is kind
    assert refusals.code(found) == error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("not_in_channel", "Invite me with /invite"),
        ("channel_not_found", "it was deleted"),
        ("token_revoked", "Copy a fresh one"),
        ("restricted_action", "Ask an admin"),
        ("file_uploads_disabled", "File uploads are turned off"),
        ("msg_too_long", "too long"),
        ("is_archived", "archived"),
    ],
)
def test_the_sentence_says_what_is_wrong_and_what_to_do(error: str, says: str) -> None:
    assert says in refused(error).say


def test_a_missing_scope_is_named() -> None:
    found = refused("missing_scope", needed="files:write", provided="chat:write")

    assert isinstance(found, ChatForbidden)
    assert "`files:write`" in found.say
    assert "install the app again" in found.say


def test_a_scope_slack_does_not_name_is_still_a_sentence() -> None:
    assert "lacks a permission" in refused("missing_scope").say


def test_a_limit_says_how_long_to_wait() -> None:
    found = refusals.refusal(METHOD, 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"})

    assert isinstance(found, ChatBusy)
    assert found.retry_after == 7.0


@pytest.mark.parametrize("told", ["", "soon", "-3"])
def test_a_limit_without_a_time_is_waited_for_all_the_same(told: str) -> None:
    found = refusals.refusal(METHOD, 429, "", {"Retry-After": told})

    assert isinstance(found, ChatBusy)
    assert found.retry_after > 0


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 200])
def test_an_answer_that_is_no_json_is_a_broken_one(status: int) -> None:
    found = refusals.refusal(METHOD, status, "<html>", {})

    assert isinstance(found, ChatBroken)
    assert not found.sure


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_refusal_without_an_error_string_is_final(status: int) -> None:
    assert type(refusals.refusal("upload_url", status, {"error": "length does not match"}, {})) is ChatRefused


def test_nothing_but_an_error_string_reaches_the_log() -> None:
    found = refusals.refusal(METHOD, 200, {"ok": False, "error": "Ada said: hello"}, {})

    assert "Ada" not in found.detail
