"""What one of the people does on the page: writes, uses commands, shortcuts and buttons, fills in forms, opens the app's Home, stops."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from adapters.sim.slack import Invocation, Message, Refused, SlackServer, View

from . import seats
from .seats import Seat

Json = dict[str, Any]
Verb = Callable[[Request], Awaitable[Json]]
MOST_FILES = 10
GRACE_SECONDS = 2.0


class Doing:
    """Every verb takes the request and gives back what the page needs to know."""

    def __init__(self, slack: SlackServer) -> None:
        self._slack = slack

    async def say(self, request: Request) -> Json:
        """Write a message, perhaps in the open thread, perhaps with files; or use a command."""
        seat = self._seat(request)
        async with request.form(max_files=MOST_FILES, max_fields=20) as form:
            text = _text(form, "text").strip()
            files = [await _file(part) for part in form.getlist("files")]
            thread = _text(form, "thread")
        if text.startswith("/") and not thread and not files:
            command, _, rest = text.partition(" ")
            return await self._outcome(seat.person.slash(seat.channel, command, rest.strip()))
        said = seat.person.say(seat.channel, mentioned(seat, text), thread=thread or None, files=files)
        return {"ts": said.ts, "thread": said.thread_ts or ""}

    async def press(self, request: Request) -> Json:
        """Press a button, under a message or in a view."""
        seat, data = self._seat(request), await _json(request)
        where = self._where(seat, data)
        value = str(data["value"]) if data.get("value") else None
        return await self._outcome(seat.person.press(where, str(data["action"]), value))

    async def select(self, request: Request) -> Json:
        """Choose from a menu, under a message or in a view."""
        seat, data = self._seat(request), await _json(request)
        return await self._outcome(
            seat.person.select(self._where(seat, data), str(data["action"]), data["value"])
        )

    async def suggest(self, request: Request) -> Json:
        """What the app offers for a menu while somebody types."""
        seat, data = self._seat(request), await _json(request)
        found = await seat.person.suggest(
            self._where(seat, data), str(data["action"]), str(data["typed"])[:100]
        )
        return {"options": [{"value": each["value"], "label": each["text"]["text"]} for each in found]}

    async def shortcut(self, request: Request) -> Json:
        """Use one of the app's shortcuts on a message."""
        seat, data = self._seat(request), await _json(request)
        message = seats.message_for(seat, str(data["ts"]))
        return await self._outcome(seat.person.shortcut(message, str(data["name"])))

    async def submit(self, request: Request) -> Json:
        """Send a form."""
        seat, data = self._seat(request), await _json(request)
        view = seats.view_for(seat, str(data["view"]))
        return await self._outcome(seat.person.submit(view, dict(data["values"])))

    async def close(self, request: Request) -> Json:
        """Close a form without sending it."""
        seat, data = self._seat(request), await _json(request)
        seat.person.close(seats.view_for(seat, str(data["view"])))
        return {}

    async def stop(self, request: Request) -> Json:
        """Press Slack's own Stop in the open thread."""
        seat, data = self._seat(request), await _json(request)
        seat.person.stop(seats.message_for(seat, str(data["ts"])))
        return {}

    async def open_app(self, request: Request) -> Json:
        """Come to the app's Home, or to its messages."""
        seat, data = self._seat(request), await _json(request)
        if data.get("tab") == seats.HOME:
            seat.person.open_home()
        else:
            seat.person.open_messages()
        return {}

    # -- finding ----------------------------------------------------------------------------------

    def _seat(self, request: Request) -> Seat:
        return seats.seat(self._slack, request.path_params["person"], request.path_params["place"])

    def _where(self, seat: Seat, data: Json) -> Message | View:
        if data.get("view"):
            return seats.view_for(seat, str(data["view"]))
        return seats.message_for(seat, str(data["ts"]))

    async def _outcome(self, invocation: Invocation) -> Json:
        """Wait until the app acknowledged it; what it does then is seen in its places."""
        world = self._slack.world
        await world.until(lambda: invocation.state != "waiting", world.rules.ack_seconds + GRACE_SECONDS)
        if invocation.state == "failed":
            raise Refused("The app did not respond. Please try again.")
        return {"state": invocation.state}


def mentioned(seat: Seat, text: str) -> str:
    """What a person typed, with `@name` and `#channel` as Slack's client sends them; code is left as it is."""
    signs = {
        f"@{user.name}": user.mention for user in seat.world.users.values() if user.team_id == seat.team.id
    }
    signs |= {
        f"@{user.real_name}": user.mention
        for user in seat.world.users.values()
        if user.team_id == seat.team.id
    }
    signs |= {f"#{each.name}": each.mention for each in seats.channels(seat.person)}
    signs |= {f"@{group.handle}": group.mention for group in seat.world.groups.values()}
    known = {name.lower(): sign for name, sign in signs.items()}
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w<])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    pieces = re.split(r"(```.*?```|`[^`\n]*`)", text, flags=re.DOTALL)
    pieces[::2] = [pattern.sub(lambda found: known[found[0].lower()], piece) for piece in pieces[::2]]
    return "".join(pieces)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return "" if value is None or isinstance(value, UploadFile) else value


async def _file(part: UploadFile | str) -> tuple[str, bytes, str]:
    if isinstance(part, str):
        raise ValueError("a file is expected")
    return part.filename or "file", await part.read(), part.content_type or "application/octet-stream"


async def _json(request: Request) -> Json:
    data = await request.json()
    if not isinstance(data, dict):
        raise ValueError("an object is expected")
    return data
