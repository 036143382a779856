"""Measuring and making files."""

import struct

import pytest

from adapters.sim.poe import media

JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 30, 40) + b"\x03" * 9


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (media.picture("x", 20, 10), (20, 10)),
        (b"GIF89a" + struct.pack("<HH", 5, 6), (5, 6)),
        (JPEG, (40, 30)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\x09\x00\x00\x04\x00\x00", (10, 5)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(10) + struct.pack("<HH", 7, 8), (7, 8)),
        (b"RIFF\x00\x00\x00\x00WEBPVP8L", None),
        (b"\xff\xd8\xff\xda", None),
        (b"not an image", None),
    ],
)
def test_an_image_is_measured_by_its_first_bytes(data: bytes, size: tuple[int, int] | None) -> None:
    assert media.image_size(data) == size


def test_sizes_read_as_people_read_them() -> None:
    assert [media.readable_size(n) for n in (5, 2048, 3 * 1024 * 1024)] == ["5 bytes", "2.0 KB", "3.0 MB"]


def test_the_same_prompt_makes_the_same_file() -> None:
    assert media.picture("a", 8, 8) == media.picture("a", 8, 8) != media.picture("b", 8, 8)
    assert media.sound("a", 0.01).startswith(b"RIFF")
