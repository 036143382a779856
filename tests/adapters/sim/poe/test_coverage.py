"""The table of what is simulated, against the routes and against what they answer."""

from typing import Any

from adapters.sim.poe import PoeServer
from adapters.sim.poe.app import routes
from adapters.sim.poe.coverage import ABSENT, OWN, SIMULATED


def test_the_table_names_exactly_the_routes_there_are(poe: PoeServer) -> None:
    there = {
        (method, route.path)
        for route in routes(poe.world)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert there == SIMULATED | OWN


async def test_what_is_absent_says_so(call: Any) -> None:
    for method, path in ABSENT:
        reply = await call.http.request(method, path.format(id="x", handle="x"))
        assert reply.status_code in (404, 405), path
        assert reply.json()["error"]["type"] == "invalid_request_error"
