"""What went wrong, read from a reply: by HTTP status, then type, then the text of the message.

Here: both shapes of error bodies, the words that tell errors apart, and the step from there to the house's error tree.
Not here: whether to try again (`retries`). The provider's message may repeat a prompt, so nothing of it leaves this room: what is
kept is the status, the type, the code, the error id and a reason out of a closed list.
Shapes and messages: https://creator.poe.com/api-reference/errors and replies recorded by Poe's own SDK tests.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from bridge.values import errors


class Reason(enum.Enum):
    """Why, as far as the message tells."""

    CHAIN = "previous response refused"
    ENDPOINT = "no responses method"
    TOO_LONG = "too long"
    RESEARCH = "needs a search tool"
    SUMMARY = "reasoning summary refused"
    REASONING = "reasoning refused"
    TOOLS = "tools refused"
    PRICE = "no unit price"
    MODERATION = "moderation"
    MODEL = "unknown model"
    QUOTA = "provider's quota"
    POINTS = "no points"
    PARAMETER = "parameter refused"
    NO_ROUTE = "nothing at this address"
    UNREACHABLE = "no connection"
    OTHER = "other"


# The first that matches wins; tried on the lower-cased exception name, code and message together.
_WORDS = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"previous[ _]response|zero[ -]data[ -]retention", Reason.CHAIN),
        (r"does not support (the )?responses? (method|api)|not supported (in|by) the v1/responses", Reason.ENDPOINT),
        (
            r"(prompt|input|request) is too long|context[ _](length|window)|contextwindowexceeded|maximum context"
            r"|too many (input )?tokens|string_above_max_length",
            Reason.TOO_LONG,
        ),
        (r"deep research models require", Reason.RESEARCH),
        (r"reasoning[._]summary", Reason.SUMMARY),
        (r"\breasoning|unsupported value: '(none|minimal|low|medium|high|xhigh|max)'|\bthinking", Reason.REASONING),
        (
            r"tools? (is|are) not supported|functions? (is|are) not supported|not support (tool|function) calling"
            r"|unsupported_feature_for_model",
            Reason.TOOLS,
        ),
        (r"token unit price not found", Reason.PRICE),
        (r"moderation|content[ _]?policy|content_filter|invalid generation request|flagged", Reason.MODERATION),
        (r"does not exist or you do not have access|model_not_found|unknown model", Reason.MODEL),
        (r"resource has been exhausted|check quota", Reason.QUOTA),
        (r"(unsupported|unknown|unrecognized|invalid|missing|undeclared)\b.{0,40}\b(parameter|value|type|'[a-z_.]+')", Reason.PARAMETER),
    )
)  # fmt: skip

_OUR_FIELDS = (
    "previous_response_id", "max_output_tokens", "temperature", "instructions", "input", "stream", "model", "reasoning",
)  # fmt: skip

_SAYS = {
    Reason.TOOLS: "This model can't use tools.",
    Reason.RESEARCH: "This model needs a web search tool, which I can't give it. Choose another with /model.",
    Reason.PRICE: "Poe has no price for this kind of use of the model. Choose another with /model.",
    Reason.REASONING: "This model does not take that reasoning effort.",
    Reason.SUMMARY: "This model does not take that reasoning effort.",
    Reason.NO_ROUTE: "The server has no Responses API at the configured address. An admin has to check it.",
    Reason.UNREACHABLE: "I can't reach Poe just now. Please try again in a moment.",
    Reason.MODERATION: "The model's provider declined to answer this.",
}

# LiteLLM, which response ids show to stand behind Poe, prefixes messages: "litellm.BadRequestError: OpenAIException - ..."
_PREFIX = re.compile(r"\s*(litellm(?:\.\w+)+)\s*:\s*(?:litellm(?:\.\w+)+\s*:\s*)*(?:\w+\s+-\s+)?")
_LONGEST_MESSAGE = 2000
_PLAIN = re.compile(r"[A-Za-z0-9_.:-]{1,80}")

_BY_STATUS: dict[int, type[errors.UpstreamError]] = {
    401: errors.KeyRefused,
    402: errors.OutOfPoints,
    403: errors.Moderated,
    404: errors.ModelMissing,
    408: errors.UpstreamBroken,
    413: errors.TooLong,
    429: errors.UpstreamBusy,
    503: errors.UpstreamBusy,
    529: errors.UpstreamBusy,
}
_BY_REASON: dict[Reason, type[errors.UpstreamError]] = {
    Reason.ENDPOINT: errors.WrongEndpoint,
    Reason.TOO_LONG: errors.TooLong,
    Reason.MODERATION: errors.Moderated,
    Reason.MODEL: errors.ModelMissing,
    Reason.POINTS: errors.OutOfPoints,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A refusal or a failure, without anybody's words. `status` is None inside a stream, and when there was no reply."""

    status: int | None
    reason: Reason
    type: str = ""
    code: str = ""
    error_id: str = ""
    param: str = ""  # one of the fields we send
    retry_after: float | None = None  # seconds

    @property
    def detail(self) -> str:
        """For the log."""
        told = (("code", self.code), ("id", self.error_id), ("param", self.param))
        words = [str(self.status or ""), self.type, *(f"{name}={value}" for name, value in told if value)]
        return " ".join(word for word in (*words, f"reason={self.reason.value}") if word)


