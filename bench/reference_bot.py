"""A bot as most are: discord.py, the openai SDK, and an edit about once a second from inside the loop that reads the model.

It stands for the common pattern, not for one project: the first words are sent as they come, later ones at most once a second, a full
message is followed by the next one, and the last edit completes the text. Rate limits are left to discord.py.
`python -m bench.reference_bot`, with the addresses in the environment as for the bridge.
"""

from __future__ import annotations

import os
import time
import warnings

import yarl
from openai import AsyncOpenAI

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # discord.py imports audioop for voice
    import discord

EDIT_SECONDS = 1.0
LIMIT = 2000


class Bot(discord.Client):
    """Answers whoever mentions it."""

    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = True
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none())
        self._model = AsyncOpenAI(
            base_url=os.environ["POEBRIDGE_POE__BASE_URL"], api_key=os.environ["POEBRIDGE_POE__KEY"]
        )

    async def on_message(self, message: discord.Message) -> None:
        if message.author == self.user or self.user not in message.mentions:
            return
        async with message.channel.typing():
            await self._answer(message)

    async def _answer(self, question: discord.Message) -> None:
        stream = await self._model.responses.create(
            model="Claude-Haiku-4.5", input=question.clean_content, stream=True
        )
        page: discord.Message | None = None
        last, text, edited = question, "", 0.0
        async for event in stream:
            if event.type != "response.output_text.delta":
                continue
            if len(text) + len(event.delta) > LIMIT and page is not None:
                await page.edit(content=text)
                last, page, text = page, None, ""
            text += event.delta
            if page is None and text.strip():
                page = await last.reply(text, mention_author=False)
                edited = time.monotonic()
            elif page is not None and time.monotonic() - edited >= EDIT_SECONDS:
                await page.edit(content=text)
                edited = time.monotonic()
        if page is not None:
            await page.edit(content=text)


def main() -> None:
    discord.http.Route.BASE = os.environ["POEBRIDGE_DISCORD__API_URL"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["POEBRIDGE_DISCORD__GATEWAY_URL"])
    Bot().run(os.environ["POEBRIDGE_DISCORD__TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
