"""The list of models."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.sim.poe.catalog import CHAT, RESPONSES, Catalog


def test_the_list_is_varied_and_real() -> None:
    catalog = Catalog()
    sonnet, grok, seek = (catalog.find(name) for name in ("Claude-Sonnet-4.6", "grok-4", "deepseek-r1"))
    assert sonnet is not None
    assert grok is not None
    assert seek is not None
    assert sonnet.endpoints >= {RESPONSES, CHAT}
    assert (sonnet.prompt, sonnet.completion) == (Decimal("0.0000026"), Decimal("0.000013"))
    assert grok.endpoints == {CHAT}
    assert (seek.endpoints, seek.request, seek.prompt) == (frozenset(), Decimal("0.018"), None)
    assert catalog.find("GPT-5.2").efforts == ("none", "low", "medium", "high", "xhigh")  # type: ignore[union-attr]
    assert catalog.find("assistant").prompt is None  # type: ignore[union-attr]
    assert catalog.find("veo-3.1").is_media  # type: ignore[union-attr]
    assert catalog.find("nobody") is None


async def test_a_model_may_vanish_and_another_appear(call: Any) -> None:
    call.poe.world.catalog.remove("GPT-5.2")
    assert (await call.respond("hi", "gpt-5.2")).status_code == 404
    call.poe.world.catalog.add(
        {
            "id": "new-one",
            "supported_endpoints": [RESPONSES],
            "pricing": {"prompt": "0.001", "completion": "0.002"},
        }
    )
    assert (await call.respond("hi", "New-One")).status_code == 200
    ids = [entry["id"] for entry in (await call.get("/v1/models"))["data"]]
    assert "new-one" in ids
    assert "gpt-5.2" not in ids
    with pytest.raises(KeyError):
        call.poe.world.catalog.remove("gpt-5.2")
