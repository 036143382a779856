"""What a platform can do, as data. The core reads numbers; it never asks which platform it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.values.ids import BucketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`writes` per `seconds` in one bucket, until the platform's own numbers say otherwise."""

    writes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """What a message may be that grows piece by piece: ended before it is `seconds` old or has more than `limit` code points."""

    limit: int
    seconds: float
    at_once: int  # of them in one workspace; each needs an "end" of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    text_limit: int  # code points of one message
    file_bytes: int  # of one file we send
    files: int  # in one message
    rate: Rate  # of a bucket nothing is known about yet
    typing_seconds: float  # how long one typing sign lasts
    subtext: str = "-# "  # what makes a line small
    mention: str = "{}"  # what shows a person's name, made of their id
    command: str = "/{}"  # how a command is typed, made of its name
    threads: bool = True
    overall_writes: float = 40.0  # writes per second over all buckets
    rates: Mapping[str, Rate] = field(default_factory=dict)  # by verb, where they differ from `rate`
    streaming: Streaming | None = None  # None: an answer grows by edits alone
    feedback: bool = False  # people may say of an answer whether it is good


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the platform said about a bucket after a write: `remaining` more until `reset_after` seconds from then."""

    bucket: BucketId
    limit: int
    remaining: int
    reset_after: float
