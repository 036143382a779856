"""What is played on the embedded Slack."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

from adapters.sim.poe import PoeServer
from adapters.sim.slack import SlackServer
from bridge.values.ids import Platform
from bridge.wiring.house import House
from bridge.wiring.script.picture import png
from bridge.wiring.script.scene import PAUSE, Scene, Step, books, button, must, offers


class OnSlack(Scene):
    """A scene on the embedded Slack."""

    def __init__(self, slack: SlackServer, poe: PoeServer, house: House) -> None:
        super().__init__(platform=Platform("slack"), world=slack.world, poe=poe, house=house)
        self.slack = slack

    def bot(self, place: str) -> list[Any]:
        return self.slack.world.from_bot(place)

    async def answer(self, place: str, after: int) -> Any:
        """The next finished answer in a place where the bot had written `after` messages before."""

        def look() -> Any:
            new = self.bot(place)[after:]
            return next((each for each in reversed(new) if offers(each.blocks, "regenerate")), None)

        return await self.until(look, "finished answer")

    async def ask(self, who: str, place: str, text: str, **more: Any) -> Any:
        before = len(self.bot(place))
        self.slack.as_person(who).say(place, text, **more)
        return await self.answer(place, before)

    async def command(self, who: str, place: str, text: str) -> str:
        """What a command said, privately."""
        asked = self.slack.as_person(who).slash(place, "/poe", text)
        said = await self.until(lambda: next(iter(asked.replies), None), f"answer to /poe {text.split()[0]}")
        must(said.ephemeral, "the answer of a command was public")
        return str(said.shown)


async def mention(scene: OnSlack) -> str:
    message = await scene.ask("ada", "general", "Explain tides with a table and a list", mention_bot=True)
    scene.kept["first"] = message
    must(message.is_reply, "it was not answered in a thread")
    must(len(message.versions) > 1, "the answer did not grow")
    lengths = [len(version.text) for version in message.versions]
    must(
        all(later >= sooner - 60 for sooner, later in pairwise(lengths)),
        "the text shrank",
    )
    way = "Slack's own stream" if message.stream is not None else "edits"
    return f"{len(message.shown)} characters in the thread, grown by {way}"


async def follow_up(scene: OnSlack) -> str:
    first = scene.kept["first"]
    message = await scene.ask("ada", "general", "What did I say first?", thread=first)
    must(message.thread_ts == first.thread_ts, "it was answered elsewhere")
    must("Explain tides" in message.shown, "it did not remember")
    return "the thread goes on without a mention, and it remembers"


async def slash(scene: OnSlack) -> str:
    before = len(scene.bot("general"))
    scene.slack.as_person("cleo").slash("general", "/poe", "ask Name three harbours in 20 words")
    message = await scene.answer("general", before)
    root = scene.bot("general")[before]
    must("Name three harbours" in root.shown, "nobody can see what was asked")
    must(message.thread_ts == root.ts, "the answer is not under the question")
    return "/poe ask shows the question, and the answer in its thread"


async def long_answer(scene: OnSlack) -> str:
    before = len(scene.bot("help"))
    scene.slack.as_person("ben").say("help", "Explain harbours at length [[len=13500]]", mention_bot=True)
    await scene.answer("help", before)
    pages = scene.bot("help")[before:]
    must(len(pages) >= 2, f"it came in {len(pages)} message")
    must(all(len(page.shown) <= 12_000 for page in pages), "a message is too long")
    must(all(page.shown.count("```") % 2 == 0 for page in pages), "a code block was cut open")
    return f"13,500 characters in {len(pages)} messages, every code block whole"


async def attachments(scene: OnSlack) -> str:
    files = [("chart.png", png(), "image/png"), ("notes.txt", b"Harbour opens at nine.\n", "text/plain")]
    message = await scene.ask("cleo", "general", "What is in these files?", mention_bot=True, files=files)
    must("chart.png" in message.shown or "image" in message.shown.lower(), "it did not see the image")
    must("Harbour opens at nine" in message.shown, "it did not read the text")
    return "an image and a text file were read"


async def stop(scene: OnSlack) -> str:
    before = len(scene.bot("help"))
    ada = scene.slack.as_person("ada")
    question = ada.say("help", "Tell me everything about ships [[len=9000]] [[speed=40]]", mention_bot=True)
    stoppable = await scene.until(lambda: _stoppable(scene, question), "Stop button")
    ada.stop(stoppable)
    done = await scene.answer("help", before)
    must(len(done.shown) < 9000, "it was not stopped")
    return "Slack's own Stop ended the answer where it was"


def _stoppable(scene: OnSlack, question: Any) -> Any:
    """The first words of an answer whose thread offers Slack's own Stop."""
    session = scene.slack.world.sessions.get((question.channel_id, question.ts))
    if session is None or session.status != "processing" or not session.stoppable:
        return None
    grown = [each for each in scene.slack.world.thread(question)[1:] if "ships" in each.shown.lower()]
    return grown[0] if grown else None


