"""The embedded Slack and Poe in this process, one bot in another, people who ask, and what they saw of the answers.

As in `stage`, what is known of an answer comes from the servers: the model's pace is absolute, and every version of a message carries the
moment it took effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.sim.poe import Call, PoeServer
from adapters.sim.slack import Message, SlackServer
from bench import slack_pages
from bench.child import spawned
from bench.reading import Seen, letters
from bench.stage import PIECE, ROUND_TRIP

QUIET = 8.0
"""Seconds without a write after which a bot that has said everything has nothing more to say."""
LONGEST_QUIET = 70.0
"""The same for one that has not: longer than the window of Slack's limits."""
MOST = 600.0
BOTS = {"ours": ("bridge", "run"), "reference": ("bench.slack_reference",)}


@dataclass(slots=True, kw_only=True)
class Round:
    """What one round of questions came to."""

    seen: list[Seen]
    http_429: int
    identical: int
    shrunk: int  # how often a reader saw less than before
    unfinished: int  # messages that still look as if they were being written
    unbalanced: int  # messages with a fence that is opened and not closed, or closed and not opened
    unanswered: int


@dataclass(slots=True, kw_only=True)
class Stage:
    """Servers with a bot that has shown that it answers."""

    slack: SlackServer
    poe: PoeServer
    bot: asyncio.subprocess.Process
    speed: float
    asked: int = 0

    async def play(self, lengths: Sequence[int]) -> Round:
        """Ask as many questions at once, each in a thread of its own; wait until nothing more is written."""
        world = self.slack.world
        before, refused = len(world.exchanges), world.rate_limited
        asked = [self._ask("general", length) for length in lengths]
        await self._quiet([tag for _, tag in asked])
        seen, shrunk, unfinished, unbalanced = [], 0, 0, 0
        for question, tag in asked:
            call, pages = self._call(tag), [m for m in world.thread(question) if m.user_id == world.bot.id]
            if call is None or not pages:
                continue
            found = slack_pages.seen(call, pages, self.speed, PIECE)
            seen.append(found)
            shrunk += sum(later < earlier for (_, earlier), (_, later) in pairwise(found.visible))
            unfinished += sum(slack_pages.unfinished(page) for page in pages)
            unbalanced += sum(not slack_pages.balanced(page.versions[-1].text) for page in pages)
        return Round(
            seen=seen,
            http_429=world.rate_limited - refused,
            identical=slack_pages.identical(list(world.exchanges)[before:]),
            shrunk=shrunk,
            unfinished=unfinished,
            unbalanced=unbalanced,
            unanswered=len(lengths) - len(seen),
        )

    def _ask(self, channel: str, length: int) -> tuple[Message, str]:
        self.asked += 1
        tag = f"harbour{self.asked}"
        text = f"[[len={length}]] tell me about {tag}"
        return self.slack.as_person("ada").say(channel, text, mention_bot=True), tag

    def _call(self, tag: str) -> Call | None:
        """The last call that asked this question; a word's end is the sentence's."""
        asks = (call for call in self.poe.world.calls if f"{tag}'" in f"{call.body}".replace('"', "'"))
        return next((call for call in reversed([*asks]) if call.ended_at), None)

    async def warm(self) -> None:
        """Ask until the bot answers. Raises TimeoutError, RuntimeError when it has ended."""
        async with asyncio.timeout(60):
            while not self.slack.world.from_bot("help"):
                _, tag = self._ask("help", 40)
                await asyncio.sleep(2.0)
                if self.bot.returncode is not None:
                    raise RuntimeError("The bot did not stay; what it said stands above.")
        await self._quiet([tag])

    async def _quiet(self, tags: Sequence[str]) -> None:
        """Until all calls have ended and nothing was written for a while: a longer one while something is missing."""
        world = self.slack.world
        async with asyncio.timeout(MOST):
            while True:
                writes = [each for each in world.exchanges if each.method.startswith("chat.")]
                since = world.now() - (writes[-1].at if writes else 0.0)
                calls = [self._call(tag) for tag in tags]
                if all(calls) and since > (QUIET if self._complete(calls) else LONGEST_QUIET):
                    return
                await asyncio.sleep(1.0)

    def _complete(self, calls: Sequence[Call | None]) -> bool:
        world = self.slack.world
        said = (page.versions[-1].text for page in world.messages.values() if page.user_id == world.bot.id)
        shown = letters("".join(said))
        return all(letters(call.text)[-200:] in shown for call in calls if call)


@asynccontextmanager
async def staged(bot: str, speed: float, *, streams: bool = True) -> AsyncIterator[Stage]:
    """Servers and one of `BOTS`, connected and warm, in a workspace that takes streams or not."""
    with TemporaryDirectory(prefix="poebridge-bench-") as folder:
        async with (
            SlackServer(rtt=ROUND_TRIP) as slack,
            PoeServer(speed=speed, balance=10**9, rate_limit=10**6) as poe,
            spawned(*BOTS[bot], env=_environment(slack, poe, Path(folder))) as process,
        ):
            slack.world.rules.streams_allowed = streams
            stage = Stage(slack=slack, poe=poe, bot=process, speed=speed)
            await stage.warm()
            yield stage


def _environment(slack: SlackServer, poe: PoeServer, folder: Path) -> dict[str, str]:
    """Everything as usual, but that budgets, Poe's own limit and that of an answer's length are out of the way."""
    return {
        "POEBRIDGE_POE__BASE_URL": poe.base_url,
        "POEBRIDGE_POE__USAGE_URL": poe.usage_url,
        "POEBRIDGE_POE__KEY": poe.api_key,
        "POEBRIDGE_POE__REQUESTS_PER_MINUTE": "6000",
        "POEBRIDGE_SLACK__API_URL": slack.api_url,
        "POEBRIDGE_SLACK__BOT_TOKEN": slack.token,
        "POEBRIDGE_SLACK__APP_TOKEN": slack.app_token,
        "POEBRIDGE_STORE__URL": f"sqlite:///{folder / 'poebridge.sqlite3'}",
        "POEBRIDGE_BUDGET__PERSON": "1000000000",
        "POEBRIDGE_LIMITS__QUEUE_PERSON": "100",
        "POEBRIDGE_ANSWERS__MAX_OUTPUT_TOKENS": "20000",
        "POEBRIDGE_WEB__PORT": "0",
        "POEBRIDGE_LOG__LEVEL": "warning",
    }
