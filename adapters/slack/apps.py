"""Clients that act as the app itself and in no workspace: for opening sockets, for OAuth's codes, and for looking at the app's settings."""

from __future__ import annotations

import logging

from slack_sdk.web.async_client import AsyncWebClient

_SECONDS = 20


def client(api_url: str, token: str = "") -> AsyncWebClient:
    """Says everything once; each call has a connection of its own. `api_url` is "" for Slack's own address."""
    base = f"{api_url.rstrip('/')}/" if api_url else AsyncWebClient.BASE_URL
    made = AsyncWebClient(
        token=token or None, base_url=base, timeout=_SECONDS, retry_handlers=[], logger=silent()
    )
    if api_url:
        made.proxy = None  # Slack is nearer than the proxy
    return made


def silent() -> logging.Logger:
    """A logger that says nothing: those of slack_bolt and slack_sdk print bodies and tokens."""
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logger = logging.getLogger("slack_bolt.silent")
    logger.disabled = True
    return logger
