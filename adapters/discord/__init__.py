"""Discord, through discord.py: what people say there becomes ours (`listen`, `parse`), what we say becomes theirs (`speak`, `format`)."""

from adapters.discord.client import Discord, Health, Options

__all__ = ["Discord", "Health", "Options"]
