"""Payloads as Slack sends them, with what a test cares about; shapes from Slack's own samples of events."""

from __future__ import annotations

from typing import Any

TEAM, BOT, BOT_ID = "T0HARBOUR", "U0POEBRIDGE", "B0POEBRIDGE"
ADA, BEN = "U0ADA00000", "U0BEN00000"
LAB, DIRECT = "C0LAB00000", "D0ADA00000"
US = f"<@{BOT}>"
TS, ROOT = "1760000100.000200", "1760000000.000100"


def message(text: str = "hello", **more: Any) -> dict[str, Any]:
    """A message in a channel; `None` takes a field away."""
    event = {
        "client_msg_id": "7a1b0c9e-0000-4000-8000-000000000000",
        "type": "message",
        "user": ADA,
        "text": text,
        "team": TEAM,
        "ts": TS,
        "event_ts": TS,
        "channel": LAB,
        "channel_type": "channel",
        "blocks": [],
    }
    return {name: value for name, value in {**event, **more}.items() if value is not None}


def mention(text: str = f"{US} hello", **more: Any) -> dict[str, Any]:
    """The same as `app_mention`, which does not say the kind of the conversation."""
    return message(text, **{"type": "app_mention", "channel_type": None, **more})


def direct(text: str = "hello", **more: Any) -> dict[str, Any]:
    return message(text, **{"channel": DIRECT, "channel_type": "im", **more})


def file(**more: Any) -> dict[str, Any]:
    return {
        "id": "F0NOTES000",
        "name": "notes.txt",
        "title": "Notes",
        "mimetype": "text/plain",
        "size": 12,
        "mode": "snippet",
        "is_external": False,
        "url_private": "https://files.slack.com/files-pri/T0-F0/notes.txt",
        "url_private_download": "https://files.slack.com/files-pri/T0-F0/download/notes.txt",
    } | more
