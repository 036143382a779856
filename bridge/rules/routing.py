"""Is it for us, and what is it? An inbound event becomes a prompt, a command, a press, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from bridge.values.ids import ModelId
from bridge.values.inbound import Commanded, Destination, Inbound, PlaceKind, Pressed, Said
from bridge.values.parts import FileRef
from bridge.values.turn import Follow, Prompt

ASK = "ask"
"""The one command that becomes a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    reason: str


Route = Prompt | Commanded | Pressed | Ignore


def route(inbound: Inbound) -> Route:
    """Decide without looking anything up."""
    if inbound.person.bot:
        return Ignore(reason="a bot")
    match inbound:
        case Said():
            return _said(inbound)
        case Commanded():
            return _asked(inbound) if inbound.name == ASK else inbound
        case Pressed():
            return inbound
    assert_never(inbound)


def _said(said: Said) -> Prompt | Ignore:
    to_us = said.mentions_us or any(quoted.ours for quoted in said.quoted)
    if said.place.kind is not PlaceKind.DIRECT and not to_us:
        if not said.place.ours:
            return Ignore(reason="not for us")
        if said.mentions_others:
            return Ignore(reason="for somebody else")
        if not said.readable:
            return Ignore(reason="unreadable")
    return Prompt(
        event=said.event,
        place=said.place,
        person=said.person,
        to=Destination(place=said.place, person=said.person.id, reply_to=said.message),
        text=well_formed(said.text).strip(),
        at=said.at,
        follow=Follow.REPLY if said.reply_to else _standing_follow(said.place.kind),
        reply_to=said.reply_to or said.root,
        message=said.message,
        files=said.files,
        quoted=tuple(replace(each, text=well_formed(each.text)) for each in said.quoted),
        withheld=not (said.readable or said.text.strip() or said.files),
    )


def _asked(asked: Commanded) -> Prompt:
    """`/ask` in a thread or direct message goes on there, unless it is private: then nobody else's words are continued.

    Asked about an answer of ours, it branches from that one.
    """
    model = asked.options.get("model")
    preset = asked.options.get("preset")
    attachment = asked.options.get("attachment")
    fresh = asked.answer.private or asked.place.kind is PlaceKind.CHANNEL
    answer = next((each.message for each in asked.quoted if each.ours and each.message), None)
    return Prompt(
        event=asked.event,
        place=asked.place,
        person=asked.person,
        to=asked.answer,
        text=well_formed(str(asked.options.get("prompt", ""))).strip(),
        at=asked.at,
        follow=Follow.REPLY if answer else Follow.FRESH if fresh else Follow.NEWEST,
        reply_to=answer,
        files=(attachment,) if isinstance(attachment, FileRef) else (),
        quoted=asked.quoted,
        model=ModelId(str(model)) if model else None,
        preset=str(preset) if preset else None,
    )


def well_formed(text: str) -> str:
    """Text without halves of characters, which no database and no model takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _standing_follow(kind: PlaceKind) -> Follow:
    return Follow.FRESH if kind is PlaceKind.CHANNEL else Follow.NEWEST