async def duplicate(scene: OnSlack) -> str:
    calls = len(scene.poe.world.calls)
    before = scene.counts["duplicates_suppressed"]
    await scene.ask("ben", "general", "Say hello in 10 words", mention_bot=True)
    scene.slack.faults.redeliver(count=3)
    await scene.counted("duplicates_suppressed", before)
    must(len(scene.poe.world.calls) == calls + 1, "the model was called twice")
    return "an event delivered again was answered once"


async def budget(scene: OnSlack) -> str:
    ben = scene.slack.world.user("ben").mention
    said = await scene.command("ada", "general", f"budget set person={ben} points=1 period=day")
    before = len(scene.bot("general"))
    scene.slack.as_person("ben").say("general", "One more?", mention_bot=True)
    refusal = await scene.until(
        lambda: next((m for m in scene.bot("general")[before:] if "budget" in m.shown), None), "refusal"
    )
    must("1 point" in refusal.shown or "renews" in refusal.shown, f"it said: {refusal.shown}")
    await scene.command("ada", "general", f"budget grant person={ben} points=3000")
    await scene.ask("ben", "general", "And now? In 20 words", mention_bot=True)
    return f"“{said.splitlines()[0]}”, refused, granted, answered"


async def home(scene: OnSlack) -> str:
    ada = scene.slack.as_person("ada")
    ada.open_home()
    page = await scene.until(lambda: ada.home, "Home")
    shown = str(page.blocks)
    must("points left" in shown, "the budget is not on it")
    must("Explain tides" in shown, "the last answers are not on it")
    return "App Home shows the budget and the last answers with their cost"


async def feedback(scene: OnSlack) -> str:
    message = scene.kept["first"]
    pressed = scene.slack.as_person("ada").press(message, button(message.blocks, "rate"), "good")
    said = await scene.until(lambda: next(iter(pressed.replies), None), "word of thanks")
    return f"“{said.shown}”"


STEPS: tuple[Step[OnSlack], ...] = (
    Step(title="a mention is answered in its thread", play=mention),
    Step(title="the thread goes on", play=follow_up),
    Step(title="a slash command", play=slash),
    Step(title="a long answer rolls over", play=long_answer),
    Step(title="attachments go in", play=attachments),
    Step(title="Stop", play=stop),
    Step(title="a redelivered event", play=duplicate),
    Step(title="a budget holds", play=budget),
    Step(title="App Home", play=home),
    Step(title="feedback", play=feedback),
    Step(title="the books agree", play=books),
)


async def opening(scene: OnSlack) -> None:
    """The beginning, slowly enough to be watched: a question, and somebody else who goes on in its thread."""
    first = await scene.ask("ada", "general", "Explain tides with a table and a list", mention_bot=True)
    await asyncio.sleep(PAUSE)
    await scene.ask("ben", "general", "How deep is it in between? In Python, please", thread=first)
