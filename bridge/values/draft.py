"""What the reader should see now, and the pages it is shown as."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bridge.values.answer import Ending
from bridge.values.ids import TurnId
from bridge.values.parts import OutFile


class DraftState(enum.Enum):
    QUEUED = "queued"  # waiting for its place
    WAITING = "waiting"  # asked; no word yet
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"  # somebody pressed Stop
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # the process died while it was written

    @property
    def final(self) -> bool:
        return self not in (DraftState.QUEUED, DraftState.WAITING, DraftState.WRITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    id: str
    label: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One answer at one moment. `text` is standard Markdown and only grows; `notes` are sentences of ours under it."""

    turn: TurnId
    state: DraftState = DraftState.WAITING
    text: str = ""
    thought: str = ""
    steps: tuple[StepShown, ...] = ()
    notes: tuple[str, ...] = ()
    footer: str = ""
    ahead: int = 0
    ending: Ending = Ending.COMPLETE
    again: bool = True  # whether asking the same once more makes sense
    files: tuple[OutFile, ...] = ()


class Action(enum.Enum):
    STOP = "stop"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    action: Action
    turn: TurnId
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One message as it should stand: Markdown within the platform's limit, buttons, files (posted with it, never edited in)."""

    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[OutFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is added to a message that grows piece by piece: Markdown that goes on where the last piece ended, and steps as they stand."""

    text: str = ""
    steps: tuple[StepShown, ...] = ()
