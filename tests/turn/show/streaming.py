"""A chat in memory that takes growing answers piece by piece, as strict as a real platform: what it refuses is also written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.ports import Written
from bridge.values.capabilities import Allowance, Capabilities, Rate, Streaming
from bridge.values.draft import Page, Piece, StepShown
from bridge.values.errors import ChatGone, ChatRefused
from bridge.values.ids import BucketId, MessageId
from bridge.values.inbound import Destination, MessageRef
from tests.plugins.stage import FakeChat, Happened, Limit, SlidingWindow

LIKE_SLACK = Capabilities(
    text_limit=1100,
    file_bytes=10_000_000,
    files=10,
    rate=Rate(writes=5, seconds=6.0),
    rates={
        "post": Rate(writes=1, seconds=1.0),
        "edit": Rate(writes=5, seconds=6.0),
        "append": Rate(writes=5, seconds=3.0),
        "begin": Rate(writes=18, seconds=60.0),
        "end": Rate(writes=18, seconds=60.0),
    },
    typing_seconds=100.0,
    streaming=Streaming(limit=1000, seconds=240.0, at_once=15),
)
LIFETIME = 300.0
"""Seconds after which the platform ends a stream by itself, whatever is added."""


def by_method(to: Destination, verb: str) -> str:
    return to.place.channel if verb == "post" else verb


@dataclass
class Stream:
    begun: float
    text: str = ""
    over: bool = False
    steps: dict[str, StepShown] = field(default_factory=dict)


@dataclass
class StreamingChat(FakeChat):
    """`bridge.ports.Chat` and `Streams`."""

    capabilities: Capabilities = LIKE_SLACK
    bucket_of: object = by_method
    headers: bool = False
    takes: bool = True  # what `streams` says
    lifetime: float = LIFETIME
    open: dict[MessageId, Stream] = field(default_factory=dict)  # every stream there ever was
    violations: list[str] = field(default_factory=list)

    def streams(self, to: Destination) -> bool:
        return self.takes

    async def begin(self, to: Destination, piece: Piece, nonce: str) -> Written:
        assert len(nonce) <= 25
        return await self._write("begin", to, (piece, None), None, nonce)

    async def append(self, to: Destination, ref: MessageRef, piece: Piece) -> Written:
        return await self._write("append", to, (piece, None), ref, "")

    async def end(self, to: Destination, ref: MessageRef, piece: Piece, page: Page) -> Written:
        assert not page.files
        return await self._write("end", to, (piece, page), ref, "")

    def stop(self, ref: MessageRef) -> None:
        """Somebody used the platform's own way to stop it."""
        self.open[ref.message].over = True

    def unfinished(self) -> list[MessageId]:
        """Messages that look as if they were being written."""
        return [message for message, stream in self.open.items() if not stream.over]

    def _take(self, bucket: BucketId) -> Allowance:
        if bucket not in self.limits:
            rate = self.capabilities.rates.get(str(bucket), self.capabilities.rates["post"])
            limit: Limit = SlidingWindow(limit=rate.writes, seconds=rate.seconds)
            self.limits[bucket] = limit
        return super()._take(bucket)

    def _apply(self, verb, to, page, ref, nonce):
        if verb in ("post", "edit"):
            if ref is not None and (stream := self.open.get(ref.message)) and self._living(stream):
                self._violate("an edit of a message that is still streaming")
            return super()._apply(verb, to, page, ref, nonce)
        piece, whole = page
        if verb == "begin":
            if nonce in self.posted:
                return self.posted[nonce][1]
            ref = MessageRef(channel=to.place.channel, message=MessageId(f"m{len(self.happened)}"))
            self.posted[nonce] = (self.clock.now(), ref)
            self.open[ref.message] = Stream(begun=self.clock.now())
        stream = self.open[ref.message]
        if not self._living(stream):
            stream.over = True
            raise ChatGone
        self._added(verb, stream, piece)
        if whole:
            stream.over = True
            if piece.text and stream.text.split() != whole.text.split():
                self._violate(f"what stands is {stream.text!r} and not {whole.text!r}")
        # What is still being written has no buttons of ours.
        self.pages[ref.message] = Page(text=stream.text, buttons=whole.buttons if whole else ())
        self.happened.append(
            Happened(at=self.clock.now(), verb=verb, ref=ref, page=self.pages[ref.message], nonce=nonce)
        )
        return ref

    def _added(self, verb: str, stream: Stream, piece: Piece) -> None:
        if verb != "end" and not (piece.text or piece.steps):
            self._violate("an empty piece")
        if verb == "append" and piece.text[:1].isspace():
            self._violate("a piece that begins with white space, which is trimmed")
        if len(stream.text + piece.text) > self.capabilities.text_limit:
            self._violate("a message that is too long")
        for step in piece.steps:
            if stream.steps.get(step.id) == step:
                self._violate("a step that was told already")
            stream.steps[step.id] = step
        stream.text += piece.text

    def _living(self, stream: Stream) -> bool:
        return not stream.over and stream.begun + self.lifetime > self.clock.now()

    def _violate(self, what: str) -> None:
        self.violations.append(what)
        raise ChatRefused(detail=what)
