"""A simulated Slack and the half of the adapter that writes to it, with what tests say of both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from adapters.sim.slack import SlackServer
from adapters.slack import ids
from adapters.slack.rest import Rest
from adapters.slack.speak import Speaker
from adapters.slack.tokens import Tokens
from bridge.values.draft import Action, Button
from bridge.values.ids import ChannelId, MessageId, PersonId, TurnId, WorkspaceId
from bridge.values.inbound import Destination, Place, PlaceKind, Via

TURN = TurnId("abcdefghijklmnop")
NONCE = f"{TURN}-0"
STOP = Button(action=Action.STOP, turn=TURN, label="Stop")
AGAIN = Button(action=Action.REGENERATE, turn=TURN, label="Regenerate")
GOOD = Button(action=Action.GOOD, turn=TURN, label="Good answer")
BAD = Button(action=Action.BAD, turn=TURN, label="Bad answer")
FINAL = (AGAIN, GOOD, BAD)


class Time:
    """The real time, and as much more as a test says has passed."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        return time.time() + self.passed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
        return event.is_set()


@dataclass
class Out:
    """Everything a test touches."""

    slack: SlackServer
    tokens: Tokens
    rest: Rest
    chat: Speaker
    time: Time

    @property
    def world(self) -> Any:
        return self.slack.world

    @property
    def team(self) -> WorkspaceId:
        return WorkspaceId(self.world.team("Harbour").id)

    def asked(self, where: str = "lab", text: str = "What is new?", *, by: str = "ada") -> Destination:
        """Somebody mentions us at the top of a channel, or writes to us directly: where the answer goes."""
        person = self.slack.as_person(by)
        direct = where == "dm"
        said = person.say(where, text, mention_bot=not direct)
        return self.destination(said.channel_id, said.ts, by=by, direct=direct)

    def destination(
        self, channel: str, root: str, *, by: str = "ada", direct: bool = False, via: Via | None = None
    ) -> Destination:
        place = Place(
            platform=ids.PLATFORM,
            workspace=self.team,
            channel=ids.thread(ChannelId(channel), MessageId(root)),
            kind=PlaceKind.DIRECT if direct else PlaceKind.THREAD,
            parent=ChannelId(channel),
            ours=None,
        )
        person = PersonId(self.world.user(by).id)
        return Destination(place=place, person=person, reply_to=MessageId(root), via=via)

    def commanded(self, where: str = "lab", *, by: str = "ada", private: bool = False) -> Destination:
        """Somebody uses a slash command: where its words go."""
        person = self.slack.as_person(by)
        channel = person.dm.id if where == "dm" else self.world.channel(where).id
        invocation = person.slash(channel, "/poe", "points")
        via = Via(token=invocation.payload["response_url"], expires_at=self.time.now() + 1800)
        place = Place(
            platform=ids.PLATFORM,
            workspace=self.team,
            channel=ChannelId(channel),
            kind=PlaceKind.DIRECT if where == "dm" else PlaceKind.CHANNEL,
        )
        return Destination(place=place, person=PersonId(person.id), via=via, private=private)

    def said(self, where: Any = "lab", *, ephemeral: bool = False) -> list[str]:
        """What our messages show there, oldest first."""
        return [one.shown for one in self.world.from_bot(where, ephemeral=ephemeral)]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of this method that crossed the wire, oldest first."""
        return [one.body for one in self.world.exchanges if one.method == method]

    def session(self, to: Destination) -> Any:
        channel, root = ids.channel_of(to.place.channel), ids.root_of(to.place.channel)
        return self.world.sessions.get((channel, root))

    def another(self, **options: Any) -> Speaker:
        """As after a restart: it knows nothing of what was written before."""
        return Speaker(self.rest, self.time, **options)


def private(to: Destination) -> Destination:
    return replace(to, private=True)


@asynccontextmanager
async def out_in_front_of(slack: SlackServer) -> AsyncIterator[Out]:
    clock, tokens = Time(), Tokens()
    rest = Rest(tokens, api_url=slack.api_url, configured=slack.token)
    try:
        yield Out(slack=slack, tokens=tokens, rest=rest, chat=Speaker(rest, clock), time=clock)
    finally:
        await rest.close()


@asynccontextmanager
async def an_out() -> AsyncIterator[Out]:
    """What was asked of Slack was asked as Slack's pages say."""
    async with SlackServer(port=0) as slack, out_in_front_of(slack) as one:
        yield one
        assert slack.world.violations == []
