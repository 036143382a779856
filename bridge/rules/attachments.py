"""Which files go in, and as what. Decided by size before bytes are read, and by content, never by name, after."""

from __future__ import annotations

from collections.abc import Sequence

import puremagic

from bridge.values.errors import NotAccepted, TooLarge
from bridge.values.models import ModelCard
from bridge.values.parts import Document, FileRef, Image
from bridge.values.settings import Settings

IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
ACCEPTED = "I can read images (PNG, JPEG, GIF, WebP) and text or code files."
SNIFFED = 4096  # bytes looked at; every signature we ask for stands at the front


def check(files: Sequence[FileRef], settings: Settings) -> None:
    """Before a byte is read. Raises TooLarge naming the file and the limit."""
    if len(files) > settings.max_files:
        raise TooLarge(f"That is {len(files)} files; I take at most {settings.max_files} at a time.")
    for file in files:
        if file.size > settings.max_file_bytes:
            most = _megabytes(settings.max_file_bytes)
            raise TooLarge(f"{file.name} is {_megabytes(file.size)}; I take files of at most {most}.")
    together = sum(file.size for file in files)
    if together > settings.max_question_bytes:
        most = _megabytes(settings.max_question_bytes)
        raise TooLarge(f"These files are {_megabytes(together)} together; I take at most {most} at a time.")


def read(file: FileRef, data: bytes, settings: Settings) -> Image | Document:
    """What the bytes are. Raises NotAccepted for anything but images and text, TooLarge for endless text."""
    mime = _sniff(data)
    if mime in IMAGES:
        return Image(name=file.name, mime=mime, data=data)
    text = _decode(data)
    if text is None:
        looks = f" Its content looks like {mime}." if mime else ""
        raise NotAccepted(f"I can't read {file.name} yet.{looks} {ACCEPTED}")
    if len(text) > settings.max_text_file:
        raise TooLarge(
            f"{file.name} has {len(text):,} characters; I take text files of at most {settings.max_text_file:,}."
        )
    return Document(name=file.name, text=text)


def suits(parts: Sequence[Image | Document], card: ModelCard, cards: Sequence[ModelCard]) -> None:
    """Raises NotAccepted when the model can't look at images, naming some that can."""
    if "image" in card.inputs or not any(isinstance(part, Image) for part in parts):
        return
    able = [other.name for other in cards if "image" in other.inputs and "text" in other.outputs][:3]
    hint = f" {', '.join(able)} can, for example." if able else ""
    raise NotAccepted(f"{card.name} can't look at images.{hint}")


def _sniff(data: bytes) -> str:
    try:
        return str(puremagic.from_string(data[:SNIFFED], mime=True))
    except (puremagic.PureError, ValueError):  # nothing known, or nothing there
        return ""


def _decode(data: bytes) -> str | None:
    """Text, or None. UTF-8, or UTF-16 that says so; control characters give a binary file away."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if any(character < " " and character not in "\t\n\r\f\b\x1b" for character in text) else text


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
