"""The page as a person uses it, in Chromium: written to, watched, pressed, dragged to."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from adapters.sim.discord import DiscordServer
from tests.adapters.sim.page.conftest import Bot, buttons, scripted, served
from tests.plugins.browser import NEEDED, browser, window

DROP = """([target, name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "text/plain" }));
    for (const kind of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
DRAG = DROP.replace('"dragenter", "dragover", "drop"', '"dragenter", "dragover"')

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    *NEEDED,
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all of them: starting it takes longer than what they do."""
    async with browser() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def dc() -> AsyncIterator[DiscordServer]:
    async with served() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def bot(dc: DiscordServer) -> AsyncIterator[Bot]:
    async with scripted(dc) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def tab(dc: DiscordServer, chromium: Browser) -> AsyncIterator[Page]:
    """A window on the page, as Ada in #general; afterwards nothing went wrong in it."""
    async with window(chromium) as (page, troubles):
        await page.goto(dc.base_url)
        await loaded(page)
        yield page
    # A refused request is told to the person in a sentence; the browser notes it as well.
    assert [trouble for trouble in troubles if "status of 422" not in trouble] == []


def messages(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


async def loaded(page: Page) -> None:
    await expect(messages(page)).to_have_attribute("aria-busy", "false")


def message(page: Page, text: str) -> Locator:
    """The newest message that contains this text."""
    return page.locator("[data-message-id]").filter(has=page.locator(".content", has_text=text)).last


def composer(page: Page) -> Locator:
    return page.locator("#text")


async def write(page: Page, text: str) -> None:
    await composer(page).press_sequentially(text)
    await composer(page).press("Enter")


async def become(page: Page, name: str) -> None:
    await page.get_by_role("button", name="Switch person").click()
    await page.get_by_role("menuitemradio", name=name).click()
    await expect(page.get_by_role("button", name=f"Writing as {name}")).to_be_visible()
    await loaded(page)


async def choose(page: Page, words: str, command: str) -> None:
    """Type the beginning of a command, and take it from the list."""
    await composer(page).press_sequentially(words)
    await expect(page.get_by_role("option", name=command, exact=True)).to_be_visible()
    await composer(page).press("Enter")


async def test_an_answer_grows_and_its_buttons_work(tab: Page, dc: DiscordServer, bot: Bot) -> None:
    await composer(tab).press_sequentially("hello @poe")
    await tab.get_by_role("option", name="@poebridge").click()
    await composer(tab).press_sequentially("and everybody")
    await composer(tab).press("Enter")

    await expect(message(tab, "hello").locator(".mention")).to_have_text("@poebridge")
    answer = message(tab, "It begins")
    await expect(answer.get_by_role("button", name="Stop")).to_be_visible()
    element = await answer.element_handle()
    bot.go_on.set()
    await expect(answer.locator("strong")).to_have_text("ends")
    assert await element.evaluate("node => node.isConnected")  # the same element, changed in place

    await answer.get_by_role("button", name="Regenerate").click()
    again = message(tab, "Written again.")
    await expect(again.get_by_role("button", name="Regenerate")).to_be_disabled()
    await expect(tab.get_by_label("Points", exact=True)).to_contain_text("Ada has 42 points left.")


async def test_an_older_message_is_replied_to(tab: Page, dc: DiscordServer) -> None:
    older = dc.as_person("ben").say("general", "an older thing")
    dc.as_person("ben").say("general", "a newer thing")
    target = message(tab, "an older thing")
    await target.hover()
    await target.get_by_role("button", name="Reply").click()
    await expect(tab.get_by_text("Replying to Ben")).to_be_visible()
    await write(tab, "about that")

    said = message(tab, "about that")
    await expect(said.locator(".lead")).to_contain_text("@Ben")
    await expect(said.get_by_role("button", name="Go to the message answered")).to_have_text("an older thing")
    newest = dc.world.history("general")[-1]
    assert newest.reference
    assert newest.reference.message_id == older.id


async def test_a_slash_command_is_found_filled_and_sent(tab: Page, dc: DiscordServer, bot: Bot) -> None:
    await choose(tab, "/as", "/ask")
    await tab.get_by_label("prompt").fill("why is it so")
    await tab.get_by_role("button", name="Add option model").click()
    await tab.get_by_label("model").press_sequentially("opus")
    await expect(tab.get_by_role("option")).to_have_text(["Claude-Opus · 3 points"])
    await tab.get_by_label("model").press("Enter")
    await expect(tab.get_by_label("model")).to_have_value("Claude-Opus · 3 points")
    await tab.get_by_label("model").press("Enter")

    await expect(messages(tab)).to_contain_text("poebridge is thinking…")
    await expect(messages(tab)).to_contain_text("Ada used /ask")
    bot.go_on.set()
    await expect(messages(tab)).to_contain_text("Claude-Opus: why is it so")


async def test_commands_that_come_while_a_person_types_are_offered(tab: Page, dc: DiscordServer) -> None:
    await composer(tab).press_sequentially("/as")
    async with scripted(dc):
        await expect(tab.get_by_role("option", name="/ask")).to_be_visible()
        await composer(tab).press_sequentially("k")
        await tab.get_by_role("option", name="/ask").click()

        await expect(tab.get_by_label("prompt")).to_be_focused()


async def test_what_is_typed_before_the_page_has_its_script_is_kept_and_answered(
    dc: DiscordServer, bot: Bot, chromium: Browser
) -> None:
    typed = asyncio.Event()

    async def late(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    async with window(chromium) as (page, troubles):
        await page.route("**/main.js", late)
        await page.goto(dc.base_url, wait_until="commit")
        await composer(page).press_sequentially("/as")
        typed.set()

        await expect(page.get_by_role("option", name="/ask")).to_be_visible()
        await expect(composer(page)).to_have_value("/as")
    assert troubles == []


async def test_options_offer_people_roles_channels_and_choices(
    tab: Page, dc: DiscordServer, bot: Bot
) -> None:
    await choose(tab, "/budget set", "/budget set")
    await tab.get_by_label("points", exact=True).fill("500")
    for option, picked in (
        ("person", "@Ben"),
        ("role", "@Crew"),
        ("channel", "#lab"),
        ("period", "Every day"),
    ):
        await tab.get_by_role("button", name=f"Add option {option}").click()
        await tab.get_by_role("option", name=picked).click()
    await tab.get_by_role("button", name="Send command").click()

    await expect(messages(tab)).to_contain_text("Only you can see this")
    asked = list(dc.world.interactions.values())[-1]
    given = {o["name"]: o["value"] for o in asked.data["options"][0]["options"]}
    assert given["person"] == str(dc.as_person("ben").id)
    assert given["channel"] == str(dc.world.channel("lab").id)
    assert (given["points"], given["period"]) == (500, "day")


async def test_a_form_opens_from_the_menu_of_a_message(tab: Page, dc: DiscordServer, bot: Bot) -> None:
    dc.as_person("ben").say("general", "what is this")
    await message(tab, "what is this").click(button="right")
    await tab.get_by_role("menuitem", name="Apps").click()
    await tab.get_by_role("menuitem", name="Ask about this").click()
    dialog = tab.get_by_role("dialog", name="Ask about this")
    await dialog.get_by_label("Your question").fill("is it good?")
    await dialog.get_by_role("button", name="Submit").click()

    await expect(dialog).to_be_hidden()
    await expect(messages(tab)).to_contain_text("Asked: is it good?")


async def test_files_are_dragged_in_and_sent(tab: Page, dc: DiscordServer) -> None:
    target = await tab.query_selector("#talk")
    await tab.evaluate(DRAG, [target, "notes.txt", "one two"])
    await expect(tab.get_by_text("Upload to #general")).to_be_visible()
    await tab.evaluate(DROP, [target, "notes.txt", "one two"])
    await tab.get_by_label("Upload files").set_input_files(
        {"name": "more.csv", "mimeType": "text/csv", "buffer": b"1,2"}
    )
    files = tab.get_by_role("list", name="Files to send")
    await expect(files.get_by_role("listitem")).to_have_count(2)
    await write(tab, "please read")

    await expect(message(tab, "please read").get_by_label("Attachments")).to_contain_text("notes.txt")
    await expect(files).to_be_hidden()
    async with tab.expect_download() as download:
        await tab.get_by_role("link", name="Download notes.txt").click()
    assert (await (await download.value).path()).read_text() == "one two"


async def test_a_whisper_is_not_seen_by_the_next_person(tab: Page, dc: DiscordServer, bot: Bot) -> None:
    await choose(tab, "/points", "/points")
    await tab.keyboard.press("Enter")
    await expect(messages(tab)).to_contain_text("You have 42 points.")

    await become(tab, "Ben")
    await expect(tab.get_by_label("Points", exact=True)).to_contain_text("Ben has 42 points left.")
    await expect(messages(tab)).not_to_contain_text("You have 42 points.")
    await write(tab, "hello from ben")
    await expect(message(tab, "hello from ben")).to_have_attribute("data-author", "ben")

    await become(tab, "Ada")
    await expect(messages(tab)).to_contain_text("You have 42 points.")
    await tab.get_by_role("button", name="Dismiss message").click()
    await expect(messages(tab)).not_to_contain_text("You have 42 points.")


async def test_a_thread_is_started_and_left(tab: Page, dc: DiscordServer) -> None:
    dc.as_person("ben").say("general", "a big topic")
    target = message(tab, "a big topic")
    await target.hover()
    await target.get_by_role("button", name="Create Thread").click()
    dialog = tab.get_by_role("dialog", name="Create Thread")
    await expect(dialog.get_by_label("Thread Name")).to_have_value("a big topic")
    await dialog.get_by_role("button", name="Create Thread").click()
    await expect(tab.get_by_role("heading", level=1)).to_have_text("a big topic")
    await write(tab, "first in it")
    await expect(message(tab, "first in it")).to_be_visible()

    await tab.go_back()
    await expect(tab.get_by_role("heading", level=1)).to_have_text("general")
    await expect(tab.get_by_role("link", name="Thread: a big topic")).to_contain_text("1 Message")


async def test_a_reader_who_scrolled_up_is_left_in_peace(tab: Page, dc: DiscordServer) -> None:
    ben = dc.as_person("ben")
    for number in range(40):
        ben.say("general", f"line {number}\nand more")
    await expect(message(tab, "line 39")).to_be_in_viewport()
    await tab.locator("#scroll").hover()
    await tab.mouse.wheel(0, -1200)
    await expect(message(tab, "line 39")).not_to_be_in_viewport()
    ben.say("general", "news")
    await expect(message(tab, "news")).to_be_attached()
    await expect(message(tab, "news")).not_to_be_in_viewport()
    await tab.get_by_role("button", name="Jump to present").click()
    await expect(message(tab, "news")).to_be_in_viewport()


async def test_what_people_write_never_runs(tab: Page, dc: DiscordServer, bot: Bot) -> None:
    await bot.say(
        dc.world.channel("general").id,
        "<img src=x onerror=\"document.title='taken'\"> [x](javascript:alert(1)) ||hidden||",
        components=buttons("<b>Stop</b>"),
    )
    said = message(tab, "<img src=x")
    await expect(said.get_by_role("button", name="<b>Stop</b>")).to_be_visible()
    spoiler = said.get_by_role("button", name="Spoiler")
    await spoiler.press("Enter")
    await expect(spoiler).to_have_attribute("aria-label", "Spoiler, shown")
    assert "taken" not in await tab.title()


async def test_ones_own_message_is_edited_as_it_was_typed(tab: Page, dc: DiscordServer) -> None:
    ada = dc.as_person("ada")
    mine = ada.say("general", f"**bold** for {dc.as_person('ben').mention}")
    target = message(tab, "bold for")
    await target.hover()
    await target.get_by_role("button", name="More").click()
    await tab.get_by_role("menuitem", name="Edit Message").click()
    field = tab.get_by_role("dialog", name="Edit Message").get_by_role("textbox", name="Message")
    await expect(field).to_have_value("**bold** for @Ben")
    await field.fill("*soft* for @Ben")
    await tab.get_by_role("button", name="Save").click()

    await expect(message(tab, "soft for")).to_contain_text("(edited)")
    assert mine.content == f"*soft* for {dc.as_person('ben').mention}"


async def test_a_press_nobody_answers_says_so(tab: Page, dc: DiscordServer, bot: Bot) -> None:
    dc.world.rules.callback_seconds = 0.2
    await bot.say(dc.world.channel("general").id, "working", components=buttons("Stop"))
    await message(tab, "working").get_by_role("button", name="Stop").click()

    await expect(message(tab, "working")).to_contain_text("This interaction failed")


async def test_a_refused_message_comes_back_into_the_composer(tab: Page, dc: DiscordServer) -> None:
    await composer(tab).fill("x" * 2001)
    await expect(tab.get_by_label("Characters left")).to_have_text("-1")
    await composer(tab).press("Enter")

    await expect(tab.locator("#toasts")).to_contain_text("too long")
    await expect(composer(tab)).to_have_value("x" * 2001)


async def test_a_narrow_page_has_its_sides_in_drawers(tab: Page, dc: DiscordServer) -> None:
    await tab.set_viewport_size({"width": 390, "height": 800})
    await expect(tab.get_by_role("navigation", name="Channels")).to_be_hidden()
    await tab.get_by_role("button", name="Show channels").click()
    await tab.get_by_role("link", name="poebridge").click()

    await expect(tab.get_by_role("heading", level=1)).to_have_text("poebridge")
    await expect(tab.get_by_role("navigation", name="Channels")).to_be_hidden()
    await tab.get_by_role("button", name="Show points and members").click()
    await expect(tab.get_by_label("Points", exact=True)).to_be_in_viewport()
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
