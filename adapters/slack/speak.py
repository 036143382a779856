"""The house's words to Slack: `ports.Chat`, `ports.Streams` and `ports.Titles`. When to write what is the scheduler's business; how a body
looks is `writes`'.

An answer stands where it was asked for, in a thread. What only one person may read goes to their direct messages, where it can grow: what
Slack shows to one person in a channel cannot be edited by a token, nor read back. A command's words do go that way while it is open.
"""

from __future__ import annotations

from collections.abc import Collection

from bridge.ports import Clock, Seen, Written
from bridge.values.capabilities import Capabilities
from bridge.values.command import Reply
from bridge.values.draft import Action, Page, Piece
from bridge.values.errors import ChatError, ChatForbidden, ChatGone, ChatRefused
from bridge.values.ids import BucketId, ChannelId, TurnId, WorkspaceId
from bridge.values.inbound import Destination, MessageRef, Place, PlaceKind, Via

from . import format as markdown
from . import ids, limits, reading, refusals, replies, streams, ways
from .growing import Growing
from .history import History
from .rest import Rest
from .sessions import Sessions
from .streams import Streamer
from .uploads import Uploads
from .ways import Ways

_METHODS = {
    "edit": ways.UPDATE,
    "begin": streams.START,
    "append": streams.APPEND,
    "end": streams.STOP,
}
_IN_STREAM = "streaming_state_conflict"


