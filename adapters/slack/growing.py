"""Which answers grow in which messages now, so that Slack's own Stop, which names a thread, can be told to the right ones. Pure.

A process that was killed knows nothing of what it wrote; such an answer is found by its button.
"""

from __future__ import annotations

from collections.abc import Collection

from bridge.values.ids import ChannelId, TurnId, WorkspaceId
from bridge.values.inbound import MessageRef

from . import ids

_MOST = 5_000
"""Messages kept; far more than can grow at once, so what falls out was forgotten by somebody else."""


class Growing:
    """Messages that are not finished."""

    def __init__(self) -> None:
        self._turns: dict[tuple[WorkspaceId, ChannelId, str], tuple[TurnId, MessageRef]] = {}

    def put(self, workspace: WorkspaceId, ref: MessageRef, turn: TurnId) -> None:
        self._turns[_key(workspace, ref)] = (turn, ref)
        while len(self._turns) > _MOST:
            del self._turns[next(iter(self._turns))]

    def done(self, workspace: WorkspaceId, ref: MessageRef) -> None:
        self._turns.pop(_key(workspace, ref), None)

    def there(
        self, workspace: WorkspaceId, channel: ChannelId, messages: Collection[str] = ()
    ) -> tuple[tuple[TurnId, MessageRef], ...]:
        """The answers that grow in this thread; of several only those in these messages, where any is named that we know."""
        here = [
            found
            for (where, bare, _), found in self._turns.items()
            if where == workspace and bare == ids.channel_of(channel) and found[1].channel == channel
        ]
        named = [found for found in here if found[1].message in messages]
        return tuple({turn: (turn, ref) for turn, ref in named or here}.values())


def _key(workspace: WorkspaceId, ref: MessageRef) -> tuple[WorkspaceId, ChannelId, str]:
    return workspace, ids.channel_of(ref.channel), ref.message
