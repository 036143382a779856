"""Messages of Slack as the house's `Said`. Pure: an event's own JSON in, values out. Commands, buttons and forms are read in `invoked`.

Ignored, as None: our own messages, other bots, edits, deletions, and Slack's notices (joins, topics, pins).
https://docs.slack.dev/reference/events/message
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.values.ids import ChannelId, MessageId, PersonId, WorkspaceId
from bridge.values.inbound import MessageRef, Person, Place, PlaceKind, Quoted, Said
from bridge.values.parts import FileRef

from . import ids

Json = Mapping[str, Any]

SLACKBOT = "USLACKBOT"

_SPOKEN = (None, "file_share", "thread_broadcast", "me_message")
"""Kinds of messages a person wrote: https://docs.slack.dev/reference/events/message#subtypes"""

_TOKEN = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_SIGNS = {"channel": "@channel", "here": "@here", "everyone": "@everyone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ourselves:
    """Who we are in one workspace: our user there, and its bot."""

    user: str
    bot: str = ""


def speaker_of(event: Json, us: Ourselves) -> str | None:
    """The person who wrote a message that may be for us; None for what nobody has to answer."""
    person = event.get("user")
    if event.get("type") not in ("message", "app_mention") or event.get("subtype") not in _SPOKEN:
        return None
    if not person or person in (us.user, SLACKBOT) or event.get("bot_id"):
        return None
    if event.get("hidden") or event.get("edited") or not event.get("ts"):
        return None
    return str(person) if _concerns(event, us) else None


def _concerns(event: Json, us: Ourselves) -> bool:
    """A message at the top of a channel that does not mention us is nobody's question; one in a thread may go on with our answer."""
    return mentions(event, us) or bool(event.get("thread_ts")) or is_direct(event)


def mentions(event: Json, us: Ourselves) -> bool:
    return event.get("type") == "app_mention" or _called(us).search(_text(event)) is not None


def said(
    event: Json, us: Ourselves, workspace: WorkspaceId, person: Person, names: Mapping[str, str]
) -> Said:
    """What somebody wrote. `names` are the readable ones of the ids in it; see `ids_named`."""
    place = place_of(event, us, workspace)
    return Said(
        event=ids.message_event(workspace, ids.channel_of(place.channel), MessageId(str(event["ts"]))),
        place=place,
        person=person,
        message=MessageId(str(event["ts"])),
        text=readable(without_us(_text(event), us), names),
        at=float(event["ts"]),
        mentions_us=mentions(event, us),
        root=_root(event, us, place),
        quoted=tuple(_shared(event, names)),
        files=files_of(event.get("files") or ()),
    )


def place_of(event: Json, us: Ourselves, workspace: WorkspaceId) -> Place:
    """A message that is for us stands in a thread, be it the one that it begins."""
    channel, root = str(event["channel"]), str(event.get("thread_ts") or event["ts"])
    if is_direct(event):
        return thread_place(workspace, channel, root, PlaceKind.DIRECT)
    return thread_place(
        workspace, channel, root, ours=True if event.get("parent_user_id") == us.user else None
    )


def thread_place(
    workspace: WorkspaceId,
    channel: str,
    root: str,
    kind: PlaceKind = PlaceKind.THREAD,
    ours: bool | None = False,
) -> Place:
    return Place(
        platform=ids.PLATFORM,
        workspace=workspace,
        channel=ids.thread(ChannelId(channel), MessageId(root)),
        kind=kind,
        parent=ChannelId(channel),
        ours=ours,
    )


def is_direct(event: Json) -> bool:
    """A conversation with us alone. `app_mention` does not say the kind, but such a conversation's id begins with D."""
    kind = event.get("channel_type")
    return kind == "im" if kind else str(event.get("channel", "")).startswith("D")


def ids_named(event: Json) -> frozenset[str]:
    """People and channels whose names a reader of the message needs and Slack does not give."""
    texts = [_text(event), *(str(one.get("text") or "") for one in _shares(event))]
    return frozenset(
        found[2]
        for text in texts
        for found in _TOKEN.finditer(text)
        if found[1] in ("@", "#") and not found[3]
    )


def readable(text: str, names: Mapping[str, str]) -> str:
    """Mentions by name, links with their address, and the three escaped signs as they were written.

    https://docs.slack.dev/messaging/formatting-message-text#parsing
    """
    return unescaped(_TOKEN.sub(lambda match: _token(match, names), text)).strip()


def labelled(text: str, names: Mapping[str, str]) -> str:
    """The same with names in the mentions that have none, for whoever reads the ids in them too."""

    def named(match: re.Match[str]) -> str:
        name = "" if match[3] else names.get(match[2], "")
        return f"<{match[1]}{match[2]}|{name}>" if name and not set(name) & set("<>|") else match[0]

    return _TOKEN.sub(named, text)


def unescaped(text: str) -> str:
    """Slack escapes these three and no other; `html.unescape` alone would also change what somebody wrote as `&eacute;`."""
    return re.sub(r"&(?:amp|lt|gt);", lambda sign: html.unescape(sign[0]), text)


def _token(match: re.Match[str], names: Mapping[str, str]) -> str:
    sign, what, label = match[1], match[2], match[3] or ""
    if sign == "@":
        return f"@{names.get(what) or label or what}"
    if sign == "#":
        return f"#{label or names.get(what) or what}"
    if sign == "!":
        return _special(what, label)
    address = what.removeprefix("mailto:").removeprefix("tel:")
    bare = label and label in (address, address.partition("://")[2])
    return f"{label} ({address})" if label and not bare else address


def _special(what: str, label: str) -> str:
    """Groups, everyone-words and dates; a date's label is how it reads."""
    if what.startswith("subteam^"):
        return label if label.startswith("@") else f"@{label or what.removeprefix('subteam^')}"
    return _SIGNS.get(what, label or what)


def without_us(text: str, us: Ourselves) -> str:
    """The text without the mentions that only call us, at its ends, and the comma of "@us, tell me". Within it they are words of it."""
    ours = _called(us).pattern
    text = re.sub(rf"^\s*(?:(?:{ours})[,:]?\s*)+", "", text)
    return re.sub(rf"(?:\s*,?\s*(?:{ours}))+\s*$", "", text).strip()


def _called(us: Ourselves) -> re.Pattern[str]:
    return re.compile(rf"<@{re.escape(us.user)}(?:\|[^<>]*)?>")


def _text(event: Json) -> str:
    return str(event.get("text") or "")


def _root(event: Json, us: Ourselves, place: Place) -> MessageRef | None:
    """The message that the thread hangs on, where it is an answer of ours."""
    if event.get("parent_user_id") != us.user or not event.get("thread_ts"):
        return None
    return MessageRef(channel=place.channel, message=MessageId(str(event["thread_ts"])))


def files_of(files: Iterable[Json]) -> tuple[FileRef, ...]:
    """Files that Slack keeps. One that lies elsewhere is a link, and one deleted or withheld has no address.

    https://docs.slack.dev/reference/objects/file-object
    """
    return tuple(
        FileRef(
            url=str(url),
            name=str(one.get("name") or one.get("title") or "file"),
            size=_size(one),
            mime=_mime(one),
        )
        for one in files
        if (url := one.get("url_private_download") or one.get("url_private")) and not one.get("is_external")
    )


def _size(file: Json) -> int:
    size = file.get("size")
    return size if isinstance(size, int) else 0


def _mime(file: Json) -> str:
    return str(file.get("mimetype") or "").partition(";")[0].strip().lower()


def _shares(event: Json) -> Iterator[Json]:
    """Messages that somebody forwarded or linked to."""
    for one in event.get("attachments") or ():
        if one.get("is_share") or one.get("is_msg_unfurl"):
            yield one


def _shared(event: Json, names: Mapping[str, str]) -> Iterator[Quoted]:
    for one in _shares(event):
        text = readable(str(one.get("text") or one.get("fallback") or ""), names)
        author = str(one.get("author_name") or one.get("author_subname") or "")
        by = PersonId(str(one["author_id"])) if one.get("author_id") else None
        yield Quoted(author=author, text=text, by=by, files=files_of(one.get("files") or ()))


def quote(message: Json, us: Ourselves, place: Place, author: str, names: Mapping[str, str]) -> Quoted:
    """The message somebody asks about. What an app wrote may stand in its blocks alone."""
    text = _text(message) or "\n\n".join(_block_texts(message.get("blocks") or ()))
    ours = message.get("user") == us.user or bool(us.bot and message.get("bot_id") == us.bot)
    return Quoted(
        author=author,
        text=readable(text, names),
        message=MessageRef(channel=place.channel, message=MessageId(str(message["ts"]))),
        ours=ours,
        by=PersonId(str(message["user"])) if message.get("user") and not ours else None,
        files=files_of(message.get("files") or ()),
    )


def _block_texts(blocks: Iterable[Json]) -> Iterator[str]:
    for block in blocks:
        text = block.get("text")
        if block.get("type") == "markdown" and isinstance(text, str):
            yield text
        elif isinstance(text, Mapping) and block.get("type") in ("section", "header"):
            yield str(text.get("text") or "")
