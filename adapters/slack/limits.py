"""What Slack can do, as numbers. Every one with the page it comes from; how they are kept is not said here.

Rates are told so that they never add up to more than Slack's number a minute, and a little below it, for its clock is not ours.
https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

from bridge.values.capabilities import Capabilities, Rate, Streaming

TEXT = 11_000
"""Characters of a page. Slack takes 12,000 in all `markdown` blocks of a message and, as reported, 13,200 in all blocks together; what is
between is for our small lines and for what makes mentions silent: https://docs.slack.dev/reference/block-kit/blocks/markdown-block"""

STREAM_SECONDS = 240.0
"""Slack ends a stream about 300 seconds after its start, whatever comes: https://github.com/slackapi/python-slack-sdk/issues/1859"""

CAPABILITIES = Capabilities(
    text_limit=TEXT,
    # Slack takes a gigabyte; we hold a file in memory while it is sent.
    file_bytes=50 * 1024 * 1024,
    files=10,
    rate=Rate(writes=5, seconds=6.0),
    # https://docs.slack.dev/reference/methods/assistant.threads.setStatus: gone after two minutes
    typing_seconds=110.0,
    subtext="-# ",
    mention="<@{}>",
    command="/poe {}",
    threads=False,
    overall_writes=40.0,
    rates={
        # One a second in a channel, and short bursts: https://docs.slack.dev/reference/methods/chat.postMessage
        "post": Rate(writes=3, seconds=3.0),
        "append": Rate(writes=5, seconds=3.1),  # tier 4
        # Tiers 3 and 2. Slack's own window, not a smaller one: what ends ten answers at once is a burst.
        "edit": Rate(writes=48, seconds=60.0),
        "begin": Rate(writes=18, seconds=60.0),
        "end": Rate(writes=18, seconds=60.0),
    },
    streaming=Streaming(limit=TEXT, seconds=STREAM_SECONDS, at_once=15),
    feedback=True,
)

FALLBACK = 3_800
"""Characters of `text`, which notifications and screen readers take: https://docs.slack.dev/reference/methods/chat.update"""

SMALL = 2_900  # characters of one text of a context block: https://docs.slack.dev/reference/block-kit/blocks/context-block
BUTTONS = 25  # of an actions block: https://docs.slack.dev/reference/block-kit/blocks/actions-block
LABEL = 75  # characters on a button: https://docs.slack.dev/reference/block-kit/block-elements/button-element
TASK = 256  # characters of a task's title: https://docs.slack.dev/reference/methods/chat.appendStream
TITLE = 200  # characters: https://docs.slack.dev/reference/methods/agents.sessions.rename
ALT_TEXT = 1_000  # characters: https://docs.slack.dev/reference/methods/files.getUploadURLExternal

RESPONSE_USES = 5
"""How often a `response_url` takes an answer: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""

RESPONSE_MARGIN = 60.0
"""We stop using one this many seconds before its half hour ends, so that no answer is on its way then."""

LOOK_BACK = 200  # messages of a conversation read back at once, and one page of them
REFUSED_SECONDS = 600.0
"""How long we remember that a workspace takes no streams or no sessions before we try again."""
