"""What Discord can do, as numbers. Every one with the page it comes from; how they are kept is not said here."""

from __future__ import annotations

from bridge.values.capabilities import Capabilities, Rate

CAPABILITIES = Capabilities(
    # Counted in code points: https://docs.discord.com/developers/resources/message#create-message
    text_limit=2000,
    # The default of every server and direct message: https://docs.discord.com/developers/reference#uploading-files
    file_bytes=10 * 1024 * 1024,
    files=10,
    # Unpublished; what the headers of channel writes say in practice. The headers have the last word:
    # https://docs.discord.com/developers/topics/rate-limits#header-format
    rate=Rate(writes=5, seconds=5.0),
    # https://docs.discord.com/developers/resources/channel#trigger-typing-indicator
    typing_seconds=10.0,
    subtext="-# ",
    mention="<@{}>",
    threads=True,
    # 50 a second for the whole bot, interactions not counted; the rest is left for reading and acknowledging:
    # https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
    overall_writes=47.0,
)

TOKEN_SECONDS = 900.0
"""How long an interaction may be answered: https://docs.discord.com/developers/interactions/receiving-and-responding"""

TOKEN_MARGIN = 60.0
"""We stop using an interaction's token this long before its end, so that no write is on its way when it ends."""

ACKNOWLEDGE_SECONDS = 3.0
"""Within this an interaction has to be acknowledged, from when Discord sent it."""

BUTTONS_PER_ROW = 5
ROWS = 5
CHOICES = 25
LABEL = 100  # of a choice, its value, or a description
FORM_ANSWER = 4000
THREAD_NAME = 100
NONCE = 25
