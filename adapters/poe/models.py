"""The catalogue: an entry of `GET /v1/models` as a `ModelCard`.

Here: the vendor's field names and units. Not here: when it is read (`catalog`), what an answer costs (the core).
https://creator.poe.com/api-reference/listModels; prices are USD per token, or per request, as strings.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from adapters.poe.bodies import Fields, count, decoded, fields, listed, words
from bridge.values.ids import ModelId
from bridge.values.models import ModelCard
from bridge.values.points import Price

RESPONSES_ENDPOINT = "/v1/responses"

_DEAREST = Decimal(10_000)  # USD per token or request; anything above is a mistake somebody would pay for
_LONGEST_NUMBER = 64


def cards_in(body: bytes) -> tuple[ModelCard, ...] | None:
    """Every entry that has an id, in the order of the list; None when the body is no list of models."""
    listing = fields(decoded(body))
    if not isinstance(listing.get("data"), list):
        return None
    found = (card_of(entry) for entry in listed(listing["data"]))
    return tuple(card for card in found if card is not None)


def card_of(entry: Fields) -> ModelCard | None:
    """One entry; None without an id. Fields another server leaves out stay unknown."""
    model = words(entry.get("id")).strip()
    if not model:
        return None
    shape = fields(entry.get("architecture"))
    window = fields(entry.get("context_window"))
    context = count(window.get("context_length")) or count(entry.get("context_length"))
    return ModelCard(
        id=ModelId(model),
        name=words(fields(entry.get("metadata")).get("display_name")).strip() or model,
        owner=words(entry.get("owned_by")),
        price=price_of(entry.get("pricing")),
        context=context,
        max_output=count(window.get("max_output_tokens")),
        inputs=_names(shape.get("input_modalities")) or frozenset({"text"}),
        outputs=_names(shape.get("output_modalities")) or frozenset({"text"}),
        features=_names(entry.get("supported_features")),
        responses=_answers_responses(entry),
        efforts=_efforts(entry),
    )


def price_of(pricing: object) -> Price | None:
    """The published price; None where nothing is published, which does not mean free."""
    told = fields(pricing)
    price = Price(
        prompt=amount(told.get("prompt")),
        completion=amount(told.get("completion")),
        cached=amount(told.get("input_cache_read")),
        request=amount(told.get("request")),
        image=amount(told.get("image")),
    )
    return None if price == Price() else price


def amount(value: object, most: Decimal = _DEAREST) -> Decimal | None:
    """A sum in USD that is not negative and at most `most`; None when it is no such number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= most else None


def _names(value: object) -> frozenset[str]:
    return (
        frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()
    )


def _answers_responses(entry: Fields) -> bool:
    """Whether it lists the endpoint. A server whose list knows no endpoints at all is taken to have this one."""
    endpoints = entry.get("supported_endpoints")
    return RESPONSES_ENDPOINT in endpoints if isinstance(endpoints, list) else True


def _efforts(entry: Fields) -> tuple[str, ...]:
    """The efforts its `reasoning_effort` parameter takes, in the order of the list.

    Claude models declare none and answer 400 to `reasoning`: an enum elsewhere (`output_effort`) is another setting.
    """
    for parameter in listed(entry.get("parameters")):
        choices = fields(parameter.get("schema")).get("enum")
        if parameter.get("name") == "reasoning_effort" and isinstance(choices, list):
            return tuple(choice for choice in choices if isinstance(choice, str))
    return ()
