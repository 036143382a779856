"""Buttons, menus and layouts: what Discord adds to those it is given, and how it finds one of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .nouns import Json, Message

if TYPE_CHECKING:
    from .world import World

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
SELECTS = frozenset({3, 5, 6, 7, 8})


def walk(tree: list[Json]) -> Iterator[Json]:
    """Every component of a tree, parents before children."""
    for component in tree:
        yield component
        yield from walk(component.get("components") or [])
        for name in ("accessory", "component"):
            if isinstance(component.get(name), dict):
                yield from walk([component[name]])


def numbered(tree: list[Json]) -> list[Json]:
    """A copy in which every component has an id, as Discord gives them out."""
    copied = [_copy(component) for component in tree]
    taken = {component.get("id") for component in walk(copied)}
    number = 0
    for component in walk(copied):
        if not component.get("id"):
            number += 1
            while number in taken:
                number += 1
            component["id"] = number
    return copied


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items() if item is not None}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def find(message: Message, custom_id: str) -> Json | None:
    """The button or menu of a message with this id."""
    return next((c for c in walk(message.components) if c.get("custom_id") == custom_id), None)


def texts(tree: list[Json]) -> list[str]:
    """All text shown by a layout."""
    return [c["content"] for c in walk(tree) if c.get("type") == TEXT]


def rendered(world: "World", message: Message) -> list[Json]:
    """A message's components with everything the wire requires filled in."""
    tree = numbered(message.components)
    for component in walk(tree):
        _fill(world, message, component)
    return tree


def _fill(world: "World", message: Message, component: Json) -> None:
    kind = component["type"]
    if kind == CONTAINER:
        component.setdefault("accent_color", None)
        component.setdefault("spoiler", False)
    elif kind == SEPARATOR:
        component.setdefault("spacing", 1)
        component.setdefault("divider", True)
    elif kind == THUMBNAIL:
        _fill_media(world, message, component, "media")
    elif kind == GALLERY:
        for item in component["items"]:
            _fill_media(world, message, item, "media")
    elif kind == FILE:
        _fill_media(world, message, component, "file")
        component.pop("description", None)
        component |= {"name": None, "size": None}
    elif kind in SELECTS:
        component.setdefault("min_values", 1)
        component.setdefault("max_values", 1)


def _fill_media(world: "World", message: Message, holder: Json, key: str) -> None:
    """Replace `attachment://name` by the address it is served under."""
    url = holder[key]["url"]
    media: Json = {"id": str(message.id), "url": url, "proxy_url": url}
    if url.startswith("attachment://"):
        name = url.removeprefix("attachment://")
        found = next((a for a in message.attachments if a.filename == name), None)
        if found:
            served = world.files.url(message.channel_id, found)
            media |= {"url": served, "proxy_url": served, "attachment_id": str(found.id)}
    holder[key] = media
    holder.setdefault("description", None)
    holder.setdefault("spoiler", False)
