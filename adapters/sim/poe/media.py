"""Pictures, sounds and films: measured when they come in, drawn when a media model is asked for one.

Here: reading the size of an image from its first bytes, and making small real files.  Not here: their
addresses (``app``) or the words around them (``answers``).
"""

from __future__ import annotations

import hashlib
import math
import struct
import zlib


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, JPEG or WebP; ``None`` for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] == b"VP8X" and len(data) >= 30:
        width, height = data[24:27], data[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if data[12:16] == b"VP8 " and len(data) >= 30:
        near, far = struct.unpack("<HH", data[26:30])
        return near & 0x3FFF, far & 0x3FFF
    return None


def readable_size(length: int) -> str:
    """A number of bytes as people read it."""
    if length < 1024:
        return f"{length} bytes"
    if length < 1024 * 1024:
        return f"{length / 1024:.1f} KB"
    return f"{length / (1024 * 1024):.1f} MB"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(prompt: str, width: int = 320, height: int = 320) -> bytes:
    """A PNG that belongs to a prompt: soft rings in two colours taken from its digest."""
    digest = hashlib.sha256(prompt.encode()).digest()
    inner, outer = digest[0:3], digest[3:6]
    middle_x, middle_y = width * (64 + digest[6] / 2) / 256, height * (64 + digest[7] / 2) / 256
    reach = math.hypot(width, height) / 2
    shades = [
        bytes((a * (255 - s) + b * s) // 255 for a, b in zip(inner, outer, strict=True)) for s in range(256)
    ]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            far = math.hypot(x - middle_x, y - middle_y) / reach
            rows += shades[int(127.5 + 127.5 * math.cos(far * 9))]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(rows)))
        + _chunk(b"IEND", b"")
    )


def sound(prompt: str, seconds: float = 0.5, rate: int = 8000) -> bytes:
    """A WAV file: one tone whose pitch belongs to the prompt."""
    pitch = 220 + hashlib.sha256(prompt.encode()).digest()[0] * 2
    wave = (int(12_000 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(int(rate * seconds)))
    data = b"".join(struct.pack("<h", value) for value in wave)
    form = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + form
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


def film(prompt: str) -> bytes:
    """The smallest file that calls itself MP4: its type and a free box with the prompt."""
    kind = b"isom\x00\x00\x02\x00isomiso2mp41"
    note = prompt.encode()
    return (
        struct.pack(">I", 8 + len(kind)) + b"ftyp" + kind + struct.pack(">I", 8 + len(note)) + b"free" + note
    )


MAKERS = {"image": (picture, "image/png"), "audio": (sound, "audio/wav"), "video": (film, "video/mp4")}
