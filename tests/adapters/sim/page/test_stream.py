"""The page's stream: what it begins with, what it tells as it happens, and how it ends."""

import asyncio

import httpx
import pytest
from httpx_sse import aconnect_sse

from adapters.sim.discord import DiscordServer
from adapters.sim.page import Page
from tests.adapters.sim.page.conftest import Bot, Reader, Watch, buttons
from tests.plugins.waiting import PATIENCE, until


async def test_it_begins_with_everything_that_stands(dc: DiscordServer, watch: Watch, bot: Bot) -> None:
    dc.as_person("ben").say("general", "before <b>it</b>")
    async with watch("ada", "general") as reader:
        places, place = await reader.next("places"), await reader.next("place")
        messages = await reader.next("messages")

    assert 'aria-current="page"' in places["html"]
    assert place["title"] == "general"
    assert [command["words"] for command in place["commands"]] == ["ask", "budget set", "points"]
    assert place["onMessage"] == ["Ask about this"]
    assert messages["whole"] is True
    assert "before &lt;b&gt;it&lt;/b&gt;" in messages["html"]


async def test_a_long_history_is_shown_in_part(
    dc: DiscordServer, http: httpx.AsyncClient, watch: Watch
) -> None:
    for number in range(130):
        dc.as_person("ben").say("general", f"line {number}.")
    async with watch("ada", "general") as reader:
        told = await reader.next("messages")
    path = f"/page/ada/{dc.world.channel('general').id}/stream?show=300"
    async with aconnect_sse(http, "GET", path) as source:
        more = await Reader(source).next("messages")

    assert (told["earlier"], more["earlier"]) == (True, False)
    assert "line 29." not in told["html"]
    assert "line 0." in more["html"]


async def test_a_message_grows_as_it_is_edited(dc: DiscordServer, watch: Watch, bot: Bot) -> None:
    async with watch("ada", "general") as reader:
        await reader.next("messages")
        said = await bot.say(dc.world.channel("general").id, "It", components=buttons("Stop"))
        first = await reader.until("messages", ">It<")
        await bot.edit(said, "It **grows**", components=[])
        second = await reader.until("messages", "<strong>grows</strong>")

    assert first["whole"] is False
    assert 'data-press="Stop"' in first["html"]
    assert 'data-press="Stop"' not in second["html"]
    assert second["html"].count("data-message-id") == 1


async def test_many_edits_at_once_are_told_as_the_newest(dc: DiscordServer, watch: Watch) -> None:
    ada = dc.as_person("ada")
    message = ada.say("general", "0")
    async with watch("ben", "general") as reader:
        await reader.next("messages")
        for number in range(500):
            ada.edit(message, f"number {number}")
        told = await reader.next("messages")

    assert "number 499" in told["html"]


async def test_half_a_character_does_not_end_the_stream(dc: DiscordServer, watch: Watch) -> None:
    dc.as_person("ben").say("general", "half \ud83d\nof it\r\nand more")
    async with watch("ada", "general") as reader:
        assert "of it" in (await reader.next("messages"))["html"]


async def test_what_is_deleted_goes_and_what_answered_it_says_so(dc: DiscordServer, watch: Watch) -> None:
    ada, ben = dc.as_person("ada"), dc.as_person("ben")
    message = ada.say("general", "mistake")
    ben.say("general", "what?", reply_to=message)
    async with watch("ben", "general") as reader:
        await reader.next("messages")
        ada.delete(message)
        gone = await reader.next("gone")
        told = await reader.next("messages")

    assert gone["ids"] == [str(message.id)]
    assert "Original message was deleted" in told["html"]


async def test_a_whisper_is_told_to_its_reader_only(dc: DiscordServer, watch: Watch, bot: Bot) -> None:
    async with watch("ada", "general") as ada, watch("ben", "general") as ben:
        await ada.next("messages")
        await ben.next("messages")
        dc.as_person("ada").slash("points")
        whisper = await ada.until("messages", "42 points")
        dc.as_person("ada").say("general", "the end")
        seen = ""
        while "the end" not in seen:
            seen += (await ben.next("messages"))["html"]

    assert "Only you can see this" in whisper["html"]
    assert "42 points" not in seen


async def test_who_types_is_told_to_the_others(dc: DiscordServer, watch: Watch) -> None:
    async with watch("ada", "general") as ada, watch("ben", "general") as ben:
        await ada.next("typing")
        await ben.next("typing")
        dc.as_person("ben").type("general")
        assert (await ada.next("typing"))["names"] == ["Ben"]
        dc.as_person("ben").say("general", "done")
        assert (await ada.next("typing"))["names"] == []
        assert (await ben.next("typing"))["names"] == []


