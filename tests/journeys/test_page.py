"""The bridge as people meet it on the embedded Discord's page: everything is done by hand, in Chromium."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from playwright.async_api import Locator, Page, expect

from adapters.sim import page as sim
from bridge.wiring.script.discord import OnDiscord, opening
from bridge.wiring.stage import on_discord, points
from tests.journeys.stories import quick
from tests.plugins.browser import NEEDED, browser, window
from tests.plugins.whole import Whole

HEIGHT = 1060
PICTURE = os.environ.get("POEBRIDGE_PICTURE", "")
"""Where the picture of the README is to be written; empty: nowhere."""
DROP = """([target, name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "text/plain" }));
    for (const kind of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""

pytestmark = list(NEEDED)
Make = Callable[..., AbstractAsyncContextManager[Whole]]


@asynccontextmanager
async def opened(make_whole: Make, **more: Any) -> AsyncIterator[tuple[Whole, Page]]:
    """The running bridge, and a window on #general as Ada; in the end nothing went wrong in it."""
    page = sim.Page()
    async with make_whole(extra_routes=page.routes, **more) as whole:
        await whole.start()
        page.show(whole.dc, lambda person: points(whole.house, on_discord(whole.dc), person))
        async with browser() as started, window(started, HEIGHT) as (tab, troubles):
            await tab.goto(whole.dc.base_url)
            await loaded(tab)
            yield whole, tab
        assert troubles == []


# -- what a person sees and does --------------------------------------------------------------------------


def log(tab: Page) -> Locator:
    return tab.get_by_role("log", name="Messages")


async def loaded(tab: Page) -> None:
    await expect(log(tab)).to_have_attribute("aria-busy", "false")


def message(tab: Page, text: str) -> Locator:
    """The newest message that contains this text."""
    return tab.locator("[data-message-id]").filter(has=tab.locator(".content", has_text=text)).last


def answers(tab: Page) -> Locator:
    return tab.locator("[data-message-id][data-author='poebridge']")


async def finished(answer: Locator) -> None:
    await expect(answer.get_by_role("button", name="Regenerate")).to_be_visible()


async def write(tab: Page, text: str) -> None:
    """As people type: "@poe" and a choice for the bot's name."""
    mention, _, rest = text.rpartition("@poebridge ")
    composer = tab.locator("#text")
    if mention or rest != text:
        await composer.press_sequentially(f"{mention}@poe")
        await tab.get_by_role("option", name="@poebridge").click()
    await composer.press_sequentially(rest)
    await tab.get_by_role("button", name="Send message").click()


async def become(tab: Page, name: str) -> None:
    await tab.get_by_role("button", name="Switch person").click()
    await tab.get_by_role("menuitemradio", name=name).click()
    await expect(tab.get_by_role("button", name=f"Writing as {name}")).to_be_visible()
    await loaded(tab)


async def reply(tab: Page, to: Locator, text: str) -> None:
    await to.hover()
    await to.get_by_role("button", name="Reply").click()
    await expect(tab.get_by_text("Replying to")).to_be_visible()
    await write(tab, text)


# -- stories ----------------------------------------------------------------------------------------------


async def test_an_answer_grows_in_front_of_its_reader_and_can_be_stopped(make_whole: Make) -> None:
    async with opened(make_whole, speed=20.0) as (whole, tab):
        await write(tab, "@poebridge tell me about ships in 9000 characters")
        answer = answers(tab).first
        await expect(answer.get_by_role("button", name="Stop")).to_be_visible()
        lengths = [len(await answer.locator(".content").inner_text())]
        element = await answer.element_handle()
        assert element is not None
        while len(lengths) < 3:
            await tab.wait_for_function(
                "([node, length]) => node.querySelector('.content').innerText.length > length",
                arg=[element, lengths[-1]],
            )
            lengths.append(len(await answer.locator(".content").inner_text()))
        await answers(tab).last.get_by_role("button", name="Stop").click()

        await expect(log(tab)).to_contain_text("Stopped.")
        await finished(answers(tab).last)
        assert sum(len(page.content) for page in whole.dc.world.from_bot("general")) < 9000


async def test_a_reply_to_an_older_answer_goes_on_from_there(make_whole: Make) -> None:
    async with opened(make_whole) as (whole, tab):
        quick(whole)
        await write(tab, "@poebridge my name is Ada")
        await finished(message(tab, "Nice to meet you, Ada"))
        await reply(tab, message(tab, "Nice to meet you, Ada"), "I sail a red boat")
        await finished(message(tab, "Red boat").or_(message(tab, "red boat")))
        await expect(tab.locator("[data-message-id]")).to_have_count(4)
        await finished(answers(tab).nth(1))

        await reply(tab, answers(tab).first, "What did I say?")
        branch = message(tab, "Before this you said")
        await finished(branch)
        await expect(branch).to_contain_text("my name is Ada")
        await expect(branch).not_to_contain_text("red boat")


async def test_ask_offers_models_by_name_and_answers_in_its_place(make_whole: Make) -> None:
    async with opened(make_whole) as (whole, tab):
        await tab.locator("#text").press_sequentially("/ask")
        await expect(tab.get_by_role("option", name="/ask")).to_be_visible()
        await tab.locator("#text").press("Enter")
        await tab.get_by_label("prompt").fill("What is the capital of Japan?")
        await tab.get_by_role("button", name="Add option model").click()
        await tab.get_by_label("model").press_sequentially("sonnet")
        choice = tab.get_by_role("listbox", name="Suggestions").get_by_role("option").first
        await expect(choice).to_contain_text("Sonnet")
        model = (await choice.inner_text()).split()[0]
        await choice.click()
        await tab.get_by_role("button", name="Send command").click()

        answer = message(tab, "The capital of Japan is Tokyo.")
        await finished(answer)
        await expect(answer).to_contain_text(model)
        assert whole.poe.world.calls[-1].body["model"].casefold().startswith("claude-sonnet")


async def test_points_are_told_in_private_and_stand_in_the_margin(make_whole: Make) -> None:
    async with opened(make_whole) as (whole, tab):
        await write(tab, "@poebridge what is 2 + 2?")
        await finished(message(tab, "2 + 2 = 4"))
        await tab.locator("#text").press_sequentially("/points")
        await expect(tab.get_by_role("option", name="/points")).to_be_visible()
        await tab.locator("#text").press("Enter")
        await tab.keyboard.press("Enter")

        await expect(log(tab)).to_contain_text("Only you can see this")
        sees = whole.dc.as_person("ada").sees
        told = await whole.dc.world.until(
            lambda: next((m for m in sees("general") if m.ephemeral and m.content), None)
        )
        assert "left" in told.content
        await expect(tab.get_by_label("Points", exact=True)).to_contain_text("left")

        await become(tab, "Ben")
        await expect(log(tab)).not_to_contain_text("Only you can see this")
        await expect(message(tab, "2 + 2 = 4")).to_be_visible()


async def test_a_file_dragged_in_is_read(make_whole: Make) -> None:
    async with opened(make_whole) as (whole, tab):
        target = await tab.query_selector("#talk")
        await tab.evaluate(DROP, [target, "notes.txt", "Harbour opens at nine."])
        files = tab.get_by_role("list", name="Files to send")
        await expect(files.get_by_role("listitem")).to_have_count(1)
        await write(tab, "@poebridge what is in this file?")

        answer = message(tab, "Harbour opens at nine.")
        await finished(answer)
        await expect(answer).to_contain_text("notes.txt")
        assert "Harbour opens at nine." in str(whole.poe.world.calls[-1].body["input"])


async def test_somebody_else_asks_about_a_message_and_presses_only_what_is_theirs(make_whole: Make) -> None:
    async with opened(make_whole) as (whole, tab):
        await write(tab, "The harbour opens at nine")
        await become(tab, "Ben")
        said = message(tab, "The harbour opens at nine")
        await said.hover()
        await said.get_by_role("button", name="More").click()
        await tab.get_by_role("menuitem", name="Apps").click()
        await tab.get_by_role("menuitem", name="Ask about this").click()
        dialog = tab.get_by_role("dialog")
        await dialog.get_by_label("Your question").fill("[[echo]] It does indeed.")
        await dialog.get_by_role("button", name="Submit").click()
        answer = message(tab, "It does indeed.")
        await finished(answer)

        await become(tab, "Cleo")
        calls = len(whole.poe.world.calls)
        await answer.get_by_role("button", name="Regenerate").click()
        await expect(log(tab)).to_contain_text("Only you can see this")
        assert len(whole.poe.world.calls) == calls


async def test_what_a_newcomer_sees_first(make_whole: Make) -> None:
    async with opened(make_whole, speed=150.0, env={"POEBRIDGE_BUDGET__PERSON": "5000"}) as (whole, tab):
        await opening(OnDiscord(whole.dc, whole.poe, whole.house))

        table = message(tab, "Bay of Fundy").locator("pre")
        await expect(table).to_contain_text("Saint-Malo")
        assert "|" not in await table.inner_text()
        await expect(message(tab, "def depth").locator("pre")).to_be_visible()
        await expect(tab.get_by_label("Points", exact=True)).to_contain_text("left")
        if PICTURE:
            await tab.mouse.move(640, HEIGHT - 10)
            await tab.screenshot(path=PICTURE)
