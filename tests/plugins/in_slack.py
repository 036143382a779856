"""Short ways to talk with the bridge on the embedded Slack: `whole.in_slack.ask("ada", "general", "Why?")`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.sim.slack import SlackServer
from tests.plugins.waiting import PATIENCE


@dataclass
class InSlack:
    server: SlackServer

    def finished(self, place: Any = "general") -> list[Any]:
        """The bot's messages that carry a button for afterwards, in threads too."""
        return [
            message
            for message in self.server.world.from_bot(self.place(place))
            if "pb:regenerate:" in str(message.blocks)
        ]

    async def answered(self, place: Any = "general", count: int = 1, within: float = PATIENCE) -> list[Any]:
        """Wait until so many answers of the bot stand finished there; its messages with buttons, oldest first."""
        found: list[Any] = await self.server.world.until(
            lambda: self.finished(place) if len(self.finished(place)) >= count else None, within=within
        )
        return found

    async def ask(self, who: str, place: Any, text: str, **more: Any) -> Any:
        """Say it, mentioning the bot unless told otherwise, and wait for the finished answer. "dm" is this person's own."""
        more.setdefault("mention_bot", place != "dm" and "thread" not in more)
        where = self.server.world.dm(who) if place == "dm" else self.place(place)
        count = len(self.finished(where)) + 1
        self.server.as_person(who).say(where, text, **more)
        return (await self.answered(where, count))[-1]

    async def command(self, who: str, text: str, place: Any = "general", within: float = PATIENCE) -> str:
        """What `/poe` with this text said, to them alone."""
        asked = self.server.as_person(who).slash(self.place(place), "/poe", text)
        said = await self.server.world.until(lambda: next(iter(asked.replies), None), within=within)
        assert said.ephemeral
        return str(said.shown)

    def place(self, place: Any) -> Any:
        return self.server.world.channel(place)
