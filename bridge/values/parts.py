"""What a message is made of, on its way to a model, and references to files that have not been read yet."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bridge.values.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file somebody attached, as the platform describes it. Nothing in it is trusted but `url`'s host, which `Files` checks."""

    url: str
    name: str
    size: int  # bytes, as claimed
    mime: str = ""  # as claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    text: str
    by: PersonId | None = (
        None  # whose words or file it is, where that is not the asker: who is forgotten is forgotten here, too
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    name: str
    mime: str  # found by content: image/png, image/jpeg, image/gif, image/webp
    data: bytes
    by: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text or code file, already decoded."""

    name: str
    text: str
    by: PersonId | None = None


Part = Text | Image | Document


class Role(enum.Enum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a transcript or of a request's input."""

    role: Role
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """A file we send."""

    name: str
    mime: str
    data: bytes
    description: str = ""
