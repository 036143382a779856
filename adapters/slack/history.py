"""What stands on the platform, read back: for doubts after a lost answer, and for what a process before us wrote.

Slack knows no argument that makes a second try harmless, so what may have been done is looked for before it is done again.
https://docs.slack.dev/reference/methods/conversations.replies
"""

from __future__ import annotations

from collections.abc import Iterable

from bridge.ports import Seen
from bridge.values.errors import ChatGone
from bridge.values.ids import ChannelId, TurnId, WorkspaceId
from bridge.values.inbound import MessageRef

from . import ids, limits, reading
from .rest import Rest, field
from .writes import Json

SKEW = 120.0
"""Seconds that our clock and Slack's may be apart."""

_PAGES = 5  # of a long thread


class History:
    """Our own messages in a thread, or at the top of a channel."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def since(
        self, workspace: WorkspaceId, channel: ChannelId, oldest: float | None = None
    ) -> list[Json]:
        """What we said there from that moment on, oldest first. Raises ChatError."""
        root = ids.root_of(channel)
        method = "conversations.replies" if root else "conversations.history"
        body: Json = {
            "channel": ids.channel_of(channel),
            "limit": limits.LOOK_BACK,
            "include_all_metadata": True,
            "inclusive": True,
            **({"ts": root} if root else {}),
            **({"oldest": f"{oldest:.6f}"} if oldest is not None else {}),
        }
        us = await self._rest.bearer(workspace)
        found: list[Json] = []
        for _ in range(_PAGES if root else 1):
            told = await self._rest.call(workspace, method, body, read=True)
            found += field(told, "messages")
            body["cursor"] = (told.get("response_metadata") or {}).get("next_cursor")
            if not body["cursor"]:
                break
        own = (one for one in found if one.get("user") == us.user or (us.bot and one.get("bot_id") == us.bot))
        return sorted({one["ts"]: one for one in own}.values(), key=lambda one: float(one["ts"]))

    async def page(
        self, workspace: WorkspaceId, channel: ChannelId, nonce: str, tried_at: float
    ) -> MessageRef | None:
        """The page that a try from that moment on made, if it made one."""
        for message in await self.since(workspace, channel, tried_at - SKEW):
            if reading.nonce_of(message) == nonce:
                return named(channel, message)
        return None

    async def of_turn(
        self,
        workspace: WorkspaceId,
        channel: ChannelId,
        turn: TurnId,
        known: Iterable[str],
        asked: float | None,
    ) -> list[Seen]:
        """The pages of a turn as they stand; also a stream that nobody ended and that is not `known` to be anybody's.

        One whose files did not come is left out: it has to be posted with them once more.
        """
        strangers = set(known)
        own = await self.since(workspace, channel, asked)
        return [
            reading.seen(message, named(channel, message))
            for message in own
            if (reading.belongs(message, turn) and not reading.owes_files(message, own))
            or (reading.unfinished(message) and message["ts"] not in strangers)
        ]

    async def one(self, workspace: WorkspaceId, ref: MessageRef) -> Json:
        """A message as it stands. Raises ChatGone when it is no longer there, ChatError."""
        body = {
            "channel": ids.channel_of(ref.channel),
            "ts": ids.root_of(ref.channel) or ref.message,
            "oldest": ref.message,
            "latest": ref.message,
            "inclusive": True,
            "limit": limits.LOOK_BACK,
        }
        told = await self._rest.call(workspace, "conversations.replies", body, read=True)
        for message in field(told, "messages"):
            if message.get("ts") == ref.message:
                return dict(message)
        raise ChatGone(detail="conversations.replies: not there")


def named(channel: ChannelId, message: Json) -> MessageRef:
    return ids.ref(ids.channel_of(channel), str(message["ts"]), message.get("thread_ts"))
