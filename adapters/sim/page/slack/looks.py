"""What one person sees, as HTML: the sidebar, a conversation, a thread, the app's Home, a form."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from adapters.sim.slack import File, Message, SlackServer, User
from adapters.sim.slack.nouns import EXPIRED, STOPPED

from . import seats, words
from .kit import Kit
from .seats import Seat
from .words import Names

Json = dict[str, Any]
FOLDER = Path(__file__).parent
SHOWN = 80
SIGNS = {"pending": "○", "in_progress": "◌", "complete": "✓", "error": "!"}


class Looks:
    """Templates, and the texts that were rendered lately."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.world = slack.world
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["moment"] = moment
        self._templates.globals["avatar"] = avatar
        self._markdown = lru_cache(maxsize=512)(_markdown)

    def page(self, template: str, **values: Any) -> str:
        """Any template."""
        return self._templates.get_template(template).render(values)

    def places(self, seat: Seat) -> str:
        """The sidebar."""
        return self.page(
            "places.html",
            seat=seat,
            person=_person(seat.person.user),
            people=[_person(user) for user in self.world.people],
            channels=[self._place(seat, each) for each in seats.channels(seat.person)],
            app=_person(seat.bot) if seat.bot else None,
        )

    def talk(self, seat: Seat) -> str:
        """The conversation that is open, without its composer."""
        messages = seat.talk()[-SHOWN:]
        return self.page(
            "talk.html",
            seat=seat,
            title=seats.title(seat, seat.channel),
            messages=[self._message(seat, each) for each in messages],
            prompts=self._prompts(seat) if seat.with_app and not messages else [],
        )

    def thread(self, seat: Seat) -> str:
        """The pane beside it; "" where none is open."""
        replies = seat.replies()
        if not replies:
            return ""
        session = self.world.sessions.get((seat.channel.id, seat.thread))
        assistance = self.world.assistance(seat.channel.id, seat.thread)
        title = (session.title if session else "") or assistance.title
        return self.page(
            "thread.html",
            seat=seat,
            title=title,
            messages=[self._message(seat, each, in_thread=True) for each in replies],
            stoppable=session is not None and session.stoppable and session.status == "processing",
            status=assistance.status or ("is working…" if session and session.status == "processing" else ""),
        )

    def home(self, seat: Seat) -> str:
        """The app's Home as it was published for this person."""
        view = seat.person.home
        return self.page("home.html", view=view, found=self._kit(seat).view(view) if view else [])

    def modal(self, seat: Seat) -> str:
        """The form on top of this person's screen; "" without one."""
        view = seat.person.modal
        if view is None:
            return ""
        kit = self._kit(seat)
        return self.page(
            "modal.html",
            view=view,
            title=view.body["title"]["text"],
            submit=kit.text(view.body.get("submit")),
            close=kit.text(view.body.get("close")) or "Cancel",
            found=kit.view(view),
        )

    def words(self, text: str) -> Markup:
        """A text beside the conversation, in Markdown."""
        return words.markdown(text, self._names())

    # -- messages ---------------------------------------------------------------------------------

    def _message(self, seat: Seat, message: Message, *, in_thread: bool = False) -> Json:
        user = self.world.users.get(message.user_id or "")
        replies = [] if in_thread or message.ephemeral else self.world.thread(message)[1:]
        return {
            "ts": message.ts,
            "at": message.at,
            "author": _person(user) if user else {"name": "Slack", "id": "", "bot": True},
            "ephemeral": message.ephemeral,
            "edited": message.edited is not None,
            "system": message.subtype in ("channel_join", "channel_leave"),
            "streaming": message.streaming,
            "broken": message.stream is not None and message.stream.state == EXPIRED and not message.edited,
            "stopped": message.stream is not None and message.stream.state == STOPPED and not message.edited,
            "tasks": self._tasks(message),
            "text": self._text(message),
            "blocks": self._kit(seat).blocks(_own_blocks(message)),
            "files": [_file(each) for each in message.files],
            "reactions": [(words.emoji(name), len(by)) for name, by in message.reactions.items()],
            "replies": len(replies),
            "last": replies[-1].at if replies else 0.0,
            "repliers": list({each.user_id: None for each in replies if each.user_id})[:4],
            "rings": seat.person.id in message.pings.users or bool(message.pings.everyone),
            "in_thread": in_thread,
        }

    def _text(self, message: Message) -> Markup:
        """Words that stand in no block: what people write, and what a stream has so far."""
        if message.stream is not None and not message.blocks:
            return self._markdown(message.stream.text, self._known())
        rich = all(block["type"] == "rich_text" for block in message.blocks)
        return words.mrkdwn(message.text, self._names()) if rich and message.text else Markup("")

    def _tasks(self, message: Message) -> list[Json]:
        if message.stream is None:
            return []
        return [
            {
                "sign": SIGNS[task.get("status", "pending")],
                "title": task["title"],
                "details": words.markdown(task.get("details", ""), {}),
                "status": task.get("status", "pending"),
            }
            for task in message.stream.tasks.values()
        ]

    def _place(self, seat: Seat, channel: Any) -> Json:
        here = channel is seat.channel
        return {
            "id": channel.id,
            "name": seats.title(seat, channel),
            "here": here,
            "group": channel.kind == "mpim",
        }

    def _prompts(self, seat: Seat) -> list[Json]:
        return list(self.world.assistance(seat.channel.id).prompts)

    def _kit(self, seat: Seat) -> Kit:
        return Kit(seat.person, self._names())

    def _names(self) -> Names:
        return dict(seats.names(self.world))

    def _known(self) -> tuple[tuple[str, str], ...]:
        return tuple(seats.names(self.world))


def _markdown(text: str, known: tuple[tuple[str, str], ...]) -> Markup:
    return words.markdown(text, dict(known))


def _own_blocks(message: Message) -> list[Json]:
    return list(message.blocks)


def _person(user: User) -> Json:
    return {
        "id": user.id,
        "username": user.name,
        "name": user.real_name,
        "bot": user.is_bot,
        "guest": user.is_guest,
    }


def _file(stored: File) -> Json:
    image = stored.mimetype.startswith("image/") and stored.mimetype != "image/svg+xml"
    return {
        "id": stored.id,
        "name": stored.title or stored.name,
        "size": stored.size,
        "image": image,
        "alt": stored.alt_txt or stored.name,
    }


def moment(at: float) -> str:
    """A time as browsers read it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def avatar(user_id: str) -> str:
    """Where somebody's picture is."""
    return f"/slack/page/avatars/{user_id}.svg"
