"""Every failure the house knows.

BridgeError                 say (to the person) · retry (may we try again) · sure (surely nothing was spent or shown)
├─ Refused                  sure: we never asked
│  ├─ NotAllowed
│  ├─ BudgetSpent           names the budget, what is left, when it renews
│  ├─ BudgetFrozen
│  ├─ TooLarge
│  ├─ NotAccepted           a kind of file or input nobody here takes
│  ├─ UnknownName           a model, preset or command; carries suggestions
│  ├─ NoPrice
│  ├─ TooBusy               the queue is full
│  └─ NothingToSay          empty prompt
├─ UpstreamError            the model's side
│  ├─ KeyRefused            401
│  ├─ OutOfPoints           402: concerns everyone on the key
│  ├─ Moderated             403
│  ├─ ModelMissing          404
│  ├─ TooLong               413, or a 400 that says so
│  ├─ ChainRefused          the server does not know or not accept the previous response
│  ├─ WrongEndpoint         "does not support responses method"
│  ├─ BadRequest            other 400s
│  ├─ UpstreamBusy          429, 503, 529: carries retry_after
│  ├─ UpstreamBroken        5xx, 408, dropped before an answer: not sure
│  ├─ AnswerFailed          the answer itself ended as failed: not sure
│  └─ AnswerCut             the stream ended without its end: not sure
├─ ChatError                the platform's side
│  ├─ ChatBusy              429: carries retry_after
│  ├─ ChatGone              message, channel or token is no more
│  ├─ ChatForbidden
│  ├─ ChatRefused           it will never take this (too long, malformed)
│  └─ ChatBroken            5xx or a dropped connection: not sure
├─ StoreError
│  ├─ SchemaTooNew · ForeignDatabase
│  └─ StoreBusy             locked, full, read-only
└─ ConfigError              carries every problem at once

A class's docstring is what is said when it is raised without words. `detail` is for the log and never holds a person's words or a secret.
"""

from __future__ import annotations

from traceback import extract_tb
from typing import ClassVar


class BridgeError(Exception):
    """Something went wrong here. It has been noted."""

    retry: ClassVar[bool] = False
    sure: ClassVar[bool] = True

    def __init__(self, say: str = "", *, detail: str = "") -> None:
        self.say = say or " ".join((type(self).__doc__ or "").split())
        self.detail = detail
        super().__init__(f"{self.say} [{detail}]" if detail else self.say)


class Refused(BridgeError):
    """That was not possible."""


class NotAllowed(Refused):
    """You may not do that here."""


class BudgetSpent(Refused):
    """Your budget does not cover this answer."""


class BudgetFrozen(Refused):
    """An admin has frozen this budget."""


class TooLarge(Refused):
    """That is too large."""


class NotAccepted(Refused):
    """I can read images (PNG, JPEG, GIF, WebP) and text or code files, but not this kind of file yet."""


class UnknownName(Refused):
    """I don't know that name."""


class NoPrice(Refused):
    """Poe publishes no price for this model, so I can't tell what it would cost. An admin can set a flat price for it."""


class TooBusy(Refused):
    """There are too many questions waiting. Please try again in a moment."""


class NothingToSay(Refused):
    """Ask me something: I got no text and no file I can read."""


class UpstreamError(BridgeError):
    """Poe could not answer."""


class KeyRefused(UpstreamError):
    """Poe does not accept this bridge's key. An admin has to set a valid one."""


class OutOfPoints(UpstreamError):
    """The Poe account behind this bridge has no points left. An admin has to top it up."""


class Moderated(UpstreamError):
    """The model's provider declined to answer this."""


class ModelMissing(UpstreamError):
    """Poe does not offer this model (any more). Choose another with /model."""


class TooLong(UpstreamError):
    """This conversation is longer than the model can read. Start a new one with /new."""


class ChainRefused(UpstreamError):
    """The server no longer knows the previous response."""


class WrongEndpoint(UpstreamError):
    """This model can't be used through the Responses API. Choose another with /model."""


class BadRequest(UpstreamError):
    """Poe did not accept the request."""


class UpstreamBusy(UpstreamError):
    """Poe is very busy just now. Please try again in a moment."""

    retry = True

    def __init__(self, say: str = "", *, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(say, detail=detail)
        self.retry_after = retry_after


class UpstreamBroken(UpstreamError):
    """Poe had a problem before it could answer. You can try again."""

    retry = True
    sure = False

    def __init__(self, say: str = "", *, detail: str = "", answered: bool = False) -> None:
        super().__init__(say, detail=detail)
        self.answered = answered  # the server itself said so (a bare 5xx), in contrast to silence


class AnswerFailed(UpstreamError):
    """The model failed while answering. You can try again."""

    sure = False


class AnswerCut(UpstreamError):
    """The connection to Poe broke in the middle of the answer. You can try again."""

    sure = False


class ChatError(BridgeError):
    """The chat platform refused."""


class ChatBusy(ChatError):
    """The chat platform asks us to slow down."""

    retry = True

    def __init__(self, say: str = "", *, detail: str = "", retry_after: float = 1.0) -> None:
        super().__init__(say, detail=detail)
        self.retry_after = retry_after


class ChatGone(ChatError):
    """The message or channel no longer exists."""


class ChatForbidden(ChatError):
    """I am not allowed to write there."""


class ChatRefused(ChatError):
    """The chat platform will not take this message."""


class ChatBroken(ChatError):
    """The chat platform had a problem."""

    retry = True
    sure = False


class StoreError(BridgeError):
    """The store can't be used, so nothing was asked and nothing was spent."""


class SchemaTooNew(StoreError):
    """This database was written by a newer version. It was left untouched."""


class ForeignDatabase(StoreError):
    """This database belongs to another program. It was left untouched."""


class StoreBusy(StoreError):
    """The database can't be written just now (locked, full or read-only). Nothing was asked and nothing was spent."""

    retry = True


class ConfigError(BridgeError):
    """The configuration has problems."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def origin(error: BaseException) -> str:
    """Where a mistake of ours came from, for the log: the class and the innermost lines of code, and nobody's words."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = extract_tb(error.__traceback__)[-4:]
    lines = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames)]
    return " < ".join([type(error).__name__, *lines])
