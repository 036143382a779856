"""The house's words to Discord: `ports.Chat`. When to write what is the scheduler's business; how a body looks is `writes`'.

Three ways lead to a reader, tried in this order:
* the interaction's own, while its token lives; the first page takes the place of "thinking";
* the channel. A public answer to a command goes on there with its second page: only there does a nonce make a second try harmless;
* direct messages, for what only one person may read and no token covers any more.
"""

from __future__ import annotations

from bridge.ports import Clock, Seen, Written
from bridge.values.capabilities import Capabilities
from bridge.values.command import Reply
from bridge.values.draft import Page
from bridge.values.errors import ChatForbidden, ChatGone, ChatRefused
from bridge.values.ids import BucketId, ChannelId, MessageId, TurnId
from bridge.values.inbound import Destination, MessageRef, Place, PlaceKind, Via

from . import format as markdown
from . import ids, limits, replies, ways, writes
from .rest import Rest
from .tokens import Tokens
from .ways import MESSAGE, MESSAGES, ORIGINAL, Ways
from .writes import EPHEMERAL, LOADING, SUPPRESS_NOTIFICATIONS

_LOOK_BACK = "50"  # messages
_NO_MESSAGE = "/10008"  # https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_HAS_THREAD = "/160004"
_ANNOUNCEMENT, _ANNOUNCEMENT_THREAD, _PUBLIC_THREAD = 5, 10, 11


