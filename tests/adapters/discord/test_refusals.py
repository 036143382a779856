"""Discord's refusals as ours."""

from __future__ import annotations

import json

import pytest

from adapters.discord.refusals import of_archive, of_files, of_reference, refusal
from bridge.values.errors import ChatBroken, ChatBusy, ChatForbidden, ChatGone, ChatRefused


def body(code: int, **more: object) -> str:
    return json.dumps({"message": "somebody's words", "code": code, **more})


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (404, 10008, ChatGone),  # unknown message
        (404, 10003, ChatGone),  # unknown channel
        (404, 10062, ChatGone),  # unknown interaction
        (404, 10015, ChatGone),  # unknown webhook
        (401, 50027, ChatGone),  # the token's 15 minutes are over
        (404, 0, ChatGone),
        (403, 50001, ChatForbidden),
        (403, 50013, ChatForbidden),
        (403, 50007, ChatForbidden),  # takes no direct messages
        (403, 0, ChatForbidden),
        (401, 0, ChatForbidden),
        (400, 50035, ChatRefused),  # too long, malformed
        (400, 50006, ChatRefused),  # empty
        (400, 50083, ChatRefused),  # archived thread
        (413, 40005, ChatRefused),
        (429, 0, ChatBusy),
        (429, 20028, ChatBusy),
        (400, 30046, ChatBusy),  # too many edits of an old message
        (500, 0, ChatBroken),
        (503, 0, ChatBroken),
        (524, 0, ChatBroken),
        (408, 0, ChatBroken),
    ],
)
def test_each_refusal_has_its_error(status: int, code: int, expected: type[Exception]) -> None:
    assert type(refusal(status, body(code), {})) is expected


def test_a_limit_tells_how_long_to_wait() -> None:
    error = refusal(429, body(0, retry_after=1.337), {"Retry-After": "1"})
    assert isinstance(error, ChatBusy)
    assert error.retry_after == 1.337


@pytest.mark.parametrize("code", [20028, 30046])
def test_a_limit_that_tells_no_time_gets_a_sensible_one(code: int) -> None:
    error = refusal(400, body(code), {})
    assert isinstance(error, ChatBusy)
    assert error.retry_after >= 5


def test_a_ban_in_html_is_obeyed_by_its_header() -> None:
    error = refusal(429, "<html>error 1015</html>", {"Retry-After": "900"})
    assert isinstance(error, ChatBusy)
    assert error.retry_after == 900


@pytest.mark.parametrize("text", ["", "<html>", "[]", "null", '{"code": "x"}'])
def test_a_body_that_tells_nothing_is_judged_by_its_status(text: str) -> None:
    assert type(refusal(502, text, {})) is ChatBroken
    assert type(refusal(400, text, {})) is ChatRefused


def test_nobodys_words_reach_the_detail() -> None:
    assert "words" not in str(refusal(400, body(50035), {}))
    assert refusal(400, body(50035), {}).detail == "400/50035"
    long = {"content": {"_errors": [{"message": "somebody's words"}]}}
    assert refusal(400, body(50035, errors=long), {}).detail == "400/50035"


def test_a_reference_alone_that_was_refused_is_known() -> None:
    wrong = {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}
    assert of_reference(refusal(403, body(160002), {}))
    assert of_reference(refusal(400, body(50035, errors={"message_reference": wrong}), {}))
    assert not of_reference(refusal(400, body(50035, errors={"message_reference": wrong, "content": {}}), {}))
    assert not of_reference(refusal(403, body(50013), {}))


def test_a_thread_that_was_put_away_is_known() -> None:
    assert of_archive(refusal(400, body(50083), {}))
    assert not of_archive(refusal(400, body(50035), {}))


def test_a_refused_file_names_the_permission_and_nothing_else_does():
    said = of_files(refusal(403, body(50013), {}))
    assert (said.say, said.detail) == (
        'To post files here I need the permission "Attach Files".',
        "403/50013",
    )
    other = refusal(403, body(50001), {})
    assert of_files(other) is other
