"""The state of one embedded Poe: its keys, calls, balance, history and remembered responses.

Here: everything that outlives a request, and the questions tests ask of it.  Not here: HTTP.  All times are
seconds; ``clock`` is wall time, and may be replaced before the server starts.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.sim.poe import billing
from adapters.sim.poe.billing import Usage
from adapters.sim.poe.catalog import Catalog, Model
from adapters.sim.poe.errors import Refusal
from adapters.sim.poe.faults import Fault, FaultBoard
from adapters.sim.poe.ids import Ids
from adapters.sim.poe.profile import Profile
from adapters.sim.poe.requests import Ask

CACHE_FROM = 1024  # tokens: OpenAI's automatic prompt caching begins here, in steps of 128


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to ``/v1/responses`` or ``/v1/chat/completions``, as it went.

    ``outcome`` is running, completed, incomplete, failed, cut (by a fault), left (by the caller) or refused.
    ``usage`` and ``points`` are what was charged; both are ``None`` for what was not.
    """

    number: int
    endpoint: str
    key_name: str
    model: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    started_at: float
    stream: bool = False
    previous_response_id: str | None = None
    outcome: str = "running"
    status: int = 200
    error: str | None = None
    response_id: str | None = None
    text: str = ""
    deltas: int = 0
    fault: Fault | None = None
    usage: Usage | None = None
    points: int | None = None
    query_id: str | None = None
    ended_at: float | None = None


