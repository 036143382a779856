"""What several stories on Slack look for: a question and its pages, buttons, our small print, and what Slack and Poe were asked."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from adapters.slack import marks
from bridge.values.ids import ModelId, WorkspaceId
from bridge.values.models import Preset
from tests.contracts.chat import OnSlack, answered, finished, letters
from tests.plugins.whole import Whole

WITHIN = 60.0
ASK = "Say hello in 5 words"
ABOUT = marks.shortcut("ask")
"""The callback_id of "Ask about this"."""
FLAT: Mapping[str, Any] = {
    "presets": {"default": Preset(name="default", model=ModelId("assistant"))},
    "flat_prices": {ModelId("assistant"): 20},
}
"""A model of one price: every answer costs 20 points."""


def slack_only(make_whole: Callable[..., Any], **more: Any) -> Any:
    """A stage with Slack alone."""
    return make_whole(discord=False, slack=True, **more)


def person(whole: Whole, name: str) -> Any:
    return whole.slack.as_person(name)


def say(whole: Whole, who: str, text: str, place: Any = "general", **more: Any) -> Any:
    """Ask the bot: in a channel by mentioning it; the message as it stands there."""
    more.setdefault("mention_bot", place != "dm" and "thread" not in more)
    return person(whole, who).say(place, text, **more)


async def pages(whole: Whole, question: Any, within: float = WITHIN) -> list[Any]:
    """Wait until a question in a thread, or that begins one, is answered; the messages of its answer."""
    return await answered(OnSlack(whole), question, within)


async def ask(whole: Whole, who: str, text: str, place: Any = "general", **more: Any) -> Any:
    """Ask, wait for the answer, and have its last message."""
    return (await pages(whole, say(whole, who, text, place, **more)))[-1]


async def told(whole: Whole, question: Any, within: float = WITHIN) -> Any:
    """Wait for what the bot says in a question's thread, answer or refusal, once it is not being written any more."""
    stage = OnSlack(whole)

    def said() -> Any:
        found = stage.answers(question)
        return found[-1] if found and not any(stage.writing(each) for each in found) else None

    return await whole.slack.world.until(said, within=within)


async def until(whole: Whole, look: Callable[[], Any], within: float = WITHIN) -> Any:
    return await whole.slack.world.until(look, within=within)


async def idle(whole: Whole, kind: type, count: int = 1) -> list[Any]:
    """Wait until the bridge has told of so many."""
    return await whole.hears(kind, count, WITHIN)


async def command(whole: Whole, who: str, text: str, place: Any = "general") -> str:
    """What `/poe` with this text said, to them alone."""
    asked_ = person(whole, who).slash(place, "/poe", text)
    said = await until(whole, lambda: next(iter(asked_.replies), None))
    assert said.seen_by == person(whole, who).id
    return str(said.shown)


async def whispered(whole: Whole, who: str, look: Callable[[Any], Any] = bool, place: Any = "general") -> str:
    """What only this person was told in a place."""

    def found() -> Any:
        return next((m for m in person(whole, who).sees(place) if m.ephemeral and look(m)), None)

    return str((await until(whole, found)).shown)


def everything(whole: Whole, question: Any) -> str:
    """The letters of everything that answers a question."""
    stage = OnSlack(whole)
    return letters("".join(body(page) for page in stage.answers(question)))


def body(message: Any) -> str:
    """What stands in a message without our small print."""
    shown = [str(block["text"]) for block in message.blocks if block.get("type") == "markdown"]
    return "\n".join(shown) if message.blocks else str(message.text)


def small_print(message: Any) -> list[str]:
    """Our own lines under an answer."""
    elements = [part for block in message.blocks if block["type"] == "context" for part in block["elements"]]
    return [line for part in elements for line in str(part.get("text", "")).splitlines()]


def has(message: Any, action: str) -> bool:
    return f"pb:{action}:" in str(message.blocks)


def button(message: Any, action: str) -> str:
    """The id of a button under this message."""
    found = re.search(rf"pb:{action}:\w+", str(message.blocks))
    assert found, f"there is no {action} under this message"
    return found[0]


def press(whole: Whole, who: str, message: Any, action: str, value: str | None = None) -> Any:
    return person(whole, who).press(message, button(message, action), value)


def calls(whole: Whole, method: str) -> list[Any]:
    """What Slack was asked by this method and did, oldest first."""
    return [each for each in whole.slack.world.exchanges if each.method == method]


def asked(whole: Whole, number: int = -1) -> str:
    """Everything Poe was given in one call, as text."""
    return str(whole.poe.world.calls[number].body["input"])


def streaming(whole: Whole) -> list[Any]:
    """Messages that look as if somebody were still writing them."""
    return [message for message in whole.slack.world.messages.values() if message.streaming]


def busy_sessions(whole: Whole) -> list[Any]:
    """Threads that say that we are working."""
    return [each for each in whole.slack.world.sessions.values() if each.status == "processing"]


def session(whole: Whole, message: Any) -> Any:
    """What Slack knows of the thread of a message."""
    return whole.slack.world.sessions.get((message.channel_id, message.thread_ts or message.ts))


def generous(whole: Whole) -> None:
    """Slack allows more than people could notice, so that a story of many messages is told in a moment."""
    whole.slack.limits.enabled = False


def at_home(whole: Whole) -> dict[str, Any]:
    """The settings of a bridge that serves Harbour alone, so that who manages Harbour runs it."""
    return {"home_workspaces": frozenset({WorkspaceId(whole.slack.world.team("Harbour").id)})}


async def books_are_right(whole: Whole) -> None:
    assert await whole.house.store.verify() == ()
    assert await whole.house.store.open_holds() == ()


async def eventually(look: Callable[[], Awaitable[Any]], whole: Whole, within: float = WITHIN) -> Any:
    """Ask again and again until it is true; for what no platform tells of."""
    clock = whole.house.clock
    ends = clock.now() + within
    while not (found := await look()):
        assert clock.now() < ends, "it never came"
        await clock.sleep(0.05)
    return found


__all__ = [
    "ABOUT",
    "ASK",
    "FLAT",
    "WITHIN",
    "ask",
    "asked",
    "at_home",
    "body",
    "books_are_right",
    "busy_sessions",
    "button",
    "calls",
    "command",
    "eventually",
    "everything",
    "finished",
    "generous",
    "has",
    "idle",
    "letters",
    "pages",
    "person",
    "press",
    "say",
    "session",
    "slack_only",
    "small_print",
    "streaming",
    "told",
    "until",
    "whispered",
]
