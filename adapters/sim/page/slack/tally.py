"""What the simulated Slack saw of its app, counted as it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from adapters.sim.slack import Exchange, World
from adapters.sim.slack.changes import Change

SHOWN = {
    "Messages": "chat.postMessage",
    "Updates": "chat.update",
    "Streams begun": "chat.startStream",
    "Pieces": "chat.appendStream",
    "Streams ended": "chat.stopStream",
}


class Tally:
    """Counts from the moment it is made until `stop` is called."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls: Counter[str] = Counter()
        self.stop: Callable[[], None] = world.changes.subscribe(self._note)

    def lines(self) -> dict[str, int]:
        """What is shown, by its name."""
        counted = {name: self._calls[method] for name, method in SHOWN.items()}
        return counted | {
            "Too fast (429)": self._world.rate_limited,
            "Broken rules": len(self._world.violations),
        }

    def _note(self, change: Change) -> None:
        if isinstance(change.subject, Exchange) and change.subject.status == 200:
            answer = change.subject.answer
            if isinstance(answer, dict) and answer.get("ok"):
                self._calls[change.subject.method] += 1
