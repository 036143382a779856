"""What one of the people does on the page: writes, replies, reacts, edits, opens threads, presses buttons."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from adapters.sim.discord import Interaction, Message, Person, Refused, World, posting

from . import filling, offers, parts, seats
from .looks import Looks
from .seats import Seat

Json = dict[str, Any]
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
SIGNS = {"person": ("@", "<@{}>"), "role": ("@", "<@&{}>"), "channel": ("#", "<#{}>")}
GRACE_SECONDS = 2.0
MAX_FIELDS = 60


class Doing:
    """Every verb takes the request and gives back what the page needs to know."""

    def __init__(self, world: World, looks: Looks) -> None:
        self._world, self._looks = world, looks

    # -- in a place -------------------------------------------------------------------------------

    async def say(self, request: Request) -> Json:
        """Write a message, with files, perhaps in reply to another."""
        seat = self._seat(request)
        async with request.form(max_files=10, max_fields=MAX_FIELDS) as form:
            text = mentioned(seat, _text(form, "text").strip())
            if len(text) > self._world.rules.content_limit:
                raise Refused(
                    f"Your message is too long: {len(text)} of {self._world.rules.content_limit} characters."
                )
            files = [await filling.file(self._world, part) for part in form.getlist("files")]
            reply_to = _text(form, "reply_to")
            said = seat.person.say(
                seat.channel,
                text,
                reply_to=self._message(seat.person, reply_to) if reply_to else None,
                ping=_text(form, "ping") != "no",
                files=files,
            )
        return {"id": str(said.id)}

    async def type(self, request: Request) -> Json:
        """Be seen typing."""
        seat = self._seat(request)
        seat.person.type(seat.channel)
        return {}

    async def start_thread(self, request: Request) -> Json:
        """Open a thread, at a message or on its own."""
        seat, data = self._seat(request), await _json(request)
        name = str(data.get("name") or "").strip()
        if not name:
            raise Refused("A thread needs a name.")
        at = self._message(seat.person, str(data["message"])) if data.get("message") else None
        return {"id": str(seat.person.start_thread(name, at=at, where=seat.channel).id)}

    async def use_command(self, request: Request) -> Json:
        """Send a slash command with what was filled in."""
        seat = self._seat(request)
        async with request.form(max_files=10, max_fields=MAX_FIELDS) as form:
            words = _text(form, "command")
            options = await filling.options(seat, words, form)
        return await self._outcome(seat.person.slash(words, options, where=seat.channel))

    async def suggest(self, request: Request) -> Json:
        """What the bot offers for an option while it is typed."""
        seat, data = self._seat(request), await _json(request)
        words, option = str(data["command"]), str(data["option"])
        others = filling.given(seat, words, {k: str(v) for k, v in dict(data.get("others") or {}).items()})
        choices = await seat.person.autocomplete(
            words, option, str(data["partial"])[:100], others=others, where=seat.channel
        )
        return {"choices": choices}

    # -- with a message ---------------------------------------------------------------------------

    async def press(self, request: Request) -> Json:
        """Press a button under a message, or choose from a menu."""
        seat, message, data = await self._on_message(request)
        if "values" in data:
            values = [str(value) for value in data["values"]]
            return await self._outcome(seat.select(message, str(data["id"]), values))
        return await self._outcome(seat.press(message, str(data["id"])))

    async def use_menu(self, request: Request) -> Json:
        """Use one of the bot's commands on a message."""
        person, message, data = await self._on_message(request)
        return await self._outcome(person.context_menu(str(data["name"]), message))

    async def react(self, request: Request) -> Json:
        """Put a reaction under a message, or take one's own away."""
        person, message, data = await self._on_message(request)
        emoji = str(data["emoji"])[:32]
        mine = any(r.emoji == emoji and person.id in r.users for r in message.reactions)
        if mine:
            posting.unreact(self._world, message, person.user, emoji)
        else:
            person.react(message, emoji)
        return {}

    async def edit(self, request: Request) -> Json:
        """Change one's own message."""
        person, message, data = await self._on_message(request)
        seat = Seat(person=person, channel=self._world.channels[message.channel_id])
        text = mentioned(seat, str(data["text"]).strip())
        if not text or len(text) > self._world.rules.content_limit:
            raise Refused("A message has between 1 and 2000 characters.")
        person.edit(message, text)
        return {}

    async def delete(self, request: Request) -> Json:
        """Take a message back."""
        person, message, _ = await self._on_message(request)
        person.delete(message)
        return {}

    async def submit(self, request: Request) -> Json:
        """Send a form that the bot opened."""
        person = seats.person_named(self._world, request.path_params["person"])
        asked = self._world.interactions.get(seats.number(request.path_params["interaction"]))
        if asked is None or asked.user is not person.user:
            raise seats.Unknown("This form is gone.")
        data = await _json(request)
        values = {str(key): str(value) for key, value in dict(data["values"]).items()}
        _long_enough(parts.fields(asked.modal or {}), values)
        return await self._outcome(person.submit_modal(asked, values))

    # -- finding ----------------------------------------------------------------------------------

    def _seat(self, request: Request) -> Seat:
        return seats.seat(self._world, request.path_params["person"], request.path_params["place"])

    def _message(self, person: Person, number: str) -> Message:
        return seats.message_for(self._world, person, number)

    async def _on_message(self, request: Request) -> tuple[Person, Message, Json]:
        person = seats.person_named(self._world, request.path_params["person"])
        return person, self._message(person, request.path_params["message"]), await _json(request)

    async def _outcome(self, interaction: Interaction) -> Json:
        """What came of a press or a command: nothing to say, a form to fill in, or silence."""
        within = self._world.rules.callback_seconds + GRACE_SECONDS
        await self._world.until(lambda: interaction.state != "waiting", within=within)
        told: Json = {"state": interaction.state}
        if interaction.modal is not None:
            fields = parts.fields(interaction.modal)
            form = self._looks.page("form.html", title=interaction.modal["title"], fields=fields)
            told |= {"form": form, "interaction": str(interaction.id)}
        return told


Verb = Callable[[Request], Awaitable[Json]]


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return "" if value is None or isinstance(value, UploadFile) else value


async def _json(request: Request) -> Json:
    data = await request.json() if await request.body() else {}
    if not isinstance(data, dict):
        raise ValueError("an object is expected")
    return data


def mentioned(seat: Seat, text: str) -> str:
    """What a person typed with the mentions as Discord's client sends them; code is left as it is."""
    known: dict[str, str] = {}
    for thing in reversed(offers.names(seat)):
        sign, form = SIGNS[thing["kind"]]
        for name in {thing["name"], thing.get("username", thing["name"])}:
            known[(sign + name).lower()] = form.format(thing["id"])
    if not known:
        return text
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w<])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    pieces = CODE.split(text)
    pieces[::2] = [pattern.sub(lambda found: known[found[0].lower()], piece) for piece in pieces[::2]]
    return "".join(pieces)


def _long_enough(fields: list[Json], values: dict[str, str]) -> None:
    """What Discord's own form would not let through."""
    for field in fields:
        text = values.get(field["custom_id"], "")
        if field.get("required", True) and not text.strip():
            raise Refused(f"{field['label'] or 'This field'} is required.")
        if text and len(text) < (field.get("min_length") or 0):
            raise Refused(f"{field['label']} needs at least {field['min_length']} characters.")
        if len(text) > (field.get("max_length") or 4000):
            raise Refused(f"{field['label']} is too long.")