@dataclass(slots=True, kw_only=True)
class Row:
    """One row of the points history.  Until ``shown_at`` it is absent, until ``priced_at`` it costs 0."""

    query_id: str
    bot_name: str
    created_at: float
    points: int
    usd: str
    breakdown: dict[str, str]
    shown_at: float
    priced_at: float
    usage_type: str = "API"
    api_key_name: str | None = None
    chat_name: str | None = None
    canvas_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A response kept for chaining: all items up to and including its output."""

    items: tuple[Mapping[str, Any], ...]
    owner: str
    key_name: str


@dataclass(slots=True, kw_only=True)
class Settings:
    """What may be changed while the server runs.  ``speed`` is tokens a second, 0 as fast as possible."""

    profile: Profile
    speed: float = 50.0
    first_delay: float = 0.0
    rate_limit: int = 500
    rate_window: float = 60.0
    row_after: float = 0.3
    cost_after: float = 0.3
    seed: int = 1


@dataclass(slots=True)
class World:
    """Everything the server knows.  Tests read ``calls`` and ``rows`` and may set ``balance``.

    ``calls`` holds every model call that had a key, was within the rate limit and was a JSON object.
    """

    settings: Settings
    keys: Mapping[str, str]
    balance: int
    catalog: Catalog = field(default_factory=Catalog)
    faults: FaultBoard = field(default_factory=FaultBoard)
    clock: Callable[[], float] = time.time
    site: str = ""
    calls: list[Call] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    responses: dict[str, Stored] = field(default_factory=dict)
    media: dict[str, tuple[str, str]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    ids: Ids = field(init=False)
    _stamps: deque[float] = field(default_factory=deque)
    _prefixes: dict[tuple[str, str], deque[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin the ids of this seed."""
        self.ids = Ids(self.settings.seed)

    @property
    def profile(self) -> Profile:
        """The profile in force."""
        return self.settings.profile

    # --- the rate limit ------------------------------------------------------------------------------

    def admit(self) -> None:
        """Count one request against the limit.  Raises ``Refusal`` (429) with ``Retry-After``."""
        now, window = self.clock(), self.settings.rate_window
        while self._stamps and self._stamps[0] <= now - window:
            self._stamps.popleft()
        if len(self._stamps) >= self.settings.rate_limit:
            wait = self._stamps[0] + window - now
            words = f"Rate limit exceeded: {self.settings.rate_limit} requests per {window:g} seconds."
            raise Refusal(429, words, retry_after=max(1, -(-wait // 1)))
        self._stamps.append(now)

    def rate_headers(self) -> dict[str, str]:
        """The documented ``x-ratelimit-*-requests`` headers."""
        reset = self._stamps[0] + self.settings.rate_window - self.clock() if self._stamps else 0.0
        return {
            "x-ratelimit-limit-requests": str(self.settings.rate_limit),
            "x-ratelimit-remaining-requests": str(max(self.settings.rate_limit - len(self._stamps), 0)),
            "x-ratelimit-reset-requests": f"{max(reset, 0):.0f}",
        }

    # --- chains --------------------------------------------------------------------------------------

    def chain(self, ask: Ask, key_name: str) -> tuple[Mapping[str, Any], ...]:
        """The items a ``previous_response_id`` stands for.

        Raises ``Refusal``: where chaining is off, 500 for Claude and 400 for the others, as was seen;
        else 400 when the id is not known (any more) to this key and this kind of model.
        """
        previous = ask.body.get("previous_response_id")
        if previous is None:
            return ()
        if not self.profile.chaining:
            if ask.model.owner == "Anthropic":
                raise Refusal(500, "Error from Anthropic: Internal server error")
            words = "Previous response cannot be used for this organization due to Zero Data Retention."
            raise Refusal(400, words, param="previous_response_id", code="unsupported_parameter")
        stored = self.responses.get(previous)
        if stored is None or stored.owner != ask.model.owner or stored.key_name != key_name:
            words = f"Previous response with id '{previous}' not found."
            raise Refusal(400, words, param="previous_response_id", code="previous_response_not_found")
        return stored.items

    def remember(
        self,
        response_id: str,
        earlier: Sequence[Mapping[str, Any]],
        ask: Ask,
        key_name: str,
        output: Sequence[Mapping[str, Any]],
    ) -> None:
        """Keep a response for chaining, unless the caller said ``store: false``."""
        if self.profile.chaining and ask.body.get("store") is not False:
            items = (*earlier, *ask.items, *output)
            self.responses[response_id] = Stored(items=items, owner=ask.model.owner, key_name=key_name)

    def forget(self, response_id: str | None = None) -> None:
        """Forget one response, or all of them, as a server does after a while."""
        if response_id is None:
            self.responses.clear()
        else:
            self.responses.pop(response_id, None)

    # --- money ---------------------------------------------------------------------------------------

    def cached_tokens(self, ask: Ask, key_name: str) -> int:
        """Input tokens that OpenAI's automatic prompt caching covers."""
        if ask.model.owner != "OpenAI" or ask.weight < CACHE_FROM:
            return 0
        before = self._prefixes.setdefault((key_name, ask.model.id), deque(maxlen=4))
        shared = max((_shared(ask.prefix, one) // 4 for one in before), default=0)
        before.append(ask.prefix)
        return 0 if shared < CACHE_FROM else shared // 128 * 128

    def charge(self, call: Call, model: Model, usage: Usage) -> None:
        """Take the cost of a call from the balance and write its row of the history."""
        cost = billing.cost_of(model, usage)
        self.balance -= cost.points
        now = self.clock()
        call.usage, call.points, call.query_id = usage, cost.points, self.ids.letters(18)
        shown = now + self.settings.row_after
        self.rows.append(
            Row(
                query_id=call.query_id,
                bot_name=model.display_name,
                created_at=call.started_at,
                points=cost.points,
                usd=f"{cost.usd.normalize():f}",
                breakdown=cost.breakdown,
                shown_at=shown,
                priced_at=shown + self.settings.cost_after,
                api_key_name=call.key_name,
            )
        )

    def add_row(self, bot_name: str, points: int, *, usage_type: str = "Chat", **names: str) -> Row:
        """Add a row that no API call of ours made: a web chat or a canvas app of the same account."""
        now = self.clock()
        self.balance -= points
        row = Row(
            query_id=self.ids.letters(18),
            bot_name=bot_name,
            created_at=now,
            points=points,
            usd=f"{points / billing.POINTS_PER_USD:.6f}",
            breakdown={"Total": f"{points} points"},
            shown_at=now,
            priced_at=now,
            usage_type=usage_type,
            **names,
        )
        self.rows.append(row)
        return row

    def settle_rows(self) -> None:
        """Make every row visible and priced at once."""
        self.rows[:] = [replace(row, shown_at=0.0, priced_at=0.0) for row in self.rows]

    # --- media ---------------------------------------------------------------------------------------

    def publish(self, kind: str, prompt: str) -> str:
        """The address of a made file, in the form of Poe's own."""
        name = hashlib.sha256(f"{kind} {prompt}".encode()).hexdigest()
        self.media[name] = (kind, prompt)
        size = "?w=192&h=192" if kind == "image" else ""
        return f"{self.site}/base/{kind}/{name}{size}"


def _shared(one: str, other: str) -> int:
    """How many leading characters two texts share."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
