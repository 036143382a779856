"""Slack, through slack-bolt and slack-sdk: what people say there becomes ours (`listen`, `parse`), what we say theirs (`speak`, `format`)."""
