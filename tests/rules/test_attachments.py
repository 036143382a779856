from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest

from bridge.rules import attachments
from bridge.values.errors import NotAccepted, TooLarge
from bridge.values.models import ModelCard
from bridge.values.parts import Document, FileRef, Image


def file(name="a.txt", size=10):
    return FileRef(url="https://files.example/a", name=name, size=size, mime="")


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00"))
        + chunk(b"IEND", b"")
    )


def test_too_large_a_file_is_refused_by_its_claim_before_it_is_read(settings):
    with pytest.raises(TooLarge, match=r"film\.mp4 is 25\.0 MB; I take files of at most 10\.0 MB"):
        attachments.check([file("film.mp4", 25 * 1024 * 1024)], settings)


def test_too_many_files_are_refused(settings):
    attachments.check([file()] * 6, settings)
    with pytest.raises(TooLarge, match="7 files; I take at most 6"):
        attachments.check([file()] * 7, settings)


def test_files_too_large_together_are_refused(settings):
    with pytest.raises(TooLarge, match=r"27\.0 MB together; I take at most 20\.0 MB at a time"):
        attachments.check([file(size=9 * 1024 * 1024)] * 3, settings)


def test_an_image_is_one_by_its_content_whatever_it_is_called(settings):
    read = attachments.read(file("notes.txt"), png(), settings)

    assert isinstance(read, Image)
    assert read.mime == "image/png"


@pytest.mark.parametrize(
    "data",
    [b"print('hi')\n", "größe = 1".encode(), "\ufeffbom".encode(), "wide".encode("utf-16"), b""],
)
def test_text_and_code_are_read_in_their_encoding(settings, data):
    assert isinstance(attachments.read(file("a.py"), data, settings), Document)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cat.png", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 60),
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + b"\xff\x00" * 20),
        ("noise.bin", bytes(range(256)) * 3),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_is_accepted(settings, name, data):
    with pytest.raises(NotAccepted, match=r"can't read .* images \(PNG, JPEG, GIF, WebP\) and text or code"):
        attachments.read(file(name), data, settings)


def test_endless_text_is_refused(settings):
    with pytest.raises(TooLarge, match="has 11 characters; I take text files of at most 10"):
        attachments.read(file(), b"hello world", replace(settings, max_text_file=10))


def test_a_model_without_eyes_is_named_with_some_that_see(settings):
    image = Image(name="a", mime="image/png", data=b"")
    blind = ModelCard(id="r1", name="R1")
    seeing = ModelCard(id="s", name="Seer", inputs=frozenset({"text", "image"}))

    attachments.suits([image], seeing, [])
    attachments.suits([Document(name="a", text="b")], blind, [])
    with pytest.raises(NotAccepted, match=r"R1 can't look at images\. Seer can, for example"):
        attachments.suits([image], blind, [blind, seeing])
    with pytest.raises(NotAccepted, match=r"R1 can't look at images\.$"):
        attachments.suits([image], blind, [blind])
