"""What is played in the demo: people ask, the bridge answers, and each step looks whether it did what it should."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from adapters.sim.discord import DiscordServer
from adapters.sim.poe import PoeServer
from bridge.wiring.house import House

FINISHED = "pb:regenerate:"
WRITING = "pb:stop:"
PAUSE = 1.5  # seconds, for whoever watches


class Failure(Exception):
    """A step did not do what it should; says what was seen instead."""


@dataclass
class Scene:
    dc: DiscordServer
    poe: PoeServer
    house: House
    kept: dict[str, Any] = field(default_factory=dict)
    meant: int = 0  # failures that a step brought about on purpose

    def bot(self, place: str) -> list[Any]:
        return list(self.dc.world.from_bot(place))

    async def until(self, look: Callable[[], Any], what: str, within: float = 60.0) -> Any:
        try:
            return await self.dc.world.until(look, within=within)
        except TimeoutError as error:
            raise Failure(f"there was no {what}") from error

    async def answer(self, place: str, after: int) -> Any:
        """The next finished answer in a place where the bot had written `after` messages before."""

        def look() -> Any:
            new = self.bot(place)[after:]
            return next((message for message in reversed(new) if FINISHED in str(message.components)), None)

        return await self.until(look, "finished answer")

    async def ask(self, who: str, place: str, text: str, **more: Any) -> Any:
        before = len(self.bot(place))
        self.dc.as_person(who).say(place, text, **more)
        return await self.answer(place, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    title: str
    play: Callable[[Scene], Awaitable[str]]


def must(true: object, otherwise: str) -> None:
    if not true:
        raise Failure(otherwise)


def button(message: Any, action: str) -> str:
    """The custom id of a button under a message."""
    for row in message.components:
        for part in row["components"]:
            if str(part.get("custom_id", "")).startswith(f"pb:{action}:"):
                return str(part["custom_id"])
    raise Failure(f"there is no {action} button")


async def mention(scene: Scene) -> str:
    scene.kept["first"] = message = await scene.ask(
        "ada",
        "general",
        "Explain tides with a table and a list",
        mention_bot=True,
    )
    must(len(message.versions) > 1, "the answer did not grow")
    texts = [version.content for version in message.versions]
    must(all(len(a) <= len(b) + 40 for a, b in pairwise(texts)), "the text shrank")
    return f"{len(message.content)} characters in {len(message.versions)} steps"


async def follow_up(scene: Scene) -> str:
    message = await scene.ask("ada", "general", "What did I say first?", reply_to=scene.kept["first"])
    must("Explain tides" in message.content, "it did not remember")
    scene.kept["second"] = message
    return "it remembers, through the previous response"


async def branch(scene: Scene) -> str:
    calls = len(scene.poe.world.calls)
    message = await scene.ask("ben", "general", "And what did I say here?", reply_to=scene.kept["first"])
    must(len(scene.poe.world.calls) > calls, "no call was made")
    must("Explain tides" in message.content, "the branch does not know its root")
    must("What did I say first" not in message.content, "the branch knows what was said elsewhere")
    return "a reply to the older answer goes on from there"


async def repair(scene: Scene) -> str:
    scene.poe.world.forget()
    message = await scene.ask("ada", "general", "What did I say first of all?", reply_to=scene.kept["second"])
    must("Explain tides" in message.content, "it did not remember")
    must(scene.house.counters.counts["replayed"] > 0, "nothing was replayed")
    return "the server had forgotten; the conversation was replayed from the bridge's own records"


async def long_answer(scene: Scene) -> str:
    before = len(scene.bot("help"))
    scene.dc.as_person("ben").say("help", "Explain harbours at length [[len=5200]]", mention_bot=True)
    await scene.answer("help", before)
    pages = scene.bot("help")[before:]
    must(len(pages) >= 3, f"it came in {len(pages)} messages")
    must(all(len(page.content) <= 2000 for page in pages), "a message is too long")
    must(all(page.content.count("```") % 2 == 0 for page in pages), "a code block was cut open")
    return f"5,200 characters in {len(pages)} messages, every code block whole"


async def attachments(scene: Scene) -> str:
    files = [("chart.png", _png(), "image/png"), ("notes.txt", b"Harbour opens at nine.\n", "text/plain")]
    message = await scene.ask("cleo", "general", "What is in these files?", mention_bot=True, files=files)
    must("chart.png" in message.content or "image" in message.content.lower(), "it did not see the image")
    must("Harbour opens at nine" in message.content, "it did not read the text")
    return "an image and a text file were read"


async def slash(scene: Scene) -> str:
    interaction = scene.dc.as_person("cleo").slash(
        "ask", {"prompt": "Name three harbours", "private": True}, where="general"
    )
    message = await scene.until(
        lambda: (
            interaction.original
            if interaction.original and FINISHED in str(interaction.original.components)
            else None
        ),
        "answer to /ask",
    )
    must(message.ephemeral, "the private answer was public")
    return "a private answer to /ask streamed into the original response"


async def stop(scene: Scene) -> str:
    before = len(scene.bot("help"))
    ada = scene.dc.as_person("ada")
    ada.say("help", "Tell me everything about ships [[len=9000]] [[speed=40]]", mention_bot=True)
    message = await scene.until(
        lambda: next((m for m in scene.bot("help")[before:] if WRITING in str(m.components)), None),
        "answer with a Stop button",
    )
    ada.press(message, button(message, "stop"))
    done = await scene.answer("help", before)
    must(len(done.content) < 9000, "it was not stopped")
    scene.kept["stopped"] = done
    return "the answer ended where it was stopped"


async def regenerate(scene: Scene) -> str:
    before = len(scene.bot("general"))
    message = scene.kept["second"]
    scene.dc.as_person("ada").press(message, button(message, "regenerate"))
    again = await scene.answer("general", before)
    must("Explain tides" in again.content, "it was asked something else")
    return "the same question, answered anew"


async def duplicate(scene: Scene) -> str:
    calls = len(scene.poe.world.calls)
    before = scene.house.counters.counts["duplicates_suppressed"]
    await scene.ask("ben", "general", "Say hello in 10 words", mention_bot=True)
    scene.dc.gateway.duplicate(count=3)
    async with asyncio.timeout(10):
        while scene.house.counters.counts["duplicates_suppressed"] <= before:  # noqa: ASYNC110 - a counter, not an event
            await asyncio.sleep(0.02)
    must(len(scene.poe.world.calls) == calls + 1, "the model was called twice")
    return "an event delivered again was answered once"


async def budget(scene: Scene) -> str:
    ada = scene.dc.as_person("ada")
    ben = scene.dc.world.user("ben")
    said = await _told(
        scene, ada.slash("budget set", {"person": ben, "points": "1", "period": "day"}, where="general")
    )
    before = len(scene.bot("general"))
    scene.dc.as_person("ben").say("general", "One more?", mention_bot=True)
    refusal = await scene.until(
        lambda: next((m for m in scene.bot("general")[before:] if "budget" in m.content), None), "refusal"
    )
    must("1 point" in refusal.content or "renews" in refusal.content, f"it said: {refusal.content}")
    await _told(scene, ada.slash("budget grant", {"person": ben, "points": "3000"}, where="general"))
    await scene.ask("ben", "general", "And now? In 20 words", mention_bot=True)
    return f"“{said.splitlines()[0]}”, refused, granted, answered"


async def failure(scene: Scene) -> str:
    message = await scene.ask("cleo", "help", "Will this work? [[fail=529,9]]", mention_bot=True)
    must("busy" in message.content.lower(), f"it said: {message.content}")
    scene.meant += 1
    return "an overloaded server is said in a sentence, and the points are given back"


async def points(scene: Scene) -> str:
    said = await _told(scene, scene.dc.as_person("ada").slash("points", {}, where="general"))
    must("left" in said, f"it said: {said}")
    return " ".join(said.split())[:90]


async def books(scene: Scene) -> str:
    """What the stopped answer cost is found in Poe's own records."""
    async with asyncio.timeout(60):
        # An answer that stands has yet to say what came of its points.
        while await scene.house.store.open_holds() or scene.house.inbox.standing().answers:  # noqa: ASYNC110  (no event tells of it)
            await asyncio.sleep(0.3)
    return "every hold is resolved, the stopped one from Poe's own records"


