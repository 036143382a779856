"""Commands, buttons, menus and forms, told to the house. They were acknowledged to Slack before; messages are heard in `hearing`.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bridge.values.command import Kind, OptionSpec
from bridge.values.errors import BridgeError, NotAccepted, UnknownName
from bridge.values.ids import EventId, PersonId, WorkspaceId
from bridge.values.inbound import Choice, Destination, Person, Pressed, Quoted, Suggesting
from bridge.values.parts import FileRef

from . import commands, home, ids, marks, modals, parse, shapes
from .asking import Asking, about
from .lobby import NOT_HERE, VIA_SECONDS, Lobby, bare_place, home_place, person_id, place_of_message, team_of
from .pages import Form, Pages
from .shapes import Json

Body = Mapping[str, Any]

SUGGEST_SECONDS = 2.0
ASKED_ABOUT = 256
"""Messages remembered while their form is being filled in."""

DRAWN_SECONDS = 0.3
"""What comes of a form is drawn into it, and must not come before the acknowledgement that keeps the form open."""

_OVER = "That form is too old. Please open it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What becomes of a form: mistakes by field, or how it looks now, and what is to be done."""

    errors: Mapping[str, str] = field(default_factory=dict)
    view: Json | None = None
    work: Callable[[], Coroutine[Any, Any, None]] | None = None


