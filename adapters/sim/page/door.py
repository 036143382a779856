"""What both pages carry: where their files are, what every answer says of itself, and who may write here."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .seats import Unknown

T = TypeVar("T")
PALETTE = ("#3ba55c", "#eb459e", "#faa61a", "#ed4245", "#757e8a")
BLURPLE = "#5865f2"
SAFE = {
    # What people and models wrote is on this page: nothing but its own scripts may run, and nothing is fetched from elsewhere.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Foreign(Exception):
    """Another site's script wanted to write here in somebody's name."""


def read(path: Path) -> tuple[bytes, str]:
    """A file of ours, and what kind it is."""
    return path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def found(look: Callable[[], T]) -> T:
    """What there is; 404 with a sentence for what is not."""
    try:
        return look()
    except Unknown as unknown:
        raise HTTPException(404, str(unknown)) from None


def same_origin(request: Request) -> None:
    """Raises Foreign unless it comes from this page itself."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Foreign("This came from another site.")


def said(status: int, text: str) -> Response:
    """A sentence, as the page's script expects one."""
    return JSONResponse({"error": text}, status_code=status, headers=SAFE)
