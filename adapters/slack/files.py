"""Bytes of attachments: `ports.Files`. What is in them, and whether it is welcome, is not said here.

A private file is handed out to whoever shows a token of its workspace; all others are sent to a page to sign in. A file's address is
somebody's input, so the token goes to Slack's own host alone, encrypted, without cookies, and no redirect is followed.
https://docs.slack.dev/reference/objects/file-object
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

import aiohttp

from bridge.values.errors import (
    ChatBroken,
    ChatForbidden,
    ChatGone,
    ChatRefused,
    NotAccepted,
    TooLarge,
)
from bridge.values.ids import WorkspaceId
from bridge.values.parts import FileRef

from . import refusals
from .rest import Rest, loopback

HOST = "files.slack.com"

_SECONDS = 20.0
_CHUNK = 64 * 1024
_FOREIGN = "I only read files that were shared in Slack."
_NOT_HANDED = "Slack did not hand out the attached file. Please ask again in a minute."
_PAGE = "text/html"
_TEAM = re.compile(r"/([TE][A-Z0-9]+)-F[A-Z0-9]+(?:-[0-9a-f]+)?/")


class Attachments:
    """Reads shared files. Which workspace's token opens one is in its address, or behind a `#` at the end of it, which is not sent."""

    def __init__(self, rest: Rest, api_url: str = "") -> None:
        self._rest = rest
        self._own = _origin(urlsplit(api_url)) if api_url else None

    async def read(self, file: FileRef, limit: int) -> bytes:
        """Raises TooLarge, NotAccepted for a foreign host, ChatError when it can't be had."""
        if file.size > limit:
            raise _too_large(limit)
        url = self._address(file.url)
        if url is None:
            raise NotAccepted(_FOREIGN)
        token = await self._token(url)
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout) as session,
                session.get(
                    url._replace(fragment="").geturl(),
                    headers={"Authorization": f"Bearer {token}"},
                    allow_redirects=False,
                ) as response,
            ):
                _check(response, file)
                return await _bytes(response, limit)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ChatBroken(_NOT_HANDED, detail=type(error).__name__) from error

    async def _token(self, url: SplitResult) -> str:
        named = url.fragment or (found[1] if (found := _TEAM.search(url.path)) else "")
        try:
            return (await self._rest.bearer(WorkspaceId(named))).token
        except ChatForbidden:
            # Shared by another organisation in a channel with it: what counts is who we are where it was shared.
            everywhere = self._rest.tokens.all()
            if len(everywhere) != 1 or url.fragment:
                raise
            return everywhere[0].token

    def _address(self, url: str) -> SplitResult | None:
        """The address, if it is one of Slack's."""
        try:
            parts = urlsplit(url)
            origin = _origin(parts)
        except ValueError:
            return None
        if parts.username or parts.password:
            return None
        if self._own is not None and origin == self._own:
            return parts if parts.scheme == "https" or loopback(origin[1]) else None
        return parts if origin == ("https", HOST, 443) else None


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname or "", port


def _check(response: aiohttp.ClientResponse, file: FileRef) -> None:
    status = response.status
    html = response.content_type == _PAGE and file.mime != _PAGE
    if status in (401, 403) or 300 <= status < 400 or (status == 200 and html):
        raise ChatForbidden(refusals.missing("files:read"), detail=f"file: {status}")
    if status in (404, 410):
        raise ChatGone("The attached file is no longer there.", detail=f"file: {status}")
    if status >= 500 or status in (408, 429):
        raise ChatBroken(_NOT_HANDED, detail=f"file: {status}")
    if status != 200:
        raise ChatRefused(_NOT_HANDED, detail=f"file: {status}")


async def _bytes(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Counted while they come: neither the claimed size nor a header is believed."""
    read = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        read += chunk
        if len(read) > limit:
            raise _too_large(limit)
    return bytes(read)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"That file is too large: I read up to {limit / 1024 / 1024:.3g} MB.")
