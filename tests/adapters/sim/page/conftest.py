"""A simulated Discord with its page, a small scripted bot that speaks plain REST, and a reader of the page's stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource, aconnect_sse

from adapters.sim.discord import DiscordServer, Interaction, Message
from adapters.sim.discord.changes import Change
from adapters.sim.page import Page
from tests.plugins.waiting import PATIENCE

Json = dict[str, Any]
COMMANDS: list[Json] = [
    {
        "name": "ask",
        "description": "Ask a model",
        "type": 1,
        "options": [
            {"type": 3, "name": "prompt", "description": "What to ask", "required": True},
            {"type": 3, "name": "model", "description": "Which model", "autocomplete": True},
            {"type": 11, "name": "attachment", "description": "A file"},
            {"type": 5, "name": "private", "description": "Only for you"},
        ],
    },
    {"name": "points", "description": "What you have left", "type": 1},
    {
        "name": "budget",
        "description": "Budgets",
        "type": 1,
        "default_member_permissions": "32",
        "options": [
            {
                "type": 1,
                "name": "set",
                "description": "Set a budget",
                "options": [
                    {"type": 4, "name": "points", "description": "How many", "required": True},
                    {"type": 6, "name": "person", "description": "For whom"},
                    {"type": 8, "name": "role", "description": "For which role"},
                    {"type": 7, "name": "channel", "description": "For which channel"},
                    {
                        "type": 3,
                        "name": "period",
                        "description": "How often",
                        "choices": [
                            {"name": "Every day", "value": "day"},
                            {"name": "Never", "value": "never"},
                        ],
                    },
                ],
            }
        ],
    },
    {"name": "Ask about this", "type": 3},
]
MODELS = ("Claude-Sonnet", "Claude-Opus", "GPT-5")
FORM: Json = {
    "custom_id": "question",
    "title": "Ask about this",
    "components": [
        {
            "type": 1,
            "components": [
                {"type": 4, "custom_id": "text", "label": "Your question", "style": 2, "required": True}
            ],
        }
    ],
}


def buttons(*labels: str, disabled: bool = False) -> list[Json]:
    """One row of buttons whose ids are their labels."""
    row = [{"type": 2, "style": 2, "label": x, "custom_id": x, "disabled": disabled} for x in labels]
    return [{"type": 1, "components": row}]


class Bot:
    """What a bot does over REST, and a script of answers to what people do."""

    def __init__(self, dc: DiscordServer, http: httpx.AsyncClient, group: asyncio.TaskGroup) -> None:
        self.dc, self.http, self._group = dc, http, group
        self.go_on = asyncio.Event()

    async def call(self, method: str, path: str, body: Any) -> Json:
        answer = await self.http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}

    async def say(self, channel: int, text: str, **more: Any) -> Message:
        told = await self.call("POST", f"/channels/{channel}/messages", {"content": text} | more)
        return self.dc.world.messages[int(told["id"])]

    async def edit(self, message: Message, text: str, **more: Any) -> None:
        path = f"/channels/{message.channel_id}/messages/{message.id}"
        await self.call("PATCH", path, {"content": text} | more)

    async def register(self) -> None:
        await self.call("PUT", f"/applications/{self.dc.world.application_id}/commands", COMMANDS)

    def listen(self) -> Callable[[], None]:
        """Answer what people do, until the returned function is called."""
        return self.dc.world.changes.subscribe(self._hear)

    def _hear(self, change: Change) -> None:
        bot = self.dc.world.bot
        if change.kind == "interaction.created":
            self._group.create_task(self._react(change.subject))
        elif change.kind == "message.created" and bot.id in change.subject.pings.users:
            self._group.create_task(self._grow(change.subject))

    async def _grow(self, asked: Message) -> None:
        """An answer in two steps; the second waits for the test."""
        reference = {"message_id": str(asked.id)}
        said = await self.say(
            asked.channel_id, "It begins", message_reference=reference, components=buttons("Stop")
        )
        await self.go_on.wait()
        await self.edit(said, "It begins and **ends**.", components=buttons("Regenerate", "Ask more"))

    async def _react(self, what: Interaction) -> None:
        answer, again = SCRIPT[self._name(what)], self._callback
        await answer(self, what, again)

    def _name(self, what: Interaction) -> str:
        if what.kind == 4:
            return "suggest"
        return str(what.data.get("name") or what.data["custom_id"])

    async def _callback(self, what: Interaction, kind: int, data: Json | None = None) -> None:
        path = f"/interactions/{what.id}/{what.token}/callback"
        await self.call("POST", path, {"type": kind} | ({"data": data} if data else {}))


Callback = Callable[..., Awaitable[None]]


async def _suggest(bot: Bot, what: Interaction, callback: Callback) -> None:
    typed = next(o["value"] for o in what.data["options"] if o.get("focused"))
    fitting = [{"name": f"{m} · 3 points", "value": m} for m in MODELS if typed.lower() in m.lower()]
    await callback(what, 8, {"choices": fitting})


async def _ask(bot: Bot, what: Interaction, callback: Callback) -> None:
    given = {option["name"]: option["value"] for option in what.data["options"]}
    await callback(what, 5, {"flags": 64 if given.get("private") else 0})
    await bot.go_on.wait()
    hook = f"/webhooks/{bot.dc.world.application_id}/{what.token}/messages/@original"
    await bot.call("PATCH", hook, {"content": f"{given.get('model', 'default')}: {given['prompt']}"})


async def _points(bot: Bot, what: Interaction, callback: Callback) -> None:
    await callback(what, 4, {"content": "You have 42 points.", "flags": 64})


async def _form(bot: Bot, what: Interaction, callback: Callback) -> None:
    await callback(what, 9, FORM)


async def _asked(bot: Bot, what: Interaction, callback: Callback) -> None:
    await callback(what, 4, {"content": f"Asked: {what.data['components'][0]['components'][0]['value']}"})


async def _again(bot: Bot, what: Interaction, callback: Callback) -> None:
    await callback(what, 7, {"content": "Written again.", "components": buttons("Regenerate", disabled=True)})


async def _silence(bot: Bot, what: Interaction, callback: Callback) -> None:
    """Nobody answers."""


SCRIPT: dict[str, Callable[[Bot, Interaction, Callback], Awaitable[None]]] = {
    "suggest": _suggest,
    "ask": _ask,
    "points": _points,
    "budget": _points,
    "Ask about this": _form,
    "Ask more": _form,
    "question": _asked,
    "Regenerate": _again,
    "Stop": _silence,
}


@asynccontextmanager
async def served() -> AsyncIterator[DiscordServer]:
    """A server with its page open; afterwards nothing unknown was asked."""
    page = Page()

    async def points(person: str) -> str:
        return f"{server.world.user(int(person)).global_name} has **42** points left."

    async with DiscordServer(extra_routes=page.routes) as server:
        server.limits.enabled = False
        page.show(server, points)
        yield server
    assert server.world.violations == []


@asynccontextmanager
async def scripted(dc: DiscordServer) -> AsyncIterator[Bot]:
    """The scripted bot, registered and listening."""
    headers = {"Authorization": f"Bot {dc.token}"}
    async with (
        httpx.AsyncClient(base_url=dc.api_url, headers=headers, verify=False, timeout=PATIENCE) as client,
        asyncio.TaskGroup() as group,
    ):
        bot = Bot(dc, client, group)
        await bot.register()
        stop = bot.listen()
        yield bot
        stop()
        bot.go_on.set()


@pytest.fixture
async def dc() -> AsyncIterator[DiscordServer]:
    async with served() as server:
        yield server


@pytest.fixture
async def bot(dc: DiscordServer) -> AsyncIterator[Bot]:
    async with scripted(dc) as found:
        yield found


@pytest.fixture
async def http(dc: DiscordServer) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a window."""
    async with httpx.AsyncClient(base_url=dc.base_url, verify=False, timeout=PATIENCE) as client:
        yield client


class Reader:
    """Reads a page's stream."""

    def __init__(self, source: EventSource) -> None:
        self._events = source.aiter_sse()

    async def next(self, name: str) -> Json:
        """The data of the next event with this name; others are passed over."""
        async with asyncio.timeout(PATIENCE):
            async for event in self._events:
                if event.event == name:
                    found: Json = json.loads(event.data)
                    return found
        raise AssertionError(f"the stream ended before {name!r}")

    async def until(self, name: str, text: str) -> Json:
        """The first event with this name that contains this text."""
        async with asyncio.timeout(PATIENCE):
            while text not in json.dumps(found := await self.next(name), ensure_ascii=False):
                pass
        return found


Watch = Callable[..., AbstractAsyncContextManager[Reader]]


@pytest.fixture
def watch(dc: DiscordServer, http: httpx.AsyncClient) -> Watch:
    """`async with watch("ada", "general") as reader:` with everything of the first moment still to be read."""

    @asynccontextmanager
    async def open_(person: str, place: str) -> AsyncIterator[Reader]:
        where = place if place == "dm" else dc.world.channel(place).id
        async with aconnect_sse(http, "GET", f"/page/{person}/{where}/stream") as source:
            source.response.raise_for_status()
            yield Reader(source)

    return open_
