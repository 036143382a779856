"""An answer over HTTP, and the few pages that a browser of somebody who installs us sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

_PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}}</style>
<h1>{title}</h1><p>{text}</p>{more}</html>
"""
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds a code
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def page(status: int, title: str, text: str, link: tuple[str, str] | None = None) -> Answer:
    """`link` is an address and its words."""
    more = f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    body = _PAGE.format(title=escape(title), text=escape(text), more=more)
    return Answer(
        status=status, headers={"Content-Type": "text/html; charset=utf-8", **_SAFE}, body=body.encode()
    )


def plain(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(
        status=status,
        headers={"Content-Type": "text/plain; charset=utf-8", **(headers or {})},
        body=text.encode(),
    )


def redirect(url: str, headers: Mapping[str, str]) -> Answer:
    return Answer(status=302, headers={"Location": url, **_SAFE, **headers})
