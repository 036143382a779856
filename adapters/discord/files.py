"""Bytes of attachments: `ports.Files`. What is in them, and whether it is welcome, is not said here.

Only Discord's own hosts are asked, encrypted, without cookies, and no redirect is followed: an attachment's address is somebody's input.
https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

import aiohttp

from bridge.values.errors import ChatBroken, ChatGone, ChatRefused, NotAccepted, TooLarge
from bridge.values.parts import FileRef

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})

_SECONDS = 10.0
_CHUNK = 64 * 1024
_FOREIGN = "I only read files that were attached in Discord."


class Attachments:
    """Reads attachments; `api_url` is where Discord is when it is not at its own address."""

    def __init__(self, api_url: str = "") -> None:
        self._own = _origin(urlsplit(api_url)) if api_url else None

    async def read(self, file: FileRef, limit: int) -> bytes:
        """Raises TooLarge, NotAccepted for a foreign host, ChatError when it can't be had."""
        if file.size > limit:
            raise _too_large(limit)
        if not self._trusted(file.url):
            raise NotAccepted(_FOREIGN)
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout) as session,
                session.get(file.url, allow_redirects=False) as response,
            ):
                _check(response.status)
                return await _bytes(response, limit)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ChatBroken(
                "Discord did not hand out the attached file.", detail=type(error).__name__
            ) from error

    def _trusted(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            origin = _origin(parts)
        except ValueError:
            return False
        if parts.username or parts.password:
            return False
        if self._own is not None and origin == self._own:
            return parts.scheme == "https" or _loopback(origin[1])
        return origin[1] in HOSTS and origin == ("https", origin[1], 443)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname or "", port


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check(status: int) -> None:
    if status in (403, 404, 410):  # deleted, or its signature is over
        raise ChatGone("The attached file is no longer there.", detail=str(status))
    if status >= 500 or status in (408, 429):
        raise ChatBroken("Discord did not hand out the attached file.", detail=str(status))
    if status != 200:
        raise ChatRefused("Discord did not hand out the attached file.", detail=str(status))


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
