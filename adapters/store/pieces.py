"""Items of a transcript as rows: their words as JSON, the bytes of their images apart, once each, by their sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from adapters.store.rows import AnyRow, Fields, to_json
from bridge.values.ids import PersonId, TurnId
from bridge.values.parts import Document, Image, Item, Part, Role, Text


class _Words(msgspec.Struct, tag="text", frozen=True, omit_defaults=True):
    text: str
    by: str | None = None


class _Picture(msgspec.Struct, tag="image", frozen=True, omit_defaults=True):
    name: str
    mime: str
    sha256: str
    by: str | None = None


class _Document(msgspec.Struct, tag="document", frozen=True, omit_defaults=True):
    name: str
    text: str
    by: str | None = None


_parts = msgspec.json.Decoder(list[_Words | _Picture | _Document])


def item_fields(turn: TurnId, number: int, item: Item) -> tuple[Fields, dict[str, bytes]]:
    """The row of an item, and the bytes it refers to by their sha256."""
    blobs: dict[str, bytes] = {}
    parts = [_frozen(part, blobs) for part in item.parts]
    return {"turn": turn, "number": number, "role": item.role.value, "parts": to_json(parts)}, blobs


def _frozen(part: Part, blobs: dict[str, bytes]) -> _Words | _Picture | _Document:
    match part:
        case Text():
            return _Words(part.text, part.by)
        case Document():
            return _Document(part.name, part.text, part.by)
        case Image():
            sha256 = hashlib.sha256(part.data).hexdigest()
            blobs[sha256] = part.data
            return _Picture(part.name, part.mime, sha256, part.by)


def item(row: AnyRow, blobs: Mapping[str, bytes]) -> Item:
    parts = tuple(_thawed(part, blobs) for part in _parts.decode(row.parts))
    return Item(role=Role(row.role), parts=parts)


def _thawed(part: _Words | _Picture | _Document, blobs: Mapping[str, bytes]) -> Part:
    match part:
        case _Words():
            return Text(text=part.text, by=_person(part.by))
        case _Document():
            return Document(name=part.name, text=part.text, by=_person(part.by))
        case _Picture():
            return Image(name=part.name, mime=part.mime, data=blobs[part.sha256], by=_person(part.by))


def _person(text: str | None) -> PersonId | None:
    return None if text is None else PersonId(text)


def without(parts: str, person: PersonId) -> tuple[str | None, set[str]]:
    """An item's parts but this person's, None when there are no others; and the images among them, by their sha256."""
    left = [part for part in _parts.decode(parts) if part.by != person]
    return to_json(left) if left else None, {part.sha256 for part in left if isinstance(part, _Picture)}
