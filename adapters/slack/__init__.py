"""Slack, through slack-bolt and slack-sdk: what is said there becomes ours (`listen`, `parse`), what we say theirs (`speak`, `format`)."""

from .client import Slack
from .options import Options

__all__ = ["Options", "Slack"]
