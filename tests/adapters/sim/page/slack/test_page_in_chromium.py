"""The page as a person uses it, in Chromium: written to, watched, pressed, filled in."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.adapters.sim.page.slack.conftest import FORM, HOME, App, served
from tests.plugins.browser import NEEDED, browser
from tests.plugins.waiting import PATIENCE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), *NEEDED]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def app() -> AsyncIterator[App]:
    async with served() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def tab(chromium: Browser, app: App) -> AsyncIterator[Page]:
    page = await chromium.new_page(viewport={"width": 1400, "height": 860})
    page.set_default_timeout(PATIENCE * 1000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(f"{app.slack.base_url}/slack?as=ada")
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    yield page
    await page.close()
    assert problems == []


async def write(tab: Page, text: str, where: str = "Message") -> None:
    await tab.get_by_role("textbox", name=where, exact=True).fill(text)
    await tab.get_by_role("textbox", name=where, exact=True).press("Enter")


async def said(app: App, text: str):
    return await app.slack.world.until(
        lambda: next((m for m in app.slack.world.messages.values() if text in m.text), None), within=PATIENCE
    )


async def test_an_answer_grows_in_the_thread_and_is_stopped(tab: Page, app: App) -> None:
    await write(tab, "@poebridge What makes the tides?")
    asked = await said(app, "What makes the tides?")
    where = {"channel": asked.channel_id, "thread_ts": asked.ts}
    begun = await app.call(
        "chat.startStream",
        **where,
        recipient_user_id=asked.user_id,
        recipient_team_id=asked.team_id,
        markdown_text="The ",
    )
    await app.call(
        "agents.sessions.setStatus", channel_id=asked.channel_id, thread_ts=asked.ts, status="processing"
    )
    await tab.get_by_role("button", name="1 reply").click()
    side = tab.get_by_role("complementary", name="Thread")
    await expect(side.get_by_text("The", exact=True)).to_be_visible()
    await app.call(
        "chat.appendStream", channel=asked.channel_id, ts=begun["ts"], markdown_text="**moon** pulls."
    )
    await expect(side.locator("strong", has_text="moon")).to_be_visible()
    await expect(side.get_by_text("Writing")).to_be_visible()
    await side.get_by_role("button", name="Stop").click()
    await app.slack.world.until(
        lambda: app.slack.world.messages[asked.channel_id, begun["ts"]].stream.state == "stopped",
        within=PATIENCE,
    )


async def test_a_reply_stays_in_its_thread(tab: Page, app: App) -> None:
    root = app.slack.as_person("ben").say("general", "a root")
    await tab.get_by_text("a root").hover()
    await tab.get_by_role("button", name="Reply in thread").click()
    await write(tab, "a reply", "Reply")
    assert (await said(app, "a reply")).thread_ts == root.ts
    await expect(tab.get_by_role("button", name="1 reply")).to_be_visible()


async def test_a_shortcut_opens_a_form_whose_errors_stand_at_the_field(tab: Page, app: App) -> None:
    world = app.slack.world
    app.slack.as_person("ben").say("general", "about this")
    await tab.get_by_text("about this").hover()
    await tab.get_by_role("button", name="More message shortcuts").click()
    await tab.get_by_role("menuitem", name="Ask about").click()
    used = await world.until(
        lambda: next((each for each in world.invocations.values() if each.kind == "message_action"), None),
        within=PATIENCE,
    )
    await app.call("views.open", trigger_id=used.trigger_id, view=FORM)
    app.answers["view_submission"] = {"response_action": "errors", "errors": {"prompt": "Ask more clearly."}}
    form = tab.get_by_role("form", name="Ask about this")
    await form.get_by_role("textbox", name="Your question").fill("Why?")
    await form.get_by_role("combobox", name="Person").select_option(label="Ben")
    await form.get_by_role("button", name="Ask", exact=True).click()
    await expect(form.get_by_role("alert")).to_have_text("Ask more clearly.")
    await expect(form.get_by_role("textbox", name="Your question")).to_have_value("Why?")
    app.answers.pop("view_submission")
    await form.get_by_role("button", name="Ask", exact=True).click()
    await expect(form).to_be_hidden()
    sent = [each for each in world.invocations.values() if each.kind == "submission"][-1]
    values = sent.payload["view"]["state"]["values"]
    assert values["prompt"]["prompt"]["value"] == "Why?"
    assert values["whom"]["whom"]["selected_user"] == world.user("ben").id


async def test_the_apps_home_and_messages(tab: Page, app: App) -> None:
    world, ada = app.slack.world, app.slack.world.user("ada")
    await app.call("views.publish", user_id=ada.id, view=HOME)
    prompts = [{"title": "Explain", "message": "Explain the tides"}]
    await app.call("assistant.threads.setSuggestedPrompts", channel_id=world.dm("ada").id, prompts=prompts)
    await tab.get_by_role("link", name="Poebridge").click()
    await tab.get_by_role("link", name="Home").click()
    await expect(tab.get_by_role("heading", name="Your points")).to_be_visible()
    await tab.locator("#home select").select_option("poet")
    used = await world.until(
        lambda: next((each for each in world.invocations.values() if each.kind == "action"), None),
        within=PATIENCE,
    )
    assert used.payload["actions"][0]["selected_option"]["value"] == "poet"
    await tab.get_by_role("link", name="Messages").click()
    await tab.get_by_role("button", name="Explain").click()
    assert (await said(app, "Explain the tides")).channel_id == world.dm("ada").id
    await expect(tab.get_by_role("heading", name="Thread")).to_be_visible()
