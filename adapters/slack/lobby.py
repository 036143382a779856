"""What everybody needs who takes something in: who it was, where, and how they are answered. What they asked for is not said here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bridge.ports import Clock, Door, Notify
from bridge.values.command import CommandSpec, Kind, Reply
from bridge.values.errors import BridgeError, ChatError, origin
from bridge.values.ids import ChannelId, EventId, PersonId, WorkspaceId
from bridge.values.inbound import Commanded, Destination, Option, Person, Place, PlaceKind, Quoted, Via
from bridge.values.notices import Trouble

from . import ids, parse
from .options import Options
from .people import People
from .rest import Rest

Json = Mapping[str, Any]

VIA_SECONDS = 1800.0
"""How long Slack takes answers at a response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""

NOT_HERE = "I am not switched on here. Ask an admin which channels I answer in."
NO_CHANNEL = ChannelId("")


class Replies(Protocol):
    async def reply(self, to: Destination, reply: Reply) -> None: ...


@dataclass(slots=True, kw_only=True)
class Lobby:
    """The door is opened by whoever runs us; nothing comes in before."""

    rest: Rest
    people: People
    chat: Replies
    clock: Clock
    notify: Notify
    specs: tuple[CommandSpec, ...]
    options: Options
    opened: Door | None = None

    @property
    def door(self) -> Door:
        assert self.opened is not None
        return self.opened

    def spec(self, name: str) -> CommandSpec | None:
        return next((spec for spec in self.specs if spec.name == name), None)

    # -- where and who ---------------------------------------------------------------------------

    def admits(self, workspace: WorkspaceId, channel: str) -> bool:
        """Whether we listen there."""
        chosen = self.options
        if chosen.workspaces and workspace not in chosen.workspaces:
            return False
        if channel.startswith("D"):
            return chosen.direct
        return not chosen.channels or not channel or channel in chosen.channels

    async def commanded(
        self,
        event: EventId,
        person: Person,
        name: str,
        options: Mapping[str, Option],
        answer: Destination,
        *,
        names: Mapping[str, str] | None = None,
        quoted: tuple[Quoted, ...] = (),
    ) -> Commanded:
        """A command, with the readable names of whom it names and the groups they are in."""
        workspace = answer.place.workspace
        named = self._ids_in(name, options)
        known = dict(names or {})
        known |= await self.people.names(workspace, [each for each in named if each not in known])
        people = [each for each, kind in named.items() if kind is Kind.PERSON]
        return Commanded(
            event=event,
            place=answer.place,
            person=person,
            name=name,
            at=self.clock.now(),
            options=options,
            quoted=quoted,
            answer=answer,
            names=known,
            roles={each: await self.people.roles(workspace, each) for each in people},
        )

    def _ids_in(self, name: str, options: Mapping[str, Option]) -> dict[str, Kind]:
        spec = self.spec(name)
        kinds = {option.name: option.kind for option in spec.options} if spec else {}
        mentions = (Kind.PERSON, Kind.ROLE, Kind.CHANNEL)
        return {str(value): kinds[each] for each, value in options.items() if kinds.get(each) in mentions}

    def via(self, url: object) -> Via | None:
        """By our own clock: it decides later whether the address still takes answers."""
        return (
            Via(token=url, expires_at=self.clock.now() + VIA_SECONDS)
            if isinstance(url, str) and url
            else None
        )

    # -- answering -------------------------------------------------------------------------------

    async def say(self, to: Destination, text: str, *, private: bool = True) -> None:
        """A word of our own to whoever asked; when it can't be said there is nobody left to tell."""
        try:
            await self.chat.reply(to, Reply(text=text, private=private))
        except ChatError as error:
            self.trouble("reply", error)

    def trouble(self, where: str, error: BaseException) -> None:
        detail = error.detail if isinstance(error, BridgeError) else origin(error)
        self.notify(Trouble(where=f"slack.{where}", error=type(error).__name__, detail=detail))


def team_of(body: Json) -> WorkspaceId:
    """The workspace we are installed in, whose people or channels something concerns.

    In a channel shared with another organisation, somebody's own workspace is another one: the authorization names ours.
    """
    for one in body.get("authorizations") or ():
        if one.get("team_id"):
            return WorkspaceId(str(one["team_id"]))
    team = body.get("team") or {}
    user = body.get("user") or {}
    found = (
        team.get("id") or body.get("team_id") or (user.get("team_id") if isinstance(user, Mapping) else "")
    )
    return WorkspaceId(str(found or ""))


def bare_place(workspace: WorkspaceId, channel: str) -> Place:
    """A channel itself, where a slash command was given: Slack does not say in which thread."""
    kind = PlaceKind.DIRECT if channel.startswith("D") else PlaceKind.CHANNEL
    return Place(platform=ids.PLATFORM, workspace=workspace, channel=ChannelId(channel), kind=kind)


def home_place(workspace: WorkspaceId) -> Place:
    """Somebody's Home: it belongs to the workspace, so that its budgets and admins count there."""
    return Place(platform=ids.PLATFORM, workspace=workspace, channel=NO_CHANNEL, kind=PlaceKind.CHANNEL)


def place_of_message(workspace: WorkspaceId, channel: str, message: Json, us: str) -> Place:
    """Where a message stands that somebody pressed a button under or asks about."""
    root = str(message.get("thread_ts") or message.get("ts") or "")
    kind = PlaceKind.DIRECT if channel.startswith("D") else PlaceKind.THREAD
    begun = message.get("parent_user_id") or (message.get("user") if root == message.get("ts") else None)
    return parse.thread_place(workspace, channel, root, kind, ours=True if begun == us else None)


def person_id(user: Any) -> PersonId:
    """Of a payload's `user`, which is an id or holds one."""
    return PersonId(str(user.get("id") if isinstance(user, Mapping) else user))
