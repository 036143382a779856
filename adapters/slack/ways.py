"""The ways a message leaves: into a channel or thread, to somebody directly, for one pair of eyes. Which is taken is `speak`'s business.

Each write is sent once. What may have been done without our hearing of it is looked for before it is sent again.
"""

from __future__ import annotations

from collections import OrderedDict

from bridge.ports import Clock
from bridge.values.draft import Page
from bridge.values.errors import ChatBroken, ChatError
from bridge.values.ids import ChannelId, PersonId, WorkspaceId
from bridge.values.inbound import MessageRef, Via

from . import ids, limits, writes
from .history import History
from .rest import Rest, field
from .writes import Json

POST, UPDATE, WHISPER = "chat.postMessage", "chat.update", "chat.postEphemeral"

_KEPT = 5_000


class Ways:
    """Writes that are not streams."""

    def __init__(self, rest: Rest, clock: Clock, history: History) -> None:
        self._rest = rest
        self._clock = clock
        self._history = history
        self._posted: OrderedDict[tuple[WorkspaceId, str], MessageRef] = OrderedDict()
        self._known: OrderedDict[tuple[WorkspaceId, MessageRef], None] = OrderedDict()
        self._unsure: dict[tuple[WorkspaceId, str], float] = {}
        self._direct: dict[tuple[WorkspaceId, PersonId], ChannelId] = {}
        self._uses: dict[str, int] = {}

    async def post(self, workspace: WorkspaceId, channel: ChannelId, page: Page, nonce: str) -> MessageRef:
        """A page as a new message; the same nonce again yields the message that is there. Raises ChatError."""
        key = (workspace, nonce)
        if key in self._posted:
            return self._posted[key]
        if key in self._unsure and (found := await self._found(workspace, channel, nonce)):
            return self._note(key, found)
        try:
            told = await self._rest.call(workspace, POST, writes.message(channel, page, nonce))
            ts = str(field(told, "ts"))
        except ChatBroken:
            self._unsure.setdefault(key, self._clock.now())
            raise
        # Where Slack put it: it opens a direct channel for a person's id by itself.
        bare = ChannelId(str(told.get("channel") or ids.channel_of(channel)))
        return self._note(key, ids.ref(bare, ts, ids.root_of(channel)))

    async def edit(
        self, workspace: WorkspaceId, ref: MessageRef, page: Page, nonce: str | None = None
    ) -> None:
        """Raises ChatError."""
        await self._rest.call(workspace, UPDATE, writes.edit(ref.channel, ref.message, page, nonce))

    async def direct(self, workspace: WorkspaceId, person: PersonId) -> ChannelId:
        """The channel of our direct messages with somebody, asked for once. Raises ChatError."""
        key = (workspace, person)
        if key not in self._direct:
            told = await self._rest.call(workspace, "conversations.open", {"users": person}, read=True)
            self._direct[key] = ChannelId(str(field(field(told, "channel"), "id")))
        return self._direct[key]

    async def whisper(
        self, workspace: WorkspaceId, channel: ChannelId, person: PersonId, text: str, *, naming: bool = True
    ) -> None:
        """Shown to one person, until they reload; nobody can say later whether it was. Raises ChatError."""
        root = ids.root_of(channel)
        where = {"channel": ids.channel_of(channel), "user": person, **({"thread_ts": root} if root else {})}
        quiet = {"link_names": False, "parse": "none"}
        await self._rest.call(workspace, WHISPER, {**where, **writes.told(text, naming=naming), **quiet})

    # -- answers to a command or button ------------------------------------------------------------

    def living(self, via: Via | None) -> Via | None:
        """The right to answer, if it can still be used."""
        if via is None or self._clock.now() >= via.expires_at - limits.RESPONSE_MARGIN:
            return None
        return via if self._uses.get(via.token, 0) < limits.RESPONSE_USES else None

    async def respond(self, via: Via, channel: ChannelId, text: str, *, private: bool) -> None:
        """Answer by the command's or button's own address. Raises ChatError."""
        self._uses[via.token] = self._uses.get(via.token, 0) + 1
        while len(self._uses) > _KEPT:
            del self._uses[next(iter(self._uses))]
        root = ids.root_of(channel)
        body: Json = {
            "response_type": "ephemeral" if private else "in_channel",
            "replace_original": False,
            "unfurl_links": False,
            "unfurl_media": False,
            **writes.told(text, naming=private),
            **({"thread_ts": root} if root else {}),
        }
        await self._rest.respond(via.token, body)

    def fresh(self, via: Via) -> bool:
        """Nothing was said by it yet."""
        return via.token not in self._uses

    def spent(self, via: Via) -> None:
        """Slack takes no more of it."""
        self._uses[via.token] = limits.RESPONSE_USES

    # -- what is known -----------------------------------------------------------------------------

    def known(self, workspace: WorkspaceId, ref: MessageRef) -> bool:
        """Whether it was posted here, and not by a process before us."""
        return (workspace, ref) in self._known

    def know(self, workspace: WorkspaceId, ref: MessageRef) -> None:
        self._known[workspace, ref] = None
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def _note(self, key: tuple[WorkspaceId, str], ref: MessageRef) -> MessageRef:
        self._unsure.pop(key, None)
        self._posted[key] = ref
        self.know(key[0], ref)
        while len(self._posted) > _KEPT:
            self._posted.popitem(last=False)
        return ref

    async def _found(self, workspace: WorkspaceId, channel: ChannelId, nonce: str) -> MessageRef | None:
        try:
            return await self._history.page(workspace, channel, nonce, self._unsure[workspace, nonce])
        except ChatError as error:
            if error.retry:
                raise
            return None  # we may write there, but not read
