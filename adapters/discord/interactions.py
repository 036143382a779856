"""Commands, buttons and forms: acknowledged to Discord first, then told to the house. Messages are heard in `listen`.

Discord waits three seconds for the acknowledgement; nothing else is done before it was confirmed. An interaction that could not be
acknowledged is over, and is not told: an answer to it could never be shown.
https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import discord

from bridge.ports import Clock, Door, Notify
from bridge.values.command import CommandSpec
from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatRefused
from bridge.values.ids import ChannelId, MessageId
from bridge.values.inbound import (
    Commanded,
    Destination,
    MessageRef,
    Person,
    Place,
    Pressed,
    Quoted,
    Suggesting,
    Via,
)
from bridge.values.notices import Trouble

from . import commands, ids, invoked, limits, parse, writes
from .rest import Rest
from .writes import QUESTION, Json

_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_TRY_SECONDS = 1.2  # of one acknowledgement; two fit into Discord's three seconds
_SUGGEST_SECONDS = 1.0
_ASKED_ABOUT = 256  # messages remembered while their form is being filled in
_ALREADY = "/40060"  # acknowledged before: by the try whose answer got lost

_NOT_HERE = "I am not switched on here. Ask an admin which channels I answer in."
_TEXT_LOST = "I can't see that message any more. Please choose it again."

Asked = discord.Interaction[Any]


class Interactions:
    """Takes every interaction of one connection; survives its restarts."""

    def __init__(
        self,
        rest: Rest,
        clock: Clock,
        notify: Notify,
        specs: tuple[CommandSpec, ...],
        admits: Callable[[int | None, object], bool],
        issued: Callable[[Via], None],
    ) -> None:
        self._rest = rest
        self._clock = clock
        self._notify = notify
        self._asking = {spec.name for spec in specs if spec.asks}
        self._menus = {spec.about_message[:32]: spec.name for spec in specs if spec.about_message}
        self._admits = admits
        self._issued = issued
        self._about: OrderedDict[MessageId, Quoted] = OrderedDict()

    async def take(self, asked: Asked, door: Door) -> None:
        data: Mapping[str, Any] = dict(asked.data or {})
        if asked.type is discord.InteractionType.autocomplete:
            await self._suggest(asked, data, door)
        elif not self._admits(asked.guild_id, asked.channel):
            await self._acknowledge(asked, writes.say_privately(_NOT_HERE))
        elif asked.type is discord.InteractionType.application_command:
            await self._command(asked, data, door)
        elif asked.type is discord.InteractionType.component:
            await self._button(asked, data, door)
        elif asked.type is discord.InteractionType.modal_submit:
            await self._form(asked, data, door)

    # -- each kind -------------------------------------------------------------------------------

    async def _command(self, asked: Asked, data: Mapping[str, Any], door: Door) -> None:
        if data.get("type") == commands.MESSAGE:
            await self._ask_about(asked, data)
            return
        invocation = invoked.invocation(data, _ranks(asked))
        private = invocation.name not in self._asking or invocation.options.get("private") is True
        if await self._acknowledge(asked, writes.defer(private=private)):
            door.receive(self._commanded(asked, invocation, private=private))

    async def _ask_about(self, asked: Asked, data: Mapping[str, Any]) -> None:
        """A form asks for the question; the message waits here meanwhile, for we may not be able to read it again."""
        label, target = str(data["name"]), MessageId(str(data["target_id"]))
        form = writes.form(label, ids.form_id(self._menus.get(label, label), target))
        if await self._acknowledge(asked, form):
            self._about[target] = _target(asked, data, target)
            self._about.move_to_end(target)
            while len(self._about) > _ASKED_ABOUT:
                self._about.popitem(last=False)

    async def _form(self, asked: Asked, data: Mapping[str, Any], door: Door) -> None:
        about = ids.parse_form(str(data.get("custom_id")))
        quoted = about and self._about.get(about[1])
        if about is None or quoted is None:
            await self._acknowledge(asked, writes.say_privately(_TEXT_LOST))
            return
        question = invoked.answers(data.get("components") or ()).get(QUESTION, "")
        if await self._acknowledge(asked, writes.defer(private=False)):
            invocation = invoked.Invocation(name=about[0], options={QUESTION: question})
            door.receive(self._commanded(asked, invocation, private=False, quoted=(quoted,)))

    async def _button(self, asked: Asked, data: Mapping[str, Any], door: Door) -> None:
        button = ids.parse_button(str(data.get("custom_id")))
        if not await self._acknowledge(asked, writes.defer_update()) or button is None:
            return
        place, person = self._where(asked), self._who(asked)
        door.receive(
            Pressed(
                event=ids.interaction_event(asked.id),
                place=place,
                person=person,
                action=button[0],
                turn=button[1],
                at=self._clock.now(),
                message=self._pressed_message(asked),
                answer=Destination(
                    place=place, person=person.id, via=self._via(asked, original=False), private=True
                ),
            )
        )

    async def _suggest(self, asked: Asked, data: Mapping[str, Any], door: Door) -> None:
        """Choices within a second, or none: the person goes on typing either way."""
        invocation = invoked.invocation(data)
        suggesting = Suggesting(
            place=self._where(asked),
            person=self._who(asked),
            command=invocation.name,
            option=invocation.focused,
            partial=str(invocation.options.get(invocation.focused, "")),
        )
        try:
            async with asyncio.timeout(_SUGGEST_SECONDS):
                choices = await door.suggest(suggesting)
        except Exception as error:  # whatever it was, the person must not see a failure while typing
            self._trouble("suggest", error)
            choices = ()
        await self._acknowledge(asked, writes.suggest(choices))

    # -- acknowledging ---------------------------------------------------------------------------

    async def _acknowledge(self, asked: Asked, body: Json) -> bool:
        """Whether Discord confirmed it. A lost connection is tried once more: there is time for two."""
        for _ in range(2):
            try:
                where = {"interaction_id": str(asked.id), "interaction_token": asked.token}
                await self._rest.call("POST", _CALLBACK, where, body=body, seconds=_TRY_SECONDS)
            except (ChatBroken, ChatBusy) as error:
                self._trouble("acknowledge", error)
            except ChatRefused as error:
                self._trouble("acknowledge", error)
                return error.detail.endswith(_ALREADY)
            except ChatError as error:
                self._trouble("acknowledge", error)
                return False
            else:
                return True
        return False

    def _trouble(self, where: str, error: Exception) -> None:
        detail = error.detail if isinstance(error, ChatError) else ""
        self._notify(Trouble(where=f"discord.{where}", error=type(error).__name__, detail=detail))

    # -- what all have in common -----------------------------------------------------------------

    def _commanded(
        self,
        asked: Asked,
        invocation: invoked.Invocation,
        *,
        private: bool,
        quoted: tuple[Quoted, ...] = (),
    ) -> Commanded:
        place, person = self._where(asked), self._who(asked)
        return Commanded(
            event=ids.interaction_event(asked.id),
            place=place,
            person=person,
            name=invocation.name,
            at=self._clock.now(),
            options=invocation.options,
            quoted=quoted,
            answer=Destination(place=place, person=person.id, via=self._via(asked), private=private),
            names={**_named(asked, place), **invocation.names},
            roles=invocation.roles,
            parents=invocation.parents,
        )

    def _via(self, asked: Asked, *, original: bool = True) -> Via:
        """By our own clock: it decides later whether the token still lives."""
        expires_at = self._clock.now() + limits.TOKEN_SECONDS
        via = Via(token=asked.token, expires_at=expires_at, original=original)
        self._issued(via)
        return via

    def _where(self, asked: Asked) -> Place:
        return parse.place_of(asked.channel, asked.guild_id, _us(asked))

    def _who(self, asked: Asked) -> Person:
        return parse.person_of(asked.user, asked.permissions)

    def _pressed_message(self, asked: Asked) -> MessageRef:
        """Somebody's private answer can only be edited by a token; the one of this press can."""
        message = asked.message
        assert message is not None  # a button is under a message
        return MessageRef(
            channel=ChannelId(str(message.channel.id)),
            message=MessageId(str(message.id)),
            via=self._via(asked) if message.flags.ephemeral else None,
        )


def _target(asked: Asked, data: Mapping[str, Any], target: MessageId) -> Quoted:
    """The message a menu was opened on, as it came with the interaction."""
    payload = data["resolved"]["messages"][target]
    state = asked._state
    message = discord.Message(state=state, channel=asked.channel, data=payload)  # type: ignore[arg-type]
    return parse.quote(message, parse.Ourselves(id=_us(asked)))


def _ranks(asked: Asked) -> Mapping[str, int]:
    """The server's roles, by how high they stand there."""
    ascending = asked.guild.roles if asked.guild is not None else ()
    return {str(role.id): rank for rank, role in enumerate(ascending)}


def _named(asked: Asked, place: Place) -> Mapping[str, str]:
    """The server's roles and channels, for what is told of them; where it was asked is known without a name."""
    guild = asked.guild
    if guild is None:
        return {}
    named = {str(one.id): one.name for one in (*guild.roles, *guild.channels)}
    for here in (place.channel, place.budget_channel):
        named.pop(here, None)
    return named


def _us(asked: Asked) -> int:
    user = asked.client.user
    assert user is not None  # READY came before any interaction
    return int(user.id)