class Speaker:
    """Messages out. Every call is sent once and sleeps for nothing."""

    platform = ids.PLATFORM
    capabilities: Capabilities = limits.CAPABILITIES

    def __init__(self, rest: Rest, clock: Clock, *, thread_minutes: int = 1440) -> None:
        self._rest = rest
        self._ways = Ways(rest, clock)
        self._tokens = Tokens(clock)
        self._thread_minutes = thread_minutes
        self._opened: set[ChannelId] = set()  # threads nothing was said in yet

    def measure(self, text: str) -> int:
        return len(markdown.shown(text))

    def bucket(self, to: Destination, verb: str) -> BucketId:
        via = self._tokens.living(to.via)
        if via is not None and not self._in_channel(via, to, verb):
            return ids.token_bucket(via.token)
        if _whispers(to):
            return ids.person_bucket(to.person)
        return ids.channel_bucket(to.place.channel)

    def _in_channel(self, via: Via, to: Destination, verb: str) -> bool:
        """Whether a public answer to a command writes in the channel by now: its second page, and edits from then on."""
        if to.private:
            return False
        return not self._tokens.fresh(via) if verb == "post" else self._tokens.left(via)

    def issued(self, via: Via) -> None:
        """A token that was handed to us just now; until it is used the person sees "thinking"."""
        self._tokens.issue(via)

    # -- pages -----------------------------------------------------------------------------------

    async def post(self, to: Destination, page: Page, nonce: str) -> Written:
        """A page without `reply_to` follows another one, and makes no sound; but the first in a thread we opened does."""
        via = self._tokens.living(to.via)
        if via is not None:
            try:
                return await self._post_by(via, to, page, nonce)
            except ChatGone:
                # The token ended early, or the person removed what we were answering in. The answer is still theirs.
                self._tokens.end(via)
        return await self._post_plain(to, page, nonce)

    async def _post_by(self, via: Via, to: Destination, page: Page, nonce: str) -> Written:
        if via.original and not self._tokens.known(via):
            await self._look_at_original(via, nonce)
        if self._tokens.take(via, nonce):
            return await self._into_original(via, page)
        if to.private:
            return await self._ways.follow_up(via, page, EPHEMERAL)
        try:
            written = await self._post_plain(to, page, nonce)
        except ChatForbidden:
            # A command may be answered even where the bot may not write.
            return await self._ways.follow_up(via, page, SUPPRESS_NOTIFICATIONS)
        self._tokens.leave(via)
        return written

    async def _into_original(self, via: Via, page: Page) -> Written:
        try:
            return await self._ways.into_original(via, page)
        except ChatRefused:
            self._tokens.give_back(via)
            raise

    async def _look_at_original(self, via: Via, nonce: str) -> None:
        """A token from before a restart: is "thinking" still there, or would this page overwrite another?"""
        original = (await self._ways.hook("GET", via, ORIGINAL)).data
        if not ways.field(original, "flags") & LOADING:
            self._tokens.take(via, f"not {nonce}")
        self._tokens.issue(via)

    async def _post_plain(self, to: Destination, page: Page, nonce: str) -> Written:
        if _whispers(to):
            return await self._ways.direct(to.person, page, nonce)
        channel = to.place.channel
        silent = to.reply_to is None and channel not in self._opened
        written = await self._ways.in_channel(channel, page, nonce, reply_to=to.reply_to, silent=silent)
        self._opened.discard(channel)
        return written

    async def edit(self, to: Destination, ref: MessageRef, page: Page) -> Written:
        right = ref.via or (to.via if to.private else None)
        via = self._tokens.living(right)
        if via is not None:
            try:
                heard = await self._ways.edit_by(via, ref, page)
            except ChatGone as error:
                if to.private or error.detail.endswith(_NO_MESSAGE):
                    raise
                self._tokens.end(via)
            else:
                return self._ways.written(ids.token_bucket(via.token), heard, ref.via)
        elif right is not None and _whispers(to) and ref.channel == to.place.channel:
            raise ChatGone(detail="the right to edit a private message is over")
        heard = await self._ways.edit(ref, page)
        return self._ways.written(_edit_bucket(to, ref), heard, ref.via)

    # -- around pages ----------------------------------------------------------------------------

    async def typing(self, to: Destination) -> None:
        """Not where "thinking" stands already, and not in public for what one person alone will see."""
        via = self._tokens.living(to.via)
        if (via is not None and self._tokens.fresh(via)) or _whispers(to):
            return
        await self._rest.call("POST", "/channels/{channel_id}/typing", {"channel_id": to.place.channel})

    async def find(self, to: Destination, turn: TurnId) -> tuple[Seen, ...]:
        """Of a private answer only the first page can be found, and only while its token lives."""
        found = {seen.ref.message: seen for seen in await self._originals(to, turn)}
        if not _whispers(to):
            us = await self._rest.identity()
            where, query = {"channel_id": str(to.place.channel)}, {"limit": _LOOK_BACK}
            heard = await self._rest.call("GET", MESSAGES, where, query=query)
            for message in heard.data:
                if int(message["author"]["id"]) == us.me and ways.carries(message, turn):
                    seen = ways.seen(message, ways.ref(message, None))
                    found.setdefault(seen.ref.message, seen)
        return tuple(found[message] for message in sorted(found, key=int))

    async def _originals(self, to: Destination, turn: TurnId) -> tuple[Seen, ...]:
        via = self._tokens.living(to.via)
        if via is None or not via.original:
            return ()
        try:
            message = (await self._ways.hook("GET", via, ORIGINAL)).data
        except ChatGone:
            return ()
        return (ways.seen(message, ways.ref(message, via)),) if ways.carries(message, turn) else ()

    async def read(self, to: Destination, ref: MessageRef) -> Seen:
        via = self._tokens.living(ref.via or (to.via if to.private else None))
        if via is not None:
            heard = await self._ways.hook("GET", via, ways.named(ref))
        else:
            heard = await self._rest.call("GET", MESSAGE, _where(ref))
        return ways.seen(heard.data, ref)

    async def open_thread(self, to: Destination, title: str) -> Place:
        place = to.place
        if place.kind is PlaceKind.THREAD:
            return place
        if place.kind is PlaceKind.DIRECT:
            raise ChatRefused("Discord has no threads in direct messages.")
        thread = await self._start_thread(place.channel, to.reply_to, title)
        self._opened.add(thread)
        return Place(
            platform=ids.PLATFORM,
            workspace=place.workspace,
            channel=thread,
            kind=PlaceKind.THREAD,
            parent=place.channel,
            ours=True,
        )

    async def _start_thread(self, channel: ChannelId, at: MessageId | None, title: str) -> ChannelId:
        body = writes.thread(title, self._thread_minutes)
        if at is None:
            where = {"channel_id": str(channel)}
            parent = await self._rest.call("GET", ways.CHANNEL, where)
            announces = ways.field(parent.data, "type") == _ANNOUNCEMENT
            # In a channel's list rather than at a message, Discord wants to be told the kind, and makes a private one otherwise.
            body["type"] = _ANNOUNCEMENT_THREAD if announces else _PUBLIC_THREAD
            heard = await self._rest.call("POST", "/channels/{channel_id}/threads", where, body=body)
            return ChannelId(str(ways.field(heard.data, "id")))
        where = {"channel_id": str(channel), "message_id": str(at)}
        try:
            heard = await self._rest.call("POST", f"{MESSAGE}/threads", where, body=body)
        except ChatRefused as error:
            if error.detail.endswith(_HAS_THREAD):  # and that thread has the message's id
                return ChannelId(str(at))
            raise
        return ChannelId(str(ways.field(heard.data, "id")))

    # -- replies ---------------------------------------------------------------------------------

    async def reply(self, to: Destination, reply: Reply) -> None:
        """Privately by the interaction, else by direct message; never where others look.

        Raises ChatForbidden, ChatGone or ChatRefused when neither way is open. Whoever asked in public is told so, without the words.
        """
        for number, page in enumerate(replies.pages(reply)):
            await self._say(
                to, page, replies.nonce(to, page, number), private=reply.private, first=not number
            )

    async def _say(self, to: Destination, page: Page, nonce: str, *, private: bool, first: bool) -> None:
        via = self._tokens.living(to.via)
        if via is not None:
            try:
                await self._say_by(via, to, page, nonce, private=private)
                return
            except ChatGone:
                self._tokens.end(via)
        if (private or to.private) and to.place.kind is not PlaceKind.DIRECT:
            await self._say_directly(to, page, nonce)
            return
        reply_to = to.reply_to if first else None
        await self._ways.in_channel(to.place.channel, page, nonce, reply_to=reply_to, silent=not first)

    async def _say_directly(self, to: Destination, page: Page, nonce: str) -> None:
        try:
            await self._ways.direct(to.person, page, nonce)
        except (ChatForbidden, ChatGone, ChatRefused):
            if not to.private:  # of what was asked privately nobody else learns that it was asked
                told = Page(text=replies.UNREACHED)
                nonce = replies.nonce(to, told, 0)
                await self._ways.in_channel(to.place.channel, told, nonce, reply_to=to.reply_to)
            raise

    async def _say_by(self, via: Via, to: Destination, page: Page, nonce: str, *, private: bool) -> None:
        whisper = private or to.private
        if not self._tokens.take(via, nonce):
            await self._ways.follow_up(via, page, EPHEMERAL if whisper else 0)
        elif whisper and not to.private:
            # "thinking" was promised to everybody: take it away, then whisper.
            try:
                await self._ways.hook("DELETE", via, ORIGINAL)
            except ChatGone:
                pass
            await self._ways.follow_up(via, page, EPHEMERAL)
        else:
            await self._into_original(via, page)


def _whispers(to: Destination) -> bool:
    """For one person's eyes, where others could look."""
    return to.private and to.place.kind is not PlaceKind.DIRECT


def _edit_bucket(to: Destination, ref: MessageRef) -> BucketId:
    """A message in somebody's direct messages counts where posting it there did."""
    if _whispers(to) and ref.channel != to.place.channel:
        return ids.person_bucket(to.person)
    return ids.channel_bucket(ref.channel)


def _where(ref: MessageRef) -> dict[str, str]:
    return {"channel_id": ref.channel, "message_id": ref.message}
