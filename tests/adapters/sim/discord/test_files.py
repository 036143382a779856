"""Files: stored, served under signed addresses, and no longer when those expire."""

import struct

import httpx
import pytest

from adapters.sim.discord import DiscordServer, files
from tests.plugins.waiting import PATIENCE

JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 4, 5) + b"\0" * 20


async def test_an_address_serves_the_file_until_it_expires_or_is_bent(dc: DiscordServer) -> None:
    said = dc.as_person("ada").say("general", files=[("a b.txt", b"hello", "text/plain")])
    url = dc.world.files.url(said.channel_id, said.attachments[0])
    assert "a_b.txt?ex=" in url
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        served = await client.get(url)
        assert (served.content, served.headers["content-type"]) == (b"hello", "text/plain; charset=utf-8")
        assert (await client.get(url.split("?")[0])).status_code == 404
        assert (await client.get(url.replace("ex=", "ex=1"))).status_code == 404
        dc.world.files.life_seconds = -1
        expired = dc.world.files.url(said.channel_id, said.attachments[0])
        assert (await client.get(expired)).status_code == 404


async def test_a_page_that_somebody_sent_runs_nothing_here(dc: DiscordServer) -> None:
    said = dc.as_person("ada").say("general", files=[("a.html", b"<script>alert(1)</script>", "text/html")])
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        served = await client.get(dc.world.files.url(said.channel_id, said.attachments[0]))

    assert served.headers["content-security-policy"] == "sandbox"
    assert served.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 3, 2), (3, 2)),
        (b"GIF89a" + struct.pack("<HH", 7, 8), (7, 8)),
        (JPEG, (5, 4)),
        (b"\xff\xd8\xff", (None, None)),
        (b"plain", (None, None)),
    ],
)
def test_the_size_of_an_image_is_read_from_its_header(content: bytes, size: object) -> None:
    assert files.image_size(content) == size