STEPS = (
    Step(title="a mention is answered", play=mention),
    Step(title="a reply goes on", play=follow_up),
    Step(title="a reply to an older answer branches", play=branch),
    Step(title="the server forgets", play=repair),
    Step(title="a long answer rolls over", play=long_answer),
    Step(title="attachments go in", play=attachments),
    Step(title="a slash command, in private", play=slash),
    Step(title="Stop", play=stop),
    Step(title="Regenerate", play=regenerate),
    Step(title="a redelivered event", play=duplicate),
    Step(title="a budget holds", play=budget),
    Step(title="Poe fails", play=failure),
    Step(title="own points", play=points),
    Step(title="the books agree", play=books),
)


async def opening(scene: Scene) -> None:
    """The beginning, slowly enough to be watched: a question, somebody else who goes on from its answer, a long answer next door."""
    await mention(scene)
    await asyncio.sleep(PAUSE)
    await scene.ask(
        "ben", "general", "How deep is it in between? In Python, please", reply_to=scene.kept["first"]
    )
    await asyncio.sleep(PAUSE)
    scene.dc.as_person("cleo").say("help", "Tell me about harbours in 3600 characters", mention_bot=True)


async def _told(scene: Scene, interaction: Any) -> str:
    """What a command said, privately."""
    message = await scene.until(
        lambda: interaction.original if interaction.original and interaction.original.content else None,
        "answer to the command",
    )
    must(message.ephemeral, "the answer of a command was public")
    return str(message.content)


def _png(side: int = 48) -> bytes:
    """A small picture: a sun over water."""
    rows = b""
    for y in range(side):
        rows += b"\x00"
        for x in range(side):
            sun = (x - side / 2) ** 2 + (y - side / 3) ** 2 < (side / 5) ** 2
            rows += b"\xff\xc8\x3d" if sun else b"\x2b\x6c\xb0" if y > side * 0.66 else b"\xdb\xec\xf9"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
