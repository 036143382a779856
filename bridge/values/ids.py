"""Opaque named strings.

Only the adapter that made an id may parse it (its `ids.py` holds the make/parse pairs); everybody else compares and stores.
Ids are text of any length: a response id of 160 characters is normal.
"""

from __future__ import annotations

from typing import NewType

Platform = NewType(
    "Platform", str
)  # "discord", "slack": a label for people and logs, never a branch in the core
WorkspaceId = NewType(
    "WorkspaceId", str
)  # a Discord server or Slack workspace; direct messages have their own
ChannelId = NewType("ChannelId", str)  # where messages stand: a channel, a thread or a direct message
MessageId = NewType("MessageId", str)
PersonId = NewType("PersonId", str)
RoleId = NewType("RoleId", str)
EventId = NewType("EventId", str)  # what the platform repeats when it delivers the same event again
TurnId = NewType("TurnId", str)  # ours: 16 characters of base32
ConversationId = NewType("ConversationId", str)  # ours: the id of its first turn
HoldId = NewType("HoldId", str)  # ours: turn and number of the call
ResponseId = NewType("ResponseId", str)
ModelId = NewType("ModelId", str)  # lower-case slug, as the catalogue prints it
PresetName = NewType("PresetName", str)
KeyName = NewType("KeyName", str)  # which Poe key pays; the name, never the key
BudgetId = NewType("BudgetId", str)
BucketId = NewType("BucketId", str)  # a rate limit several messages share
