"""Refusals in Discord's own form: an HTTP status, a code, a sentence, and where a form is wrong, the fields.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from .nouns import Json

MESSAGES = {
    0: "401: Unauthorized",
    10002: "Unknown Application",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10011: "Unknown Role",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10014: "Unknown Emoji",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    20028: "The write action you are performing on the channel has hit the write rate limit.",
    30034: "Max number of daily application command creates has been reached (200)",
    30046: "Maximum number of edits to messages older than 1 hour reached. Try again later.",
    40001: "Unauthorized",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    50001: "Missing Access",
    50003: "Cannot execute action on a DM channel",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50013: "Missing Permissions",
    50021: "Cannot execute action on a system message",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    160002: "Cannot reply without permission to read message history",
    160004: "A thread has already been created for this message",
}


class ApiError(Exception):
    """The answer is this refusal."""

    def __init__(self, status: int, code: int, message: str | None = None, **extra: object) -> None:
        super().__init__(message or MESSAGES[code])
        self.status = status
        self.code = code
        self.body: Json = {"message": str(self), "code": code, **extra}


def unauthorized() -> ApiError:
    return ApiError(401, 0)


def unknown(code: int) -> ApiError:
    return ApiError(404, code)


def forbidden(code: int) -> ApiError:
    return ApiError(403, code)


def bad(code: int, message: str | None = None) -> ApiError:
    return ApiError(400, code, message)


def too_many(code: int, retry_after: float) -> ApiError:
    """A limit of one thing rather than of a bucket."""
    extra: Json = {"retry_after": round(retry_after, 3), "global": False}
    return ApiError(429, code, None, **extra)


class Form:
    """Collects everything wrong with a request body, then refuses it as a whole."""

    def __init__(self) -> None:
        self._errors: Json = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note one fault at a dotted path like `embeds.0.title`."""
        at = self._errors
        for part in path.split("."):
            at = at.setdefault(part, {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def longer(self, path: str, value: object, limit: int) -> None:
        """Note a text that is too long, counted in Unicode code points."""
        if isinstance(value, str) and len(value) > limit:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")

    def outside(self, path: str, value: object, low: int, high: int) -> None:
        """Note a text whose length is not within the bounds; a missing one is required."""
        if not isinstance(value, str):
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not low <= len(value) <= high:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def error(self) -> ApiError:
        """The refusal of what was noted."""
        return ApiError(400, 50035, errors=_pruned(self._errors))

    def done(self) -> None:
        """Raise when anything was wrong."""
        if self._errors:
            raise self.error()


def invalid(path: str, code: str, message: str) -> ApiError:
    """A form with one fault."""
    form = Form()
    form.wrong(path, code, message)
    return form.error()


def _pruned(level: Json) -> Json:
    """A field that is wrong as a whole is not told apart any further."""
    if "_errors" in level:
        return {"_errors": level["_errors"]}
    return {name: _pruned(below) for name, below in level.items()}
