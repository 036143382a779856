"""Buttons, menus and layouts under a message, and the fields of a form, as the templates want them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from . import seats
from .seats import Seat

Json = dict[str, Any]
ROW, BUTTON, SELECT, TEXT_INPUT, USERS, ROLES, MENTIONABLES, CHANNELS = range(1, 9)
TEXT, CONTAINER = 10, 17
STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}


def shown(seat: Seat, tree: list[Json], text: Callable[[str], Markup]) -> list[Json]:
    """Every component that can be shown; kinds this page does not know are left out."""
    found = (_shown(seat, component, text) for component in tree)
    return [part for part in found if part]


def _shown(seat: Seat, component: Json, text: Callable[[str], Markup]) -> Json | None:
    kind = component.get("type")
    if kind in (ROW, CONTAINER):
        inner = shown(seat, component.get("components") or [], text)
        return {"kind": "row" if kind == ROW else "box", "parts": inner}
    if kind == BUTTON:
        return _button(component)
    if kind in (SELECT, USERS, ROLES, MENTIONABLES, CHANNELS):
        return _menu(seat, component)
    return {"kind": "text", "html": text(str(component["content"]))} if kind == TEXT else None


def _button(component: Json) -> Json:
    url = str(component.get("url") or "")
    return {
        "kind": "button",
        "id": component.get("custom_id"),
        "label": component.get("label") or "",
        "emoji": (component.get("emoji") or {}).get("name") or "",
        "style": STYLES.get(component.get("style", 2), "secondary"),
        "disabled": bool(component.get("disabled")),
        "url": url if url.startswith(("http://", "https://")) else "",
    }


def _menu(seat: Seat, component: Json) -> Json:
    return {
        "kind": "menu",
        "id": component["custom_id"],
        "placeholder": component.get("placeholder") or "Make a selection",
        "disabled": bool(component.get("disabled")),
        "several": int(component.get("max_values") or 1) > 1,
        "options": component.get("options") or _things(seat, component["type"]),
    }


def _things(seat: Seat, kind: int) -> list[Json]:
    """The people, roles or channels a menu of such offers."""
    guild = seat.guild
    people = [{"value": str(u.id), "label": seats.shown_name(guild, u)} for u in seats.here(seat)]
    roles = [{"value": str(r.id), "label": r.name} for r in guild.roles.values()] if guild else []
    if kind == CHANNELS:
        found = seats.text_channels(seat.world, seat.person.user, guild) if guild else []
        return [{"value": str(c.id), "label": f"#{c.name}"} for c in found]
    return {USERS: people, ROLES: roles}.get(kind, people + roles)


def fields(form: Json) -> list[Json]:
    """The text fields of a form a bot opened, with their labels, whether in rows or behind labels."""
    found = []
    for outer in form.get("components") or []:
        inner = [outer["component"]] if "component" in outer else outer.get("components") or []
        found += [
            part | {"label": part.get("label") or outer.get("label") or "", "help": outer.get("description")}
            for part in inner
            if part.get("type") == TEXT_INPUT
        ]
    return found
