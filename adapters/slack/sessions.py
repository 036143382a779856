"""What Slack shows of a thread in which we work: a status with a Stop of its own, and a title.

Only apps declared as agents have sessions, and only in workspaces that have them; elsewhere there is the older sign, without a Stop.
https://docs.slack.dev/ai/agent-sessions
"""

from __future__ import annotations

from collections import OrderedDict

from bridge.ports import Clock
from bridge.values.errors import ChatBroken, ChatError, ChatForbidden, ChatGone, ChatRefused
from bridge.values.ids import ChannelId, WorkspaceId

from . import ids, limits, refusals, writes
from .rest import Rest
from .writes import ACTIVE, PROCESSING, Json

SET = "agents.sessions.setStatus"
RENAME = "agents.sessions.rename"
_SIGN = "assistant.threads.setStatus"
_TITLE = "assistant.threads.setTitle"
_THINKING = "is thinking…"
_UNHEARD = "missing_agent_session_stopped_event_subscription"

EVERYWHERE = frozenset(
    {"access_denied", "feature_disabled", "missing_scope", "not_allowed_token_type", "unknown_method"}
)
"""Error strings that are about the workspace or the app, whatever the channel."""

_OWED = 5  # ends of sessions that are made good for with the next one

_MET = 5_000

Where = tuple[WorkspaceId, ChannelId]


class Sessions:
    """Sessions of threads. Of a final write only the words matter: what is told here afterwards raises nothing."""

    def __init__(self, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._refused: dict[WorkspaceId, tuple[float, str]] = {}
        self._going: dict[Where, bool] = {}  # whether it is a session, or only a sign
        self._perhaps: set[Where] = set()  # begun, for all we know
        self._owed: dict[Where, bool] = {}  # ends that could not be told
        self._met: OrderedDict[Where, None] = OrderedDict()  # where this process has worked

    def stoppable(self, workspace: WorkspaceId) -> bool:
        """Whether Slack shows a Stop of its own there, as far as we know."""
        return self._why_not(workspace) is None

    def why_not(self) -> tuple[str, ...]:
        """Sentences: what keeps Slack from showing a Stop."""
        return tuple(dict.fromkeys(filter(None, map(self._why_not, list(self._refused)))))

    async def processing(self, workspace: WorkspaceId, channel: ChannelId, title: str = "") -> None:
        """Somebody's question is being worked on. Raises ChatError."""
        root = ids.root_of(channel)
        if root is None:
            return
        where = (workspace, channel)
        self._owed.pop(where, None)
        self._meet(where)
        body = {"channel_id": ids.channel_of(channel), "thread_ts": root}
        if self._why_not(workspace) != refusals.NO_SESSIONS:
            try:
                named = {"title": title} if title else {}
                told = await self._rest.call(workspace, SET, {**body, "status": PROCESSING, **named})
            except (ChatForbidden, ChatRefused) as error:
                if refusals.code(error) not in EVERYWHERE:
                    raise
                self._refuse(workspace, refusals.NO_SESSIONS)
            except ChatBroken:
                self._perhaps.add(where)
                raise
            else:
                self._hear(workspace, told)
                self._going[where] = True
                return
        await self._rest.call(workspace, _SIGN, {**body, "status": _THINKING})
        self._going[where] = False

    async def ensure(self, workspace: WorkspaceId, channel: ChannelId) -> None:
        """Raises ChatForbidden where Slack shows no Stop of its own, ChatError."""
        if self._going.get((workspace, channel)) is None:
            await self.processing(workspace, channel)
        why_not = self._why_not(workspace)
        if why_not is not None:
            raise ChatForbidden(why_not, detail="no native stop")

    async def over(self, workspace: WorkspaceId, channel: ChannelId) -> None:
        """Nothing is being worked on there any more; told where it was not told already. Raises nothing."""
        where = (workspace, channel)
        session = self._going.pop(where, True if where in self._perhaps else None)
        self._perhaps.discard(where)
        if session is not None:
            await self._try_to_end(where, session=session)
        for other in [one for one in self._owed if one[0] == workspace and one != where][:_OWED]:
            await self._try_to_end(other, session=self._owed.pop(other))

    async def _try_to_end(self, where: Where, *, session: bool) -> None:
        try:
            await self._end(where, session=session)
        except (ChatForbidden, ChatGone, ChatRefused):
            pass  # there is nothing left to end
        except ChatError:
            self._owed[where] = session

    def met(self, workspace: WorkspaceId, channel: ChannelId) -> bool:
        """Whether this process has worked there, lately."""
        return (workspace, channel) in self._met

    def recall(self, workspace: WorkspaceId, channel: ChannelId) -> None:
        """A process before us worked there, and may not have told that it is over."""
        self._meet((workspace, channel))
        self._going.setdefault((workspace, channel), self._why_not(workspace) != refusals.NO_SESSIONS)

    def ended(self, workspace: WorkspaceId, channel: ChannelId) -> None:
        """Slack was told so with another call."""
        self._going.pop((workspace, channel), None)
        self._perhaps.discard((workspace, channel))
        self._owed.pop((workspace, channel), None)

    async def rename(self, workspace: WorkspaceId, channel: ChannelId, text: str) -> None:
        """Raises ChatError."""
        root, title = ids.root_of(channel), writes.title(text)
        if root is None or not title:
            return
        body = {"channel_id": ids.channel_of(channel), "thread_ts": root, "title": title}
        if self._why_not(workspace) != refusals.NO_SESSIONS:
            try:
                await self._rest.call(workspace, RENAME, body)
                return
            except ChatGone:  # there is no session yet; a new one takes a title
                await self.processing(workspace, channel, title)
                if self._going.get((workspace, channel)):
                    return
            except (ChatForbidden, ChatRefused) as error:
                if refusals.code(error) not in EVERYWHERE:
                    raise
                self._refuse(workspace, refusals.NO_SESSIONS)
        await self._rest.call(workspace, _TITLE, body)

    def _meet(self, where: Where) -> None:
        self._met[where] = None
        self._met.move_to_end(where)
        while len(self._met) > _MET:
            self._met.popitem(last=False)

    async def _end(self, where: Where, *, session: bool) -> None:
        workspace, channel = where
        body: Json = {"channel_id": ids.channel_of(channel), "thread_ts": ids.root_of(channel)}
        if session:
            await self._rest.call(workspace, SET, {**body, "status": ACTIVE})
        else:
            await self._rest.call(workspace, _SIGN, {**body, "status": ""})

    def _hear(self, workspace: WorkspaceId, told: Json) -> None:
        warned = str(told.get("warning") or "")
        if _UNHEARD in warned:
            self._refuse(workspace, refusals.NO_STOP_EVENT)
        else:
            self._refused.pop(workspace, None)

    def _refuse(self, workspace: WorkspaceId, why: str) -> None:
        self._refused[workspace] = (self._clock.now() + limits.REFUSED_SECONDS, why)

    def _why_not(self, workspace: WorkspaceId) -> str | None:
        until, why = self._refused.get(workspace, (0.0, ""))
        return why if until > self._clock.now() else None
