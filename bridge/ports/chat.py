"""One chat platform: what it tells the house, and what it is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bridge.values.capabilities import Allowance, Capabilities
from bridge.values.command import Reply
from bridge.values.draft import Action, Page, Piece
from bridge.values.home import Home
from bridge.values.ids import BucketId, EventId, Platform, TurnId, WorkspaceId
from bridge.values.inbound import Choice, Destination, Inbound, MessageRef, Person, Place, Suggesting
from bridge.values.installation import Installation
from bridge.values.parts import FileRef


class Door(Protocol):
    """What a chat adapter calls. It acknowledged the event to the platform before."""

    def receive(self, inbound: Inbound) -> None:
        """Take an event; returns at once."""

    async def kept(self, event: EventId) -> None:
        """Wait until this event needs not come again: what it asks is on disk, or was seen to ask nothing."""

    async def suggest(self, asking: Suggesting) -> tuple[Choice, ...]:
        """At most 25 choices, within a second; empty when nothing fits."""

    async def home(self, person: Person, place: Place) -> Home:
        """What a person's own page shows. Raises BridgeError."""

    async def ours(self, place: Place) -> bool:
        """Whether an answer of ours stands in this thread, or is on its way there: what is said in it may be for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A write the platform confirmed. `allowance` is what it said of the bucket, if anything."""

    ref: MessageRef
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message of ours as the platform shows it now; `actions` are those of the buttons under it."""

    ref: MessageRef
    text: str
    actions: tuple[Action, ...] = ()


class Chat(Protocol):
    """One chat platform: messages out.

    Every method raises a `ChatError`, and nothing else, when the platform does not do it; `ChatBroken` means nobody knows whether it did.
    A write returns as soon as the platform confirmed it and never sleeps for a rate limit: the scheduler does the waiting.
    """

    platform: Platform
    capabilities: Capabilities

    def measure(self, text: str) -> int:
        """Length of this Markdown once it is written in the platform's own way."""

    def bucket(self, to: Destination, verb: str) -> BucketId:
        """The rate limit that a "post" to, or an "edit" in, this destination counts against now."""

    async def post(self, to: Destination, page: Page, nonce: str) -> Written:
        """Post a page. The same nonce (at most 25 characters) within a few minutes yields the message already posted."""

    async def edit(self, to: Destination, ref: MessageRef, page: Page) -> Written: ...

    async def typing(self, to: Destination) -> None: ...

    async def find(self, to: Destination, turn: TurnId) -> tuple[Seen, ...]:
        """Read back: our recent messages there that carry a button of this turn, oldest first."""

    async def read(self, to: Destination, ref: MessageRef) -> Seen:
        """What a message of ours shows now."""

    async def reply(self, to: Destination, reply: Reply) -> None:
        """Answer a command, or say something privately where the platform can."""

    async def open_thread(self, to: Destination, title: str) -> Place:
        """Start a thread on the message answered to, or in the channel."""


@runtime_checkable
class Streams(Protocol):
    """Beside `Chat`, where a platform takes a growing answer piece by piece. Errors as there; ChatGone: the stream is over, and what it
    made is an ordinary message that may be edited."""

    def streams(self, to: Destination) -> bool:
        """Whether a new answer to this destination may grow so, as far as we know now."""

    async def begin(self, to: Destination, piece: Piece, nonce: str) -> Written:
        """Post a message that grows. Repeated with its nonce after ChatBroken, it looks for what was posted first."""

    async def append(self, to: Destination, ref: MessageRef, piece: Piece) -> Written: ...

    async def end(self, to: Destination, ref: MessageRef, piece: Piece, page: Page) -> Written:
        """Add the last piece; from now on `page` stands, with its buttons."""


@runtime_checkable
class Titles(Protocol):
    """Beside `Chat`, where a conversation has a name that people see."""

    async def entitle(self, to: Destination, title: str) -> None:
        """Name the conversation at this destination."""


class Installations(Protocol):
    """Workspaces that let us in. Every method raises StoreError."""

    async def install(self, installation: Installation) -> None:
        """Keep it, in place of an earlier one of the same workspace."""

    async def installed(self, platform: Platform) -> tuple[Installation, ...]: ...

    async def uninstall(self, platform: Platform, workspace: WorkspaceId) -> bool:
        """Erase it with its token; False when there was none."""


class Files(Protocol):
    """Bytes of attachments, from the platform's own hosts only."""

    async def read(self, file: FileRef, limit: int) -> bytes:
        """Raises TooLarge (also when the claim was smaller), NotAccepted for a foreign host, ChatError when it can't be had."""
