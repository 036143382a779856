"""Events: messages become what somebody said or commanded, and the rest is what Slack tells of Home, of Stop and of our own place there.

An event is handed on once it is complete: with its writer's name and groups, and in its thread's order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Protocol

from bridge.values.errors import ChatError
from bridge.values.ids import ChannelId, MessageId, TurnId, WorkspaceId
from bridge.values.inbound import Destination, MessageRef, Person, Place, PlaceKind, Pressed, Said

from . import commands, ids, parse
from .interactions import Interactions
from .lobby import Lobby, team_of
from .manifest import suggested
from .order import Heard, Order
from .pages import Pages
from .parse import Ourselves
from .tokens import Bearer

Body = Mapping[str, Any]

STOP = "stop"
OFFERED = 5_000
"""Conversations remembered in which prompts were offered."""


class Growing(Protocol):
    """Who knows which answers grow in a thread."""

    def stopped(
        self, workspace: WorkspaceId, channel: str, thread_ts: str, messages: Collection[str]
    ) -> tuple[tuple[TurnId, MessageRef], ...]: ...


class Hearing:
    """Takes every event, of all workspaces."""

    def __init__(
        self,
        lobby: Lobby,
        order: Order,
        interactions: Interactions,
        pages: Pages,
        growing: Growing,
        parted: Callable[[WorkspaceId], Awaitable[None]],
    ) -> None:
        self._lobby = lobby
        self._order = order
        self._interactions = interactions
        self._pages = pages
        self._growing = growing
        self._parted = parted
        self._offered: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._takers: Mapping[str, Callable[[Body], Awaitable[None]]] = {
            "message": self._message,
            "app_mention": self._message,
            "app_home_opened": self._opened,
            "agent_session_stopped": self._stopped,
            "app_uninstalled": self._left,
            "tokens_revoked": self._revoked,
        }

    async def take(self, body: Body) -> None:
        """Raises what went wrong: the event is then not acknowledged, and comes again."""
        event = body.get("event") or {}
        taker = self._takers.get(str(event.get("type")))
        if taker is not None:
            await taker(body)

    # -- messages --------------------------------------------------------------------------------

    async def _message(self, body: Body) -> None:
        event, workspace = body["event"], team_of(body)
        if not self._lobby.admits(workspace, str(event.get("channel") or "")):
            return
        bearer = await self._ours(workspace)
        if bearer is None:
            return
        us = Ourselves(user=bearer.user, bot=bearer.bot)
        writer = parse.speaker_of(event, us)
        if writer is None:
            return
        place = parse.place_of(event, us, workspace)
        async with self._order.turn(_heard(event, place)) as mine:
            if mine:
                await self._hand_on(event, us, workspace, writer)
        # Slack is told that we have it, and forgets it, only then.
        await self._lobby.door.kept(_heard(event, place).event)

    async def _ours(self, workspace: WorkspaceId) -> Bearer | None:
        """Who we are there; None where we are nobody any more. Raises ChatError when Slack can't be asked."""
        if self._lobby.rest.tokens.get(workspace) is None and self._lobby.options.installable:
            return None  # another process of ours serves it, or it took us out
        return await self._lobby.rest.bearer(workspace)

    async def _hand_on(self, event: Body, us: Ourselves, workspace: WorkspaceId, writer: str) -> None:
        lobby = self._lobby
        person = await lobby.people.person(workspace, writer)
        names = await lobby.people.names(workspace, parse.ids_named(event))
        said = parse.said(event, us, workspace, person, names)
        # The words of a command are read as Slack wrote them, for the ids in them.
        text = commands.in_thread(parse.without_us(str(event.get("text") or ""), us), lobby.specs)
        if text is not None and not person.bot and await self._is_ours(said):
            answer = Destination(place=said.place, person=person.id, reply_to=said.message)
            await self._interactions.written(text, answer, said.event, said.files)
            return
        lobby.door.receive(said)

    async def _is_ours(self, said: Said) -> bool:
        """Whether a `!` there is meant for us: other bots have such commands too."""
        place = said.place
        if said.mentions_us or place.ours or place.kind is PlaceKind.DIRECT:
            return True
        return await self._lobby.door.ours(place)

    # -- Home, Messages and Stop -----------------------------------------------------------------

    async def _opened(self, body: Body) -> None:
        event, workspace = body["event"], team_of(body)
        if not self._lobby.admits(workspace, ""):
            return
        if event.get("tab") == "home":
            await self._pages.draw(workspace, str(event["user"]))
        elif event.get("tab") == "messages":
            await self._offer(workspace, str(event["channel"]))

    async def _offer(self, workspace: WorkspaceId, channel: str) -> None:
        """Prompts to begin with, once in each conversation.

        https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
        """
        prompts = suggested(self._lobby.options.suggested_prompts)
        if not prompts or (workspace, channel) in self._offered:
            return
        try:
            arguments = {"channel_id": channel, "prompts": prompts}
            await self._lobby.rest.call(workspace, "assistant.threads.setSuggestedPrompts", arguments)
        except ChatError as error:
            self._lobby.trouble("prompts", error)
            return
        self._offered[workspace, channel] = None
        while len(self._offered) > OFFERED:
            self._offered.popitem(last=False)

    async def _stopped(self, body: Body) -> None:
        """Slack's own Stop. It has ended the stream; the answer behind it is ended by us."""
        event, workspace = body["event"], team_of(body)
        channel, root = str(event["channel"]), str(event["thread_ts"])
        stamps = tuple(str(each) for each in event.get("streaming_message_ts") or ())
        person = await self._lobby.people.person(workspace, str(event["user"]))
        kind = PlaceKind.DIRECT if channel.startswith("D") else PlaceKind.THREAD
        place = parse.thread_place(workspace, channel, root, kind, ours=None)
        growing = self._growing.stopped(workspace, channel, root, stamps)
        for turn, message in growing:
            self._press_stop(body, place, person, turn, message)
        if not growing:
            await self._stop_all(body, place, person)

    def _press_stop(
        self, body: Body, place: Place, person: Person, turn: TurnId, message: MessageRef
    ) -> None:
        pressed = Pressed(
            event=ids.event(f"{body['event_id']}/{turn}"),
            place=place,
            person=person,
            action=STOP,
            turn=turn,
            at=self._lobby.clock.now(),
            message=message,
            answer=Destination(place=place, person=person.id, private=True),
        )
        self._lobby.door.receive(pressed)

    async def _stop_all(self, body: Body, place: Place, person: Person) -> None:
        """Nothing is known to grow there: what waits is stopped, and what a process before us left is said to be over."""
        lobby = self._lobby
        if lobby.spec(STOP) is not None:
            answer = Destination(place=place, person=person.id, private=True)
            event = ids.event(str(body["event_id"]))
            lobby.door.receive(await lobby.commanded(event, person, STOP, {}, answer))
        channel, root = ids.channel_of(place.channel), ids.root_of(place.channel)
        arguments = {"channel_id": channel, "thread_ts": root, "status": "active"}
        try:
            await lobby.rest.call(place.workspace, "agents.sessions.setStatus", arguments)
        except ChatError as error:
            lobby.trouble("stop", error)

    # -- our own place ---------------------------------------------------------------------------

    async def _left(self, body: Body) -> None:
        await self._parted(team_of(body))

    async def _revoked(self, body: Body) -> None:
        """Only the bot's token lets us in; people's tokens are none of ours."""
        if (body["event"].get("tokens") or {}).get("bot"):
            await self._left(body)


def _heard(event: Body, place: Place) -> Heard:
    stamp = MessageId(str(event["ts"]))
    channel = ChannelId(str(event["channel"]))
    return Heard(
        event=ids.message_event(place.workspace, channel, stamp),
        workspace=place.workspace,
        thread=place.channel,
        stamp=stamp,
        begins=ids.root_of(place.channel) == stamp,
        poor=event.get("type") == "app_mention",
        direct=place.kind is PlaceKind.DIRECT,
    )
