"""What a message looks like to one person: everything its template needs, and the HTML it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from adapters.sim.discord import Attachment, Message, User, World
from adapters.sim.discord.interactions import COMMAND
from adapters.sim.discord.nouns import SUPPRESS_EMBEDS
from adapters.sim.discord.posting import THREAD_CREATED, THREAD_STARTER

from . import markdown, parts, seats
from .markdown import Names
from .seats import Seat

Json = dict[str, Any]
FOLDER = Path(__file__).parent
SNIPPET = 140
SPOILER = re.compile(r"\|\|.+?\|\|", re.DOTALL)
TYPED = re.compile(r"<(@&|@|#)(\d{1,20})>")
URL_SECONDS = 6 * 3600


class Looks:
    """Templates, and what is worth keeping between two looks at the same thing."""

    def __init__(self, world: World, beside: str = "") -> None:
        self.world = world
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"moment": moment, "size": size, "hex": lambda color: f"#{color:06x}"}
        self._templates.globals |= {"avatar": avatar, "beside": beside}
        self._rendered = lru_cache(maxsize=1024)(_rendered)
        self._urls: dict[int, tuple[float, str]] = {}

    def page(self, template: str, **values: Any) -> str:
        """Any template."""
        return self._templates.get_template(template).render(values)

    def messages(self, seat: Seat, messages: Iterable[Message]) -> str:
        """List items, one for each message, in the order given."""
        known = _known(seats.names(seat))
        views = [self._view(seat, message, known) for message in messages]
        return self.page("messages.html", messages=views)

    def words(self, seat: Seat, text: str) -> str:
        """A text beside the conversation, in the same Markdown."""
        return str(self._markdown(text, _known(seats.names(seat))))

    def _markdown(self, text: str, known: tuple[Any, ...]) -> Markup:
        return self._rendered(text, known)

    def _view(self, seat: Seat, message: Message, known: tuple[Any, ...]) -> Json:
        """Everything the template shows of a message. A thread's first message is the one it started at."""
        shown = self._starter(message) or message
        suppressed = bool(shown.flags & SUPPRESS_EMBEDS)
        return {
            "id": message.id,
            "at": message.at,
            "author": self._author(seat, shown.author),
            "system": message.kind == THREAD_CREATED and self._created_thread(message),
            "lead": self._lead(seat, message),
            "content": self._markdown(shown.content, known) if shown.content else "",
            "raw": typed(shown.content, known),
            "edited": shown.edited_at,
            "loading": shown.loading,
            "ephemeral": shown.ephemeral,
            "mine": shown.author is seat.person.user and message.kind not in (THREAD_CREATED, THREAD_STARTER),
            "rings": self._rings(seat, message),
            "attachments": [self._attachment(shown, a) for a in shown.attachments],
            "embeds": [] if suppressed else [self._embed(e, known) for e in shown.embeds],
            "parts": parts.shown(seat, shown.components, lambda text: self._markdown(text, known)),
            "reactions": [self._reaction(seat, r.emoji, r.users) for r in shown.reactions],
            "thread": self._thread(message),
            "repliable": message.kind not in (THREAD_CREATED, THREAD_STARTER) and not shown.ephemeral,
        }

    def _starter(self, message: Message) -> Message | None:
        if message.kind != THREAD_STARTER or message.reference is None:
            return None
        return self.world.messages.get(message.reference.message_id or 0)

    def _author(self, seat: Seat, user: User) -> Json:
        return {
            "id": user.id,
            "username": user.username,
            "name": seats.shown_name(seat.guild, user),
            "color": seats.color_of(seat.guild, user),
            "bot": user.bot,
        }

    def _rings(self, seat: Seat, message: Message) -> bool:
        """Whether the message rang for the person who looks."""
        member = seat.guild.members.get(seat.person.id) if seat.guild else None
        roles = set(member.roles) if member else set()
        pings = message.pings
        return pings.everyone or seat.person.id in pings.users or bool(pings.roles & roles)

    # -- what stands above a message --------------------------------------------------------------

    def _lead(self, seat: Seat, message: Message) -> Json | None:
        """The small line above: what is answered, or which command was used by whom."""
        interaction = self.world.interactions.get(message.interaction_id or 0)
        if interaction is not None and interaction.kind == COMMAND:
            return {"user": self._author(seat, interaction.user), "used": command_words(interaction.data)}
        reference = message.reference
        if reference is None or reference.kind != 0 or message.kind in (THREAD_CREATED, THREAD_STARTER):
            return None
        answered = self.world.messages.get(reference.message_id or 0)
        if answered is None or answered.deleted:
            return {"gone": True}
        pinged = answered.author.id in message.pings.users
        return {
            "user": self._author(seat, answered.author),
            "to": answered.id,
            "pinged": pinged,
            "snippet": snippet(answered, seats.names(seat)),
        }

    def _created_thread(self, message: Message) -> Json:
        return {
            "name": message.content,
            "id": message.reference.channel_id if message.reference else 0,
        }

    # -- what stands below ------------------------------------------------------------------------

    def _thread(self, message: Message) -> Json | None:
        thread = self.world.channels.get(message.thread_id or 0)
        if thread is None:
            return None
        standing = [
            m for m in thread.messages if not m.deleted and m.kind != THREAD_STARTER and not m.ephemeral
        ]
        return {"id": thread.id, "name": thread.name, "count": len(standing)}

    def _attachment(self, message: Message, attachment: Attachment) -> Json:
        return {
            "name": attachment.filename,
            "size": attachment.size,
            "url": self._url(message.channel_id, attachment),
            "image": attachment.content_type.startswith("image/")
            and attachment.content_type != "image/svg+xml",
            "width": attachment.width,
            "height": attachment.height,
            "description": attachment.description or attachment.filename,
        }

    def _url(self, channel_id: int, attachment: Attachment) -> str:
        """The signed address without its host; the same for hours, so that an image is not fetched at every edit."""
        made, url = self._urls.get(attachment.id, (0.0, ""))
        if self.world.now() - made > URL_SECONDS:
            url = self.world.files.url(channel_id, attachment).removeprefix(self.world.base_url)
            self._urls[attachment.id] = (self.world.now(), url)
        return url

    def _embed(self, embed: Json, known: tuple[Any, ...]) -> Json:
        shown = {key: value for key, value in embed.items() if key in ("title", "url", "author", "footer")}
        return shown | {
            "color": embed.get("color") or 0,
            "description": self._markdown(str(embed.get("description") or ""), known),
            "fields": [
                {
                    "name": self._markdown(str(field["name"]), known),
                    "value": self._markdown(str(field["value"]), known),
                    "inline": field.get("inline", False),
                }
                for field in embed.get("fields") or []
            ],
        }

    def _reaction(self, seat: Seat, emoji: str, users: list[int]) -> Json:
        return {"emoji": emoji, "count": len(users), "mine": seat.person.id in users}


