"""Questions that are no messages: `/poe ask` and "Ask about this". They are put where others read them, and answered in a thread there.

Everything is posted once: a question whose posting broke is looked for before anybody is told that it failed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bridge.values.errors import ChatBroken, ChatBusy, ChatError
from bridge.values.ids import EventId, WorkspaceId
from bridge.values.inbound import Destination, Option, Person, Place, PlaceKind, Quoted, Via

from . import ids, marks, parse, shapes
from .history import SKEW
from .lobby import Lobby, place_of_message
from .marks import About
from .parse import Ourselves

QUESTION_EVENT = "poebridge_question"
"""The kind of the metadata under a question: https://docs.slack.dev/messaging/message-metadata"""

REMEMBERED = 2_000
"""Questions of which it is known that they were asked."""
_LOOK_BACK = 100  # messages
_POST = "chat.postMessage"
_PATIENCE = 3
"""Times that Slack may say it is busy before whoever asked is told."""
_SHOWN = 2900  # characters of a question; the model gets all of it
_LOST = "I can't see that message any more. Please choose it again."
PRIVATE = "private"


class Asking:
    """Brings questions to the door, each from where its answer will stand."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._asked: OrderedDict[EventId, None] = OrderedDict()

    async def by_command(
        self,
        event: EventId,
        person: Person,
        name: str,
        options: Mapping[str, Option],
        answer: Destination,
    ) -> None:
        """In a channel, everybody sees what was asked; a private question is asked in the direct messages."""
        if self._again(event):
            return
        lobby, place, private = self._lobby, answer.place, options.get(PRIVATE) is True
        to = Destination(place=place, person=person.id, reply_to=answer.reply_to)
        if private or answer.reply_to is None:  # else it is a message that stands there already
            try:
                place = await self._place_for(place, person, private=private)
                place = await self._shown(event, place, person, self._question(name, options))
            except ChatError as error:
                lobby.trouble("ask", error)
                await lobby.say(answer, error.say)
                return
            to = Destination(place=place, person=person.id)
        lobby.door.receive(await lobby.commanded(event, person, name, options, to))

    async def about(
        self,
        event: EventId,
        person: Person,
        name: str,
        options: Mapping[str, Option],
        about: About,
        workspace: WorkspaceId,
        quoted: Quoted | None,
    ) -> None:
        """In the thread of the message asked about, so that whoever reads that finds the answer."""
        if self._again(event):
            return
        lobby = self._lobby
        via = Via(token=about.url, expires_at=about.expires_at) if about.url else None
        place = parse.thread_place(workspace, about.channel, about.root, _kind(about.channel))
        answer = Destination(place=place, person=person.id, via=via, private=True)
        try:
            quoted = quoted or await self.read(workspace, about)
            if quoted is None:
                await lobby.say(answer, _LOST)
                return
            place = await self._place_for(place, person, private=options.get(PRIVATE) is True)
            place = await self._shown(event, place, person, self._question(name, options))
        except ChatError as error:
            lobby.trouble("ask", error)
            await lobby.say(answer, error.say)
            return
        to = Destination(place=place, person=person.id)
        lobby.door.receive(await lobby.commanded(event, person, name, options, to, quoted=(quoted,)))

    def _question(self, name: str, options: Mapping[str, Option]) -> str:
        """Its words: what this command can't do without."""
        spec = self._lobby.spec(name)
        required = [option.name for option in spec.options if option.required] if spec else []
        return str(next((options[one] for one in required if one in options), ""))

    def _again(self, event: EventId) -> bool:
        """Whether Slack told us of this before: the question stands there, and was handed on."""
        if event in self._asked:
            return True
        self._asked[event] = None
        while len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return False

    async def read(self, workspace: WorkspaceId, about: About) -> Quoted | None:
        """The message asked about, where it is not remembered: its form was opened before a restart."""
        arguments = {
            "channel": about.channel,
            "ts": about.root,
            "oldest": about.message,
            "latest": about.message,
            "inclusive": True,
            "limit": _LOOK_BACK,
        }
        told = await self._lobby.rest.call(workspace, "conversations.replies", arguments, read=True)
        for message in told.get("messages") or ():
            if message.get("ts") == about.message:
                return await self.quote(workspace, about.channel, message)
        return None

    async def quote(self, workspace: WorkspaceId, channel: str, message: Mapping[str, Any]) -> Quoted:
        lobby = self._lobby
        us = await lobby.rest.bearer(workspace)
        place = place_of_message(workspace, channel, message, us.user)
        author = str(message.get("user") or "")
        wanted = parse.ids_named(message) | ({author} if author else set())
        names = await lobby.people.names(workspace, wanted)
        name = names.get(author) or str(message.get("username") or "")
        return parse.quote(message, Ourselves(user=us.user, bot=us.bot), place, name, names)

    async def _place_for(self, place: Place, person: Person, *, private: bool) -> Place:
        """Where the question is put. A question in a thread of direct messages stays in that."""
        if not private or place.kind is PlaceKind.DIRECT:
            return place
        opened = await self._lobby.rest.call(place.workspace, "conversations.open", {"users": person.id})
        return Place(
            platform=ids.PLATFORM,
            workspace=place.workspace,
            channel=opened["channel"]["id"],
            kind=PlaceKind.DIRECT,
        )

    async def _shown(self, event: EventId, place: Place, person: Person, question: str) -> Place:
        """The thread that hangs on the question; in a thread already, that one."""
        channel, root = ids.channel_of(place.channel), ids.root_of(place.channel)
        body = {
            "channel": channel,
            **({"thread_ts": root} if root else {}),
            **_line(person, question),
            "metadata": {"event_type": QUESTION_EVENT, "event_payload": {"asked": event}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        tried_at = self._lobby.clock.now()
        try:
            posted = await self._posted(place, body)
        except ChatBroken:
            found = await self._found(place, event, tried_at)
            if found is None:
                raise
            posted = found
        ours = None if root else True
        return parse.thread_place(place.workspace, channel, root or posted, _kind(channel), ours=ours)

    async def _posted(self, place: Place, body: dict[str, Any]) -> str:
        """Its stamp. Slack may take no more there for a moment, when several ask at once or answers are being written."""
        for _ in range(_PATIENCE):
            try:
                told = await self._lobby.rest.call(place.workspace, _POST, body)
                return str(told["ts"])
            except ChatBusy as error:
                await self._lobby.clock.sleep(error.retry_after)
        return str((await self._lobby.rest.call(place.workspace, _POST, body))["ts"])

    async def _found(self, place: Place, event: EventId, tried_at: float) -> str | None:
        """The stamp of the question, where it was posted although nobody told us. A thread would be told from its beginning."""
        channel, root = ids.channel_of(place.channel), ids.root_of(place.channel)
        method = "conversations.replies" if root else "conversations.history"
        arguments = {
            "channel": channel,
            "limit": _LOOK_BACK,
            "include_all_metadata": True,
            "oldest": f"{tried_at - SKEW:.6f}",
            **({"ts": root} if root else {}),
        }
        told = await self._lobby.rest.call(place.workspace, method, arguments, read=True)
        for message in told.get("messages") or ():
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("asked") == event:
                return str(message["ts"])
        return None


def _line(person: Person, question: str) -> dict[str, Any]:
    """What everybody sees: who asks, and what. Plain, so that nothing in it pings anybody."""
    text = {"type": "plain_text", "text": shapes.cut(question, _SHOWN), "emoji": True}
    return {
        "text": shapes.escaped(f"{person.name} asks: {shapes.cut(question, _SHOWN)}"),
        "blocks": [
            {"type": "context", "elements": [shapes.plain(f"{person.name} asks", 200)]},
            {"type": "section", "text": text},
        ],
    }


def _kind(channel: str) -> PlaceKind:
    return PlaceKind.DIRECT if channel.startswith("D") else PlaceKind.THREAD


def about(channel: str, message: Mapping[str, Any], url: str, expires_at: float) -> About:
    """What a form about this message carries."""
    stamp = str(message["ts"])
    root = str(message.get("thread_ts") or stamp)
    return marks.About(channel=channel, root=root, message=stamp, url=url, expires_at=expires_at)
