"""A command as a value: what it is called, what it takes, who may use it. Platforms register it, one runner runs it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bridge.values.parts import OutFile


class Needs(enum.Enum):
    ANYONE = "anyone"
    ADMIN = "admin"


class Kind(enum.Enum):
    TEXT = "text"
    WHOLE = "whole number"
    SWITCH = "switch"
    PERSON = "person"
    ROLE = "role"
    CHANNEL = "channel"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSpec:
    """`choices` are the only values allowed; `suggests` means the platform asks us while the person types."""

    name: str
    help: str  # at most 100 characters
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    suggests: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """`name` may have a space: "budget set" is the verb `set` of the group `budget`."""

    name: str
    help: str  # at most 100 characters
    needs: Needs = Needs.ANYONE
    options: tuple[OptionSpec, ...] = ()
    asks: bool = False  # it becomes a prompt: the answer is public and streams, unless `private` is given
    about_message: str = ""  # also offered on a message, under this label


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command says. `text` is standard Markdown."""

    text: str
    private: bool = True
    files: tuple[OutFile, ...] = ()