class Interactions:
    """Takes everything that people do with us besides writing messages."""

    def __init__(self, lobby: Lobby, asking: Asking, pages: Pages) -> None:
        self._lobby = lobby
        self._asking = asking
        self._pages = pages
        self._about: OrderedDict[tuple[str, str, str], Quoted] = OrderedDict()

    # -- commands --------------------------------------------------------------------------------

    async def command(self, body: Body) -> None:
        """`/poe …`"""
        workspace, channel = team_of(body), str(body["channel_id"])
        place, via = bare_place(workspace, channel), self._lobby.via(body.get("response_url"))
        answer = Destination(place=place, person=PersonId(str(body["user_id"])), via=via)
        if not self._lobby.admits(workspace, channel):
            await self._lobby.say(answer, NOT_HERE)
            return
        await self.written(
            str(body.get("text") or ""), answer, ids.interaction_event(str(body["trigger_id"]))
        )

    async def written(
        self, text: str, answer: Destination, event: EventId, files: tuple[FileRef, ...] = ()
    ) -> None:
        """A command as somebody wrote it, behind `/poe` or `!`."""
        lobby, workspace = self._lobby, answer.place.workspace
        person = await lobby.people.person(workspace, answer.person)
        text = parse.labelled(text, await lobby.people.names(workspace, parse.ids_named({"text": text})))
        if commands.wants_help(text):
            await lobby.say(answer, self.manual(person))
            return
        try:
            found = commands.invocation(text, lobby.specs, files)
        except (UnknownName, NotAccepted) as refused:
            await lobby.say(answer, refused.say)
            return
        spec = lobby.spec(found.name)
        if spec is not None and spec.asks:
            await self._asking.by_command(event, person, found.name, found.options, answer)
            return
        lobby.door.receive(
            await lobby.commanded(event, person, found.name, found.options, answer, names=found.names)
        )

    def manual(self, person: Person) -> str:
        return commands.manual(self._lobby.specs, admin=person.admin or self._lobby.options.named_admins)

    # -- buttons and menus -----------------------------------------------------------------------

    async def action(self, body: Body) -> None:
        for number, action in enumerate(body.get("actions") or ()):
            action_id = str(action.get("action_id") or "")
            button = ids.parse_button(action_id, str(action.get("value") or ""))
            if button is not None:
                await self._pressed(body, action, button)
            elif action_id == marks.VERB:
                await self._another_verb(body, action)
            elif action_id == marks.BUDGETS:
                view = modals.budgets(self._lobby.specs, "")
                await self._open(body, view)
            elif (command := marks.parse_choosing(action_id)) is not None:
                await self._chosen(body, action, command, number)

    async def _pressed(self, body: Body, action: Body, button: tuple[str, Any]) -> None:
        lobby, workspace = self._lobby, team_of(body)
        channel, message = _pressed_at(body)
        us = await lobby.rest.bearer(workspace)
        place = place_of_message(workspace, channel, message, us.user)
        person = await lobby.people.person(workspace, person_id(body["user"]))
        via = lobby.via(body.get("response_url"))
        lobby.door.receive(
            Pressed(
                event=ids.interaction_event(_told(body, action)),
                place=place,
                person=person,
                action=button[0],
                turn=button[1],
                at=lobby.clock.now(),
                message=ids.ref(channel, str(message["ts"]), ids.root_of(place.channel)),
                answer=Destination(place=place, person=person.id, via=via, private=True),
            )
        )

    async def _chosen(self, body: Body, action: Body, command: str, number: int) -> None:
        """A menu of somebody's own page."""
        lobby, workspace = self._lobby, team_of(body)
        value = (action.get("selected_option") or {}).get("value")
        spec = lobby.spec(command)
        if not value or spec is None:
            return
        person = await lobby.people.person(workspace, person_id(body["user"]))
        options = {"name": str(value)}
        if any("me" in option.choices for option in spec.options if option.name == "for"):
            options["for"] = "me"
        answer = self._pages.from_page(workspace, person.id)
        event = ids.interaction_event(f"{_told(body, action)}/{number}")
        lobby.door.receive(await lobby.commanded(event, person, command, options, answer))

    async def suggest(self, body: Body) -> list[Json]:
        """What could stand in a menu that is being typed into; nothing when that can't be told in time."""
        try:
            async with asyncio.timeout(SUGGEST_SECONDS):
                return shapes.options(await self._suggested(body))
        except Exception as error:  # whatever it was, the person must not see a failure while typing
            self._lobby.trouble("suggest", error)
            return []

    async def _suggested(self, body: Body) -> tuple[Choice, ...]:
        lobby, workspace = self._lobby, team_of(body)
        action_id, partial = str(body.get("action_id") or ""), str(body.get("value") or "")
        chosen = marks.parse_choosing(action_id)
        command, option = marks.parse_suggesting(action_id) or (chosen or "", "name")
        spec = self._option(command, option)
        if spec is None:
            return ()
        if spec.kind is Kind.ROLE:
            return await self._groups(workspace, partial)
        asking = Suggesting(
            place=home_place(workspace),
            person=await lobby.people.person(workspace, person_id(body["user"])),
            command=command,
            option=option,
            partial=partial,
        )
        choices = await lobby.door.suggest(asking)
        return (home.DEFAULT, *choices) if chosen and not partial else choices

    def _option(self, command: str, option: str) -> OptionSpec | None:
        spec = self._lobby.spec(command)
        return next((one for one in spec.options if one.name == option), None) if spec else None

    async def _groups(self, workspace: WorkspaceId, partial: str) -> tuple[Choice, ...]:
        typed = partial.strip().lstrip("@").lower()
        groups = await self._lobby.people.groups(workspace)
        return tuple(
            Choice(label=f"@{one.handle}", value=one.id) for one in groups if typed in one.handle.lower()
        )

    # -- forms -----------------------------------------------------------------------------------

    async def shortcut(self, body: Body) -> None:
        """ "Ask about this", in the menu of a message: the message waits here while the question is written."""
        lobby, workspace = self._lobby, team_of(body)
        command = marks.parse_shortcut(str(body.get("callback_id") or ""))
        spec = lobby.spec(command or "")
        message, channel = body.get("message"), str((body.get("channel") or {}).get("id") or "")
        if spec is None or not message:
            return
        via = lobby.via(body.get("response_url"))
        if not lobby.admits(workspace, channel):
            place = bare_place(workspace, channel)
            answer = Destination(place=place, person=person_id(body["user"]), via=via, private=True)
            await lobby.say(answer, NOT_HERE)
            return
        expires_at = lobby.clock.now() + VIA_SECONDS
        what = about(channel, message, via.token if via else "", expires_at)
        await self._open(body, modals.question(spec, what))
        self._about[workspace, channel, what.message] = await self._asking.quote(workspace, channel, message)
        while len(self._about) > ASKED_ABOUT:
            self._about.popitem(last=False)

    def submission(self, body: Body) -> Taken:
        view = body.get("view") or {}
        callback_id = str(view.get("callback_id") or "")
        command = marks.parse_asking(callback_id) or marks.parse_administering(callback_id)
        spec = self._lobby.spec(command or "")
        if spec is None:
            return Taken()
        filled = modals.filled_in(view)
        submitted = modals.submitted(spec, filled)
        if submitted.errors:
            return Taken(errors=submitted.errors)
        if marks.parse_asking(callback_id):
            return Taken(work=partial(self._asked_about, body, spec.name, submitted))
        form = Form(command=spec.name, filled=filled)
        waiting = modals.budgets(self._lobby.specs, spec.name, filled, said=modals.WORKING)
        return Taken(view=waiting, work=partial(self._administered, body, form, submitted))

    async def _asked_about(self, body: Body, command: str, submitted: modals.Submitted) -> None:
        lobby, workspace = self._lobby, team_of(body)
        what = marks.parse_about(str(body["view"].get("private_metadata") or ""))
        person = await lobby.people.person(workspace, person_id(body["user"]))
        if what is None:
            await lobby.say(self._pages.from_page(workspace, person.id), _OVER)
            return
        quoted = self._about.get((workspace, what.channel, what.message))
        event = ids.interaction_event(_submitted(body))
        await self._asking.about(event, person, command, submitted.options, what, workspace, quoted)

    async def _administered(self, body: Body, form: Form, submitted: modals.Submitted) -> None:
        lobby, workspace = self._lobby, team_of(body)
        person = await lobby.people.person(workspace, person_id(body["user"]))
        answer = self._pages.from_form(workspace, person.id, str(body["view"]["id"]), form)
        event = ids.interaction_event(_submitted(body))
        await lobby.clock.sleep(DRAWN_SECONDS)
        lobby.door.receive(await lobby.commanded(event, person, form.command, submitted.options, answer))

    async def _another_verb(self, body: Body, action: Body) -> None:
        view = body.get("view") or {}
        chosen = str((action.get("selected_option") or {}).get("value") or "")
        drawn = modals.budgets(self._lobby.specs, chosen, modals.filled_in(view))
        arguments = {"view_id": view.get("id"), "hash": view.get("hash"), "view": drawn}
        await self._call(team_of(body), "views.update", arguments)

    async def _open(self, body: Body, view: Json) -> None:
        """Within three seconds of what was pressed: https://docs.slack.dev/reference/methods/views.open"""
        await self._call(team_of(body), "views.open", {"trigger_id": body.get("trigger_id"), "view": view})

    async def _call(self, workspace: WorkspaceId, method: str, arguments: dict[str, Any]) -> None:
        try:
            await self._lobby.rest.call(workspace, method, arguments)
        except BridgeError as error:  # Slack shows that nothing came; pressing again is all that can be done
            self._lobby.trouble("form", error)


def _pressed_at(body: Body) -> tuple[str, Body]:
    """The channel and the message of a button. A whisper's message comes in the container alone."""
    container = body.get("container") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    bare = {"ts": container.get("message_ts"), "thread_ts": container.get("thread_ts")}
    message = body.get("message") or {}
    return channel, {**{name: value for name, value in bare.items() if value}, **message}


def _told(body: Body, action: Body) -> str:
    """What Slack repeats of an action when it sends it again."""
    return str(
        body.get("trigger_id")
        or f"{(body.get('container') or {}).get('message_ts')}/{action.get('action_ts')}"
    )


def _submitted(body: Body) -> str:
    """The same of a form: each of its submissions has a trigger of its own, and Slack may leave that out."""
    view = body.get("view") or {}
    return str(body.get("trigger_id") or f"{view.get('id')}/{view.get('hash')}")
