"""The server's own controls under ``/_sim``: switch faults and look at the state from another process.

Here: JSON in, JSON out.  They take no key: the server listens on loopback only.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

from adapters.sim.poe.deliver import Plain
from adapters.sim.poe.wire import dumps
from adapters.sim.poe.world import Call, World

_KIND = {"content-type": "application/json"}
_NUMBERS = ("speed", "first_delay", "rate_limit", "rate_window", "row_after", "cost_after")


def _reply(body: Any, status: int = 200) -> Plain:
    return Plain(status, _KIND, dumps(body))


def _call(call: Call) -> dict[str, Any]:
    """A call without its words: the body may be long and is the tests' own."""
    return {
        "number": call.number,
        "endpoint": call.endpoint,
        "model": call.model,
        "key_name": call.key_name,
        "stream": call.stream,
        "previous_response_id": call.previous_response_id,
        "response_id": call.response_id,
        "outcome": call.outcome,
        "status": call.status,
        "error": call.error,
        "deltas": call.deltas,
        "points": call.points,
        "usage": None if call.usage is None else asdict(call.usage),
        "query_id": call.query_id,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
    }


class Controls:
    """The handlers of ``/_sim``."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def state(self, request: Request) -> ASGIApp:
        """``GET /_sim/state``."""
        world = self.world
        settings = {name: getattr(world.settings, name) for name in _NUMBERS}
        return _reply(
            {
                "profile": world.profile.name,
                "chaining": world.profile.chaining,
                **settings,
                "balance": world.balance,
                "charged": sum(call.points or 0 for call in world.calls),
                "running": sum(call.outcome == "running" for call in world.calls),
                "calls": [_call(call) for call in world.calls],
                "rows": [asdict(row) for row in world.rows],
                "responses": list(world.responses),
                "faults": world.faults.listing(),
            }
        )

    async def change(self, request: Request) -> ASGIApp:
        """``POST /_sim/state``: any of ``balance`` and the numbers of the settings."""
        try:
            wanted = json.loads(await request.body())
            changes = {name: float(wanted.pop(name)) for name in _NUMBERS if name in wanted}
            balance = int(wanted.pop("balance", self.world.balance))
        except (ValueError, TypeError, AttributeError):
            return _reply({"error": "expected an object of numbers"}, 400)
        if wanted:
            known = ", ".join(("balance", *_NUMBERS))
            return _reply({"error": f"unknown: {', '.join(wanted)}; there are {known}"}, 400)
        for name, value in changes.items():
            setattr(self.world.settings, name, int(value) if name == "rate_limit" else value)
        self.world.balance = balance
        return _reply({"ok": True})

    async def add_faults(self, request: Request) -> ASGIApp:
        """``POST /_sim/faults``: one fault or a list, in the words of ``Fault``."""
        try:
            wanted = json.loads(await request.body())
            for switches in wanted if isinstance(wanted, list) else [wanted]:
                self.world.faults.add(**switches)
        except (ValueError, TypeError) as error:
            return _reply({"error": str(error)}, 400)
        return _reply({"faults": self.world.faults.listing()}, 201)

    async def clear_faults(self, request: Request) -> ASGIApp:
        """``DELETE /_sim/faults``."""
        self.world.faults.clear()
        return _reply({"faults": []})
