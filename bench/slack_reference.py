"""A Slack bot as most are: slack-bolt, the openai SDK, and an update after every 20 pieces from inside the loop that reads the model.

It stands for the common pattern, not for one project: a first post at once, `chat.update` with all there is, a last update with the whole
text, rate limits left to the SDK's own handler. `python -m bench.slack_reference`, with the addresses in the environment as for the bridge.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

from openai import AsyncOpenAI
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

EVERY = 20
LIMIT = 11_000


def client(token: str) -> AsyncWebClient:
    found = AsyncWebClient(token=token, base_url=os.environ["POEBRIDGE_SLACK__API_URL"])
    found.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=10))
    return found


async def answer(event: dict[str, Any], slack: AsyncWebClient, model: AsyncOpenAI) -> None:
    """Post a beginning, then update it, a message after the other where it gets too long."""
    where = {"channel": event["channel"], "thread_ts": event.get("thread_ts") or event["ts"]}
    posted = await slack.chat_postMessage(text="…", **where)
    stream = await model.responses.create(model="Claude-Haiku-4.5", input=event["text"], stream=True)
    text, pieces, stands = "", 0, "…"
    async for found in stream:
        if found.type != "response.output_text.delta":
            continue
        if len(text) + len(found.delta) > LIMIT:
            await _update(slack, posted, text)
            posted, text = await slack.chat_postMessage(text="…", **where), ""
        text, pieces = text + found.delta, pieces + 1
        if pieces % EVERY == 0:
            await _update(slack, posted, text)
            stands = text
    if text != stands:
        await _update(slack, posted, text)


async def _update(slack: AsyncWebClient, posted: Any, text: str) -> None:
    blocks = [{"type": "markdown", "text": text}]
    await slack.chat_update(channel=posted["channel"], ts=posted["ts"], text=text[:3000], blocks=blocks)


async def main() -> None:
    slack = client(os.environ["POEBRIDGE_SLACK__BOT_TOKEN"])
    model = AsyncOpenAI(
        base_url=os.environ["POEBRIDGE_POE__BASE_URL"], api_key=os.environ["POEBRIDGE_POE__KEY"]
    )
    app = AsyncApp(client=slack)

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        await answer(event, slack, model)

    @app.event("message")
    async def heard() -> None:
        """Acknowledged; only mentions are answered."""

    token = os.environ["POEBRIDGE_SLACK__APP_TOKEN"]
    await AsyncSocketModeHandler(app, token, web_client=client(token)).start_async()  # type: ignore[no-untyped-call]  # as the library has it


if __name__ == "__main__":
    asyncio.run(main())