def _known(names: Names) -> tuple[Any, ...]:
    """Names as something to remember renderings by."""
    return tuple(names.users.items()), tuple(names.roles.items()), tuple(names.channels.items())


def _rendered(text: str, known: tuple[Any, ...]) -> Markup:
    users, roles, channels = known
    names = Names(users=dict(users), roles=dict(roles), channels=dict(channels))
    return Markup(markdown.to_html(text, names))  # the renderer escapes everything that is not its own


def typed(text: str, known: tuple[Any, ...]) -> str:
    """A text as somebody would type it: mentions by name."""
    users, roles, channels = map(dict, known)
    signs = {"#": channels, "@&": {number: role[0] for number, role in roles.items()}}

    def name(found: re.Match[str]) -> str:
        called = signs.get(found[1], users).get(int(found[2]))
        return f"{found[1][0]}{called}" if called else found[0]

    return TYPED.sub(name, text)


def snippet(message: Message, names: Names) -> str:
    """The beginning of a message on one line, without markers, as a reply shows it."""
    hidden = SPOILER.sub("▒▒▒", message.content[: SNIPPET * 2])
    plain = " ".join(Markup(markdown.to_html(hidden, names)).striptags().split())
    if plain:
        return plain[:SNIPPET]
    return "Click to see attachment" if message.attachments or message.embeds else "…"


def command_words(data: Json) -> str:
    """The command as it was picked: "/budget show", or the name of a menu's command."""
    words = [data["name"]]
    inner = data.get("options") or []
    while inner and inner[0]["type"] in (1, 2):
        words.append(inner[0]["name"])
        inner = inner[0].get("options") or []
    return ("/" if data.get("type", 1) == 1 else "") + " ".join(words)


def moment(at: float) -> str:
    """A time as browsers read it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def size(count: int) -> str:
    """A file's size as people write it."""
    for unit, factor in (("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= factor:
            return f"{count / factor:.2f} {unit}"
    return f"{count} bytes"


def avatar(user_id: int) -> str:
    """Where somebody's picture is."""
    return f"/page/avatars/{user_id}.svg"
