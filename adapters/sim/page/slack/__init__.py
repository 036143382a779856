"""The page of the simulated Slack: channels, threads beside them, the app's Home and messages, forms; written to as its people."""

from .page import SlackPage

__all__ = ["SlackPage"]
