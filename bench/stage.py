"""The embedded Discord and Poe in this process, one bot in another, people who ask, and what they saw of the answers.

What is known of an answer comes from the servers: the model's pace is absolute, so the time of each of its pieces follows from its last
one; every version of a message carries the moment it took effect.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from adapters.sim.discord import DiscordServer
from adapters.sim.poe import Call, PoeServer
from bench.child import spawned
from bench.reading import Seen, arrivals, followed, letters

ROUND_TRIP = 0.080
SPEED = 50.0
PIECE = 4
"""Characters of a token, and so of a delta."""
QUIET = 6.5
"""Seconds without a write after which a bot has nothing more to say: longer than a window."""
MOST = 180.0
BOTS = {"ours": ("bridge", "run"), "reference": ("bench.reference_bot",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`at`: seconds after the round began. `length`: characters of the answer."""

    channel: str
    at: float
    length: int


@dataclass(slots=True)
class Round:
    """What one round of questions came to."""

    seen: list[Seen]
    http_429: int
    identical: int
    unanswered: int
    model_late: float  # seconds that the slowest answer took longer than its pace


@dataclass(slots=True)
class Stage:
    """Servers with a bot that has shown that it answers."""

    dc: DiscordServer
    poe: PoeServer
    bot: asyncio.subprocess.Process
    asked: int = 0

    async def play(self, questions: Sequence[Question]) -> Round:
        """Ask everything at its time, by a person of its own, in channels of this round; wait until nothing more is written."""
        world = self.dc.world
        before, refused = len(world.exchanges), world.rate_limited
        channels = {each.channel: world.add_channel(f"{each.channel}-{self.asked}") for each in questions}
        begun = asyncio.get_running_loop().time()
        said: dict[int, tuple[Question, str]] = {}
        for question in sorted(questions, key=lambda each: each.at):
            await asyncio.sleep(begun + question.at - asyncio.get_running_loop().time())
            message, tag = self._ask(channels[question.channel].name, question.length)
            said[message] = (question, tag)
        await self._quiet()
        exchanges = list(world.exchanges)[before:]
        calls = {tag: call for tag in (tag for _, tag in said.values()) if (call := self._call(tag))}
        owners = _owners(exchanges, set(said))
        running = Counter(question.channel for question in questions)
        seen = []
        for message, (question, tag) in said.items():
            pages = [world.messages[id_] for id_ in sorted(owners) if owners[id_] == message]
            if tag in calls and pages:
                seen.append(_seen(calls[tag], pages, question.channel, running[question.channel]))
        ideal = (
            call.ended_at - call.started_at - call.deltas / SPEED for call in calls.values() if call.ended_at
        )
        return Round(
            seen=seen,
            http_429=world.rate_limited - refused,
            identical=_identical(exchanges),
            unanswered=len(questions) - len(seen),
            model_late=max(ideal, default=0.0),
        )

    def _ask(self, channel: str, length: int) -> tuple[int, str]:
        self.asked += 1
        name, tag = f"guest{self.asked}", f"harbour{self.asked}"
        self.dc.world.add_person(name)
        text = f"[[len={length}]] tell me about {tag}"
        return self.dc.as_person(name).say(channel, text, mention_bot=True).id, tag

    def _call(self, tag: str) -> Call | None:
        """The last call that asked this question; a word's end is the sentence's."""
        found = [call for call in self.poe.world.calls if _asks(call.body, tag) and call.ended_at]
        return found[-1] if found else None

    async def warm(self) -> None:
        """Ask until the bot answers, which also shows that it is there. Raises TimeoutError, RuntimeError when it has ended."""
        async with asyncio.timeout(60):
            while not self.dc.world.from_bot():
                self._ask("help", 40)
                await asyncio.sleep(2.0)
                if self.bot.returncode is not None:
                    raise RuntimeError("The bot did not stay; what it said stands above.")
        await self._quiet()

    async def _quiet(self) -> None:
        """Until all calls have ended and nothing was asked of Discord for a while."""
        world = self.dc.world
        async with asyncio.timeout(MOST):
            count = -1.0
            while count != world.exchanges[-1].at or any(not call.ended_at for call in self.poe.world.calls):
                count = world.exchanges[-1].at
                await asyncio.sleep(QUIET)


