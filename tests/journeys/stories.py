"""What several stories look for: buttons, what was said without our small print, and what Poe was asked."""

from __future__ import annotations

from typing import Any

from bridge.values.ids import WorkspaceId
from tests.plugins.whole import Whole


def button(message: Any, action: str) -> str:
    """The id of a button under this message."""
    found: str = next(
        part["custom_id"]
        for row in message.components
        for part in row["components"]
        if part.get("custom_id", "").startswith(f"pb:{action}:")
    )
    return found


def has(message: Any, action: str) -> bool:
    return f"pb:{action}:" in str(message.components)


def small_print(message: Any) -> list[str]:
    """Our own lines under an answer, without the sign that makes them small."""
    return [line[3:] for line in message.content.splitlines() if line.startswith("-# ")]


def at_home(whole: Whole) -> dict[str, Any]:
    """The settings of a bridge that serves Harbour alone, so that who manages Harbour runs it."""
    return {"home_workspaces": frozenset({WorkspaceId(str(whole.dc.world.guild.id))})}


def asked(whole: Whole, number: int = -1) -> str:
    """Everything Poe was given in one call, as text."""
    return str(whole.poe.world.calls[number].body["input"])


def quick(whole: Whole) -> None:
    """Discord allows more than people could notice, so that a story of many messages is told in a moment."""
    for name in ("message.write", "webhook", "typing", "other"):
        whole.dc.limits.rules[name] = (1_000, 1.0)
    whole.dc.limits.global_per_second = 1_000


async def told(whole: Whole, who: str, place: Any, text: str, **more: Any) -> Any:
    """Say it to the bot, and wait for its finished message under it, whether that is an answer or a refusal."""
    more.setdefault("mention_bot", place != "dm")
    where = whole.dc.world.dm(who).id if place == "dm" else place
    question = whole.dc.as_person(who).say(where, text, **more)

    def finished() -> Any:
        return next(
            (
                message
                for message in whole.dc.world.from_bot(where)
                if message.reference
                and message.reference.message_id == question.id
                and message.content
                and not has(message, "stop")
            ),
            None,
        )

    return await whole.dc.world.until(finished)


async def whispered(whole: Whole, who: str, place: Any = "general", *, count: int = 1) -> str:
    """What only this person was told there."""
    person = whole.dc.as_person(who)

    def told() -> list[Any]:
        return [message for message in person.sees(place) if message.ephemeral and message.content]

    await whole.dc.world.until(lambda: len(told()) >= count)
    return str(told()[-1].content)


async def command(whole: Whole, who: str, name: str, options: Any = None, *, where: Any = "general") -> str:
    """What a command said; only to whoever gave it, or the story ends here."""
    interaction = whole.dc.as_person(who).slash(name, options or {}, where=where)
    said = await whole.told_privately(interaction)
    assert interaction.ephemeral or where == "dm"
    return said


async def grown(whole: Whole, interaction: Any) -> Any:
    """What an `/ask` came to, answer or refusal: it took the place of "thinking"."""

    def finished() -> Any:
        message = interaction.original
        return message if message and message.content and not has(message, "stop") else None

    return await whole.dc.world.until(finished)
