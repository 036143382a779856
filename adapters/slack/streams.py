"""Answers that grow by Slack's own streaming: begun, added to, ended. When to do which is the scheduler's business.

A stream takes only more: what was sent stays, so a piece that may turn out to be a mention waits for what comes next.
https://docs.slack.dev/reference/methods/chat.startStream
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.ports import Clock, Written
from bridge.values.draft import Action, Page, Piece
from bridge.values.errors import ChatBroken, ChatForbidden, ChatGone, ChatRefused
from bridge.values.ids import WorkspaceId
from bridge.values.inbound import Destination, MessageRef

from . import format as markdown
from . import ids, limits, reading, refusals, writes
from .growing import Growing
from .history import SKEW, History, named
from .rest import Rest, field
from .sessions import EVERYWHERE, Sessions
from .writes import ACTIVE, PROCESSING, Json

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"

_NEVER = EVERYWHERE | {"restricted_action", "method_not_supported_for_channel_type"}
"""Error strings after which this workspace is not asked for a while."""

_KEPT = 2_000


@dataclass(slots=True, kw_only=True)
class Stream:
    """A message that grows. `text` is what was given, `sent` how much stands of how it is shown."""

    ref: MessageRef
    nonce: str
    text: str = ""
    sent: int = 0

    def more(self, text: str, *, last: bool = False) -> str:
        """What to send so that this too stands, but for an end that may yet become a mention."""
        whole = self.text + text
        whole = whole if last else whole[: len(whole) - markdown.undecided(whole)]
        return markdown.shown(whole)[self.sent :]


class Streamer:
    """Streams of this process."""

    def __init__(
        self, rest: Rest, clock: Clock, sessions: Sessions, history: History, growing: Growing
    ) -> None:
        self._rest = rest
        self._clock = clock
        self._sessions = sessions
        self._history = history
        self._growing = growing
        self._refused: dict[WorkspaceId, float] = {}
        self._streams: dict[tuple[WorkspaceId, MessageRef], Stream] = {}
        self._unsure: dict[str, float] = {}  # when the first try of a page left

    def allowed(self, workspace: WorkspaceId) -> bool:
        """Whether this workspace takes streams that people can stop, as far as we know."""
        return self._refused.get(workspace, 0.0) <= self._clock.now() and self._sessions.stoppable(workspace)

    @property
    def refused(self) -> bool:
        """Whether some workspace takes none."""
        return any(until > self._clock.now() for until in self._refused.values())

    def nonce_of(self, workspace: WorkspaceId, ref: MessageRef) -> str | None:
        """Of a message that was begun as a stream."""
        stream = self._streams.get((workspace, ref))
        return stream.nonce if stream else None

    def known(self, workspace: WorkspaceId) -> list[str]:
        """Messages that are streams of ours."""
        return [ref.message for where, ref in self._streams if where == workspace]

    async def begin(self, to: Destination, piece: Piece, nonce: str) -> Written:
        workspace, channel = to.place.workspace, to.place.channel
        if ids.root_of(channel) is None:
            raise ChatRefused(detail="no thread to stream in")
        stream = Stream(ref=MessageRef(channel=channel, message=ids.NOWHERE), nonce=nonce)
        text = stream.more(piece.text)
        found = await self._look(to, text, nonce) if nonce in self._unsure else None
        if found is not None:
            stream.ref = found
        else:
            await self._sessions.ensure(workspace, channel)
            chunks = writes.chunks(text, piece.steps)
            body = writes.begin(channel, chunks, person=to.person, workspace=workspace)
            stream.ref = await self._start(workspace, body, nonce)
        self._unsure.pop(nonce, None)
        stream.text, stream.sent = piece.text, len(text)
        self._keep(workspace, stream)
        return Written(ref=stream.ref)

    async def append(self, to: Destination, ref: MessageRef, piece: Piece) -> Written:
        stream = self._stream(to, ref)
        text = stream.more(piece.text)
        chunks = writes.chunks(text, piece.steps)
        if chunks:
            await self._rest.call(to.place.workspace, APPEND, writes.append(ref.channel, ref.message, chunks))
        stream.text += piece.text
        stream.sent += len(text)
        return Written(ref=ref)

    async def end(self, to: Destination, ref: MessageRef, piece: Piece, page: Page) -> Written:
        """Small lines that end the piece come in a block of their own, as on every page."""
        workspace = to.place.workspace
        stream = self._stream(to, ref)
        begins_line = not stream.text or stream.text.endswith("\n")
        body, small = markdown.parted(piece.text, begins_line=begins_line)
        status = ACTIVE if final(page) else PROCESSING
        given = writes.end(
            ref.channel,
            ref.message,
            writes.chunks(stream.more(body, last=True), piece.steps),
            writes.tail(small, page.buttons),
            nonce=stream.nonce,
            status=status,
        )
        await self._rest.call(workspace, STOP, given)
        self.forget(workspace, ref)
        if status == ACTIVE:
            self._sessions.ended(workspace, ref.channel)
        return Written(ref=ref)

    async def break_off(self, workspace: WorkspaceId, ref: MessageRef) -> None:
        """End a stream as it stands, so that its message can be edited. One that is over already is as good. Raises ChatError."""
        nonce = self.nonce_of(workspace, ref) or ids.OVER
        body = writes.end(ref.channel, ref.message, [], [], nonce=nonce, status=PROCESSING)
        try:
            await self._rest.call(workspace, STOP, body)
        except ChatGone:
            pass
        self.forget(workspace, ref)

    def forget(self, workspace: WorkspaceId, ref: MessageRef) -> None:
        """It is an ordinary message from now on."""
        self._streams.pop((workspace, ref), None)
        self._growing.done(workspace, ref)

    async def _start(self, workspace: WorkspaceId, body: Json, nonce: str) -> MessageRef:
        try:
            told = await self._rest.call(workspace, START, body)
            return ids.ref(body["channel"], str(field(told, "ts")), body["thread_ts"])
        except ChatBroken:
            self._unsure.setdefault(nonce, self._clock.now())
            raise
        except (ChatForbidden, ChatRefused) as error:
            if refusals.code(error) in _NEVER:
                self._refused[workspace] = self._clock.now() + limits.REFUSED_SECONDS
            raise

    async def _look(self, to: Destination, text: str, nonce: str) -> MessageRef | None:
        """The stream that a lost try began: nobody's yet, and it says what was sent."""
        workspace, channel = to.place.workspace, to.place.channel
        said = reading.gist(text)
        known = self.known(workspace)
        for message in await self._history.since(workspace, channel, self._unsure[nonce] - SKEW):
            nameless = reading.unmarked(message) and message["ts"] not in known
            if nameless and reading.gist(reading.page_text(message)) == said:
                return named(channel, message)
        return None

    def _stream(self, to: Destination, ref: MessageRef) -> Stream:
        stream = self._streams.get((to.place.workspace, ref))
        if stream is None:
            raise ChatGone(detail="no stream of this process")
        return stream

    def _keep(self, workspace: WorkspaceId, stream: Stream) -> None:
        self._streams[workspace, stream.ref] = stream
        self._growing.put(workspace, stream.ref, ids.turn_of(stream.nonce))
        while len(self._streams) > _KEPT:
            del self._streams[next(iter(self._streams))]


def final(page: Page) -> bool:
    """Whether nothing more will come after this page of an answer.

    While it grows it carries Stop, and a page that is full, and goes on in the next one, carries nothing at all.
    """
    actions = {button.action for button in page.buttons}
    if actions:
        return Action.STOP not in actions
    body, small = markdown.parted(page.text)
    return bool(small) or len(body) < limits.TEXT // 2