@asynccontextmanager
async def staged(bot: str) -> AsyncIterator[Stage]:
    """Servers and one of `BOTS`, connected and warm."""
    with TemporaryDirectory(prefix="poebridge-bench-") as folder:
        async with (
            DiscordServer(rtt=ROUND_TRIP, second_guild=False) as dc,
            PoeServer(speed=SPEED, balance=10**9, rate_limit=10**6) as poe,
            spawned(*BOTS[bot], env=_environment(dc, poe, Path(folder))) as process,
        ):
            stage = Stage(dc=dc, poe=poe, bot=process)
            await stage.warm()
            yield stage


def _environment(dc: DiscordServer, poe: PoeServer, folder: Path) -> dict[str, str]:
    """Everything as usual, but that budgets and Poe's own limit are out of the way."""
    return {
        "POEBRIDGE_POE__BASE_URL": poe.base_url,
        "POEBRIDGE_POE__USAGE_URL": poe.usage_url,
        "POEBRIDGE_POE__KEY": poe.api_key,
        "POEBRIDGE_POE__REQUESTS_PER_MINUTE": "6000",
        "POEBRIDGE_DISCORD__API_URL": dc.api_url,
        "POEBRIDGE_DISCORD__GATEWAY_URL": dc.gateway_url,
        "POEBRIDGE_DISCORD__TOKEN": dc.token,
        "POEBRIDGE_STORE__URL": f"sqlite:///{folder / 'poebridge.sqlite3'}",
        "POEBRIDGE_BUDGET__PERSON": "1000000000",
        "POEBRIDGE_WEB__PORT": "0",
        "POEBRIDGE_LOG__LEVEL": "warning",
    }


def _asks(body: Any, tag: str) -> bool:
    return f"{tag}'" in f"{body}".replace('"', "'")


def _owners(exchanges: Sequence[Any], questions: set[int]) -> dict[int, int]:
    """Which question each message of the bot belongs to: it replies to it, to another page, or is of the same turn."""
    owner: dict[int, int] = {}
    turns: dict[str, int] = {}
    orphans: dict[str, list[int]] = defaultdict(list)
    for each in exchanges:
        if each.status != 200 or not isinstance(each.body, dict) or each.template.count("messages") != 1:
            continue
        message, turn = int(each.answer["id"]), _turn(each.body)
        target = int((each.body.get("message_reference") or {}).get("message_id", 0))
        found = target if target in questions else owner.get(target)
        if found is not None:
            owner.setdefault(message, found)
        if not turn:
            continue
        if message in owner:
            turns.setdefault(turn, owner[message])
        orphans[turn].append(message)
    for turn, messages in orphans.items():
        for message in messages:
            if turn in turns:
                owner.setdefault(message, turns[turn])
    return owner


def _turn(body: dict[str, Any]) -> str:
    """The turn that a new message's nonce or a first button names, "" without either."""
    turn, _, page = str(body.get("nonce") or "").rpartition("-")
    if turn and page:
        return turn
    for row in body.get("components") or ():
        for part in row.get("components") or ():
            return str(part.get("custom_id", "")).rpartition(":")[2]
    return ""


def _identical(exchanges: Sequence[Any]) -> int:
    """Edits that left a message as it was."""
    stood: dict[str, tuple[Any, Any]] = {}
    count = 0
    for each in exchanges:
        if each.method not in ("POST", "PATCH") or each.status != 200 or not isinstance(each.body, dict):
            continue
        if each.template.count("messages") != 1:
            continue
        now = (each.body.get("content"), each.body.get("components") or None)
        count += stood.get(each.answer["id"]) == now
        stood[each.answer["id"]] = now
    return count


def _seen(call: Call, pages: Sequence[Any], channel: str, shared: int) -> Seen:
    assert call.ended_at is not None
    answer = letters(call.text)
    moments = sorted(
        (version.at, page.id, letters(version.content)) for page in pages for version in page.versions
    )
    shown: dict[int, str] = {}
    visible = []
    for at, page, text in moments:
        shown[page] = text
        visible.append((at, followed(answer, "".join(shown[id_] for id_ in sorted(shown)))))
    return Seen(
        channel=channel,
        shared=shared,
        arrived=arrivals(call.text, call.ended_at, 1 / SPEED, PIECE),
        visible=tuple(visible),
        written=moments[-1][0],
    )
