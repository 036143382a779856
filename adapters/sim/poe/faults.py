"""Faults: what can be made to go wrong, for which calls, and how often.

Here: the switches, from Python, from ``POST /_sim/faults`` and from directives in a prompt.  Not here: the
wire tricks themselves (``wire``, ``deliver``, ``endings``).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from adapters.sim.poe.grammar import ENDINGS

ENDPOINTS = ("responses", "chat", "models", "usage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.  All seconds are floats; ``None`` and ``0`` mean "not this".

    Which calls: ``endpoint`` (responses, chat, models, usage), ``model`` (any case), ``stream``; the next
    ``times`` of them (``None`` for ever), each with probability ``chance``.

    Before the answer: ``reset`` closes the connection without a byte; ``wait_headers`` and ``wait_first``
    delay the headers and the first byte; ``status`` answers with an error (``body`` its JSON or text,
    ``retry_after`` its header, ``charged`` whether it costs anyway).

    In the stream, after ``after`` deltas: ``ending`` is how it ends (failed, incomplete, filtered, error,
    error_nested, bare_error, none, cut, stall); ``stall`` waits so many seconds and goes on;
    ``garbage`` sends bytes that are no event; ``oversized`` sends one event of so many bytes.

    Of the whole reply: ``as_json`` answers a stream with a plain JSON body; ``crlf``, ``event_lines``,
    ``done_marker`` and ``comments`` change the framing; ``shred`` is a seed for cutting the bytes
    anywhere; ``usage`` is missing or zero.
    """

    endpoint: str | None = None
    model: str | None = None
    stream: bool | None = None
    times: int | None = 1
    chance: float = 1.0
    reset: bool = False
    wait_headers: float = 0.0
    wait_first: float = 0.0
    status: int | None = None
    body: Mapping[str, Any] | str | None = None
    retry_after: float | None = None
    charged: bool = False
    after: int | None = None
    ending: str | None = None
    stall: float = 0.0
    garbage: bool = False
    oversized: int = 0
    as_json: bool = False
    crlf: bool = False
    event_lines: bool | None = None
    done_marker: bool | None = None
    comments: bool = False
    shred: int | None = None
    usage: str | None = None

    def __post_init__(self) -> None:
        """Refuse words that mean nothing.  Raises ``ValueError``."""
        for name, value, words in (
            ("endpoint", self.endpoint, ENDPOINTS),
            ("ending", self.ending, ENDINGS),
            ("usage", self.usage, ("missing", "zero")),
        ):
            if value is not None and value not in words:
                raise ValueError(f"{name} must be one of {', '.join(words)}, not {value!r}")

    def suits(self, endpoint: str, model: str, stream: bool) -> bool:
        """Whether this fault is meant for such a call."""
        return (
            self.endpoint in (None, endpoint)
            and (self.model is None or self.model.lower() == model.lower())
            and self.stream in (None, stream)
        )


NO_FAULT = Fault()


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None


@dataclass(slots=True)
class FaultBoard:
    """The faults switched on, in order; the first that suits a call is used."""

    chance: random.Random = field(default_factory=lambda: random.Random(1))
    used: list[Fault] = field(default_factory=list)
    _armed: list[_Armed] = field(default_factory=list)

    def add(self, fault: Fault | None = None, /, **switches: Any) -> Fault:
        """Switch on a fault, given whole or as switches.

        Raises ``ValueError`` for a value and ``TypeError`` for a switch that does not exist.
        """
        fault = Fault(**switches) if fault is None else fault
        self._armed.append(_Armed(fault, fault.times))
        return fault

    def clear(self) -> None:
        """Switch all faults off."""
        self._armed.clear()

    def take(self, endpoint: str, model: str = "", stream: bool = False) -> Fault:
        """The fault for a call that is starting; ``NO_FAULT`` for most."""
        for armed in self._armed:
            if not armed.fault.suits(endpoint, model, stream):
                continue
            if armed.fault.chance < 1.0 and self.chance.random() >= armed.fault.chance:
                continue
            if armed.left is not None:
                armed.left -= 1
                if armed.left <= 0:
                    self._armed.remove(armed)
            self.used.append(armed.fault)
            return armed.fault
        return NO_FAULT

    def listing(self) -> list[dict[str, Any]]:
        """The faults still on, as JSON; only what differs from the default."""
        return [_told(armed.fault, armed.left) for armed in self._armed]


def _told(fault: Fault, left: int | None) -> dict[str, Any]:
    plain = asdict(NO_FAULT)
    return {k: v for k, v in asdict(fault).items() if v != plain[k]} | {"times": left}


SWITCHES = tuple(item.name for item in fields(Fault))
