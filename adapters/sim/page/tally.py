"""What the simulated Discord saw of its bot, counted as it happens."""

from __future__ import annotations

import json
from collections.abc import Callable

from adapters.sim.discord import Exchange, Message, World
from adapters.sim.discord.changes import Change


class Tally:
    """Counts from the moment it is made until `stop` is called."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.messages = len(world.from_bot())
        self.edits = 0
        self.idle = 0
        self.twice = 0
        self._nonces: set[object] = set()
        self._last: dict[str, int] = {}
        self.stop: Callable[[], None] = world.changes.subscribe(self._note)

    def lines(self) -> dict[str, int]:
        """What is shown, by its name."""
        return {
            "Messages": self.messages,
            "Edits": self.edits,
            "Idle edits": self.idle,
            "Sent twice": self.twice,
            "Too fast (429)": self._world.rate_limited,
            "Broken rules": len(self._world.violations),
        }

    def _note(self, change: Change) -> None:
        if isinstance(change.subject, Exchange):
            self._exchanged(change.subject)
        elif isinstance(change.subject, Message) and change.subject.author is self._world.bot:
            self.messages += {"message.created": 1, "message.deleted": -1}.get(change.kind, 0)

    def _exchanged(self, exchange: Exchange) -> None:
        if exchange.status != 200:
            return
        if exchange.method == "PATCH" and "/messages/" in exchange.template:
            self._edited(exchange)
        elif exchange.method == "POST" and isinstance(exchange.body, dict):
            self._posted(exchange.body.get("nonce"))

    def _edited(self, exchange: Exchange) -> None:
        """An edit that says the same as the one before changed nothing, and was a request too many."""
        self.edits += 1
        said = hash(json.dumps(exchange.body, sort_keys=True, default=str)) if not exchange.files else 0
        self.idle += said != 0 and self._last.get(exchange.path) == said
        self._last[exchange.path] = said

    def _posted(self, nonce: object) -> None:
        if nonce is not None:
            self.twice += nonce in self._nonces
            self._nonces.add(nonce)
