"""A turn: one question and its answer, from the event that asked to the books that closed it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bridge.values.answer import Ending
from bridge.values.ids import ConversationId, EventId, MessageId, ModelId, PersonId, ResponseId, TurnId
from bridge.values.inbound import Destination, MessageRef, Person, Place, Quoted
from bridge.values.parts import FileRef, Item


class Follow(enum.Enum):
    """Which conversation a prompt belongs to."""

    FRESH = "fresh"  # a new one
    NEWEST = "newest"  # the newest turn in this thread or direct message
    REPLY = "reply"  # the turn whose message was replied to; a new conversation when it is not ours
    TURN = "turn"  # a turn named by its id (Regenerate, Continue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question on its way to a model; plain data, so that it can wait on disk."""

    event: EventId
    place: Place
    person: Person
    to: Destination
    text: str
    at: float
    follow: Follow
    reply_to: MessageRef | None = (
        None  # for Follow.REPLY; for NEWEST: followed where nothing is the newest yet
    )
    turn: TurnId | None = None  # for Follow.TURN: the parent
    repeat: TurnId | None = None  # the turn whose question this asks again
    message: MessageId | None = None  # the asker's own message
    files: tuple[FileRef, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    model: ModelId | None = None
    preset: str | None = None
    withheld: bool = False  # the platform did not show us what was written


class TurnState(enum.Enum):
    RECEIVED = "received"
    HELD = "held"
    SENT = "sent"
    SHOWING = "showing"
    SETTLED = "settled"
    REFUSED = "refused"
    FAILED = "failed"
    STOPPED = "stopped"
    UNCERTAIN = "uncertain"

    @property
    def open(self) -> bool:
        return self in (TurnState.RECEIVED, TurnState.HELD, TurnState.SENT, TurnState.SHOWING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn as it is begun. `model` and `preset` are decided before it is written down."""

    id: TurnId
    conversation: ConversationId
    parent: TurnId | None
    prompt: Prompt
    model: ModelId
    preset: str
    created_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """A turn as the store knows it."""

    turn: Turn
    state: TurnState
    response: ResponseId | None = None
    text: str = ""  # the answer as far as it is known
    ending: Ending = Ending.COMPLETE
    points: int | None = None
    footer: str = ""
    notes: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a turn ended: everything the store writes in the one transaction that closes it."""

    turn: TurnId
    state: TurnState
    at: float
    response: ResponseId | None = None
    text: str = ""
    ending: Ending = Ending.COMPLETE
    items: tuple[
        Item, ...
    ] = ()  # the input items of this turn (system prompt, quotes, question), for replays
    error: str = ""  # the class of the error, never a person's words
    footer: str = ""
    notes: tuple[str, ...] = ()  # our sentences under the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One turn of a conversation's past, oldest first in a chain. `text` and `items` are empty once forgotten.

    `items` are also empty where nothing was asked (refused, stopped before) or a kill left none; `prompt` is there then.
    """

    turn: TurnId
    parent: TurnId | None
    model: ModelId
    preset: str
    state: TurnState
    response: ResponseId | None
    items: tuple[Item, ...]
    text: str
    tokens: int | None = None  # input + output of the call, where usage told
    error: str = ""  # as in Closing
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """A message of a turn that stands on the platform."""

    turn: TurnId
    number: int  # 0 for the first
    ref: MessageRef
    to: Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asked, for checks on buttons."""

    person: PersonId
    conversation: ConversationId
