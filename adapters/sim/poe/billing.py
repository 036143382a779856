"""What a call costs: real list prices times tokens, in points, and the words of the cost breakdown.

Here: dollars to points, and nothing that remembers.  Not here: the balance and the history (``world``).
A point is 1/33,333 of a dollar; points are rounded up, one row at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from adapters.sim.poe.catalog import Model

POINTS_PER_USD = 33_333
# Models without a published price still cost something; these are what their kind costs here, in points.
UNPUBLISHED = {"video": 12_000, "image": 1_300, "audio": 600, "text": 45}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call.  ``output`` contains ``reasoning``; ``input`` contains ``cached``."""

    input: int = 0
    output: int = 0
    cached: int = 0
    reasoning: int = 0
    images: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The bill of one call: points, dollars, and the breakdown as Poe prints it."""

    points: int
    usd: Decimal
    breakdown: dict[str, str]


def points_of(usd: Decimal) -> int:
    """Points of an amount of dollars, rounded up."""
    return int((usd * POINTS_PER_USD).to_integral_value(rounding=ROUND_CEILING))


def cost_of(model: Model, usage: Usage) -> Cost:
    """The bill for a call to ``model`` that used ``usage``."""
    if model.request is not None:
        return _flat(points_of(model.request), model.request)
    if model.prompt is None or model.completion is None:
        points = UNPUBLISHED.get(model.outputs[0], UNPUBLISHED["text"])
        return _flat(points, Decimal(points) / POINTS_PER_USD)
    return _metered(model, usage, model.prompt, model.completion)


def _flat(points: int, usd: Decimal) -> Cost:
    return Cost(points=points, usd=usd, breakdown={"Total": f"{points} points"})


def _metered(model: Model, usage: Usage, prompt: Decimal, completion: Decimal) -> Cost:
    cache_read = prompt if model.cache_read is None else model.cache_read
    discount = (prompt - cache_read) * usage.cached
    asked = prompt * usage.input
    pictures = (model.image or Decimal(0)) * usage.images
    usd = asked - discount + completion * usage.output + pictures
    total, fed, saved = points_of(usd), points_of(asked), points_of(discount)
    breakdown = {
        "Input": f"{fed} points ({usage.input} tokens)",
        "Output": f"{max(total - fed + saved, 0)} points ({usage.output} tokens)",
    }
    if usage.cached:
        breakdown["Cache discount"] = f"-{saved} points ({usage.cached} tokens)"
    breakdown["Total"] = f"{total} points"
    return Cost(points=total, usd=usd, breakdown=breakdown)
