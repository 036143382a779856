"""A chat platform in memory for scenes in virtual time: messages, rate limits, round trips and faults.

It keeps everything it was asked for, so that a scene can tell afterwards what a reader saw and when.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from bridge.ports import Clock, Seen, Written
from bridge.values.capabilities import Allowance, Capabilities, Rate
from bridge.values.command import Reply
from bridge.values.draft import Page
from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatGone, ChatRefused
from bridge.values.ids import BucketId, ChannelId, MessageId, PersonId, Platform, TurnId, WorkspaceId
from bridge.values.inbound import Destination, MessageRef, Place, PlaceKind

LIKE_DISCORD = Capabilities(
    text_limit=2000, file_bytes=10_000_000, files=10, rate=Rate(writes=5, seconds=5.0), typing_seconds=10.0
)


NONCE_KEPT = 120.0
"""Seconds for which a nonce yields the message already posted: "the past few minutes" for Discord."""


def destination(channel: str = "general", *, private: bool = False) -> Destination:
    place = Place(
        platform=Platform("stage"),
        workspace=WorkspaceId("w"),
        channel=ChannelId(channel),
        kind=PlaceKind.CHANNEL,
    )
    return Destination(place=place, person=PersonId("ann"), reply_to=MessageId("question"), private=private)


class Limit(Protocol):
    """A server's rate limit."""

    def take(self, now: float) -> tuple[int, float] | float:
        """(remaining, reset after) for a request that passes; seconds to wait for one that does not."""

    limit: int


@dataclass
class FixedWindow:
    """Discord's: it opens with the first request after the last one ended."""

    limit: int = 5
    seconds: float = 5.0
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> tuple[int, float] | float:
        if now >= self.ends:
            self.ends, self.used = now + self.seconds, 0
        if self.used >= self.limit:
            return self.ends - now
        self.used += 1
        return self.limit - self.used, self.ends - now


@dataclass
class SlidingWindow:
    """At most `limit` in any stretch of `seconds`. `whole`: it calls the moment reset when all of them will have left."""

    limit: int = 5
    seconds: float = 5.0
    whole: bool = False
    taken: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> tuple[int, float] | float:
        while self.taken and self.taken[0] + self.seconds <= now:
            self.taken.popleft()
        if len(self.taken) >= self.limit:
            return self.taken[0] + self.seconds - now
        self.taken.append(now)
        resets = self.taken[-1 if self.whole else 0] + self.seconds
        return self.limit - len(self.taken), resets - now


@dataclass
class Happened:
    """One write as the platform took it."""

    at: float
    verb: str
    ref: MessageRef
    page: Page
    nonce: str = ""


