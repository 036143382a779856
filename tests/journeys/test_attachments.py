"""Files that people attach: what goes in, what is answered with a sentence, and what a file can't do."""

from __future__ import annotations

import struct
import zlib

from tests.journeys.stories import asked, button, command, told

MEGABYTE = 1024 * 1024


def png(width: int = 3, height: int = 2) -> bytes:
    """A real, small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x10\x80\xf0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


async def refused(whole, *files: tuple[str, bytes, str], text: str = "What is this?") -> str:
    """What somebody reads who attached these; Poe is not asked and nothing is held."""
    answer = await told(whole, "ben", "general", text, files=list(files))
    assert whole.poe.world.calls == []
    assert await whole.house.store.open_holds() == ()
    assert await whole.house.store.verify() == ()
    return str(answer.content)


async def test_a_picture_and_a_program_go_in_together(whole):
    code = b"def tide():\n    return 'high'\n"
    files = [("sea.png", png(), "image/png"), ("tide.py", code, "text/x-python")]
    answer = await whole.ask("ben", "general", "What are these?", files=files)

    assert "data:image/png;base64," in asked(whole)
    assert "def tide():" in asked(whole)
    assert "3 × 2 pixels" in answer.content


async def test_a_file_alone_is_a_question(whole):
    await whole.ask("ben", "general", "", files=[("notes.txt", b"High water at seven.", "text/plain")])

    assert "High water at seven." in asked(whole)


async def test_a_question_asked_again_brings_its_file_again(whole):
    files = [("n.txt", b"High water at seven.", "text/plain")]
    first = await whole.ask("ben", "general", "Read it", files=files)
    whole.dc.as_person("ben").press(first, button(first, "regenerate"))
    await whole.answered("general", 2)

    assert "High water at seven." in asked(whole)


async def test_a_file_in_the_message_replied_to_comes_along(whole):
    notes = whole.dc.as_person("cleo").say(
        "general", "My notes", files=[("notes.txt", b"High water at seven.", "text/plain")]
    )
    await whole.ask("ben", "general", "When?", reply_to=notes, mention_bot=True)

    assert "High water at seven." in asked(whole)


async def test_a_picture_says_so_where_the_model_can_not_look_at_it(whole):
    blind = next(
        model.display_name
        for model in map(
            whole.poe.world.catalog.find, ("gpt-3.5-turbo", "deepseek-v3.2", "glm-4.7", "kimi-k2")
        )
        if model and "image" not in model.inputs
    )
    await command(whole, "ben", "model", {"name": blind})
    said = await refused(whole, ("sea.png", png(), "image/png"))

    assert f"{blind} can't look at images." in said
    assert "can, for example." in said


async def test_25_megabytes_are_refused_before_a_byte_is_read(whole):
    whole.dc.world.rules.file_bytes = 50 * MEGABYTE
    said = await refused(whole, ("film.txt", b"x" * (25 * MEGABYTE), "text/plain"))

    assert "film.txt is 25.0 MB; I take files of at most 10.0 MB." in said


async def test_a_pdf_is_named_and_what_is_taken_instead(whole):
    said = await refused(whole, ("paper.pdf", PDF, "application/pdf"))

    assert "I can't read paper.pdf yet." in said
    assert "images (PNG, JPEG, GIF, WebP) and text or code files" in said


async def test_a_name_does_not_make_a_picture(whole):
    said = await refused(whole, ("holiday.png", PDF, "image/png"))

    assert "I can't read holiday.png yet." in said
    assert "application/pdf" in said


async def test_a_program_in_disguise_is_not_taken_for_text(whole):
    said = await refused(whole, ("readme.txt", b"\x7fELF\x02\x01\x01" + bytes(200), "text/plain"))

    assert "I can't read readme.txt yet." in said


async def test_a_picture_named_text_is_a_picture(whole):
    await whole.ask("ben", "general", "What is it?", files=[("notes.txt", png(), "text/plain")])

    assert "data:image/png;base64," in asked(whole)


async def test_too_many_files_are_refused_with_the_number(whole):
    said = await refused(whole, *((f"{n}.txt", b"hello", "text/plain") for n in range(7)))

    assert "That is 7 files; I take at most 6 at a time." in said


async def test_endless_text_is_refused_with_the_number(whole):
    said = await refused(whole, ("log.txt", b"x" * 200_001, "text/plain"))

    assert "log.txt has 200,001 characters; I take text files of at most 200,000." in said


async def test_a_file_whose_address_has_expired_is_said_and_the_next_one_is_read(whole):
    usual = whole.dc.world.files.life_seconds
    whole.dc.world.files.life_seconds = -1
    said = await refused(whole, ("notes.txt", b"hello", "text/plain"))
    whole.dc.world.files.life_seconds = usual
    await whole.ask("ben", "general", "Read it", files=[("notes.txt", b"hello", "text/plain")])

    assert "The attached file is no longer there." in said
    assert len(whole.poe.world.calls) == 1
