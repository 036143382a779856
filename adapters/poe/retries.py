"""Whether a call that did not begin to answer is made again.

Poe has no idempotency key, so a call is repeated only when it surely was not carried out:

| what happened                                   | carried out? | what we do                                        |
| ----------------------------------------------- | ------------ | ------------------------------------------------- |
| no connection (refused, no name, TLS, time-out) | no           | again, after a back-off                           |
| 429, 503, 529                                   | no           | again, after Retry-After or a back-off            |
| 429 that says the account is empty              | no           | told at once: waiting does not fill it            |
| 400 that refuses `reasoning`                    | no           | again at once, without its summary or without it  |
| 400 and 404 of any other kind, 401, 402, 403    | no           | told at once: the same call gets the same answer  |
| broken while the request was being written      | unknown      | `UpstreamBroken`: the last byte may have arrived  |
| no reply in time, or reset while waiting for it | unknown      | `UpstreamBroken`: it may be working, and charging |
| 408                                             | unknown      | `UpstreamBroken`: Poe does not say if it charges  |
| 500, 502, 504 and other 5xx                     | unknown      | `UpstreamBroken`: the model may have answered     |
| a success whose body breaks before an event     | most likely  | `UpstreamBroken`                                  |
| a success whose body breaks later               | yes          | `AnswerCut`                                       |

A chained call that gets a bare 5xx is replayed by the engine, which takes a second hold for it; never here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.poe.faults import Fault, Reason
from adapters.poe.wire import Reasoning

TRIES = 3
FIRST_BACKOFF = (
    0.25  # seconds; https://creator.poe.com/docs/external-applications/openai-compatible-api, "Retry tips"
)
LONGEST_BACKOFF = 8.0
PATIENCE = 60.0  # a server that asks for more than this is not waited for

Uniform = Callable[[float, float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Make the call once more, in `wait` seconds. `everyone`: the server asked us all to wait."""

    wait: float
    reasoning: Reasoning
    everyone: bool = False


def again(fault: Fault, *, tried: int, reasoning: Reasoning, uniform: Uniform) -> Again | None:
    """The next try after `tried` of them, None when there is none."""
    if tried >= TRIES:
        return None
    lesser = _lesser(fault, reasoning)
    if lesser is not None:
        return Again(wait=0.0, reasoning=lesser)
    if not _passing(fault):
        return None
    if fault.retry_after is None:
        return Again(wait=backoff(tried, uniform), reasoning=reasoning)
    if fault.retry_after > PATIENCE:
        return None
    return Again(wait=fault.retry_after, reasoning=reasoning, everyone=fault.status == 429)


def backoff(tried: int, uniform: Uniform) -> float:
    """Seconds: anything up to 250 ms, then 500 ms and so on, so that those who failed together do not return together."""
    return uniform(0.0, min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (tried - 1)))


def _passing(fault: Fault) -> bool:
    """Surely not carried out, and likely to be next time."""
    if fault.status == 429:
        return fault.reason is not Reason.POINTS
    return fault.status in (503, 529) or fault.reason is Reason.UNREACHABLE


def _lesser(fault: Fault, reasoning: Reasoning) -> Reasoning | None:
    if fault.status != 400 or reasoning is Reasoning.NONE:
        return None
    if fault.reason is Reason.SUMMARY and reasoning is Reasoning.SUMMARY:
        return Reasoning.EFFORT
    return Reasoning.NONE if fault.reason in (Reason.SUMMARY, Reason.REASONING) else None
