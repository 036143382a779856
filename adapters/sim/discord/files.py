"""Uploaded files and the addresses they are served under, signed the way Discord's CDN signs.

https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""

import hashlib
import hmac
import mimetypes
import re
import struct
from typing import TYPE_CHECKING

from .nouns import Attachment

if TYPE_CHECKING:
    from .world import World

SECRET = b"the simulator signs for itself"
LIFE_SECONDS = 24 * 3600


class Files:
    """The bytes behind every attachment. `life_seconds` is how long an address issued from now on serves them."""

    def __init__(self, world: "World") -> None:
        self.life_seconds = LIFE_SECONDS
        self._world = world
        self._stored: dict[str, tuple[bytes, str]] = {}

    def store(
        self,
        channel_id: int,
        name: str,
        content: bytes,
        content_type: str | None = None,
        description: str | None = None,
    ) -> Attachment:
        """Keep a file and return what a message says of it."""
        told = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        width, height = image_size(content)
        attachment = Attachment(
            id=self._world.ids.next(),
            filename=_tidy(name),
            content_type=told,
            size=len(content),
            width=width,
            height=height,
            description=description,
        )
        self._stored[self._path(channel_id, attachment)] = (content, told)
        return attachment

    def url(self, channel_id: int, attachment: Attachment) -> str:
        """A fresh signed address, good for a day unless `life_seconds` says otherwise."""
        path = self._path(channel_id, attachment)
        issued = int(self._world.now())
        expires = issued + self.life_seconds
        return f"{self._world.base_url}{path}?ex={expires:x}&is={issued:x}&hm={_sign(path, issued, expires)}&"

    def fetch(self, path: str, query: dict[str, str]) -> tuple[bytes, str] | None:
        """Content and type for a correctly signed, unexpired address; None otherwise."""
        try:
            issued, expires = int(query["is"], 16), int(query["ex"], 16)
        except (KeyError, ValueError):
            return None
        if query.get("hm") != _sign(path, issued, expires) or expires < self._world.now():
            return None
        return self._stored.get(path)

    def read(self, channel_id: int, attachment: Attachment) -> bytes:
        """The bytes of an attachment, for assertions."""
        return self._stored[self._path(channel_id, attachment)][0]

    def _path(self, channel_id: int, attachment: Attachment) -> str:
        return f"/cdn/attachments/{channel_id}/{attachment.id}/{attachment.filename}"


def _sign(path: str, issued: int, expires: int) -> str:
    return hmac.new(SECRET, f"{path}|{issued}|{expires}".encode(), hashlib.sha256).hexdigest()


def _tidy(name: str) -> str:
    """The name as Discord stores it: no blanks, nothing that would need escaping in an address."""
    return re.sub(r"[^A-Za-z0-9._-]", "", name.replace(" ", "_")) or "unknown"


def image_size(content: bytes) -> tuple[int | None, int | None]:
    """Width and height of a PNG, GIF or JPEG, read from its header; nothing for other files."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else (None, None)


def _jpeg_size(content: bytes) -> tuple[int | None, int | None]:
    """Walk the segments to the frame header, which holds height before width."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        if content[at + 1] in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None, None
