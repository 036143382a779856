"""The bridge as people meet it on the embedded Slack's page: everything is done by hand, in Chromium."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, expect

from adapters.sim.page.slack import SlackPage
from bridge.wiring.stage import on_slack, points
from tests.plugins.browser import NEEDED, browser, window
from tests.plugins.whole import Whole

HEIGHT = 900
PICTURE = os.environ.get("POEBRIDGE_SLACK_PICTURE", "")
"""Where the picture of the README is to be written; empty: nowhere."""

pytestmark = list(NEEDED)


@asynccontextmanager
async def opened(make_whole: Any, **more: Any) -> AsyncIterator[tuple[Whole, Page]]:
    """The running bridge, and a window on #general as Ada; in the end nothing went wrong in it."""
    page = SlackPage()
    async with make_whole(discord=False, slack=True, slack_routes=page.routes, **more) as whole:
        await whole.start()
        page.show(whole.slack, lambda person: points(whole.house, on_slack(whole.slack, person), person))
        async with browser() as started, window(started, HEIGHT) as (tab, troubles):
            await tab.goto(f"{whole.slack.base_url}/slack?as=ada")
            await expect(tab.get_by_role("heading", name="general")).to_be_visible()
            yield whole, tab
        assert troubles == []


async def write(tab: Page, text: str, where: str = "Message") -> None:
    box = tab.get_by_role("textbox", name=where, exact=True)
    await box.fill(text)
    await box.press("Enter")


async def test_a_newcomer_asks_goes_on_in_the_thread_and_looks_at_what_is_left(make_whole: Any) -> None:
    async with opened(make_whole, speed=400.0) as (_, tab):
        await write(tab, "@poebridge Explain tides with a table and a list")
        await tab.get_by_role("button", name="1 reply").click()
        side = tab.get_by_role("complementary", name="Thread")
        await expect(side.get_by_role("button", name="Regenerate")).to_be_visible()
        await expect(side.locator("table")).to_be_visible()
        await write(tab, "How deep is it in between? In Python, please", "Reply")
        await expect(side.get_by_role("button", name="Regenerate")).to_have_count(2)
        await side.get_by_role("button", name="Good").first.click()
        await expect(side.get_by_text("Thank you")).to_be_visible()
        if PICTURE:
            await tab.mouse.move(0, 0)
            await tab.screenshot(path=PICTURE)
        await tab.get_by_role("link", name="Poebridge").click()
        await tab.get_by_role("link", name="Home").click()
        home = tab.get_by_role("region", name="Home")
        await expect(home.get_by_text("points left")).to_be_visible()
        await expect(home.get_by_text("Explain tides with a table and a list")).to_be_visible()


async def test_stop_ends_an_answer_where_it_is(make_whole: Any) -> None:
    async with opened(make_whole, speed=30.0) as (whole, tab):
        await write(tab, "@poebridge Tell me about harbours in 6000 characters")
        await tab.get_by_role("button", name="1 reply").click()
        side = tab.get_by_role("complementary", name="Thread")
        await side.get_by_role("button", name="Stop").click()
        await expect(side.get_by_text("Stopped.")).to_be_visible()
        assert [call.outcome for call in whole.poe.world.calls] != ["completed"]


async def test_an_admin_sets_a_budget_in_a_form_from_the_home(make_whole: Any) -> None:
    async with opened(make_whole) as (whole, tab):
        await tab.get_by_role("link", name="Poebridge").click()
        await tab.get_by_role("link", name="Home").click()
        await tab.get_by_role("button", name="Manage budgets").click()
        form = tab.get_by_role("form")
        await expect(form).to_be_visible()
        await expect(form.get_by_role("combobox").first).to_be_visible()
        await form.get_by_role("button", name="Close").click()
        await expect(form).to_be_hidden()
        assert whole.slack.world.violations == []
