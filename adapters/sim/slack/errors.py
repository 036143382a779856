"""Refusals in Slack's own form: an error string, and what belongs to it.

https://docs.slack.dev/apis/web-api/#evaluating_responses
"""

from .nouns import Json


class ApiError(Exception):
    """The answer is this refusal; Slack refuses with HTTP 200, but for limits."""

    def __init__(self, error: str, *, violation: str | None = None, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.violation = violation  # what no well-made client would ask
        self.body: Json = {"ok": False, "error": error, **extra}


def malformed(error: str, *messages: str) -> ApiError:
    """A request in a wrong shape, with what Slack says of it; noted as a violation."""
    told = [f"[ERROR] {message}" for message in messages]
    return ApiError(error, violation="; ".join(messages) or error, response_metadata={"messages": told})


def missing_scope(needed: str, provided: tuple[str, ...]) -> ApiError:
    return ApiError("missing_scope", needed=needed, provided=",".join(provided))
