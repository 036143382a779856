"""A small picture to ask about, drawn here so that none has to be shipped."""

from __future__ import annotations

import struct
import zlib


def png(side: int = 48) -> bytes:
    """A sun over water."""
    rows = b""
    for y in range(side):
        rows += b"\x00"
        for x in range(side):
            sun = (x - side / 2) ** 2 + (y - side / 3) ** 2 < (side / 5) ** 2
            rows += b"\xff\xc8\x3d" if sun else b"\x2b\x6c\xb0" if y > side * 0.66 else b"\xdb\xec\xf9"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
