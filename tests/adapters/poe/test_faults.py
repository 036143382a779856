"""Every error that Poe documents or was recorded to send, and what becomes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.poe import faults
from adapters.poe.faults import Fault, Reason
from bridge.values import errors
from bridge.values.errors import UpstreamError


def refused(status: int, message: str, *, chained: bool = False, **error: Any) -> UpstreamError:
    body = {"error": {"message": message, "type": "invalid_request_error", **error}}
    return faults.refusal(faults.from_reply(status, json.dumps(body).encode()), chained=chained)


@pytest.mark.parametrize(
    ("status", "kind", "sure"),
    [
        (400, errors.BadRequest, True),
        (401, errors.KeyRefused, True),
        (402, errors.OutOfPoints, True),
        (403, errors.Moderated, True),
        (404, errors.ModelMissing, True),
        (408, errors.UpstreamBroken, False),
        (409, errors.BadRequest, True),
        (413, errors.TooLong, True),
        (422, errors.BadRequest, True),
        (429, errors.UpstreamBusy, True),
        (500, errors.UpstreamBroken, False),
        (502, errors.UpstreamBroken, False),
        (503, errors.UpstreamBusy, True),
        (504, errors.UpstreamBroken, False),
        (529, errors.UpstreamBusy, True),
        (599, errors.UpstreamBroken, False),
    ],
)
def test_the_status_comes_first(status: int, kind: type[UpstreamError], sure: bool) -> None:
    error = refused(status, "Something.")

    assert type(error) is kind
    assert error.sure is sure


RECORDED = [
    # what was sent, in one of the 57 failures recorded by Poe's own SDK tests, January to April 2026
    (400, "Model does not support responses method.", errors.WrongEndpoint),
    (
        400,
        "Deep research models require at least one of 'web_search_preview', 'mcp', or 'file_search' tools.",
        errors.BadRequest,
    ),
    (400, "Functions are not supported with chatgpt-4o-latest.", errors.BadRequest),
    (404, "litellm.NotFoundError: OpenAIException - tools is not supported in this model.", errors.BadRequest),
    (400, "litellm.BadRequestError: OpenAIException - tools is not supported in this model.", errors.BadRequest),
    (
        400,
        "Unsupported value: 'high' is not supported with the 'gpt-5.1-chat-latest' model. Supported values are: 'medium'.",
        errors.BadRequest,
    ),
    (
        400,
        "Unsupported parameter: 'reasoning.summary' is not supported with the 'gpt-5.3-codex-spark-preview' model.",
        errors.BadRequest,
    ),
    (400, "prompt is too long: 1001081 tokens > 1000000 maximum", errors.TooLong),
    (400, "Token unit price not found for entity: 1:5860961", errors.BadRequest),
    (404, "The model `gpt-4-0314` does not exist or you do not have access to it.", errors.ModelMissing),
    (429, "Resource has been exhausted (e.g. check quota).", errors.UpstreamBusy),
    (500, "Error from OpenAI: The server had an error while processing your request.", errors.UpstreamBroken),
    (400, "Request failed... Invalid generation request. Please try again with a different prompt.", errors.Moderated),
    # reported by others
    (400, "litellm.ContextWindowExceededError: AnthropicException - input is long", errors.TooLong),
    (400, "This model's maximum context length is 128000 tokens.", errors.TooLong),
    (429, "You exceeded your current quota", errors.UpstreamBusy),
]  # fmt: skip


@pytest.mark.parametrize(("status", "message", "kind"), RECORDED)
def test_recorded_messages_find_their_place(status: int, message: str, kind: type[UpstreamError]) -> None:
    assert type(refused(status, message)) is kind


@pytest.mark.parametrize(("status", "message", "kind"), RECORDED)
def test_the_providers_words_go_nowhere(status: int, message: str, kind: type[UpstreamError]) -> None:
    error = refused(status, f"{message} My grandmother's recipe.", error_id="13b0d36af6b4064b")

    assert "grandmother" not in str(error)
    assert "id=13b0d36af6b4064b" in error.detail
    assert str(status) in error.detail


CHAIN = [
    "Previous response with id 'resp_1' not found.",
    "Previous response cannot be used for this organization due to Zero Data Retention.",
    "litellm.BadRequestError: OpenAIException - `previous_response_id` is not supported",
]


@pytest.mark.parametrize("status", [400, 404, 500])
@pytest.mark.parametrize("message", CHAIN)
def test_a_refused_chain_is_told_apart_when_there_was_one(status: int, message: str) -> None:
    assert type(refused(status, message, chained=True)) is errors.ChainRefused
    assert type(refused(status, message, chained=False)) is not errors.ChainRefused


def test_a_bare_5xx_on_a_chain_stays_broken_and_says_the_server_answered() -> None:
    error = refused(500, "Internal server error", chained=True)

    assert isinstance(error, errors.UpstreamBroken)
    assert error.answered


def test_a_408_is_silence() -> None:
    error = refused(408, "timed out")

    assert isinstance(error, errors.UpstreamBroken)
    assert not error.answered


@pytest.mark.parametrize("kind", ["insufficient_quota", "insufficient_credits", "insufficient_points"])
def test_an_empty_account_is_recognised_under_any_status(kind: str) -> None:
    for status in (400, 402, 403, 429):
        assert type(refused(status, "No.", type=kind)) is errors.OutOfPoints


def test_a_sentence_cannot_empty_the_account() -> None:
    assert type(refused(400, "You asked: is my point balance insufficient_credits?")) is errors.BadRequest


AUTH = "authentication_error"


@pytest.mark.parametrize(
    ("body", "code", "kind"),
    [
        ({"error": {"code": 401, "type": AUTH, "message": "Invalid", "metadata": {}}}, "", AUTH),
        ({"error": {"message": "Invalid", "type": AUTH, "code": "invalid_api_key"}}, "invalid_api_key", AUTH),
        ({"type": "error", "error": {"type": AUTH, "message": "no"}, "request_id": "r"}, "", AUTH),
        ({"error": "Unauthorized"}, "", ""),
    ],
)
def test_every_shape_of_error_is_read(body: dict[str, Any], code: str, kind: str) -> None:
    fault = faults.from_reply(401, json.dumps(body).encode())

    assert (fault.code, fault.type) == (code, kind)
    assert type(faults.refusal(fault, chained=False)) is errors.KeyRefused


@pytest.mark.parametrize(
    "body", [b"", b"<html>not found</html>", b'{"detail":"Not Found"}', b"[]", b'{"error":null}']
)
def test_a_404_that_is_not_poes_means_a_wrong_address(body: bytes) -> None:
    error = faults.refusal(faults.from_reply(404, body), chained=False)

    assert type(error) is errors.BadRequest
    assert "address" in error.say


def test_a_redirect_is_not_followed_but_told() -> None:
    assert "elsewhere" in faults.refusal(faults.from_reply(301, b""), chained=False).say


def test_people_are_told_what_they_can_change() -> None:
    assert (
        "temperature"
        in refused(400, "Unsupported parameter: 'temperature' is not supported with this model.").say
    )
    assert (
        "web search" in refused(400, "Deep research models require at least one of 'web_search_preview'").say
    )
    assert "key" in refused(403, "no", type="permission_error").say
    assert "declined" in refused(403, "no", type="moderation_error").say


def test_the_wait_a_server_asks_for_is_kept() -> None:
    fault = faults.from_reply(429, b"{}", 7.0)
    error = faults.refusal(fault, chained=False)

    assert isinstance(error, errors.UpstreamBusy)
    assert error.retry_after == 7.0


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("litellm.BadRequestError: OpenAIException - no", ("litellm.BadRequestError", "no")),
        ("litellm.APIError: litellm.RateLimitError: AnthropicException - slow", ("litellm.APIError", "slow")),
        ("litellm.Timeout: late", ("litellm.Timeout", "late")),
        ("plain", ("", "plain")),
    ],
)
def test_litellm_prefixes_are_taken_off(message: str, parts: tuple[str, str]) -> None:
    assert faults.strip_prefix(message) == parts


@pytest.mark.parametrize(
    ("error", "chained", "kind"),
    [
        ({"message": "prompt is too long: 5 > 4"}, False, errors.TooLong),
        ({"message": "previous response not found"}, True, errors.ChainRefused),
        ({"message": "previous response not found"}, False, errors.AnswerFailed),
        ({"type": "insufficient_quota", "message": ""}, False, errors.OutOfPoints),
        ({"type": "authentication_error", "message": ""}, False, errors.KeyRefused),
        ({"code": "server_error", "message": "The model failed."}, False, errors.AnswerFailed),
        ({"type": "rate_limit_error", "message": "slow"}, False, errors.AnswerFailed),
    ],
)
def test_a_failed_stream_is_unsure_unless_the_reason_precedes_the_model(
    error: dict[str, str], chained: bool, kind: type[UpstreamError]
) -> None:
    fault = faults.from_error(error)

    assert type(faults.failure(fault, chained=chained, spoken=False)) is kind
    assert type(faults.failure(fault, chained=chained, spoken=True)) is errors.AnswerFailed


def test_a_refused_provider_is_named_in_a_failed_stream() -> None:
    fault = faults.from_error({"code": "content_filter", "message": "flagged"})

    assert "declined" in faults.failure(fault, chained=False, spoken=True).say


def test_no_connection_is_busy_and_sure() -> None:
    error = faults.refusal(Fault(status=None, reason=Reason.UNREACHABLE), chained=True)

    assert type(error) is errors.UpstreamBusy
    assert error.sure
    assert "reach" in error.say


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.integers(300, 600),
    st.dictionaries(st.sampled_from(["error", "type", "message", "code", "param", "error_id"]), json_values)
    | json_values.map(
        lambda value: {"error": {"message": value, "type": value, "code": value, "param": value}}
    ),
    st.booleans(),
)
def test_no_body_is_too_strange(status: int, body: Any, chained: bool) -> None:
    fault = faults.from_reply(status, json.dumps(body).encode())

    error = faults.refusal(fault, chained=chained)

    assert isinstance(error, UpstreamError)
    assert len(error.detail) < 500


@given(st.binary())
def test_no_bytes_are_too_strange(body: bytes) -> None:
    assert isinstance(faults.refusal(faults.from_reply(400, body), chained=True), UpstreamError)