class Speaker:
    """Messages out. Every call is sent once and sleeps for nothing. `streaming` False: answers grow by edits everywhere."""

    platform = ids.PLATFORM
    capabilities: Capabilities = limits.CAPABILITIES

    def __init__(self, rest: Rest, clock: Clock, *, streaming: bool = True) -> None:
        self._streaming = streaming
        self._history = History(rest)
        self._ways = Ways(rest, clock, self._history)
        self._uploads = Uploads(rest, clock, self._ways, self._history)
        self._sessions = Sessions(rest, clock)
        self._growing = Growing()
        self._streams = Streamer(rest, clock, self._sessions, self._history, self._growing)

    def measure(self, text: str) -> int:
        return len(markdown.shown(text))

    def bucket(self, to: Destination, verb: str) -> BucketId:
        workspace = to.place.workspace
        if verb in _METHODS:
            return ids.method_bucket(workspace, _METHODS[verb])
        if _whispers(to):
            return ids.person_bucket(workspace, to.person)
        return ids.channel_bucket(workspace, to.place.channel)

    @property
    def limits_now(self) -> tuple[str, ...]:
        """Sentences: what Slack does not let us do just now."""
        refused = (refusals.NO_STREAMS,) if self._streaming and self._streams.refused else ()
        return (*refused, *self._sessions.why_not())

    def stopped(
        self, workspace: WorkspaceId, channel: str, thread_ts: str, messages: Collection[str] = ()
    ) -> tuple[tuple[TurnId, MessageRef], ...]:
        """Whose answers somebody stopped with Slack's own button: those that grow in this thread, or in these messages of it."""
        return self._growing.there(workspace, ids.ref(channel, thread_ts).channel, messages)

    # -- pages -----------------------------------------------------------------------------------

    async def post(self, to: Destination, page: Page, nonce: str) -> Written:
        workspace = to.place.workspace
        channel = await self._where(to)
        ref = await self._ways.post(workspace, channel, page, nonce)
        if _whispers(to) and (via := self._ways.living(to.via)):
            await self._point(via, to)
        if page.files:
            await self._uploads.share(workspace, channel, page.files, nonce)
        await self._wrote(to, ref, page)
        return Written(ref=ref)

    async def edit(self, to: Destination, ref: MessageRef, page: Page) -> Written:
        workspace = to.place.workspace
        nonce = self._streams.nonce_of(workspace, ref)
        try:
            await self._ways.edit(workspace, ref, page, nonce)
        except ChatRefused as error:
            if refusals.code(error) != _IN_STREAM:
                raise
            # Begun by a process that was killed, or its end was lost on the way: nothing can be changed in it before it is ended.
            await self._streams.break_off(workspace, ref)
            await self._ways.edit(workspace, ref, page, nonce or ids.OVER)
        if nonce:
            self._streams.forget(workspace, ref)
        await self._wrote(to, ref, page)
        return Written(ref=ref)

    async def _wrote(self, to: Destination, ref: MessageRef, page: Page) -> None:
        """A page stands: note who could stop it, and end the session with the last one."""
        workspace = to.place.workspace
        stop = next((one for one in page.buttons if one.action is Action.STOP), None)
        if stop is not None:
            self._growing.put(workspace, ref, stop.turn)
            return
        self._growing.done(workspace, ref)
        if streams.final(page):
            met = to.private or self._sessions.met(workspace, ref.channel)
            if not (met and self._ways.known(workspace, ref)):
                self._sessions.recall(workspace, ref.channel)
            self._ways.know(workspace, ref)
            await self._sessions.over(workspace, ref.channel)

    async def _where(self, to: Destination) -> ChannelId:
        if _whispers(to):
            return await self._ways.direct(to.place.workspace, to.person)
        return to.place.channel

    async def _point(self, via: Via, to: Destination) -> None:
        """Say where the answer is, if nothing was said by this way yet."""
        if not self._ways.fresh(via):
            return
        try:
            await self._ways.respond(via, to.place.channel, replies.IN_DIRECT, private=True)
        except ChatError:
            pass  # the answer stands; nobody is told twice where

    # -- streams ---------------------------------------------------------------------------------

    def streams(self, to: Destination) -> bool:
        """Only in a thread, and where people can stop it."""
        if not self._streaming or to.private or ids.root_of(to.place.channel) is None:
            return False
        return self._streams.allowed(to.place.workspace)

    async def begin(self, to: Destination, piece: Piece, nonce: str) -> Written:
        written = await self._streams.begin(to, piece, nonce)
        self._ways.know(to.place.workspace, written.ref)
        return written

    async def append(self, to: Destination, ref: MessageRef, piece: Piece) -> Written:
        return await self._streams.append(to, ref, piece)

    async def end(self, to: Destination, ref: MessageRef, piece: Piece, page: Page) -> Written:
        return await self._streams.end(to, ref, piece, page)

    # -- around pages ----------------------------------------------------------------------------

    async def typing(self, to: Destination) -> None:
        if not to.private:
            await self._sessions.processing(to.place.workspace, to.place.channel)

    async def entitle(self, to: Destination, title: str) -> None:
        if not to.private:
            await self._sessions.rename(to.place.workspace, to.place.channel, title)

    async def find(self, to: Destination, turn: TurnId) -> tuple[Seen, ...]:
        """Also a stream of a process before us that nobody ended, in the thread where this turn's answer belongs."""
        workspace = to.place.workspace
        asked = None if _whispers(to) or to.reply_to is None else float(to.reply_to)
        known = self._streams.known(workspace)
        return tuple(await self._history.of_turn(workspace, await self._where(to), turn, known, asked))

    async def read(self, to: Destination, ref: MessageRef) -> Seen:
        return reading.seen(await self._history.one(to.place.workspace, ref), ref)

    async def open_thread(self, to: Destination, title: str) -> Place:
        """A thread is there without asking; at the top of a channel a message of ours begins it."""
        place = to.place
        if place.kind is not PlaceKind.CHANNEL:
            return place
        channel = place.channel
        if to.reply_to is not None:
            thread = ids.thread(channel, to.reply_to)
        else:
            page = Page(text=title)
            nonce = replies.nonce(to, page, 0)
            thread = (await self._ways.post(place.workspace, channel, page, nonce)).channel
        return Place(
            platform=ids.PLATFORM,
            workspace=place.workspace,
            channel=thread,
            kind=PlaceKind.THREAD,
            parent=ids.channel_of(channel),
            ours=True,
        )

    # -- replies ---------------------------------------------------------------------------------

    async def reply(self, to: Destination, reply: Reply) -> None:
        """Privately where the platform can, else by direct message; never where others look.

        Raises ChatForbidden, ChatGone or ChatRefused when no way is open.
        """
        private = (reply.private or to.private) and to.place.kind is not PlaceKind.DIRECT
        for number, page in enumerate(replies.pages(reply)):
            nonce = replies.nonce(to, page, number)
            if private:
                await self._say_privately(to, page, nonce)
            else:
                await self._say(to, page, nonce)

    async def _say_privately(self, to: Destination, page: Page, nonce: str) -> None:
        """Files can only be shared where they stay: with their words, in direct messages."""
        if page.files:
            await self._say_directly(to, page, nonce)
            await self._whisper(to, replies.FILES_DIRECT)
        elif not await self._whisper(to, page.text):
            await self._say_directly(to, page, nonce)

    async def _whisper(self, to: Destination, text: str) -> bool:
        """Whether it could be shown to the person, where they are."""
        if await self._respond(to, text, private=True):
            return True
        try:
            await self._ways.whisper(to.place.workspace, to.place.channel, to.person, text)
        except (ChatForbidden, ChatGone, ChatRefused):
            return False
        return True

    async def _say(self, to: Destination, page: Page, nonce: str) -> None:
        """To everybody who is there; by the command's own address where we may not write ourselves."""
        workspace = to.place.workspace
        # What somebody typed as a command in their direct messages has no thread to be answered in.
        alone = to.place.kind is PlaceKind.DIRECT and ids.root_of(to.place.channel) is None
        if alone and not page.files and await self._respond(to, page.text, private=True):
            return
        try:
            await self._ways.post(workspace, to.place.channel, page, nonce)
        except (ChatForbidden, ChatGone):
            if await self._respond(to, page.text, private=False):
                return
            raise
        if page.files:
            await self._uploads.share(workspace, to.place.channel, page.files, nonce)

    async def _say_directly(self, to: Destination, page: Page, nonce: str) -> None:
        workspace = to.place.workspace
        channel = await self._ways.direct(workspace, to.person)
        await self._ways.post(workspace, channel, page, nonce)
        if page.files:
            await self._uploads.share(workspace, channel, page.files, nonce)

    async def _respond(self, to: Destination, text: str, *, private: bool) -> bool:
        via = self._ways.living(to.via)
        if via is None:
            return False
        try:
            await self._ways.respond(via, to.place.channel, text, private=private)
        except (ChatForbidden, ChatGone, ChatRefused):
            self._ways.spent(via)
            return False
        return True


def _whispers(to: Destination) -> bool:
    """For one person's eyes, where others could look."""
    return to.private and to.place.kind is not PlaceKind.DIRECT