@dataclass
class FakeChat:
    """`bridge.ports.Chat`. `fault` may raise, before or after a write took effect, what a platform would."""

    clock: Clock
    capabilities: Capabilities = LIKE_DISCORD
    round_trip: float = 0.08
    new_limit: Callable[[], Limit] = FixedWindow
    headers: bool = True
    platform: Platform = Platform("stage")  # noqa: RUF009  # a string
    bucket_of: Callable[[Destination, str], str] = lambda to, verb: to.place.channel
    fault: Callable[[str, int, bool], ChatError | Exception | None] = lambda verb, number, done: None
    limits: dict[str, Limit] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)
    pages: dict[MessageId, Page] = field(default_factory=dict)
    posted: dict[str, tuple[float, MessageRef]] = field(default_factory=dict)  # by nonce
    replies: list[Reply] = field(default_factory=list)
    typed: list[tuple[float, str]] = field(default_factory=list)
    flying: int = 0
    requests: int = 0
    busy: int = 0  # requests the limit refused
    identical: int = 0  # edits that changed nothing

    def measure(self, text: str) -> int:
        return len(text)

    def bucket(self, to: Destination, verb: str) -> BucketId:
        return BucketId(self.bucket_of(to, verb))

    async def post(self, to: Destination, page: Page, nonce: str) -> Written:
        assert len(nonce) <= 25
        return await self._write("post", to, page, None, nonce)

    async def edit(self, to: Destination, ref: MessageRef, page: Page) -> Written:
        assert not page.files
        return await self._write("edit", to, page, ref, "")

    async def typing(self, to: Destination) -> None:
        self.typed.append((self.clock.now(), to.place.channel))
        await self._trip()

    async def reply(self, to: Destination, reply: Reply) -> None:
        await self._trip()
        self.requests += 1
        if error := self.fault("reply", self.requests, False):
            raise error
        self.replies.append(reply)

    async def find(self, to: Destination, turn: TurnId) -> tuple[Seen, ...]:
        await self._trip()
        self.requests += 1
        if error := self.fault("find", self.requests, False):
            raise error
        ours = {each.ref.message: each.ref for each in self.happened}
        return tuple(
            _seen(ours[message], page)
            for message, page in self.pages.items()
            if any(button.turn == turn for button in page.buttons)
        )

    async def read(self, to: Destination, ref: MessageRef) -> Seen:
        if ref.message not in self.pages:
            raise ChatGone
        return _seen(ref, self.pages[ref.message])

    async def open_thread(self, to: Destination, title: str) -> Place:
        raise ChatRefused

    def texts(self) -> list[str]:
        """What stands, in the order it was posted."""
        return [page.text for page in self.pages.values()]

    def delete(self, ref: MessageRef) -> None:
        del self.pages[ref.message]

    async def _trip(self) -> None:
        await self.clock.sleep(self.round_trip / 2)

    async def _write(
        self, verb: str, to: Destination, page: Page, ref: MessageRef | None, nonce: str
    ) -> Written:
        self.requests += 1
        number = self.requests
        self.flying += 1
        try:
            await self._trip()
            if error := self.fault(verb, number, False):
                raise error
            allowance = self._take(BucketId(self.bucket_of(to, verb)))
            ref = self._apply(verb, to, page, ref, nonce)
            await self._trip()
            if error := self.fault(verb, number, True):
                raise error
            return Written(ref=ref, allowance=allowance if self.headers else None)
        finally:
            self.flying -= 1

    def _take(self, bucket: BucketId) -> Allowance:
        limit = self.limits.setdefault(bucket, self.new_limit())
        taken = limit.take(self.clock.now())
        if isinstance(taken, float):
            self.busy += 1
            raise ChatBusy(retry_after=taken)
        return Allowance(bucket=bucket, limit=limit.limit, remaining=taken[0], reset_after=taken[1])

    def _apply(
        self, verb: str, to: Destination, page: Page, ref: MessageRef | None, nonce: str
    ) -> MessageRef:
        if len(page.text) > self.capabilities.text_limit or not (page.text.strip() or page.files):
            raise ChatRefused
        now = self.clock.now()
        if verb == "post" and nonce in self.posted and now - self.posted[nonce][0] < NONCE_KEPT:
            return self.posted[nonce][1]
        if ref is None:
            ref = MessageRef(channel=to.place.channel, message=MessageId(f"m{len(self.happened)}"))
            self.posted[nonce] = (now, ref)
        elif ref.message not in self.pages:
            raise ChatGone
        elif replace(self.pages[ref.message], files=()) == page:
            self.identical += 1
        self.pages[ref.message] = replace(page, files=page.files or self._files(ref))
        self.happened.append(Happened(at=self.clock.now(), verb=verb, ref=ref, page=page, nonce=nonce))
        return ref

    def _files(self, ref: MessageRef) -> tuple[object, ...]:
        return self.pages[ref.message].files if ref.message in self.pages else ()


def broken_once(verb: str, *, after: bool) -> Callable[[str, int, bool], ChatError | None]:
    """The first write of this kind is lost: before it took effect, or after."""
    left = [1]

    def fault(asked: str, number: int, done: bool) -> ChatError | None:
        if asked == verb and done is after and left:
            left.pop()
            return ChatBroken()
        return None

    return fault


def _seen(ref: MessageRef, page: Page) -> Seen:
    return Seen(ref=ref, text=page.text, actions=tuple(button.action for button in page.buttons))
