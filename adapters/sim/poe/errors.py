"""Refusals: the statuses, types and bodies with which Poe says no.

Here: one exception that a handler raises, and its two spellings.  Not here: when to refuse (``checks``).
https://creator.poe.com/docs/external-applications/openai-compatible-api lists the statuses.
"""

from __future__ import annotations

from typing import Any

from adapters.sim.poe.profile import Profile

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "insufficient_credits",
    403: "moderation_error",
    404: "not_found_error",
    405: "invalid_request_error",
    408: "timeout_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "provider_error",
    502: "upstream_error",
    503: "provider_error",
    529: "overloaded_error",
}
MESSAGES = {
    400: "Bad request.",
    401: "Incorrect API key provided. You can find your API key at https://poe.com/api/keys.",
    402: "Insufficient credits: your point balance is used up.",
    403: "Your request was refused by moderation.",
    404: "Not found.",
    405: "Method not allowed.",
    408: "The model did not start in a reasonable time.",
    413: "The request is too large for the context window.",
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Error from OpenAI: The server had an error while processing your request. Sorry about that!",
    502: "The model backend is not working.",
    503: "The service is temporarily unavailable.",
    529: "The model is overloaded. Please try again.",
}


class Refusal(Exception):
    """A call that is answered with an error.

    ``status`` is the HTTP status; ``type`` and ``message`` default to what Poe says with that status.
    """

    def __init__(
        self,
        status: int,
        message: str | None = None,
        *,
        kind: str | None = None,
        param: str | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        self.message = message or MESSAGES.get(status, f"Error {status}.")
        self.kind = kind or TYPES.get(status, "api_error")
        self.param = param
        self.code = code
        self.retry_after = retry_after
        super().__init__(self.message)

    @property
    def headers(self) -> dict[str, str]:
        """``Retry-After`` in seconds where it applies."""
        if self.retry_after is None:
            return {}
        return {"retry-after": f"{self.retry_after:g}"}

    def body(self, profile: Profile, *, error_id: str | None = None) -> dict[str, Any]:
        """The JSON body; ``error_id`` is what Poe puts into errors of ``/v1/responses``."""
        if profile.integer_codes:
            return {
                "error": {
                    "code": self.status,
                    "type": self.kind,
                    "message": self.message,
                    "metadata": {} if self.param is None else {"param": self.param},
                }
            }
        error: dict[str, Any] = {"message": self.message, "type": self._observed_kind()}
        if self.param is not None:
            error["param"] = self.param
        if self.code is not None:
            error["code"] = self.code
        if error_id is not None and self.status != 401:
            error["error_id"] = error_id
        return {"error": error}

    def _observed_kind(self) -> str:
        # Recorded 404s called themselves invalid requests.
        return "invalid_request_error" if self.kind == "not_found_error" else self.kind


def unauthorized() -> Refusal:
    """The 401 that ``/usage`` and ``/bots`` were seen to send, code and all."""
    return Refusal(401, code="invalid_api_key")
