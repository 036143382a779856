"""Tables: asked for, and read on a platform that has none."""

from __future__ import annotations

from itertools import pairwise

from tests.plugins.whole import Whole

HEAD = "| Harbour | Berths |\n| --- | ---: |\n"


def rows(count: int) -> str:
    return "".join(f"| Harbour number {number} | {number * 37} |\n" for number in range(1, count + 1))


async def test_a_table_is_aligned_and_grows_row_by_row(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        answer = await whole.ask("ada", "general", f"[[echo]]Look:\n\n{HEAD}{rows(24)}")

    lines = answer.content.splitlines()
    assert lines[2:6] == [
        "```",
        "Harbour            Berths",
        "-----------------  ------",
        "Harbour number 1       37",
    ]
    assert lines[-1].startswith("-# ")
    texts = [version.content for version in answer.versions]
    assert len(texts) > 2
    assert not [text for text in texts if "|" in text or text.count("```") % 2]
    assert all(first.count("\n") <= second.count("\n") + 1 for first, second in pairwise(texts))


async def test_a_long_table_goes_on_in_the_next_message_under_its_headings(whole: Whole):
    wide = HEAD.replace("Berths |", "Berths, and all that can be said of them |")
    await whole.ask("ada", "general", f"[[echo]]{wide}{rows(60)}"[:1990])
    pages = [message.content for message in whole.dc.world.from_bot("general")]

    assert len(pages) > 1
    assert all(len(page) <= 2000 for page in pages)
    assert all(page.startswith("```\nHarbour ") for page in pages)
    said = "".join(pages)
    assert [number for number in range(1, 50) if f"Harbour number {number} " not in said] == []


async def test_a_table_with_links_is_a_list(whole: Whole):
    table = "| Place | Page |\n|---|---|\n| Home | [start](https://example.org/start) |\n"
    answer = await whole.ask("ada", "general", f"[[echo]]{table}")

    assert answer.content.startswith("- **Place**: Home\n  **Page**: [start](https://example.org/start)\n-# ")
