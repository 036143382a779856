"""What a model can tell us. A stream of these ends with exactly one `Finished` or `Failed`."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bridge.values.errors import UpstreamError
from bridge.values.ids import ResponseId
from bridge.values.points import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The request has not left: `ahead` others go first, the wait is about `seconds`."""

    ahead: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The server accepted the request (its first event arrived)."""

    response: ResponseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtDelta:
    """A piece of a reasoning summary."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something the model does besides writing: a search, a tool."""

    id: str
    label: str
    done: bool = False


class Ending(enum.Enum):
    COMPLETE = "complete"
    LENGTH = "length"  # max_output_tokens was reached
    FILTERED = "filtered"  # a content filter ended it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The terminal event. `text` is the whole answer as it repeats it, "" when it does not; `usage` None means not told, not zero."""

    ending: Ending = Ending.COMPLETE
    usage: Usage | None = None
    response: ResponseId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The call ended otherwise. `error.sure` says whether surely nothing was spent; usage may be known all the same."""

    error: UpstreamError
    usage: Usage | None = None
    response: ResponseId | None = None


AnswerEvent = Queued | Started | TextDelta | ThoughtDelta | Step | Finished | Failed