async def test_what_is_said_elsewhere_is_marked_there(dc: DiscordServer, watch: Watch) -> None:
    async with watch("ada", "general") as reader:
        await reader.next("messages")
        dc.as_person("ben").say("help", f"{dc.as_person('ada').mention} please")
        told = await reader.next("elsewhere")

    assert told == {"channels": {str(dc.world.channel("help").id): True}}


async def test_a_new_thread_appears_in_the_list_and_its_message_counts(
    dc: DiscordServer, watch: Watch
) -> None:
    ben = dc.as_person("ben")
    message = ben.say("general", "big topic")
    async with watch("ada", "general") as reader:
        await reader.next("places")
        await reader.next("messages")
        thread = ben.start_thread("Deep water", at=message)
        assert "Deep water" in (await reader.next("places"))["html"]
        ben.say(thread, "first in it")
        await reader.until("messages", "1 Message ")


async def test_points_follow_an_answer(dc: DiscordServer, watch: Watch, bot: Bot) -> None:
    async with watch("cleo", "general") as reader:
        assert await reader.next("points") == {"html": "<p>Cleo has <strong>42</strong> points left.</p>\n"}
        await bot.say(dc.world.channel("help").id, "elsewhere too")
        assert await reader.next("points") == {"html": "<p>Cleo has <strong>42</strong> points left.</p>\n"}


async def test_what_the_server_saw_is_counted(dc: DiscordServer, watch: Watch, bot: Bot) -> None:
    async with watch("ada", "general") as reader:
        await reader.next("saw")
        said = await bot.say(dc.world.channel("general").id, "one", nonce="7", enforce_nonce=True)
        await bot.say(dc.world.channel("general").id, "one", nonce="7", enforce_nonce=True)
        await bot.edit(said, "two")
        await bot.edit(said, "two")
        html = (await reader.until("saw", "<dt>Idle edits</dt><dd>1</dd>"))["html"]

    for line in ("Messages</dt><dd>1", "Edits</dt><dd>2", "Sent twice</dt><dd>1", "Too fast (429)</dt><dd>0"):
        assert line in html


async def test_a_reader_that_does_not_read_holds_nobody_up(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    ada, general = dc.as_person("ada"), dc.world.channel("general").id
    message = ada.say("general", "0")
    async with http.stream("GET", f"/page/ben/{general}/stream") as unread:
        assert unread.status_code == 200
        for number in range(200):
            ada.edit(message, f"{number} " + "x" * 1900)
            if number % 10 == 0:
                assert (await http.get("/page/static/main.js")).status_code == 200

    assert message.content.startswith("199")


async def test_a_reader_that_leaves_is_forgotten(dc: DiscordServer, watch: Watch) -> None:
    listeners = dc.world.changes._listeners
    before = len(listeners)
    async with watch("ada", "general") as reader, watch("ben", "general"):
        await reader.next("messages")
        await dc.world.until(lambda: len(listeners) == before + 2)

    await until(lambda: len(listeners) == before)


async def test_points_that_cannot_be_told_are_not_known_and_nothing_ends() -> None:
    page = Page()

    async def points(person: str) -> str:
        raise ConnectionError("the books are closed")

    async with (
        DiscordServer(extra_routes=page.routes) as dc,
        httpx.AsyncClient(base_url=dc.base_url, verify=False, timeout=PATIENCE) as http,
    ):
        page.show(dc, points)
        path = f"/page/ada/{dc.world.channel('general').id}/stream"
        async with aconnect_sse(http, "GET", path) as source:
            reader = Reader(source)
            assert await reader.next("points") == {"html": "<p>The points are not known.</p>\n"}
            dc.as_person("ben").say("general", "still here")
            await reader.until("messages", "still here")


async def test_the_server_stops_though_pages_are_open() -> None:
    page = Page()
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(verify=False, timeout=PATIENCE) as http:
        async with DiscordServer(extra_routes=page.routes) as dc:
            page.show(dc)
            general = dc.world.channel("general").id
            request = http.build_request("GET", f"{dc.base_url}/page/ada/{general}/stream")
            stream = await http.send(request, stream=True)
        with pytest.raises(httpx.HTTPError):
            await stream.aread()
        await stream.aclose()
