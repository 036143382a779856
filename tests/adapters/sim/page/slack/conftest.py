"""A simulated Slack with its page, and an app that speaks plain Web API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from adapters.sim.page.slack import SlackPage
from adapters.sim.slack import SlackServer
from tests.plugins.waiting import PATIENCE

Json = dict[str, Any]
FORM: Json = {
    "type": "modal",
    "callback_id": "question",
    "title": {"type": "plain_text", "text": "Ask about this"},
    "submit": {"type": "plain_text", "text": "Ask"},
    "blocks": [
        {
            "type": "input",
            "block_id": "prompt",
            "label": {"type": "plain_text", "text": "Your question"},
            "element": {"type": "plain_text_input", "action_id": "prompt", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "whom",
            "optional": True,
            "label": {"type": "plain_text", "text": "Person"},
            "element": {"type": "users_select", "action_id": "whom"},
        },
    ],
}
HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "Your points"}},
        {
            "type": "section",
            "block_id": "preset",
            "text": {"type": "mrkdwn", "text": "*Preset*"},
            "accessory": {
                "type": "static_select",
                "action_id": "preset",
                "options": [
                    {"text": {"type": "plain_text", "text": n}, "value": n} for n in ("plain", "poet")
                ],
            },
        },
    ],
}


@dataclass
class App:
    """The app's side of the Web API, and its socket: what comes in is acknowledged with what `answers` holds for its kind."""

    slack: SlackServer
    http: aiohttp.ClientSession
    answers: dict[str, Any]

    async def call(self, method: str, **body: Any) -> Json:
        headers = {"Authorization": f"Bearer {self.slack.token}"}
        async with self.http.post(f"{self.slack.api_url}{method}", json=body, headers=headers) as answer:
            told: Json = await answer.json()
        assert told["ok"], told
        return told

    async def listen(self, opened: asyncio.Event) -> None:
        headers = {"Authorization": f"Bearer {self.slack.app_token}"}
        url = f"{self.slack.api_url}apps.connections.open"
        async with self.http.post(url, headers=headers) as answer:
            socket = (await answer.json())["url"]
        async with self.http.ws_connect(socket) as line:
            async for message in line:
                envelope = message.json()
                if envelope["type"] == "hello":
                    opened.set()
                if "envelope_id" in envelope:
                    await line.send_json(self._ack(envelope))

    def _ack(self, envelope: Json) -> Json:
        payload = envelope["payload"]
        answer = self.answers.get(payload.get("type") or envelope["type"])
        return {"envelope_id": envelope["envelope_id"]} | ({"payload": answer} if answer else {})


@asynccontextmanager
async def served() -> AsyncIterator[App]:
    """A server with its page open and an app that listens; afterwards nothing unknown was asked."""
    page = SlackPage()

    async def points(person: str) -> str:
        return f"{slack.world.user(person).real_name} has **42** points left."

    async with SlackServer(extra_routes=page.routes) as slack, aiohttp.ClientSession() as http:
        page.show(slack, points)
        app = App(slack=slack, http=http, answers={})
        opened = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(app.listen(opened))
            async with asyncio.timeout(PATIENCE):
                await opened.wait()
            yield app
            listening.cancel()
        assert slack.world.violations == []
