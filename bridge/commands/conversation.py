"""`/ask`, `/new`, `/stop` and `/forget`: what a person does with conversations. An `/ask` itself becomes a prompt before it comes here."""

from __future__ import annotations

from bridge.commands.desk import Command, Desk, hears_mentions_only
from bridge.commands.options import switch, text
from bridge.rules.access import is_admin
from bridge.rules.names import escaped
from bridge.values.command import CommandSpec, Kind, OptionSpec, Reply
from bridge.values.errors import ChatForbidden, NotAllowed, NothingToSay
from bridge.values.inbound import Commanded, PlaceKind

TITLE = 90
"""Platforms cut longer titles."""


async def ask(commanded: Commanded, desk: Desk) -> Reply:
    """Only what has no question in it arrives here."""
    raise NothingToSay


async def new(commanded: Commanded, desk: Desk) -> Reply:
    """In a channel every mention is a new conversation anyway, so there it opens a thread to hold one."""
    place = commanded.place
    if place.kind is not PlaceKind.CHANNEL:
        await desk.turns.fresh(place, desk.clock.now())
        return Reply(
            text="A new conversation begins here: I won't look back at what was said above. Reply to an older answer to go on from it.",
            private=False,
        )
    if desk.chat is None or not desk.chat.capabilities.threads:
        return Reply(text="Here every mention begins a new conversation. Mention me with your question.")
    title = " ".join(text(commanded, "title").split())[:TITLE] or f"Chat with {commanded.person.name}"[:TITLE]
    try:
        await desk.chat.open_thread(commanded.answer, title)
    except ChatForbidden:
        return Reply(
            text="I'm not allowed to open threads here. Mention me instead: each mention begins a new conversation."
        )
    how = "Mention me there" if hears_mentions_only(desk) else "Write there; you don't have to mention me"
    return Reply(text=f"I opened the thread **{escaped(title)}**. {how}.")


async def stop(commanded: Commanded, desk: Desk) -> Reply:
    everyone = switch(commanded, "everyone")
    if everyone and not is_admin(commanded.person, desk.settings):
        raise NotAllowed(
            "Only an admin can stop other people's answers. Without everyone, /stop ends your own."
        )
    stopped = (
        desk.live.stop(commanded.place, commanded.person.id, anyone=everyone) if desk.live is not None else 0
    )
    if not stopped:
        return Reply(
            text="Nothing is being written here." if everyone else "I'm not writing an answer for you here."
        )
    return Reply(text="Stopped." if stopped == 1 else f"Stopped {stopped} answers.")


async def forget(commanded: Commanded, desk: Desk) -> Reply:
    if not switch(commanded, "confirm"):
        return Reply(
            text="This erases what you asked me, your files and my answers from my memory, everywhere, and what others quoted of you; "
            "it can't be undone. "
            "Messages that stand in the chat stay there, and so does the record of the points you spent.\n"
            "To do it, use /forget with confirm."
        )
    person = commanded.person.id
    turns = await desk.memory.forget(person, person, desk.clock.now())
    return Reply(text=forgotten(turns))


def forgotten(turns: int) -> str:
    if not turns:
        return "There was nothing to erase."
    return (
        f"Erased: {'1 question and its answer' if turns == 1 else f'{turns:,} questions and their answers'}."
    )


COMMANDS = (
    Command(
        act=ask,
        spec=CommandSpec(
            name="ask",
            help="Ask a question",
            asks=True,
            about_message="Ask about this",
            options=(
                OptionSpec(name="prompt", help="Your question", required=True),
                OptionSpec(name="model", help="Which model answers", suggests=True),
                OptionSpec(name="preset", help="A prepared way to ask", suggests=True),
                OptionSpec(name="attachment", help="An image, or a text or code file", kind=Kind.FILE),
                OptionSpec(name="private", help="Only you see the answer", kind=Kind.SWITCH),
            ),
        ),
    ),
    Command(
        act=new,
        spec=CommandSpec(
            name="new",
            help="Begin a new conversation",
            options=(OptionSpec(name="title", help="In a channel: the title of the thread I open"),),
        ),
    ),
    Command(
        act=stop,
        spec=CommandSpec(
            name="stop",
            help="Stop the answer I'm writing for you here",
            options=(
                OptionSpec(name="everyone", help="Everybody's answers here (admins only)", kind=Kind.SWITCH),
            ),
        ),
    ),
    Command(
        act=forget,
        spec=CommandSpec(
            name="forget",
            help="Erase what you asked me and what I answered",
            options=(OptionSpec(name="confirm", help="Yes, erase it", kind=Kind.SWITCH),),
        ),
    ),
)