def strip_prefix(message: str) -> tuple[str, str]:
    """LiteLLM's exception name ("" without one), and the provider's own message."""
    found = _PREFIX.match(message)
    return (found.group(1), message[found.end() :]) if found else ("", message)


def from_reply(status: int, body: bytes, retry_after: float | None = None) -> Fault:
    """The fault of a reply that is no success."""
    try:
        error = error_in(msgspec.json.decode(body))
    except (ValueError, RecursionError):
        error = None
    if error is None:
        # A route nobody serves answers in the words of a web framework, not in Poe's.
        reason = Reason.NO_ROUTE if status in (404, 405) else Reason.OTHER
        return Fault(status=status, reason=reason, retry_after=retry_after)
    return _fault(status, error, retry_after)


def from_error(error: object) -> Fault:
    """The fault told by an error object inside a stream, or by a body that came with 200."""
    return _fault(None, error, None)


def error_in(body: object) -> object | None:
    """The error of a body or event, None when it is none: {"error": {...}}, {"error": "words"}, {"type": "error", ...}."""
    if not isinstance(body, dict):
        return None
    if body.get("error"):
        error: object = body["error"]
        return error
    return body if body.get("type") == "error" else None


def _fault(status: int | None, error: object, retry_after: float | None) -> Fault:
    fields: dict[str, Any] = error if isinstance(error, dict) else {"message": str(error)}
    exception, message = strip_prefix(str(fields.get("message") or "")[:_LONGEST_MESSAGE])
    kind, code = _plain(fields.get("type")), _plain(fields.get("code"))
    # That the account is empty stops everybody, so a sentence, which may repeat a prompt, is not believed.
    empty = kind.startswith("insufficient_") or code.startswith("insufficient_")
    reason = Reason.POINTS if empty else _reason(f"{exception} {kind} {code} {message}".lower())
    return Fault(
        status=status,
        reason=reason,
        type="" if kind == "error" else kind,
        code="" if code == str(status) else code,
        error_id=_plain(fields.get("error_id")),
        param=_param(str(fields.get("param") or ""), message),
        retry_after=retry_after,
    )


def _reason(words: str) -> Reason:
    return next((reason for pattern, reason in _WORDS if pattern.search(words)), Reason.OTHER)


def _plain(value: object) -> str:
    """A word of the vendor's, or "" when it could be a sentence."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if _PLAIN.fullmatch(text) else ""


def _param(param: str, message: str) -> str:
    return next((field for field in _OUR_FIELDS if param.startswith(field) or f"'{field}" in message), "")


def refusal(fault: Fault, *, chained: bool) -> errors.UpstreamError:
    """The error of a reply with a status. `chained`: the request named a previous response."""
    if chained and fault.reason is Reason.CHAIN and fault.status in (400, 404, 500):
        return errors.ChainRefused(detail=fault.detail)
    kind = _kind(fault)
    if kind is errors.UpstreamBusy:
        say = _SAYS[fault.reason] if fault.reason is Reason.UNREACHABLE else ""
        return errors.UpstreamBusy(say, detail=fault.detail, retry_after=fault.retry_after)
    if kind is errors.UpstreamBroken:
        answered = fault.status is not None and fault.status >= 500
        return errors.UpstreamBroken(detail=fault.detail, answered=answered)
    return kind(_say(fault, kind), detail=fault.detail)


def _kind(fault: Fault) -> type[errors.UpstreamError]:
    status = fault.status
    if status is None:
        return errors.UpstreamBusy if fault.reason is Reason.UNREACHABLE else errors.UpstreamBroken
    if status == 404 and fault.reason not in (Reason.OTHER, Reason.MODEL, Reason.PARAMETER):
        return _BY_REASON.get(fault.reason, errors.BadRequest)
    if fault.reason is Reason.POINTS and status < 500:
        return errors.OutOfPoints  # OpenAI says so with 429
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return errors.UpstreamBroken
    return _BY_REASON.get(fault.reason, errors.BadRequest)


def _say(fault: Fault, kind: type[errors.UpstreamError]) -> str:
    if fault.status is not None and 300 <= fault.status < 400:
        return "The server at the configured address sends us elsewhere. An admin has to check it."
    if kind is errors.Moderated and fault.reason is not Reason.MODERATION and "permission" in fault.type:
        return "Poe does not allow this bridge's key to do that."
    if kind is not errors.BadRequest:
        return ""
    if fault.reason is Reason.PARAMETER and fault.param:
        return f"This model does not accept the setting {fault.param} as it was sent."
    return _SAYS.get(fault.reason, "")


def failure(fault: Fault, *, chained: bool, spoken: bool) -> errors.UpstreamError:
    """The error of a stream that failed. `spoken`: something of the answer had been received.

    Before that, a few reasons can only come from checks that precede the model, so that surely nothing was spent.
    """
    if not spoken:
        if chained and fault.reason is Reason.CHAIN:
            return errors.ChainRefused(detail=fault.detail)
        if fault.type == "authentication_error":
            return errors.KeyRefused(detail=fault.detail)
        if fault.reason in (Reason.TOO_LONG, Reason.POINTS, Reason.ENDPOINT):
            return _BY_REASON[fault.reason](detail=fault.detail)
    return errors.AnswerFailed(_SAYS.get(fault.reason, ""), detail=fault.detail)
