"""The two ways this server can behave: as Poe's documents say, and as Poe was seen to behave.

Here: the switches and what each means.  Not here: what is done with them.
Documents: https://creator.poe.com/docs/external-applications/openai-compatible-api and ``.../responses-api``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Every difference between the documented and the observed Poe, as one switch each."""

    name: str
    chaining: bool  # previous_response_id is honoured
    keeps_responses: bool  # replies echo ``store`` as asked instead of false
    honours_instructions: bool
    rate_headers: bool  # x-ratelimit-*-requests on every reply
    request_ids: bool  # x-request-id on /v1/responses too, not on chat completions alone
    integer_codes: bool  # {"error": {"code": 401, ..., "metadata": {}}}
    all_models_respond: bool  # /v1/responses takes every model, not only those that list it
    strict: bool  # undeclared parameters and unsuitable reasoning are refused
    nested_tools: bool  # {"type": "function", "function": {...}} on /v1/responses
    too_long_status: int  # for a prompt longer than the context window
    litellm_ids: bool  # ids wrapped in base64, 161 characters long
    loose_gemini: bool  # fewer keys, and ``object`` says chat.completion
    snapshot_names: bool  # ``model`` is the upstream snapshot
    documented_history: bool  # the field names of the third-party OpenAPI file
    whole_balance: bool  # about fifteen fields instead of one
    event_lines: bool  # ``event:`` before each ``data:`` of a Responses stream
    done_marker: bool  # ``data: [DONE]`` after the terminal event of a Responses stream


DOCUMENTED = Profile(
    name="documented",
    chaining=True,
    keeps_responses=True,
    honours_instructions=True,
    rate_headers=True,
    request_ids=True,
    integer_codes=True,
    all_models_respond=True,
    strict=False,
    nested_tools=True,
    too_long_status=413,
    litellm_ids=False,
    loose_gemini=False,
    snapshot_names=False,
    documented_history=True,
    whole_balance=False,
    event_lines=True,
    done_marker=False,
)

OBSERVED = Profile(
    name="observed",
    chaining=False,
    keeps_responses=False,
    honours_instructions=False,
    rate_headers=False,
    request_ids=False,
    integer_codes=False,
    all_models_respond=False,
    strict=True,
    nested_tools=False,
    too_long_status=400,
    litellm_ids=True,
    loose_gemini=True,
    snapshot_names=True,
    documented_history=False,
    whole_balance=True,
    event_lines=True,
    done_marker=True,
)

PROFILES = {profile.name: profile for profile in (DOCUMENTED, OBSERVED)}


def profile_of(
    name: str,
    *,
    chaining: bool | None = None,
    event_lines: bool | None = None,
    done_marker: bool | None = None,
) -> Profile:
    """The profile of that name, with single switches set otherwise.  Raises ``ValueError`` when unknown."""
    if name not in PROFILES:
        raise ValueError(f"no profile called {name!r}; there are {', '.join(sorted(PROFILES))}")
    profile = PROFILES[name]
    return replace(
        profile,
        chaining=profile.chaining if chaining is None else chaining,
        event_lines=profile.event_lines if event_lines is None else event_lines,
        done_marker=profile.done_marker if done_marker is None else done_marker,
    )
