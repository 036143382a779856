"""What every chat platform must do alike, told once: the stories of `test_chat` speak to a `Stage`, and each platform has one.

A stage acts as people do, and tells of the bridge's messages what a reader sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.discord import limits as discord_limits
from adapters.sim.discord import posting as discord_posting
from adapters.sim.slack import posting as slack_posting
from adapters.slack import limits as slack_limits
from adapters.store.store import open_store
from tests.plugins.whole import Whole

WITHIN = 60.0
FENCES = re.compile(r"^\s*(```|~~~)", re.MULTILINE)


class Stage(Protocol):
    """One platform of a `Whole`. Messages are the simulator's own; `question` is what `say` gave back."""

    whole: Whole
    limit: int  # code points of one page

    @property
    def world(self) -> Any: ...

    def say(self, text: str, *, who: str = "ada", after: Any = None) -> Any:
        """Ask the bot; `after`: where an answer stands that this goes on from."""

    def answers(self, question: Any) -> list[Any]:
        """The bot's messages that answer a question, in reading order."""

    def text(self, message: Any) -> str: ...

    def buttons(self, message: Any) -> str:
        """Everything that can be pressed, as text."""

    def writing(self, message: Any) -> bool:
        """Whether it looks as if it were being written."""

    def press(self, message: Any, action: str, who: str = "ada") -> None: ...

    def stop(self, question: Any, who: str = "ada") -> None:
        """Press the Stop that this platform shows."""

    def delete(self, message: Any) -> None:
        """An admin deletes a message of the bot."""

    def robot(self, text: str) -> None:
        """The bot itself writes, by its own token, what would be a question from a person."""

    def redeliver(self) -> None:
        """The platform sends its last events again."""

    def busy(self) -> None:
        """The next writes are refused for a moment, as too many."""

    def all_from_us(self) -> list[Any]: ...


@dataclass
class OnDiscord:
    whole: Whole
    limit: int = discord_limits.CAPABILITIES.text_limit

    @property
    def world(self) -> Any:
        return self.whole.dc.world

    def say(self, text: str, *, who: str = "ada", after: Any = None) -> Any:
        person = self.whole.dc.as_person(who)
        return person.say("general", text, reply_to=after, mention_bot=after is None)

    def answers(self, question: Any) -> list[Any]:
        """The one that replies to it, and those that follow without a reply to something else."""
        found: list[Any] = []
        for message in self.world.from_bot("general"):
            target = message.reference.message_id if message.reference else None
            if target == question.id or (found and target is None):
                found.append(message)
            elif found:
                break
        return found

    def text(self, message: Any) -> str:
        return str(message.content)

    def buttons(self, message: Any) -> str:
        return str(message.components)

    def writing(self, message: Any) -> bool:
        return "pb:stop:" in self.buttons(message)

    def press(self, message: Any, action: str, who: str = "ada") -> None:
        found = re.search(rf"pb:{action}:\w+", self.buttons(message))
        assert found, f"there is no {action} under this message"
        self.whole.dc.as_person(who).press(message, found[0])

    def stop(self, question: Any, who: str = "ada") -> None:
        self.press(self.answers(question)[-1], "stop", who)

    def delete(self, message: Any) -> None:
        self.whole.dc.as_person("ada").delete(message)

    def robot(self, text: str) -> None:
        draft = discord_posting.Draft(content=f"{self.world.bot.mention} {text}")
        discord_posting.post(self.world, self.world.channel("general"), self.world.bot, draft)

    def redeliver(self) -> None:
        self.whole.dc.gateway.duplicate(count=5)

    def busy(self) -> None:
        self.whole.dc.faults.storm(3, retry_after=0.3, path="/messages")

    def all_from_us(self) -> list[Any]:
        return list(self.world.from_bot("general"))


@dataclass
class OnSlack:
    whole: Whole
    limit: int = slack_limits.CAPABILITIES.text_limit

    @property
    def world(self) -> Any:
        return self.whole.slack.world

    def say(self, text: str, *, who: str = "ada", after: Any = None) -> Any:
        person = self.whole.slack.as_person(who)
        return person.say("general", text, thread=after, mention_bot=after is None)

    def answers(self, question: Any) -> list[Any]:
        """What the bot said in the question's thread after it, and before the next question."""
        found: list[Any] = []
        us = self.world.bot_in(question.team_id)
        for message in self.world.thread(question):
            if message.ts <= question.ts:
                continue
            if message.user_id != us.id:
                break
            found.append(message)
        return found

    def text(self, message: Any) -> str:
        return str(message.shown)

    def buttons(self, message: Any) -> str:
        return str(message.blocks)

    def writing(self, message: Any) -> bool:
        return bool(message.streaming) or "pb:stop:" in self.buttons(message)

    def press(self, message: Any, action: str, who: str = "ada") -> None:
        found = re.search(rf"pb:{action}:\w+", self.buttons(message))
        assert found, f"there is no {action} under this message"
        self.whole.slack.as_person(who).press(message, found[0])

    def stop(self, question: Any, who: str = "ada") -> None:
        self.whole.slack.as_person(who).stop(question)

    def delete(self, message: Any) -> None:
        self.whole.slack.as_person("ada").delete(message)

    def robot(self, text: str) -> None:
        draft = slack_posting.Draft(text=f"{self.world.bot.mention} {text}")
        slack_posting.post(self.world, self.world.channel("general"), self.world.bot, draft)

    def redeliver(self) -> None:
        self.whole.slack.faults.redeliver(count=50)

    def busy(self) -> None:
        for method in ("chat.startStream", "chat.appendStream", "chat.stopStream"):
            self.whole.slack.faults.limit(method, retry_after=1)

    def all_from_us(self) -> list[Any]:
        return list(self.world.from_bot("general"))


STAGES: dict[str, type[OnDiscord] | type[OnSlack]] = {"discord": OnDiscord, "slack": OnSlack}


def finished(stage: Stage, question: Any) -> list[Any]:
    """The pages of an answer once the last one may be regenerated and none looks unfinished; else ()."""
    pages = stage.answers(question)
    if not pages or any(stage.writing(page) for page in pages):
        return []
    return pages if "pb:regenerate:" in stage.buttons(pages[-1]) else []


async def answered(stage: Stage, question: Any, within: float = WITHIN) -> list[Any]:
    """Wait until a question is answered; the pages."""
    found: list[Any] = await stage.world.until(lambda: finished(stage, question), within=within)
    return found


async def growing(stage: Stage, question: Any, characters: int = 80) -> Any:
    """Wait until so much of an answer is seen; its last page."""

    def seen() -> Any:
        pages = stage.answers(question)
        return pages[-1] if pages and len(stage.text(pages[-1])) > characters else None

    return await stage.world.until(seen, within=WITHIN)


def letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def asked(whole: Whole, text: str) -> list[Any]:
    """The calls Poe got whose last words are these."""
    return [call for call in whole.poe.world.calls if text in str(call.body["input"][-1])]


async def books(whole: Whole) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Open holds, and what is wrong with the ledger."""
    async with await open_store(whole.environment()["POEBRIDGE_STORE__URL"]) as store:
        return await store.open_holds(), await store.verify()
