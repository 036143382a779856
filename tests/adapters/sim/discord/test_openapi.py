"""The judge itself: it knows every route there is, and it does find what is wrong."""

import dataclasses

import httpx
import pytest

from adapters.sim.discord import DiscordServer
from adapters.sim.discord.rest.table import ROUTES
from tests.plugins.discord_openapi import EXTRA_FIELDS, Oracle


def test_every_route_is_an_operation_of_discords_file(discord_oracle: Oracle) -> None:
    unknown = [route for route in ROUTES if not discord_oracle.knows(route.method, route.template)]
    assert unknown == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"answer": {"id": "1"}}, "required property"),
        ({"body": {"content": "x" * 4001}}, "too long"),
        ({"body": {"contents": "x"}}, "unknown 'contents'"),
        ({"query": {"later": "1"}}, "query 'later'"),
        ({"status": 302}, "not foreseen"),
        ({"template": "/jokes"}, "no such operation"),
    ],
)
async def test_a_difference_is_found(
    dc: DiscordServer,
    http: httpx.AsyncClient,
    discord_oracle: Oracle,
    changes: dict[str, object],
    complaint: str,
) -> None:
    await http.post(f"/channels/{dc.world.channel('lab').id}/messages", json={"content": "x"})
    exchange = dc.world.exchanges[-1]
    assert discord_oracle.problems(exchange) == []
    found = discord_oracle.problems(dataclasses.replace(exchange, **changes))
    assert complaint in "\n".join(found)


def test_the_exceptions_for_clients_name_real_routes() -> None:
    known = {(route.method, route.template) for route in ROUTES}
    for method, ending, _ in EXTRA_FIELDS:
        assert any(m == method and template.endswith(ending) for m, template in known)
